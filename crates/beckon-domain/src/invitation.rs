//! The invitation: one offer of a session to one agent, and the card that shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::ids::{AgentId, InvitationId, SessionId};
use crate::outcome::{EndedBy, Outcome};

/// One offer of a session to one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// The id.
    pub id: InvitationId,
    /// The session that is offered.
    pub session: SessionId,
    /// The agent who is invited.
    pub agent: AgentId,
    /// When the offer was made; capacity is reserved from here (D1).
    pub offered_at: Timestamp,
    /// Where it stands.
    pub state: InvitationState,
    /// Its card in the agent's chat.
    pub card: Card,
}

/// Where an invitation stands. Everything but `Ringing`, `Accepted` and `WrapUp` is final.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum InvitationState {
    /// Waiting for the agent. Ended by a click, by the ring timer, by the delivery timer, or by
    /// the session's end.
    Ringing {
        /// First confirmed delivery: the ring clock runs from here (I3).
        delivered_at: Option<Timestamp>,
    },
    /// The agent has the session.
    Accepted {
        /// Since when.
        at: Timestamp,
    },
    /// The agent said no.
    Declined {
        /// When.
        at: Timestamp,
    },
    /// The ring time passed without an answer (RONA).
    Missed {
        /// When.
        at: Timestamp,
    },
    /// The customer left while it rang.
    CancelledCustomer {
        /// When.
        at: Timestamp,
    },
    /// The system or an administrator ended the session while it rang.
    CancelledSystem {
        /// When.
        at: Timestamp,
    },
    /// The card could not be delivered: never RONA (I5).
    Undeliverable {
        /// When.
        at: Timestamp,
        /// Why, for the administrator.
        reason: String,
    },
    /// The session ended; the agent's after-call work runs.
    WrapUp {
        /// The conversation as it ended.
        ended: EndedTalk,
        /// When the wrap-up ends by itself.
        until: Timestamp,
    },
    /// All done: the card shows the result.
    Concluded {
        /// The conversation as it ended.
        ended: EndedTalk,
    },
}

/// A conversation that is over, as its result card shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndedTalk {
    /// When the agent accepted.
    pub accepted_at: Timestamp,
    /// When the session ended.
    pub ended_at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// Who ended it.
    pub by: EndedBy,
}

impl InvitationState {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ringing { .. } => "ringing",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::Missed { .. } => "missed",
            Self::CancelledCustomer { .. } => "cancelled_customer",
            Self::CancelledSystem { .. } => "cancelled_system",
            Self::Undeliverable { .. } => "undeliverable",
            Self::WrapUp { .. } => "wrap_up",
            Self::Concluded { .. } => "concluded",
        }
    }

    /// Whether it still occupies its agent: it rings, is accepted, or its after-call work runs.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Ringing { .. } | Self::Accepted { .. } | Self::WrapUp { .. })
    }

    /// Whether the offer closed without ever being accepted.
    pub fn closed_unaccepted(&self) -> bool {
        matches!(
            self,
            Self::Declined { .. }
                | Self::Missed { .. }
                | Self::CancelledCustomer { .. }
                | Self::CancelledSystem { .. }
                | Self::Undeliverable { .. }
        )
    }
}
