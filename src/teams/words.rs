//! Words for what became of an action, for people and for the API.

use beckon_domain::command::Action;
use beckon_domain::invitation::InvitationState;

/// The action, done.
pub(crate) fn past(action: Action) -> &'static str {
    match action {
        Action::Accept => "accepted",
        Action::Decline => "declined",
        Action::Terminate => "terminated",
        Action::Finish => "finished",
        Action::Park => "parked",
        Action::Unpark => "unparked",
        Action::HandBack => "handed_back",
    }
}

/// How an invitation stands for somebody whose action changed nothing.
pub(crate) fn standing(state: &InvitationState) -> &'static str {
    match state {
        InvitationState::Missed { .. } => "missed",
        InvitationState::CancelledCustomer { .. }
        | InvitationState::CancelledTaken { .. }
        | InvitationState::CancelledSystem { .. }
        | InvitationState::Undeliverable { .. } => "cancelled",
        _ => "unchanged",
    }
}

/// The same as a sentence.
pub(crate) fn sentence(state: &InvitationState) -> &'static str {
    match state {
        InvitationState::Ringing { .. } => "This invitation is waiting for you.",
        InvitationState::Accepted { parked: false, .. } => "You are in this conversation.",
        InvitationState::Accepted { parked: true, .. } => "You parked this conversation.",
        InvitationState::Declined { .. } => "You declined this invitation.",
        InvitationState::Missed { .. } => "You missed this invitation.",
        InvitationState::CancelledCustomer { .. } => "The customer left.",
        InvitationState::CancelledSystem { .. } | InvitationState::Undeliverable { .. } => {
            "This invitation was withdrawn."
        }
        InvitationState::WrapUp { .. } => "The conversation has ended; your wrap-up is running.",
        InvitationState::Concluded { .. } | InvitationState::Stale { .. } => {
            "This conversation has ended."
        }
        InvitationState::CancelledTaken { .. } => "Somebody else was faster.",
        InvitationState::Transferring { .. } => "You are moving this conversation on.",
        InvitationState::Transferred { .. } => "You moved this conversation on.",
        InvitationState::TransferFailed { .. } => "You moved this conversation on; nobody took it.",
        InvitationState::Returned { .. } => "This conversation went back to the queue.",
        InvitationState::TakenOver { .. } => "A supervisor took this conversation over.",
        InvitationState::RoomFailed { .. } => "The room of this conversation broke.",
    }
}
