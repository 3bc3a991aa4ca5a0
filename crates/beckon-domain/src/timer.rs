//! Timers: the only thing that makes time pass.
//!
//! A timer carries the generation of the state that set it (rule 7 of ARCHITECTURE.md). When it fires
//! late, after that state is gone, it changes nothing; so timers never have to be cancelled for
//! correctness.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{AgentId, InvitationId, SessionId};

/// What a timer is about. One timer of each kind per target.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "target", rename_all = "snake_case")]
pub enum TimerKey {
    /// The invitation's card was not confirmed in time (I3: 10 s).
    Delivery(InvitationId),
    /// The ring time is over (I3: 30 s).
    Ring(InvitationId),
    /// The back-off of a waiting session is over.
    Offer(SessionId),
    /// Max wait is over (D8).
    MaxWait(SessionId),
    /// The after-call work is over (P4).
    WrapUp(InvitationId),
    /// The time for late codes is over (P4).
    LateCodes(InvitationId),
    /// A parked session was left for too long (P2).
    ParkLimit(SessionId),
    /// An agent is to be reminded: of the silence (P6), or of what they parked (P2).
    Reminder(SessionId),
    /// The customer owes an answer for too long (P6).
    Idle(SessionId),
    /// The customer did not answer a conversation that we began.
    Outbound(SessionId),
    /// Nobody outside answered a move there (D7).
    Transfer(SessionId),
    /// The agent leaves the room of an ended session (R8).
    EmptyRoom(SessionId),
    /// The RONA flag ends by itself (I3).
    Rona(AgentId),
}

impl TimerKey {
    /// The stored name of the kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Delivery(_) => "delivery",
            Self::Ring(_) => "ring",
            Self::Offer(_) => "offer",
            Self::MaxWait(_) => "max_wait",
            Self::WrapUp(_) => "wrap_up",
            Self::LateCodes(_) => "late_codes",
            Self::ParkLimit(_) => "park_limit",
            Self::Reminder(_) => "reminder",
            Self::Idle(_) => "idle",
            Self::Outbound(_) => "outbound",
            Self::Transfer(_) => "transfer",
            Self::EmptyRoom(_) => "empty_room",
            Self::Rona(_) => "rona",
        }
    }

    /// The id of what it is about; within a kind it tells timers apart.
    pub fn target(self) -> Uuid {
        match self {
            Self::Delivery(InvitationId(id))
            | Self::Ring(InvitationId(id))
            | Self::WrapUp(InvitationId(id))
            | Self::LateCodes(InvitationId(id))
            | Self::Offer(SessionId(id))
            | Self::MaxWait(SessionId(id))
            | Self::ParkLimit(SessionId(id))
            | Self::Reminder(SessionId(id))
            | Self::Idle(SessionId(id))
            | Self::Transfer(SessionId(id))
            | Self::EmptyRoom(SessionId(id))
            | Self::Outbound(SessionId(id))
            | Self::Rona(AgentId(id)) => id,
        }
    }
}

/// A timer as it is set. Setting one again replaces it and raises the generation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Timer {
    /// What it is about.
    pub key: TimerKey,
    /// When it is due.
    pub due: Timestamp,
}
