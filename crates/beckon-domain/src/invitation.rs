//! The invitation: one offer of a session to one agent, and the card that shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::ids::{AgentId, InvitationId, ServiceId, SessionId};
use crate::outcome::{EndedBy, Outcome};
use crate::wrap_up::Codes;

/// One offer of a session to one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// The id.
    pub id: InvitationId,
    /// The session that is offered.
    pub session: SessionId,
    /// The agent who is invited.
    pub agent: AgentId,
    /// The service that it was made for: the session may move on to another one (D7), its card does
    /// not. `None` in rows from before this was kept: the session's then.
    #[serde(default)]
    pub service: Option<InvitedFor>,
    /// When the offer was made; capacity is reserved from here (D1).
    pub offered_at: Timestamp,
    /// Where it stands.
    pub state: InvitationState,
    /// Its card in the agent's chat.
    pub card: Card,
    /// What was said about the conversation after it (P4).
    #[serde(default, skip_serializing_if = "Codes::is_empty")]
    pub codes: Codes,
    /// Whether the time for that is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub codes_closed: bool,
}

/// The service that an invitation was made for, as its card names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvitedFor {
    /// The service.
    pub id: ServiceId,
    /// Its name at the time of the offer.
    pub name: String,
}

/// Where an invitation stands. `Ringing`, `Accepted` and `WrapUp` are live: they occupy the agent.
/// `Transferring` waits for the target. Everything else is final.
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
        /// Whether they set it aside.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        parked: bool,
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
    /// Another agent was faster.
    CancelledTaken {
        /// When.
        at: Timestamp,
        /// Who has it.
        by: AgentId,
    },
    /// The system or an administrator ended the session while it rang, or withdrew the offer.
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
        /// How often the agent let its time begin anew.
        #[serde(default, skip_serializing_if = "is_zero")]
        extended: u32,
        /// Whether its time is over, and it waits for codes that have to be chosen.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        held: bool,
    },
    /// All done: the card shows the result.
    Concluded {
        /// The conversation as it ended.
        ended: EndedTalk,
    },
    /// The agent let go of the session; whether the target takes it is open.
    Transferring {
        /// When the agent had accepted.
        accepted_at: Timestamp,
        /// When they let go.
        at: Timestamp,
    },
    /// The agent moved the session on, and it was taken.
    Transferred {
        /// When the agent had accepted.
        accepted_at: Timestamp,
        /// When it was taken.
        at: Timestamp,
        /// Whether it left Beckon.
        outside: bool,
    },
    /// The agent moved the session on, and nobody took it.
    TransferFailed {
        /// When the agent had accepted.
        accepted_at: Timestamp,
        /// When it came to nothing.
        at: Timestamp,
    },
    /// The session went back to the queue.
    Returned {
        /// When the agent had accepted.
        accepted_at: Timestamp,
        /// When it went back.
        at: Timestamp,
        /// Why.
        reason: ReturnReason,
    },
    /// A supervisor took the session over.
    TakenOver {
        /// When the agent had accepted.
        accepted_at: Timestamp,
        /// When it was taken.
        at: Timestamp,
        /// Who has it.
        by: AgentId,
    },
    /// The sweep ended the session: no after-call work.
    Stale {
        /// The conversation as it ended.
        ended: EndedTalk,
    },
    /// The room or the channel broke after the accept.
    RoomFailed {
        /// When the agent had accepted.
        accepted_at: Timestamp,
        /// When it broke.
        at: Timestamp,
        /// Why, for the administrator.
        reason: String,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Why a session left its agent for the queue.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// The agent handed it back.
    Agent,
    /// It was parked for too long (P2).
    ParkLimit,
    /// The agent went off duty with it parked.
    OffDuty,
    /// The agent did not reply in time.
    FirstReply,
}

/// How an invitation came out for its agent, as reports name it (`facts/outcomes.md` §5.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentResult {
    /// The session ended while it was theirs.
    Accepted,
    /// They said no.
    Declined,
    /// They did not answer (RONA).
    Missed,
    /// The customer left while it rang.
    CancelledCustomer,
    /// Another agent was faster.
    CancelledTaken,
    /// Withdrawn while it rang.
    CancelledSystem,
    /// The card could not be delivered.
    Undeliverable,
    /// They moved it on inside.
    TransferredInternal,
    /// They moved it on outside.
    TransferredExternal,
    /// They moved it on, and nobody took it.
    TransferFailed,
    /// It went back to the queue.
    ReturnedToQueue,
    /// A supervisor took it over.
    TakenOver,
    /// The sweep ended it.
    Stale,
    /// Room or channel broke.
    Failed,
}

