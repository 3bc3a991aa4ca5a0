//! What a card shows: one face for each state of an invitation, and the data its template binds.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::ids::{InvitationId, SessionId};
use crate::invitation::{Invitation, InvitationState};
use crate::room::Room;
use crate::session::Session;
use crate::settings::Service;
use crate::text::on_card;

/// Which template a card is drawn from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// Accept or decline.
    Invitation,
    /// The agent has it: open chat, terminate.
    Accepted,
    /// The agent said no.
    Declined,
    /// The ring time passed.
    Missed,
    /// Withdrawn: the customer left, or the system ended it.
    Cancelled,
    /// The session ended, after-call work runs.
    Terminated,
    /// The result.
    Result,
}

impl Face {
    /// Every face, in the order of an invitation's life.
    pub const ALL: [Self; 7] = [
        Self::Invitation,
        Self::Accepted,
        Self::Declined,
        Self::Missed,
        Self::Cancelled,
        Self::Terminated,
        Self::Result,
    ];

    /// The name of the template file, without its ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Terminated => "terminated",
            Self::Result => "result",
        }
    }

    /// The face of an invitation as it stands.
    pub fn of(state: &InvitationState) -> Self {
        match state {
            InvitationState::Ringing { .. } => Self::Invitation,
            InvitationState::Accepted { .. } => Self::Accepted,
            InvitationState::Declined { .. } => Self::Declined,
            InvitationState::Missed { .. } => Self::Missed,
            InvitationState::CancelledCustomer { .. }
            | InvitationState::CancelledTaken { .. }
            | InvitationState::CancelledSystem { .. }
            | InvitationState::Undeliverable { .. }
            // Moved on: until these have faces of their own, the card says that it is theirs no more.
            | InvitationState::Transferring { .. }
            | InvitationState::Transferred { .. }
            | InvitationState::TransferFailed { .. }
            | InvitationState::Returned { .. }
            | InvitationState::TakenOver { .. }
            | InvitationState::RoomFailed { .. } => Self::Cancelled,
            InvitationState::WrapUp { .. } => Self::Terminated,
            InvitationState::Concluded { .. } | InvitationState::Stale { .. } => Self::Result,
        }
    }
}

/// The data that a template binds. No message text is in it: what a customer wrote stays hidden
/// until the accept, and belongs in the room afterwards (B5).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardData {
    /// The invitation, sent back with every click.
    pub invitation: InvitationId,
    /// The version of the card, sent back with every click.
    pub version: u32,
    /// The session.
    pub session: SessionId,
    /// The name of the service that the invitation was made for.
    pub service: String,
    /// The customer's name, else address.
    pub customer: String,
    /// The kind of channel.
    pub channel: &'static str,
    /// How long the customer had waited when the offer was made, e.g. `2 min 5 s`.
    pub waited: String,
    /// The room's name, once there is a room.
    pub room: Option<String>,
    /// Whether the customer ended it: left while it rang, or left the conversation.
    pub customer_left: bool,
    /// How the session ended, once it did.
    pub outcome: Option<&'static str>,
    /// How long the conversation lasted, once it ended.
    pub duration: Option<String>,
}

/// Gathers what a card shows from the rows as they are. `service` is the session's: its name is
/// shown where the invitation does not know its own.
pub fn card_data(
    invitation: &Invitation,
    session: &Session,
    service: &Service,
    room: Option<&Room>,
) -> CardData {
    let since = session.queued_at.unwrap_or(session.created_at);
    let (customer_left, outcome, duration) = match &invitation.state {
        InvitationState::WrapUp { ended, .. }
        | InvitationState::Concluded { ended }
        | InvitationState::Stale { ended } => (
            ended.by == crate::outcome::EndedBy::Customer,
            Some(ended.outcome.name()),
            Some(between(ended.accepted_at, ended.ended_at)),
        ),
        InvitationState::CancelledCustomer { .. } => (true, None, None),
        _ => (false, None, None),
    };
    CardData {
        invitation: invitation.id,
        version: invitation.card.wanted,
        session: session.id,
        service: on_card(invitation.service.as_ref().map_or(&service.name, |own| &own.name)),
        customer: on_card(&session.customer.label()),
        channel: session.channel.label(),
        waited: between(since, invitation.offered_at),
        room: room.map(|room| on_card(&room.name)),
        customer_left,
        outcome,
        duration,
    }
}

/// A span of time for people: `45 s`, `2 min 5 s`, `3 h 4 min`.
fn between(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.duration_since(from).max(SignedDuration::ZERO).as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, _) => format!("{minutes} min {} s", seconds % 60),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert_eq!(between(at(10), at(10)), "0 s");
        assert_eq!(between(at(0), at(125)), "2 min 5 s");
        assert_eq!(between(at(0), at(11_040)), "3 h 4 min");
        assert_eq!(between(at(5), at(0)), "0 s", "a clock that stepped back shows no nonsense");
    }
}
