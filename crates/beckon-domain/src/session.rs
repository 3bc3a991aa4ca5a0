//! The session: the reported life of one customer conversation.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use crate::ids::{AccountId, Address, AgentId, InvitationId, ServiceId, SessionId};
use crate::outcome::{EndedBy, Outcome};
use crate::settings::{Channel, Service};
use crate::text::one_line;
use crate::transfer::Transfer;

/// The longest message text, in characters (product C7).
pub const MAX_TEXT_CHARS: usize = 10_000;
/// The longest customer name that is kept, in characters; a longer one is cut.
pub const MAX_NAME_CHARS: usize = 256;
/// The most parameters that a session has.
pub const MAX_PARAMETERS: usize = 20;
/// The longest beginning of a first message that is kept for the invitation, in characters.
pub const MAX_PREVIEW_CHARS: usize = 1_000;

/// What else is known about a session, by name: set by the channel, shown on cards where the service
/// says so (B5). At most [`MAX_PARAMETERS`].
pub type Parameters = BTreeMap<String, String>;

/// One customer conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of a row that are true or not by themselves"
)]
pub struct Session {
    /// The id.
    pub id: SessionId,
    /// The service that the customer reached.
    pub service: ServiceId,
    /// The channel account the customer wrote to.
    pub account: AccountId,
    /// The kind of that channel.
    pub channel: Channel,
    /// Who asks.
    pub customer: Customer,
    /// When the first message was accepted.
    pub created_at: Timestamp,
    /// When it was first queued: the position that a decline or a miss gives back (I2), and that
    /// travels with a transfer (D7).
    pub queued_at: Option<Timestamp>,
    /// When it last came into the queue from somewhere else; max wait counts from here. `None` in
    /// rows from before it was kept: the same as `queued_at`.
    #[serde(default)]
    pub entered_queue_at: Option<Timestamp>,
    /// Whether the workflow accepted the customer.
    #[serde(default = "yes")]
    pub accepted: bool,
    /// Who was connected last.
    #[serde(default)]
    pub attended_by: Attendance,
    /// When an agent first wrote.
    #[serde(default)]
    pub first_reply_at: Option<Timestamp>,
    /// Whether the customer asked for one agent (C5).
    #[serde(default)]
    pub direct: bool,
    /// Who began.
    #[serde(default)]
    pub origin: Origin,
    /// The ended session that the customer comes back to with this one (R8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopens: Option<Reopens>,
    /// What the channel told about it.
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// The beginning of the customer's first message, kept only where the service shows it on the
    /// invitation, and only until the accept or the end (B5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// The last move by an agent that still counts.
    #[serde(default)]
    pub transfer: Option<Transfer>,
    /// The last message of either side; what the sweep looks at.
    pub last_activity_at: Timestamp,
    /// The customer's last message. `None` in rows from before it was kept, and while a customer
    /// whom we wrote to has not answered.
    #[serde(default)]
    pub last_customer_at: Option<Timestamp>,
    /// Whether the agent was reminded, of the silence or of having parked it, and nothing has
    /// happened since.
    #[serde(default)]
    pub reminded: bool,
    /// When the customer was warned that the conversation will end, if they have not answered
    /// since.
    #[serde(default)]
    pub warned_at: Option<Timestamp>,
    /// When the database was restored from a backup with this session open. What was said after
    /// the backup is lost, so the time before this one says nothing about silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<Timestamp>,
    /// Where it stands.
    pub phase: Phase,
    /// Agents who declined or missed it in this round; skipped until the others were tried.
    pub tried: Vec<AgentId>,
    /// How many rounds through all agents have failed; sets the back-off.
    pub rounds: u32,
    /// The sequence number of the newest message; they run from 1 without a gap.
    pub last_seq: u64,
    /// How many of them the customer wrote.
    #[serde(default)]
    pub messages_in: u64,
    /// Whether its after-call work ended without codes that have to be chosen (P4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub codes_missing: bool,
    /// The sequence number of the newest event of this session; they run from 1 without a gap.
    pub last_event: u64,
}

/// What kind of agent was connected last.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attendance {
    /// Nobody was, so far.
    #[default]
    Nobody,
    /// An agent of the service.
    Agent,
    /// An agent on call (standby duty).
    OnCall,
}

/// Who began a session.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The customer wrote.
    #[default]
    Customer,
    /// We wrote, and the customer has not answered.
    OutboundUnanswered,
    /// We wrote, and the customer answered.
    OutboundAnswered,
}

/// A session that ended, and whose customer wrote again soon (R8).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reopens {
    /// The session.
    pub session: SessionId,
    /// The agent who had it at the end: rung before all others.
    pub agent: AgentId,
}

/// Rows from before workflows were all accepted by the built-in flow.
fn yes() -> bool {
    true
}

/// The person who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Where answers go, on the session's channel account.
    pub address: Address,
    /// The name, when the channel gave one.
    pub name: Option<String>,
}

impl Customer {
    /// What people see: the name, else the address, else `Customer`; one harmless line.
    pub fn label(&self) -> String {
        let address = || one_line(self.address.as_str());
        let label = self.name.clone().unwrap_or_else(address);
        if label.is_empty() { "Customer".to_owned() } else { label }
    }
}

