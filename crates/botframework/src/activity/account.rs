//! Who and where: users, bots and conversations.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::lenient;

/// Marks the recipient of a message that nobody else sees.
pub(super) const TARGETED: &str = "isTargeted";

/// A user or bot in a channel.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelAccount {
    /// The channel's id: `29:…` for a Teams user (different for every bot),
    /// `28:{app id}` for a bot.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// Display name; never an identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's Entra object id; see [`entra_object_id`](Self::entra_object_id).
    #[serde(
        default,
        deserialize_with = "lenient::opt_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub aad_object_id: Option<String>,
    /// `user`, `bot` or a newer role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ChannelAccount {
    /// An account of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// The Teams account of the bot with this app id.
    pub fn bot(app_id: &str) -> Self {
        Self::new(format!("28:{app_id}"))
    }

    /// The user's Entra object id: `aadObjectId` in activities, `objectId` in
    /// Teams rosters, at times both. `None` for guests without an account.
    pub fn entra_object_id(&self) -> Option<&str> {
        let roster = || self.extra.get("objectId").and_then(Value::as_str);
        self.aad_object_id.as_deref().or_else(roster).filter(|id| !id.is_empty())
    }

    /// Whether an activity with this recipient is visible to them and its sender only.
    pub fn is_targeted(&self) -> bool {
        self.extra.get(TARGETED) == Some(&Value::Bool(true))
    }

    /// The app id, if this is a Teams bot.
    pub fn bot_app_id(&self) -> Option<&str> {
        self.id.strip_prefix("28:").filter(|app_id| !app_id.is_empty())
    }
}

/// An optional account. One without an id is nobody: there is nothing to know
/// or address it by.
pub(super) fn identified<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ChannelAccount>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        #[serde(default, deserialize_with = "lenient::opt_id")]
        id: Option<String>,
        name: Option<String>,
        #[serde(default, deserialize_with = "lenient::opt_id")]
        aad_object_id: Option<String>,
        role: Option<String>,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }
    let wire = Option::<Wire>::deserialize(deserializer)?;
    Ok(wire.and_then(|Wire { id, name, aad_object_id, role, extra }| {
        Some(ChannelAccount { id: id?, name, aad_object_id, role, extra })
    }))
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationAccount {
    /// The channel's id of the conversation; opaque.
    #[serde(deserialize_with = "lenient::id")]
    pub id: String,
    /// The kind of conversation, if the channel says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_type: Option<ConversationType>,
    /// Entra tenant. Channels often lack it: see [`super::Activity::tenant_id`].
    #[serde(
        default,
        deserialize_with = "lenient::opt_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub tenant_id: Option<String>,
    /// Whether more than two parties take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_group: Option<bool>,
    /// Display name of the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ConversationAccount {
    /// A conversation of which only the id is known.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

/// The kind of a Teams conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum ConversationType {
    /// One user and the bot.
    Personal,
    /// A group chat or meeting chat.
    GroupChat,
    /// A channel of a team.
    Channel,
    /// A kind this crate does not know.
    Other(String),
}

impl ConversationType {
    /// The wire name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Personal => "personal",
            Self::GroupChat => "groupChat",
            Self::Channel => "channel",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for ConversationType {
    fn from(name: String) -> Self {
        match name.as_str() {
            "personal" => Self::Personal,
            "groupChat" => Self::GroupChat,
            "channel" => Self::Channel,
            _ => Self::Other(name),
        }
    }
}

impl From<ConversationType> for String {
    fn from(kind: ConversationType) -> Self {
        match kind {
            ConversationType::Other(name) => name,
            known => known.as_str().to_owned(),
        }
    }
}
