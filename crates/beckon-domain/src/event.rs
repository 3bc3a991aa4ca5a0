//! Events: every decision and change with its reason (rule 8 of ARCHITECTURE.md). Append-only.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::agent::NotSelectable;
use crate::command::Surface;
use crate::effect::NoticeKind;
use crate::ids::{AgentId, InvitationId};
use crate::outcome::{EndedBy, Outcome};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its place among the events of its session, from 1 without a gap.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A customer's first message started a session.
    SessionCreated,
    /// The session entered the queue.
    SessionQueued,
    /// The session went back to its place in the queue.
    SessionRequeued,
    /// Nobody untried is left: agents are asked again later.
    SessionBackedOff {
        /// From when.
        until: Timestamp,
    },
    /// An agent was chosen and is rung.
    InvitationOffered {
        /// The invitation.
        invitation: InvitationId,
        /// Who is rung.
        agent: AgentId,
        /// Why the others were not, in the order of the service's list: at most 20 by name.
        passed_over: Vec<PassedOver>,
    },
    /// The card is on display: the ring clock runs.
    InvitationDelivered {
        /// The invitation.
        invitation: InvitationId,
    },
    /// The agent took it.
    InvitationAccepted {
        /// The invitation.
        invitation: InvitationId,
        /// Where the agent acted.
        surface: Surface,
    },
    /// The agent said no.
    InvitationDeclined {
        /// The invitation.
        invitation: InvitationId,
        /// Where the agent acted.
        surface: Surface,
    },
    /// The ring time passed.
    InvitationMissed {
        /// The invitation.
        invitation: InvitationId,
    },
    /// The card could not be delivered.
    InvitationUndeliverable {
        /// The invitation.
        invitation: InvitationId,
        /// Why.
        reason: String,
    },
    /// The session ended while it rang.
    InvitationCancelled {
        /// The invitation.
        invitation: InvitationId,
        /// Who ended the session.
        by: EndedBy,
    },
    /// After-call work is over.
    InvitationConcluded {
        /// The invitation.
        invitation: InvitationId,
        /// Whether the agent ended it before its time.
        early: bool,
    },
    /// A card could not be kept true: the platform refuses it for good.
    CardGivenUp {
        /// The invitation.
        invitation: InvitationId,
        /// Why.
        reason: String,
    },
    /// A message did not reach the other side, and will not.
    MessageUndelivered {
        /// The message's place in the session.
        message: u64,
        /// Why.
        reason: String,
    },
    /// A notice about the session was given up.
    NoticeDropped {
        /// What kind of notice.
        kind: NoticeKind,
        /// Why.
        reason: String,
    },
    /// The room opened.
    RoomOpened,
    /// The room closed.
    RoomClosed,
    /// The session ended.
    SessionEnded {
        /// How.
        outcome: Outcome,
        /// By whom.
        by: EndedBy,
    },
}

/// An agent who was not chosen, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Who.
    pub agent: AgentId,
    /// Why; `None`: selectable, but somebody else was idle for longer.
    pub reason: Option<NotSelectable>,
}