/// Where a session stands. `Ended` is for ever (rule 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// The workflow is running; nobody was asked yet. Left by the workflow's queue step.
    Flow,
    /// In the queue. Left by the matcher's offer, by max wait, or by the customer.
    Waiting {
        /// Agents in `tried` are asked again only from this instant on: the back-off after a round
        /// in which everyone declined or missed it. `None`: not set yet.
        retry_at: Option<Timestamp>,
    },
    /// Agents are being rung: one, or several at once (broadcast). Left when one accepts, or when
    /// the last of these invitations closes.
    Ringing {
        /// The invitations that ring, in the order of their offers. Never empty.
        #[serde(alias = "invitation", deserialize_with = "one_or_more")]
        invitations: Vec<InvitationId>,
    },
    /// An agent has it. Left by terminate, park, transfer, hand-back or by the customer.
    Connected {
        /// The accepted invitation.
        invitation: InvitationId,
        /// Who has it.
        agent: AgentId,
        /// Since when.
        since: Timestamp,
    },
    /// An agent has it and set it aside: nothing is sent, what the customer writes shows (P2).
    /// Left like `Connected`, and by taking it up again.
    Parked {
        /// The accepted invitation.
        invitation: InvitationId,
        /// Who has it.
        agent: AgentId,
        /// Since when they have it.
        since: Timestamp,
        /// Since when it is set aside.
        parked_at: Timestamp,
    },
    /// Over.
    Ended {
        /// How it ended.
        outcome: Outcome,
        /// Who ended it.
        by: EndedBy,
        /// When.
        at: Timestamp,
        /// The last agent who had it, if any.
        agent: Option<AgentId>,
        /// That agent's invitation.
        invitation: Option<InvitationId>,
    },
}

impl Phase {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Waiting { .. } => "waiting",
            Self::Ringing { .. } => "ringing",
            Self::Connected { .. } => "connected",
            Self::Parked { .. } => "parked",
            Self::Ended { .. } => "ended",
        }
    }

    /// The invitations that this phase hangs on.
    pub fn invitations(&self) -> &[InvitationId] {
        match self {
            Self::Ringing { invitations } => invitations,
            Self::Connected { invitation, .. } | Self::Parked { invitation, .. } => {
                std::slice::from_ref(invitation)
            }
            Self::Flow | Self::Waiting { .. } | Self::Ended { .. } => &[],
        }
    }
}

/// The agent who has a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Owner {
    /// Who.
    pub agent: AgentId,
    /// Their invitation.
    pub invitation: InvitationId,
    /// Since when.
    pub since: Timestamp,
}

/// Rows from before several could ring at once name a single invitation.
fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<InvitationId>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Known {
        One(InvitationId),
        Many(Vec<InvitationId>),
    }
    Ok(match Known::deserialize(from)? {
        Known::One(id) => vec![id],
        Known::Many(ids) => ids,
    })
}

impl Session {
    /// Whether the session still lives.
    pub fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Ended { .. })
    }

    /// The agent who has it now, connected or parked.
    pub fn owner(&self) -> Option<Owner> {
        match self.phase {
            Phase::Connected { agent, invitation, since }
            | Phase::Parked { agent, invitation, since, .. } => {
                Some(Owner { agent, invitation, since })
            }
            Phase::Flow | Phase::Waiting { .. } | Phase::Ringing { .. } | Phase::Ended { .. } => {
                None
            }
        }
    }

    /// When a clock of this session that started at `at` is counted from: not from before a restore.
    pub fn counts_from(&self, at: Timestamp) -> Timestamp {
        self.restored_at.map_or(at, |restored| restored.max(at))
    }

    /// Whether the sweep may end it: nothing was said for the whole of `threshold`, and neither a max
    /// wait of its service governs it nor the window in which a customer whom we wrote to can answer
    /// (P6). After-call work is no open session any more.
    pub fn is_stale(
        &self,
        now: Timestamp,
        threshold: SignedDuration,
        service: Option<&Service>,
    ) -> bool {
        let governed = match self.phase {
            Phase::Waiting { .. } | Phase::Ringing { .. } => {
                service.is_some_and(|service| service.max_wait.is_some())
            }
            // Once it was queued, the timer of that window has nothing to say any more.
            Phase::Flow => self.origin == Origin::OutboundUnanswered && self.queued_at.is_none(),
            Phase::Connected { .. } | Phase::Parked { .. } | Phase::Ended { .. } => false,
        };
        let since = self.counts_from(self.last_activity_at);
        self.is_open() && !governed && now.duration_since(since) >= threshold
    }

    /// Whether its end is to make no noise: the sweep ended it. Whoever shows or says the end
    /// asks here, when they do: cards are repainted behind all others and at background priority,
    /// the room's closing line is posted without a notification (P6).
    pub fn ended_quietly(&self) -> bool {
        matches!(self.phase, Phase::Ended { by: EndedBy::Sweep, .. })
    }

    /// Whether this agent had the customer before: their card says Reopen and Leave (R8).
    pub fn comes_back_to(&self, agent: AgentId) -> bool {
        self.reopens.is_some_and(|before| before.agent == agent)
    }

    /// Whether the last word was not the customer's: an answer of theirs is awaited.
    pub fn awaits_customer(&self) -> bool {
        self.last_customer_at.is_some_and(|at| at < self.last_activity_at)
    }

    /// How many messages went to the customer, by agents and by Beckon.
    pub fn messages_out(&self) -> u64 {
        self.last_seq - self.messages_in
    }
}

/// One message of a conversation, as both sides see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its place in the session, from 1 without a gap; drawn when it is stored (rule 4).
    pub seq: u64,
    /// When it was stored.
    pub at: Timestamp,
    /// Who wrote it.
    pub from: Author,
    /// The text. Never empty.
    pub text: String,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Author {
    /// The customer of the session.
    Customer,
    /// An agent.
    Agent {
        /// Who.
        id: AgentId,
        /// The name that the customer sees.
        name: String,
    },
    /// Beckon itself: greeting, closing line.
    System,
}
