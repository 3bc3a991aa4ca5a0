//! What a card is told: one face for each state of an invitation, and the facts its template shows.
//!
//! Facts only: instants, spans and names of things. How they read in a language and a time zone is
//! the business of whoever draws the card.

mod facts;

pub use facts::{
    CardData, Choice, CodeList, Codes, MAX_NAME, Parameter, Place, RoomFacts, TalkFacts,
    WrapUpFacts,
};
pub use facts::{card_data, codes, on_card_within};

use serde::Serialize;

use crate::ids::AgentId;
use crate::invitation::{Invitation, InvitationState, ReturnReason};
use crate::session::Session;

/// Which template a card is drawn from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Accept or decline.
    Invitation,
    /// A customer comes back to the agent they had: reopen or leave (R8).
    Returning,
    /// The agent has it: open chat, terminate.
    Accepted,
    /// The agent has it and set it aside.
    Parked,
    /// The agent said no.
    Declined,
    /// The ring time passed.
    Missed,
    /// Withdrawn: the customer left, somebody else was faster, or the system ended it.
    Cancelled,
    /// The agent had it, and it went on without them.
    Moved,
    /// The session ended, after-call work runs.
    Terminated,
    /// The result.
    Result,
}

impl Face {
    /// Every face, in the order of an invitation's life.
    pub const ALL: [Self; 10] = [
        Self::Invitation,
        Self::Returning,
        Self::Accepted,
        Self::Parked,
        Self::Declined,
        Self::Missed,
        Self::Cancelled,
        Self::Moved,
        Self::Terminated,
        Self::Result,
    ];

    /// The name of the template file, without its ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Returning => "returning",
            Self::Accepted => "accepted",
            Self::Parked => "parked",
            Self::Declined => "declined",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Moved => "moved",
            Self::Terminated => "terminated",
            Self::Result => "result",
        }
    }

    /// The face of an invitation to a session, as both stand.
    pub fn shown(invitation: &Invitation, session: &Session) -> Self {
        match Self::of(&invitation.state) {
            Self::Invitation if session.comes_back_to(invitation.agent) => Self::Returning,
            face => face,
        }
    }

    /// The face of an invitation's state.
    pub fn of(state: &InvitationState) -> Self {
        match state {
            InvitationState::Ringing { .. } => Self::Invitation,
            InvitationState::Accepted { parked: false, .. } => Self::Accepted,
            InvitationState::Accepted { parked: true, .. } => Self::Parked,
            InvitationState::Declined { .. } => Self::Declined,
            InvitationState::Missed { .. } => Self::Missed,
            InvitationState::CancelledCustomer { .. }
            | InvitationState::CancelledTaken { .. }
            | InvitationState::CancelledSystem { .. }
            | InvitationState::Undeliverable { .. } => Self::Cancelled,
            InvitationState::Transferring { .. }
            | InvitationState::Transferred { .. }
            | InvitationState::TransferFailed { .. }
            | InvitationState::Returned { .. }
            | InvitationState::TakenOver { .. }
            | InvitationState::RoomFailed { .. } => Self::Moved,
            InvitationState::WrapUp { .. } => Self::Terminated,
            InvitationState::Concluded { .. } | InvitationState::Stale { .. } => Self::Result,
        }
    }
}

/// Why a session is no longer its agent's, or never became it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Gone {
    /// The customer left while it rang.
    CustomerLeft,
    /// Another agent was faster (I1).
    Taken {
        /// Who has it.
        by: AgentId,
    },
    /// The offer was taken back: by the system, by an administrator, or because it never arrived.
    Withdrawn,
    /// The agent let go; whether the target takes it is open.
    Transferring,
    /// Moved on to a service or a colleague, and taken.
    Transferred,
    /// Moved on to somebody who is not served by Beckon.
    TransferredOutside,
    /// Moved on, and nobody took it.
    TransferFailed,
    /// The agent handed it back.
    HandedBack,
    /// It was parked for too long (P2).
    ParkLimit,
    /// The agent went off duty with it parked.
    OffDuty,
    /// The agent did not reply in time.
    FirstReply,
    /// A supervisor took it over.
    TakenOver {
        /// Who has it.
        by: AgentId,
    },
    /// Its room broke.
    RoomFailed,
}

impl Gone {
    /// Every name, in the order in which the reasons are declared.
    pub const NAMES: [&'static str; 13] = [
        "customer_left",
        "taken",
        "withdrawn",
        "transferring",
        "transferred",
        "transferred_outside",
        "transfer_failed",
        "handed_back",
        "park_limit",
        "off_duty",
        "first_reply",
        "taken_over",
        "room_failed",
    ];

    /// The name by which cards and their texts know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CustomerLeft => "customer_left",
            Self::Taken { .. } => "taken",
            Self::Withdrawn => "withdrawn",
            Self::Transferring => "transferring",
            Self::Transferred => "transferred",
            Self::TransferredOutside => "transferred_outside",
            Self::TransferFailed => "transfer_failed",
            Self::HandedBack => "handed_back",
            Self::ParkLimit => "park_limit",
            Self::OffDuty => "off_duty",
            Self::FirstReply => "first_reply",
            Self::TakenOver { .. } => "taken_over",
            Self::RoomFailed => "room_failed",
        }
    }

    /// Who has it instead, where that is known.
    pub fn by(self) -> Option<AgentId> {
        match self {
            Self::Taken { by } | Self::TakenOver { by } => Some(by),
            _ => None,
        }
    }

    /// Why an invitation in this state is no longer its agent's; `None` while it is, and where the
    /// agent knows: after a decline, a miss, or the end.
    pub fn of(state: &InvitationState) -> Option<Self> {
        Some(match state {
            InvitationState::CancelledCustomer { .. } => Self::CustomerLeft,
            InvitationState::CancelledTaken { by, .. } => Self::Taken { by: *by },
            InvitationState::CancelledSystem { .. } | InvitationState::Undeliverable { .. } => {
                Self::Withdrawn
            }
            InvitationState::Transferring { .. } => Self::Transferring,
            InvitationState::Transferred { outside: false, .. } => Self::Transferred,
            InvitationState::Transferred { outside: true, .. } => Self::TransferredOutside,
            InvitationState::TransferFailed { .. } => Self::TransferFailed,
            InvitationState::Returned { reason, .. } => match reason {
                ReturnReason::Agent => Self::HandedBack,
                ReturnReason::ParkLimit => Self::ParkLimit,
                ReturnReason::OffDuty => Self::OffDuty,
                ReturnReason::FirstReply => Self::FirstReply,
            },
            InvitationState::TakenOver { by, .. } => Self::TakenOver { by: *by },
            InvitationState::RoomFailed { .. } => Self::RoomFailed,
            InvitationState::Ringing { .. }
            | InvitationState::Accepted { .. }
            | InvitationState::Declined { .. }
            | InvitationState::Missed { .. }
            | InvitationState::WrapUp { .. }
            | InvitationState::Concluded { .. }
            | InvitationState::Stale { .. } => return None,
        })
    }
}
