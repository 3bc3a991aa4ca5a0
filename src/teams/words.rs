//! Words for what became of an action, for people and for the API.

use beckon_domain::command::Action;
use beckon_domain::invitation::InvitationState;
use beckon_domain::step::Rejection;
use beckon_domain::wrap_up::BadCodes;

/// The action, done.
pub(crate) fn past(action: Action) -> &'static str {
    match action {
        Action::Accept => "accepted",
        Action::Decline => "declined",
        Action::Terminate => "terminated",
        Action::Finish => "finished",
        Action::Extend => "extended",
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

/// Why an action was refused, as a sentence; `None` where people cannot do anything about it.
pub(crate) fn refusal(rejection: &Rejection) -> Option<&'static str> {
    Some(match rejection {
        Rejection::CodesClosed { .. } => {
            "This conversation ended more than a day ago. Codes and tags were not changed."
        }
        Rejection::CodesNotOpen(_) => "Codes and tags are for conversations that are over.",
        Rejection::CodesRequired => "Please choose the codes marked as required first.",
        Rejection::BadCodes(bad) => match bad {
            BadCodes::Unknown { .. } => "This code is no longer in the list. Nothing was changed.",
            BadCodes::NoTags => "There are no tags here. Nothing was changed.",
            BadCodes::TooManyTags(_) => "There can be 20 tags at most. Nothing was changed.",
            BadCodes::TagTooLong(_) => "A tag has 64 characters at most. Nothing was changed.",
            BadCodes::Comma(_) => "A tag has no comma. Nothing was changed.",
        },
        Rejection::AtCapacity => "You have no room for another conversation just now.",
        _ => return None,
    })
}

/// How an invitation stands, as a sentence.
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