impl AgentResult {
    /// Every result.
    pub const ALL: [Self; 14] = [
        Self::Accepted,
        Self::Declined,
        Self::Missed,
        Self::CancelledCustomer,
        Self::CancelledTaken,
        Self::CancelledSystem,
        Self::Undeliverable,
        Self::TransferredInternal,
        Self::TransferredExternal,
        Self::TransferFailed,
        Self::ReturnedToQueue,
        Self::TakenOver,
        Self::Stale,
        Self::Failed,
    ];
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

impl EndedTalk {
    /// How it came out for the agent who had it at the end: theirs, unless they had moved it to a
    /// colleague who ignored it, and did not take it back (`facts/outcomes.md` §5.1).
    fn result(&self) -> AgentResult {
        match self.outcome {
            Outcome::UserTransferInternalFailed => AgentResult::TransferFailed,
            _ => AgentResult::Accepted,
        }
    }
}

impl Invitation {
    /// Whether its card is not posted where it is not on display already: nobody waits for the news,
    /// or its conversation ended a day ago and the card asks for nothing more (P4).
    pub fn stays_unposted(&self) -> bool {
        self.codes_closed || self.state.stays_unposted()
    }
}

impl InvitationState {
    /// Every stored name.
    pub const NAMES: [&str; 17] = [
        "ringing",
        "accepted",
        "declined",
        "missed",
        "cancelled_customer",
        "cancelled_system",
        "undeliverable",
        "cancelled_taken",
        "wrap_up",
        "concluded",
        "transferring",
        "transferred",
        "transfer_failed",
        "returned",
        "taken_over",
        "stale",
        "room_failed",
    ];

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
            Self::CancelledTaken { .. } => "cancelled_taken",
            Self::WrapUp { .. } => "wrap_up",
            Self::Concluded { .. } => "concluded",
            Self::Transferring { .. } => "transferring",
            Self::Transferred { .. } => "transferred",
            Self::TransferFailed { .. } => "transfer_failed",
            Self::Returned { .. } => "returned",
            Self::TakenOver { .. } => "taken_over",
            Self::Stale { .. } => "stale",
            Self::RoomFailed { .. } => "room_failed",
        }
    }

    /// How it came out for the agent; `None` while that is open.
    pub fn result(&self) -> Option<AgentResult> {
        Some(match self {
            Self::Ringing { .. } | Self::Accepted { .. } | Self::Transferring { .. } => {
                return None;
            }
            Self::WrapUp { ended, .. } | Self::Concluded { ended } => ended.result(),
            Self::Declined { .. } => AgentResult::Declined,
            Self::Missed { .. } => AgentResult::Missed,
            Self::CancelledCustomer { .. } => AgentResult::CancelledCustomer,
            Self::CancelledTaken { .. } => AgentResult::CancelledTaken,
            Self::CancelledSystem { .. } => AgentResult::CancelledSystem,
            Self::Undeliverable { .. } => AgentResult::Undeliverable,
            Self::Transferred { outside: false, .. } => AgentResult::TransferredInternal,
            Self::Transferred { outside: true, .. } => AgentResult::TransferredExternal,
            Self::TransferFailed { .. } => AgentResult::TransferFailed,
            Self::Returned { .. } => AgentResult::ReturnedToQueue,
            Self::TakenOver { .. } => AgentResult::TakenOver,
            Self::Stale { .. } => AgentResult::Stale,
            Self::RoomFailed { .. } => AgentResult::Failed,
        })
    }

    /// Whether it still occupies its agent: it rings, is accepted, or its after-call work runs.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Ringing { .. } | Self::Accepted { .. } | Self::WrapUp { .. })
    }

    /// The conversation, once it is over.
    pub fn ended(&self) -> Option<&EndedTalk> {
        match self {
            Self::WrapUp { ended, .. } | Self::Concluded { ended } | Self::Stale { ended } => {
                Some(ended)
            }
            _ => None,
        }
    }

    /// Whether its card is not posted where it is not on display already: the offer closed without
    /// being accepted (B4), or the sweep ended the conversation, which repaints and wakes nobody (P6).
    pub fn stays_unposted(&self) -> bool {
        matches!(
            self,
            Self::Declined { .. }
                | Self::Missed { .. }
                | Self::CancelledCustomer { .. }
                | Self::CancelledTaken { .. }
                | Self::CancelledSystem { .. }
                | Self::Undeliverable { .. }
                | Self::Stale { .. }
        )
    }
}
