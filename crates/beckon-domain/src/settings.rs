//! What an administrator decides and the rules read: services, limits, texts.
//!
//! Settings are not state. They are handed to [`step`](crate::step::step) with each command, so a change acts
//! on the next command and no stored row has to be rewritten.

mod card_rules;
mod label;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::agent::BotChannel;
use crate::ids::{AccountId, AgentId, ServiceId};
use crate::room::Provider;
use crate::schedule::ContactHours;
use crate::wrap_up::WrapUp;

pub use card_rules::{CardParameter, CardRules};
pub use label::Label;

/// What customers reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The id, as the configuration names it.
    pub id: ServiceId,
    /// The name that customers and agents see.
    pub name: String,
    /// The agents whom this service may ring.
    pub members: Vec<AgentId>,
    /// The agents whose words reach the customer in any room of this service that they are in, as
    /// those of the session's own agent do (R7). They need not be members.
    pub supervisors: Vec<AgentId>,
    /// The channel accounts that lead here.
    pub accounts: Vec<Account>,
    /// How invitations are made.
    pub distribution: Distribution,
    /// What comes after a conversation (P4).
    pub wrap_up: WrapUp,
    /// The longest time a session may wait for an agent; `None`: no limit. 1 min – 24 h (D8).
    pub max_wait: Option<SignedDuration>,
    /// The agreed time of waiting for an agent (SLA), in seconds: whoever is queued for longer
    /// was not answered in time. It is for reports alone. 1–3600, default [`USUAL_SLA_SECONDS`]
    /// (`facts/outcomes.md` §5.4).
    pub sla_seconds: u32,
    /// The texts of the built-in flow.
    pub texts: FlowTexts,
    /// Whether a workflow of its own runs; otherwise the built-in flow does (D8).
    pub workflow: bool,
    /// Where agent and customer talk.
    pub rooms: Rooms,
    /// What is done when nothing is said.
    pub silence: Silence,
    /// What its cards tell about a session.
    pub cards: CardRules,
    /// How sessions begin.
    pub intake: Intake,
}

/// The agreed time of waiting where none is set, in seconds. Sessions that ended before it could be
/// set were reported by it, so they still are.
pub const USUAL_SLA_SECONDS: u32 = 20;

/// How sessions of a service begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Intake {
    /// How many sessions may be open at once; one more is told so and ends. A transfer is never
    /// refused for it. 1–10,000, default 200 (D5).
    pub limit: u32,
    /// How long after the end a customer who writes again is led to the agent they had; during
    /// that agent's after-call work always. `None`: never, not even then. Default 15 min (R8).
    pub reopen: Option<SignedDuration>,
    /// How long a customer whom we wrote to has for an answer. 1 min – 7 d, default 24 h.
    pub outbound_window: SignedDuration,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            limit: 200,
            reopen: Some(SignedDuration::from_mins(15)),
            outbound_window: SignedDuration::from_hours(24),
        }
    }
}

/// What is done when nothing is said in a conversation (P6).
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// After how long an agent is reminded of a connected conversation in which nobody writes;
    /// `None`: never. Default 10 min.
    pub remind: Option<SignedDuration>,
    /// After how long a customer who owes an answer is warned; `None`, the default: never.
    pub warn: Option<SignedDuration>,
    /// What the warning says.
    pub warning: String,
    /// After how long without an answer the conversation ends, counted like `warn` and longer than
    /// it; `None`, the default: never.
    pub end: Option<SignedDuration>,
    /// Whether the sweep tells customers on WhatsApp and SMS, whose phones ring. Default no.
    pub sweep_tells_phones: bool,
    /// When such a customer may be told. Default 08–20.
    pub contact_hours: ContactHours,
}

impl Default for Silence {
    fn default() -> Self {
        Self {
            remind: Some(SignedDuration::from_mins(10)),
            warn: None,
            warning: "Are you still there? Without an answer this conversation will end."
                .to_owned(),
            end: None,
            sweep_tells_phones: false,
            contact_hours: ContactHours::default(),
        }
    }
}

