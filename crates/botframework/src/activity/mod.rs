//! The Activity schema: what channels post to a bot, and what a bot answers.
//!
//! Inbound types are **loose**: the few fields a bot cannot work without are
//! typed and required, everything optional tolerates `null`, ids may come as
//! numbers, what only describes is dropped if it has another type, and every
//! member this crate does not know is kept in `extra` and written back
//! unchanged (numbers as `serde_json` holds them: integers of 64 bits, anything
//! else as floating point). Teams adds fields and events at any time; a strict
//! schema would turn each of them into an outage. Outbound messages have their
//! own type, [`OutgoingActivity`], which can only be built in shapes that Teams
//! accepts.
//!
//! Field names follow the Bot Framework Activity specification and the
//! Connector API v3.1 definitions.
//!
//! ```
//! use botframework::activity::{Activity, ActivityType};
//!
//! let activity = Activity::parse(br#"{
//!     "type": "message", "id": 1776390257332, "channelId": "msteams",
//!     "serviceUrl": "https://smba.trafficmanager.net/amer/",
//!     "conversation": { "id": "a:1", "newerThanThisCrate": true },
//!     "recipient": { "id": "28:bot", "name": "Bot" },
//!     "text": "<at>Bot</at> what's new?", "from": null
//! }"#)?;
//! assert_eq!(activity.kind, ActivityType::Message);
//! assert_eq!(activity.id.as_deref(), Some("1776390257332"));
//! assert_eq!(activity.text_without_mentions(), "what's new?");
//! assert_eq!(activity.conversation.extra["newerThanThisCrate"], true);
//! # Ok::<(), botframework::activity::ParseError>(())
//! ```

mod account;
mod attachment;
mod card_action;
mod channel_data;
mod entity;
mod kind;
mod lenient;
mod limits;
mod mention;
mod outgoing;
mod parameters;
mod parse;
mod reference;
mod timestamp;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::service_url::ServiceUrl;
pub use account::{ChannelAccount, ConversationAccount, ConversationType};
pub use attachment::{ADAPTIVE_CARD_CONTENT_TYPE, Attachment, HostedAttachment};
pub use card_action::{
    ADAPTIVE_CARD_ACTION, AdaptiveCardAction, AdaptiveCardInvokeValue, CardActionError, Trigger,
};
pub use channel_data::TeamsChannelData;
pub use entity::Entity;
pub use kind::ActivityType;
pub use limits::ParseLimits;
pub use outgoing::{MessageBuilder, MessageError, OutgoingActivity, TextFormat};
pub use parameters::{ConversationParameters, ConversationResourceResponse, ResourceResponse};
pub use parse::ParseError;
pub use reference::{ConversationReference, ReferenceStatus};

/// One thing that happened in a channel, as the channel reports it.
///
/// `type`, `channelId`, `serviceUrl` and `conversation.id` are always there.
/// Empty arrays and `null` are read like missing members and not written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Activity {
    /// What kind of thing happened.
    #[serde(rename = "type")]
    pub kind: ActivityType,
    /// The channel, `msteams` for Teams.
    #[serde(deserialize_with = "lenient::id")]
    pub channel_id: String,
    /// Where answers go. Trust it only after [`crate::auth`] has.
    pub service_url: ServiceUrl,
    /// The conversation it happened in.
    pub conversation: ConversationAccount,
    /// The channel's id of this activity.
    #[serde(
        default,
        deserialize_with = "lenient::opt_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<String>,
    /// When it happened, in the channel's own ISO 8601 spelling (UTC).
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub timestamp: Option<String>,
    /// The same moment in the sender's local time.
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub local_timestamp: Option<String>,
    /// IANA name of the sender's time zone.
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub local_timezone: Option<String>,
    /// Who caused it.
    #[serde(
        default,
        deserialize_with = "account::identified",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<ChannelAccount>,
    /// Who it is for; inbound, the bot.
    #[serde(
        default,
        deserialize_with = "account::identified",
        skip_serializing_if = "Option::is_none"
    )]
    pub recipient: Option<ChannelAccount>,
    /// The activity this one answers; for a click, the message with the card.
    #[serde(
        default,
        deserialize_with = "lenient::opt_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub reply_to_id: Option<String>,
    /// `markdown`, `plain` or `xml`.
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub text_format: Option<String>,
    /// The message; see [`Activity::text_without_mentions`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Text for places that cannot show the message itself.
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub summary: Option<String>,
    /// BCP 47 tag of the sender's language.
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub locale: Option<String>,
    /// What is attached; see [`Activity::own_attachments`].
    #[serde(default, deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Metadata such as mentions and client information.
    #[serde(default, deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    /// What the channel adds; see [`Activity::teams`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_data: Option<Value>,
    /// Name of an invoke or event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Payload of an invoke, event or card submission; object or string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// What `value` is.
    #[serde(
        default,
        deserialize_with = "lenient::opt_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub value_type: Option<String>,
    /// What happened to the installation: `add`, `remove`, `add-upgrade`, `remove-upgrade`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Who joined.
    #[serde(default, deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub members_added: Vec<ChannelAccount>,
    /// Who left.
    #[serde(default, deserialize_with = "lenient::list", skip_serializing_if = "Vec::is_empty")]
    pub members_removed: Vec<ChannelAccount>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Activity {
    /// Reads an activity from a request body with the default [`ParseLimits`].
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        Self::parse_within(body, &ParseLimits::default())
    }

    /// Reads an activity from a request body within `limits`.
    pub fn parse_within(body: &[u8], limits: &ParseLimits) -> Result<Self, ParseError> {
        parse::parse(body, limits)
    }

    /// What Teams says about tenant, team, channel and event.
    pub fn teams(&self) -> TeamsChannelData<'_> {
        TeamsChannelData::new(self.channel_data.as_ref())
    }

    /// The Entra tenant: `channelData.tenant.id`, which is there in every
    /// context, or else `conversation.tenantId`, which channels often lack or leave empty.
    pub fn tenant_id(&self) -> Option<&str> {
        let conversation = || self.conversation.tenant_id.as_deref().filter(|id| !id.is_empty());
        self.teams().tenant_id().or_else(conversation)
    }

    /// The attachments the sender attached, without the `text/html` copy of
    /// the message that Teams adds to every message.
    pub fn own_attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| !attachment.is_html_copy())
    }

    /// Whether `account` is the bot this activity was sent to.
    pub fn is_bot(&self, account: &ChannelAccount) -> bool {
        self.recipient.as_ref().is_some_and(|bot| bot.id == account.id)
    }

    /// The payload of an `adaptiveCard/action` invoke; `None` when this is
    /// something else.
    pub fn card_action(&self) -> Option<Result<AdaptiveCardInvokeValue, CardActionError>> {
        let invoked =
            self.kind == ActivityType::Invoke && self.name.as_deref() == Some(ADAPTIVE_CARD_ACTION);
        invoked.then(|| AdaptiveCardInvokeValue::from_value(self.value.as_ref()))
    }

    /// What has to be kept to reach this conversation later.
    pub fn conversation_reference(&self) -> ConversationReference {
        ConversationReference::of(self)
    }
}

#[cfg(test)]
mod tests;
