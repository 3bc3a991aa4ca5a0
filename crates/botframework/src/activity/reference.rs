//! What to keep of a conversation to reach it later.

use serde::{Deserialize, Deserializer, Serialize};

use super::timestamp;
use super::{Activity, ActivityType, ChannelAccount, ConversationAccount, ConversationType};
use crate::service_url::ServiceUrl;

/// Version of the stored form written by this crate.
const VERSION: u32 = 1;

/// Everything needed to speak in a conversation without an inbound activity.
///
/// The stored form is this crate's own, carries its version, and changes only
/// with it; the shapes of the SDKs have changed between releases and taken
/// stored references with them. References belong to one bot: ids in them mean
/// nothing to another, so store them under (bot app id, cloud).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConversationReference {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    /// The channel, `msteams` for Teams.
    pub channel_id: String,
    /// Where to send. Check it against the allow-list before every call.
    pub service_url: ServiceUrl,
    /// Entra tenant of the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// The channel's id of the conversation.
    pub conversation_id: String,
    /// The kind of conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_type: Option<ConversationType>,
    /// The bot's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_id: Option<String>,
    /// The other party's account, if it is a user's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The user's Entra object id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_aad_object_id: Option<String>,
    /// Team of a channel conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// Channel of a channel conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_channel_id: Option<String>,
    /// The user's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// When the app was installed here, as the channel's timestamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed_at: Option<String>,
    /// When the channel last reported something here, as its timestamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<String>,
    /// Whether messages can be expected to arrive.
    #[serde(default)]
    pub status: ReferenceStatus,
}

/// Whether a conversation can be written to, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ReferenceStatus {
    /// Nothing speaks against it.
    #[default]
    Active,
    /// The user or an administrator blocked the bot.
    Blocked,
    /// The app was removed.
    Removed,
}

/// Takes over a known `new` value; a late one only where there is none yet.
fn keep_unless<T>(late: bool, new: Option<T>, old: &mut Option<T>) {
    if new.is_some() && !(late && old.is_some()) {
        *old = new;
    }
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == VERSION {
        Ok(version)
    } else {
        Err(serde::de::Error::custom(format_args!("conversation reference version {version}")))
    }
}

impl ConversationReference {
    /// A reference to a conversation known only by id, such as a created one.
    pub fn new(
        channel_id: impl Into<String>,
        service_url: ServiceUrl,
        conversation_id: impl Into<String>,
    ) -> Self {
        Self {
            version: VERSION,
            channel_id: channel_id.into(),
            service_url,
            tenant_id: None,
            conversation_id: conversation_id.into(),
            conversation_type: None,
            bot_id: None,
            user_id: None,
            user_aad_object_id: None,
            team_id: None,
            team_channel_id: None,
            locale: None,
            installed_at: None,
            last_seen_at: None,
            status: ReferenceStatus::Active,
        }
    }

    pub(super) fn of(activity: &Activity) -> Self {
        let teams = activity.teams();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let user = activity.from.as_ref().filter(|from| !activity.is_bot(from));
        let install = (activity.kind == ActivityType::InstallationUpdate)
            .then(|| activity.action.as_deref().unwrap_or_default());
        // A removal is reported twice, as an installation update and as the bot
        // leaving; either may come last.
        let left = activity.members_removed.iter().any(|member| activity.is_bot(member));
        let removed = left || install.is_some_and(|action| action.starts_with("remove"));
        let added = install == Some("add");
        Self {
            tenant_id: owned(activity.tenant_id()),
            conversation_type: activity.conversation.conversation_type.clone(),
            bot_id: activity.recipient.as_ref().map(|bot| bot.id.clone()),
            user_id: user.map(|user| user.id.clone()),
            user_aad_object_id: user.and_then(|user| owned(user.entra_object_id())),
            team_id: owned(teams.team_id()),
            team_channel_id: owned(teams.channel_id().or(teams.selected_channel_id())),
            locale: activity.locale.clone(),
            installed_at: activity.timestamp.clone().filter(|_| added),
            last_seen_at: activity.timestamp.clone(),
            status: if removed { ReferenceStatus::Removed } else { ReferenceStatus::Active },
            ..Self::new(
                activity.channel_id.clone(),
                activity.service_url.clone(),
                activity.conversation.id.clone(),
            )
        }
    }

    /// Takes over what `newer`, a reference to the same conversation, knows;
    /// what it does not know stays. Service URLs are stable but may change, so
    /// every inbound activity should refresh the stored reference.
    ///
    /// Channels deliver late and twice: what turns out to be older than
    /// [`last_seen_at`](Self::last_seen_at) only fills gaps, so that a message
    /// from before a removal does not bring the conversation back.
    pub fn refresh(&mut self, newer: Self) {
        let late =
            timestamp::is_before(newer.last_seen_at.as_deref(), self.last_seen_at.as_deref());
        let keep = |new: Option<String>, old: &mut Option<String>| keep_unless(late, new, old);
        if !late {
            self.service_url = newer.service_url;
            self.status = newer.status;
        }
        keep_unless(late, newer.conversation_type, &mut self.conversation_type);
        keep(newer.tenant_id, &mut self.tenant_id);
        keep(newer.bot_id, &mut self.bot_id);
        keep(newer.user_id, &mut self.user_id);
        keep(newer.user_aad_object_id, &mut self.user_aad_object_id);
        keep(newer.team_id, &mut self.team_id);
        keep(newer.team_channel_id, &mut self.team_channel_id);
        keep(newer.locale, &mut self.locale);
        keep(newer.installed_at, &mut self.installed_at);
        keep(newer.last_seen_at, &mut self.last_seen_at);
    }

    /// The conversation as an outbound activity names it: with its tenant,
    /// whose absence has led to 403 answers from Teams.
    pub fn conversation(&self) -> ConversationAccount {
        ConversationAccount {
            tenant_id: self.tenant_id.clone(),
            conversation_type: self.conversation_type.clone(),
            ..ConversationAccount::new(self.conversation_id.clone())
        }
    }

    /// The user's account, if one is known.
    pub fn user(&self) -> Option<ChannelAccount> {
        let id = self.user_id.clone()?;
        Some(ChannelAccount {
            aad_object_id: self.user_aad_object_id.clone(),
            ..ChannelAccount::new(id)
        })
    }
}

#[cfg(test)]
mod tests;
