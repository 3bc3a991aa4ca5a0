//! Bodies of connector calls other than activities.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ChannelAccount, OutgoingActivity};

/// What to create: a personal chat or a thread in a channel.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConversationParameters {
    /// `false` for a personal chat, `true` for a channel thread.
    pub is_group: bool,
    /// The bot; the connector infers it from the token when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot: Option<ChannelAccount>,
    /// For a personal chat exactly one member; ignored for a thread.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<ChannelAccount>,
    /// Title of the conversation. No conversation that Teams lets a bot create has one; other
    /// channels show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_name: Option<String>,
    /// Entra tenant. Calls without it fail to authenticate in Teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// First message: optional for a personal chat (its id is then not
    /// returned), required for a thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<OutgoingActivity>,
    /// Teams' own parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_data: Option<Value>,
}

impl ConversationParameters {
    /// A chat between the bot and `member`, the bot's own id of the user.
    pub fn personal(member: ChannelAccount, tenant_id: impl Into<String>) -> Self {
        let tenant_id = tenant_id.into();
        Self {
            members: vec![member],
            channel_data: Some(json!({"tenant": {"id": tenant_id}})),
            tenant_id: Some(tenant_id),
            ..Self::default()
        }
    }

    /// A new thread in a channel, opened by `first`.
    pub fn channel_thread(
        channel_id: impl Into<String>,
        tenant_id: impl Into<String>,
        first: OutgoingActivity,
    ) -> Self {
        let tenant_id = tenant_id.into();
        Self {
            is_group: true,
            activity: Some(first),
            channel_data: Some(json!({
                "channel": {"id": channel_id.into()},
                "tenant": {"id": tenant_id},
            })),
            tenant_id: Some(tenant_id),
            ..Self::default()
        }
    }
}

/// Answer to a sent, updated or deleted activity. The body may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResourceResponse {
    /// Id of the activity, if the channel gave one.
    #[serde(default, deserialize_with = "super::lenient::opt_id")]
    pub id: Option<String>,
}

/// Answer to a created conversation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationResourceResponse {
    /// Id of the conversation.
    #[serde(default, deserialize_with = "super::lenient::opt_id")]
    pub id: Option<String>,
    /// Id of the first activity; Teams gives it for threads only.
    #[serde(default, deserialize_with = "super::lenient::opt_id")]
    pub activity_id: Option<String>,
    /// Service URL of the conversation, if it differs.
    #[serde(default)]
    pub service_url: Option<String>,
}
