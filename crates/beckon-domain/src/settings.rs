//! What an administrator decides and the rules read: services, limits, texts.
//!
//! Settings are not state. They are handed to [`step`](crate::step::step) with each command, so a change acts
//! on the next command and no stored row has to be rewritten.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AgentId, ServiceId};

/// What customers reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The id, as the configuration names it.
    pub id: ServiceId,
    /// The name that customers and agents see.
    pub name: String,
    /// The agents whom this service may ring.
    pub members: Vec<AgentId>,
    /// The channel accounts that lead here.
    pub accounts: Vec<Account>,
    /// How invitations are made.
    pub distribution: Distribution,
    /// After-call work: how long an agent stays blocked after a session. `None`: off.
    /// 5 s – 15 min (product P4).
    pub wrap_up: Option<SignedDuration>,
    /// The longest time a session may wait for an agent; `None`: no limit. 1 min – 24 h (D8).
    pub max_wait: Option<SignedDuration>,
    /// The texts of the built-in flow.
    pub texts: FlowTexts,
}

/// A place customers write to.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The id, unique within the tenant.
    pub id: AccountId,
    /// What kind of channel it is.
    pub channel: Channel,
}

/// The kind of channel that a session came by. Recorded on every session and message (C6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Another program, by the channel API.
    Api,
    /// The web widget.
    Web,
    /// WhatsApp through Twilio.
    #[serde(rename = "whatsapp")]
    WhatsApp,
    /// SMS through Twilio.
    Sms,
}

impl Channel {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Web => "web",
            Self::WhatsApp => "whatsapp",
            Self::Sms => "sms",
        }
    }

    /// The name shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::Web => "Web",
            Self::WhatsApp => "WhatsApp",
            Self::Sms => "SMS",
        }
    }
}

/// How a service rings its agents (product §3).
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Ring time, from the first confirmed delivery. 5–600 s, default 30 s (I3).
    pub ring: SignedDuration,
    /// How long a delivery may stay unconfirmed before the invitation counts as undeliverable.
    /// Default 10 s (I3).
    pub delivery: SignedDuration,
    /// Misses in a row after which an agent counts as not available until any action of theirs.
    /// 1–10; 0: never. Default 2 (I3).
    pub misses: u32,
}

impl Default for Distribution {
    fn default() -> Self {
        Self {
            ring: SignedDuration::from_secs(30),
            delivery: SignedDuration::from_secs(10),
            misses: 2,
        }
    }
}

/// The longest pause before a session is offered again to agents who all declined or missed it
/// (product I2).
pub const MAX_BACKOFF: SignedDuration = SignedDuration::from_mins(5);

/// What the built-in flow says to the customer (D8). `None`: nothing is said.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowTexts {
    /// After the first message of a session.
    pub greeting: Option<String>,
    /// When max wait has passed.
    pub queue_timeout: Option<String>,
    /// The one closing line, for both sides, when a conversation is ended (R8).
    pub closing: Option<String>,
}

impl Default for FlowTexts {
    fn default() -> Self {
        Self {
            greeting: Some(
                "Thank you for writing. We are looking for someone to help you.".to_owned(),
            ),
            queue_timeout: Some(
                "We are sorry, nobody is free at the moment. Please write again later.".to_owned(),
            ),
            closing: Some("This conversation has ended.".to_owned()),
        }
    }
}