/// Where a service's rooms are made (R2, R3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rooms {
    /// Who keeps those that are made where the agents are.
    pub provider: Provider,
    /// Where the room of a session is made, by the channel that it came by.
    pub places: Places,
    /// Whether a conversation goes on in the console when its room cannot be made or is lost;
    /// otherwise the session goes back to the queue (I6).
    pub fallback: bool,
    /// How long after the end the agent leaves the room; `None`: never. 0–30 d, default 24 h (R8).
    pub empty_after: Option<SignedDuration>,
}

impl Rooms {
    /// Who keeps the room of a session that came by this channel, with an agent whom the bot meets
    /// there (R2).
    pub fn provider_for(&self, channel: Channel, agent: BotChannel) -> Provider {
        let place = match channel {
            Channel::Api => self.places.api,
            Channel::Web => self.places.web,
            Channel::WhatsApp => self.places.whatsapp,
            Channel::Sms => self.places.sms,
        };
        match (place, agent) {
            (Place::Console, _) => Provider::Console,
            (Place::Agent, BotChannel::Other) => Provider::Connector,
            (Place::Agent, BotChannel::Teams) => self.provider,
        }
    }
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            provider: Provider::Console,
            places: Places::default(),
            fallback: true,
            empty_after: Some(SignedDuration::from_hours(24)),
        }
    }
}

/// Where rooms are made, by channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Places {
    /// For other programs.
    pub api: Place,
    /// For the web widget.
    pub web: Place,
    /// For WhatsApp.
    pub whatsapp: Place,
    /// For SMS.
    pub sms: Place,
}

impl Default for Places {
    fn default() -> Self {
        let (api, web) = (Place::Agent, Place::Agent);
        Self { api, web, whatsapp: Place::Console, sms: Place::Console }
    }
}

/// Where a room is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Where the agent is: in Teams.
    #[serde(rename = "teams")]
    Agent,
    /// In the console's My Sessions.
    #[serde(rename = "my_sessions")]
    Console,
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
    /// Persistent RONA: how long an agent who missed an invitation stays flagged. 10 s – 8 h;
    /// `None`, the default: never flagged (I3).
    pub rona: Option<SignedDuration>,
    /// Whether a decline flags like a miss. Default no (I3).
    pub flag_declines: bool,
    /// How many agents are rung at once for one session. 1–50, default 1; with more, an
    /// unanswered ring is nobody's fault (D2).
    pub broadcast: u32,
    /// Whether an agent whose presence is Busy is rung. Default no (D1).
    pub ring_busy: bool,
    /// Whether an agent whose presence is Away is rung. Default no (D1).
    pub ring_away: bool,
    /// How many sessions an agent may have ringing and connected. 1–10, default 1 (P3).
    pub capacity: u32,
    /// How many parked sessions do not count against `capacity`. 0–4; 0, the default: a parked
    /// session blocks like a connected one (P2).
    pub parked: u32,
    /// After how long a parked session goes back to the queue; `None`: never. Default 60 min (P2).
    pub park_limit: Option<SignedDuration>,
    /// After how long an agent is reminded of a parked session; `None`: never. Default 10 min (P2).
    pub park_reminder: Option<SignedDuration>,
    /// How many customers who asked for this very agent one may have. 1–20, default 3 (C5).
    pub direct: u32,
}

impl Default for Distribution {
    fn default() -> Self {
        Self {
            ring: SignedDuration::from_secs(30),
            delivery: SignedDuration::from_secs(10),
            misses: 2,
            rona: None,
            flag_declines: false,
            broadcast: 1,
            ring_busy: false,
            ring_away: false,
            capacity: 1,
            parked: 0,
            park_limit: Some(SignedDuration::from_mins(60)),
            park_reminder: Some(SignedDuration::from_mins(10)),
            direct: 3,
        }
    }
}

/// The shortest max wait that can be set (D8). A session that moves to another service looks after
/// this time how long it may wait there.
pub const MIN_MAX_WAIT: SignedDuration = SignedDuration::from_mins(1);

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
    /// When the service has as many open sessions as it may (D5).
    pub full: Option<String>,
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
            full: Some(
                "We are sorry, very many people write to us now. Please write again later."
                    .to_owned(),
            ),
            closing: Some("This conversation has ended.".to_owned()),
        }
    }
}
