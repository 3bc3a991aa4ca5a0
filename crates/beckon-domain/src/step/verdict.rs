//! Which outcome an end has: the session as it stands, and what ends it
//! (`facts/outcomes.md` §5.2).

use crate::command::{FlowEnd, SystemEnd};
use crate::outcome::{EndedBy, Outcome};
use crate::session::{Attendance, Origin, Phase, Session};
use crate::transfer::{TransferState, TransferTo};

/// What ends a session.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cause {
    CustomerLeft,
    Terminated,
    Admin,
    Sweep,
    Idle,
    MaxWait,
    Flow(FlowEnd),
    System(SystemEnd),
    NoAnswer,
    MovedOutside,
    OutsideRefused,
}

impl Cause {
    pub(super) fn by(&self) -> EndedBy {
        match self {
            Self::CustomerLeft => EndedBy::Customer,
            Self::Terminated | Self::MovedOutside => EndedBy::User,
            Self::Admin => EndedBy::Admin,
            Self::Sweep => EndedBy::Sweep,
            Self::Idle
            | Self::MaxWait
            | Self::Flow(_)
            | Self::System(_)
            | Self::NoAnswer
            | Self::OutsideRefused => EndedBy::System,
        }
    }
}

/// The outcome, or `None` where this does not end a session that stands so.
pub(super) fn verdict(session: &Session, cause: &Cause) -> Option<Outcome> {
    let stand = match session.phase {
        Phase::Ended { .. } => return None,
        Phase::Flow => Stand::Flow,
        Phase::Waiting { .. } => Stand::Waiting,
        Phase::Ringing { .. } => Stand::Ringing,
        Phase::Connected { .. } | Phase::Parked { .. } => Stand::Talk,
    };
    let nobody = stand != Stand::Talk;
    let had_agent = !nobody || session.attended_by != Attendance::Nobody;
    match cause {
        Cause::CustomerLeft => Some(customer_left(session, stand)),
        Cause::Terminated | Cause::Idle => (!nobody).then(|| talk(session)),
        Cause::Admin if !had_agent => Some(Outcome::AdminTerminated),
        Cause::Admin if nobody && untaken(session) => Some(Outcome::UserTransferInternalFailed),
        Cause::Admin => Some(talk(session)),
        Cause::Sweep if had_agent => Some(Outcome::StaleAfterUser),
        Cause::Sweep => Some(Outcome::StaleBeforeUser),
        Cause::MaxWait if stand != Stand::Waiting => None,
        Cause::MaxWait if untaken(session) => Some(Outcome::UserTransferInternalFailed),
        Cause::MaxWait => Some(Outcome::QueueTimeout),
        Cause::Flow(how) => nobody.then(|| flow(how)),
        Cause::System(SystemEnd::TaskCancelled) => match stand {
            Stand::Flow => None,
            Stand::Waiting | Stand::Ringing => Some(Outcome::CancelledByWorkflow),
            Stand::Talk => Some(Outcome::Abandoned),
        },
        Cause::System(SystemEnd::Spam) => nobody.then_some(Outcome::RejectedSpam),
        Cause::System(SystemEnd::ChannelFailed { .. }) => Some(Outcome::FailedChannel),
        Cause::System(SystemEnd::InternalFailed { .. }) => Some(Outcome::FailedInternal),
        Cause::NoAnswer => (stand == Stand::Flow && session.origin == Origin::OutboundUnanswered)
            .then_some(Outcome::OutboundNotAccepted),
        Cause::MovedOutside => (!nobody).then_some(Outcome::UserTransferExternalOk),
        Cause::OutsideRefused => (!nobody).then_some(Outcome::UserTransferExternalFailed),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Stand {
    Flow,
    Waiting,
    Ringing,
    Talk,
}

fn customer_left(session: &Session, stand: Stand) -> Outcome {
    match stand {
        Stand::Talk => talk(session),
        Stand::Waiting | Stand::Ringing if untaken(session) => Outcome::UserTransferInternalFailed,
        Stand::Waiting | Stand::Ringing => Outcome::CustomerLeftInQueue,
        Stand::Flow if session.origin == Origin::OutboundUnanswered => Outcome::OutboundNotAccepted,
        Stand::Flow if session.queued_at.is_some() => Outcome::CustomerLeftAfterQueue,
        Stand::Flow if session.accepted => Outcome::CustomerLeftInWorkflow,
        Stand::Flow => Outcome::CustomerLeftBeforeAccept,
    }
}

/// The outcome of a conversation that came to its end: the last agent session decides.
fn talk(session: &Session) -> Outcome {
    let moved = session.transfer.as_ref().map(|row| row.state);
    if moved == Some(TransferState::Taken) {
        Outcome::UserTransferInternalOk
    } else if moved == Some(TransferState::Ignored) {
        Outcome::UserTransferInternalFailed
    } else if session.attended_by == Attendance::OnCall {
        Outcome::StandbyAccepted
    } else if session.origin == Origin::OutboundAnswered {
        Outcome::OutboundAccepted
    } else {
        Outcome::UserAccepted
    }
}

/// Whether an agent moved the session on inside, let go, and nobody took it.
fn untaken(session: &Session) -> bool {
    session.transfer.as_ref().is_some_and(|row| {
        row.state != TransferState::Taken && !matches!(row.to, TransferTo::Outside { .. })
    })
}

fn flow(how: &FlowEnd) -> Outcome {
    match how {
        FlowEnd::Handled => Outcome::SystemHandled,
        FlowEnd::Disconnected => Outcome::SystemDisconnected,
        FlowEnd::MessageLeft => Outcome::MessageLeft,
        FlowEnd::Transferred => Outcome::SystemTransferOk,
        FlowEnd::TransferFailed => Outcome::SystemTransferFailed,
        FlowEnd::ServiceFull => Outcome::ServiceFull,
        FlowEnd::ServiceClosed => Outcome::ServiceClosed,
        FlowEnd::Failed { .. } => Outcome::FailedWorkflow,
    }
}
