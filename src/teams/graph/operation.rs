//! The calls by name, with the permission each needs.

use std::fmt;

use botframework::limiter;

/// A call to Graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// Making a group chat.
    CreateChat,
    /// Changing a chat's topic.
    RenameChat,
    /// Reading who is in a chat.
    ListMembers,
    /// Taking somebody into a chat.
    AddMember,
    /// Taking somebody out of a chat.
    RemoveMember,
    /// Reading which apps are in a chat.
    ListApps,
    /// Installing the app in a chat.
    InstallApp,
    /// Taking the app out of a chat.
    UninstallApp,
    /// Reading a chat's messages.
    ListMessages,
    /// Finding the app in the tenant's catalog.
    FindApp,
    /// Reading which apps a person has.
    ListUserApps,
    /// Installing the app for a person.
    InstallForUser,
    /// Finding a person's chat with the app.
    FindUserChat,
}

impl Operation {
    /// The name in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateChat => "create_chat",
            Self::RenameChat => "rename_chat",
            Self::ListMembers => "list_members",
            Self::AddMember => "add_member",
            Self::RemoveMember => "remove_member",
            Self::ListApps => "list_apps",
            Self::InstallApp => "install_app",
            Self::UninstallApp => "uninstall_app",
            Self::ListMessages => "list_messages",
            Self::FindApp => "find_app",
            Self::ListUserApps => "list_user_apps",
            Self::InstallForUser => "install_for_user",
            Self::FindUserChat => "find_user_chat",
        }
    }

    /// The least permission that is enough, as the permission tables of Graph's reference name it.
    /// What ends in `.Chat` is consented to when the app is installed in a chat and declared in the
    /// app's manifest; the others are application permissions that an administrator grants.
    pub const fn permission(self) -> &'static str {
        match self {
            Self::CreateChat => "Chat.Create",
            Self::RenameChat => "ChatSettings.ReadWrite.Chat",
            // The right to change members includes reading them, and unlike `Chat.Manage.Chat` it
            // holds before the app is in the chat and after it has left.
            Self::ListMembers | Self::AddMember | Self::RemoveMember => "ChatMember.ReadWrite.All",
            Self::ListApps | Self::InstallApp | Self::UninstallApp => {
                "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All"
            }
            Self::ListMessages => "ChatMessage.Read.Chat",
            Self::FindApp => "AppCatalog.Read.All",
            Self::ListUserApps | Self::InstallForUser | Self::FindUserChat => {
                "TeamsAppInstallation.ReadWriteSelfForUser.All"
            }
        }
    }

    /// Whether doing it a second time comes to the same as doing it once.
    pub(super) const fn is_repeatable(self) -> bool {
        !matches!(self, Self::CreateChat)
    }

    /// The largest answer that is read, in bytes. A page of 50 messages may be long.
    pub(super) const fn largest_answer(self) -> usize {
        match self {
            Self::ListMessages => 8 * 1024 * 1024,
            _ => 512 * 1024,
        }
    }

    /// What the call is counted under: reading messages and taking the app out have limits of
    /// their own below the tenant's (Graph's throttling limits for Teams: 20 and 15 in a second).
    pub(super) const fn family(self) -> (&'static str, limiter::Operation) {
        match self {
            Self::ListMessages => ("messages", limiter::Operation::Read),
            Self::UninstallApp => ("uninstall", limiter::Operation::Send),
            _ => ("other", limiter::Operation::Create),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GO_LIVE: &str = include_str!("../../../docs/go-live.md");

    #[test]
    fn every_permission_that_is_used_stands_in_the_go_live_chapter_with_its_reason() {
        for operation in [
            Operation::CreateChat,
            Operation::RenameChat,
            Operation::ListMembers,
            Operation::AddMember,
            Operation::RemoveMember,
            Operation::ListApps,
            Operation::InstallApp,
            Operation::UninstallApp,
            Operation::ListMessages,
            Operation::FindApp,
            Operation::ListUserApps,
            Operation::InstallForUser,
            Operation::FindUserChat,
        ] {
            let row = format!("\n| `{}` | to ", operation.permission());
            assert!(
                GO_LIVE.contains(&row) || GO_LIVE.contains(&row.replace("to ", "`beckon")),
                "{operation}: {row}"
            );
        }
    }
}
