//! The calls of the Connector REST API that Teams offers.

use std::fmt;

use ::http::Method;

use crate::limiter;

/// One kind of call to the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Create a conversation.
    CreateConversation,
    /// Send an activity into a conversation.
    SendToConversation,
    /// Send an activity as the answer to another.
    ReplyToActivity,
    /// Replace an activity.
    UpdateActivity,
    /// Delete an activity.
    DeleteActivity,
    /// React to an activity.
    AddReaction,
    /// Take a reaction back.
    DeleteReaction,
    /// Look one member up.
    GetMember,
    /// Read one page of the roster.
    GetPagedMembers,
    /// Read a team's name and group.
    GetTeamDetails,
    /// List a team's channels.
    GetTeamChannels,
    /// Read which views of an attachment there are.
    GetAttachmentInfo,
    /// Fetch a view of an attachment.
    GetAttachment,
}

/// A page of 500 members is about 200 KiB.
const LARGEST_JSON: usize = 4 * 1024 * 1024;
/// Room for the photographs of present cameras.
const LARGEST_ATTACHMENT: usize = 16 * 1024 * 1024;

impl Operation {
    /// Name for metrics, spans and error messages: that of the REST reference.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateConversation => "create_conversation",
            Self::SendToConversation => "send_to_conversation",
            Self::ReplyToActivity => "reply_to_activity",
            Self::UpdateActivity => "update_activity",
            Self::DeleteActivity => "delete_activity",
            Self::GetMember => "get_member",
            Self::GetPagedMembers => "get_paged_members",
            Self::GetTeamDetails => "get_team_details",
            Self::GetTeamChannels => "get_team_channels",
            Self::AddReaction => "add_reaction",
            Self::DeleteReaction => "delete_reaction",
            Self::GetAttachmentInfo => "get_attachment_info",
            Self::GetAttachment => "get_attachment",
        }
    }

    pub(super) const fn method(self) -> Method {
        match self {
            Self::CreateConversation | Self::SendToConversation | Self::ReplyToActivity => {
                Method::POST
            }
            Self::UpdateActivity | Self::AddReaction => Method::PUT,
            Self::DeleteActivity | Self::DeleteReaction => Method::DELETE,
            Self::GetMember
            | Self::GetPagedMembers
            | Self::GetTeamDetails
            | Self::GetTeamChannels
            | Self::GetAttachmentInfo
            | Self::GetAttachment => Method::GET,
        }
    }

    /// Whether doing it twice has the effect of doing it once. A repeated send posts twice.
    pub const fn is_idempotent(self) -> bool {
        !matches!(self, Self::CreateConversation | Self::SendToConversation | Self::ReplyToActivity)
    }

    /// The most bytes of an answer that are read.
    pub(super) const fn largest_answer(self) -> usize {
        if matches!(self, Self::GetAttachment) { LARGEST_ATTACHMENT } else { LARGEST_JSON }
    }

    /// The windows it counts in. The published table has rows for sending, creating and reading
    /// only: what changes a message counts as a send, what reads anything as a roster.
    pub(super) const fn windows(self) -> limiter::Operation {
        match self {
            Self::CreateConversation => limiter::Operation::Create,
            Self::SendToConversation
            | Self::ReplyToActivity
            | Self::UpdateActivity
            | Self::DeleteActivity
            | Self::AddReaction
            | Self::DeleteReaction => limiter::Operation::Send,
            Self::GetMember
            | Self::GetPagedMembers
            | Self::GetTeamDetails
            | Self::GetTeamChannels
            | Self::GetAttachmentInfo
            | Self::GetAttachment => limiter::Operation::Read,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
