//! A command of any kind about given rows. A new kind does not compile without its command here,
//! and so has its place in the tables and in the property tests.

use jiff::{SignedDuration, Timestamp};

use crate::agent::{Duty, Presence};
use crate::card::{CardCopy, CopyKind};
use crate::command::{
    Action, CardFailure, Command, CommandKind, FlagEnd, FlowEnd, FlowStep, RoomReport, Surface,
    SystemEnd, Withdrawal,
};
use crate::effect::NoticeKind;
use crate::ids::{AgentId, InvitationId, SessionId};
use crate::invitation::ReturnReason;
use crate::session::{Customer, Parameters};
use crate::timer::{Timer, TimerKey};
use crate::transfer::{TransferMode, TransferTo};
use crate::wrap_up::{Actor, Audit, Codes};

/// The silence after which the sweep ends a session.
pub(crate) const STALE: SignedDuration = SignedDuration::from_hours(1);

/// The rows that a command is about, and the ids of those it may make.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// The customer of `session`.
    pub(crate) customer: String,
    pub(crate) session: SessionId,
    pub(crate) invitation: InvitationId,
    /// Who acts: on an invitation of theirs, if they have one.
    pub(crate) agent: AgentId,
    /// Somebody else.
    pub(crate) other: AgentId,
    /// The room's current attempt.
    pub(crate) attempt: u32,
    pub(crate) new_session: SessionId,
    pub(crate) new_invitation: InvitationId,
    pub(crate) now: Timestamp,
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind: it reads as a list")]
pub(crate) fn command(kind: CommandKind, about: &About) -> Command {
    let &About { session, invitation, agent, other, attempt, .. } = about;
    let act =
        |action| Command::Act { invitation, agent, action, surface: Surface::Console, seen: None };
    let timer = |key| Command::Timer(Timer { key, due: about.now });
    let flow = |step| Command::Flow { session, step };
    let system = |why| Command::SystemEnd { session, why };
    let room = |report| Command::Room { session, attempt, report };
    let transfer = |target| Command::Transfer { invitation, agent, target, note: None };
    let to_other =
        |mode| TransferTo::Agent { agent: other, invitation: about.new_invitation, mode };
    let customer = Customer { address: about.customer.as_str().into(), name: None };
    let (account, text, reason) = ("website".into(), "Hello".to_owned(), "because".to_owned());
    let new_session = about.new_session;
    match kind {
        CommandKind::CustomerMessage => {
            let parameters = Parameters::new();
            Command::CustomerMessage { account, customer, text, parameters, new_session }
        }
        CommandKind::ContactAgent => Command::ContactAgent {
            account,
            customer,
            text,
            parameters: crate::session::Parameters::new(),
            agent,
            new_session,
            invitation: about.new_invitation,
        },
        CommandKind::StartOutbound => {
            let window = SignedDuration::from_hours(1);
            Command::StartOutbound { account, customer, text, new_session, window }
        }
        CommandKind::CustomerLeft => Command::CustomerLeft { session },
        CommandKind::FlowAccepted => flow(FlowStep::Accepted),
        CommandKind::FlowQueued => flow(FlowStep::Queued),
        CommandKind::FlowLeftQueue => flow(FlowStep::LeftQueue),
        CommandKind::FlowEnded => flow(FlowStep::Ended { how: FlowEnd::Handled }),
        CommandKind::Offer => Command::Offer { session, invitation: about.new_invitation },
        CommandKind::CardShown => {
            let (conversation, activity) = ("a:1".to_owned(), format!("m-{invitation}"));
            let kind = CopyKind::Invitation;
            let copy = CardCopy { conversation, activity, shown: 1, kind };
            Command::CardShown { invitation, copy }
        }
        CommandKind::CardRefused => {
            Command::CardFailed { invitation, failure: CardFailure::Refused { reason } }
        }
        CommandKind::CardLater => {
            Command::CardFailed { invitation, failure: CardFailure::Later { at: about.now } }
        }
        CommandKind::Accept => act(Action::Accept),
        CommandKind::Decline => act(Action::Decline),
        CommandKind::Terminate => act(Action::Terminate),
        CommandKind::Finish => act(Action::Finish),
        CommandKind::Extend => act(Action::Extend),
        CommandKind::SetCodes => {
            let by = Actor::Agent { agent };
            let code = Some("billing".to_owned());
            let codes = Codes { codes: code, tags: vec!["vip".to_owned()], ..Codes::default() };
            let surface = Surface::Console;
            Command::SetCodes { invitation, by, codes, keep: true, surface, seen: None }
        }
        CommandKind::LeaveWrapUp => Command::LeaveWrapUp { invitation },
        CommandKind::Park => act(Action::Park),
        CommandKind::Unpark => act(Action::Unpark),
        CommandKind::HandBack => act(Action::HandBack),
        CommandKind::AgentMessage => Command::AgentMessage { session, agent, text },
        CommandKind::TransferToService => {
            transfer(TransferTo::Service { service: "billing".into() })
        }
        CommandKind::TransferBlind => transfer(to_other(TransferMode::Blind)),
        CommandKind::TransferSafe => transfer(to_other(TransferMode::Safe)),
        CommandKind::TransferOutside => {
            let (address, mode) = ("tel:+41".to_owned(), TransferMode::Blind);
            transfer(TransferTo::Outside { address, mode })
        }
        CommandKind::TransferDelivered => Command::TransferReported { invitation, refused: None },
        CommandKind::TransferRefused => {
            Command::TransferReported { invitation, refused: Some(reason) }
        }
        CommandKind::Return => Command::Return { invitation, reason: ReturnReason::Agent },
        CommandKind::WithdrawInvitation => {
            Command::WithdrawInvitation { invitation, reason: Withdrawal::OffDuty }
        }
        CommandKind::TakeOver => {
            Command::TakeOver { session, agent: other, invitation: about.new_invitation }
        }
        CommandKind::StandbyAccepted => {
            Command::StandbyAccepted { session, agent: other, invitation: about.new_invitation }
        }
        CommandKind::TaskCancelled => system(SystemEnd::TaskCancelled),
        CommandKind::Spam => system(SystemEnd::Spam),
        CommandKind::ChannelFailed => system(SystemEnd::ChannelFailed { reason }),
        CommandKind::InternalFailed => system(SystemEnd::InternalFailed { reason, by: None }),
        CommandKind::Sweep => Command::Sweep { session, threshold: STALE },
        CommandKind::AdminEnd => {
            let by = Actor::Key { name: "office".to_owned() };
            Command::AdminEnd { session, audit: Some(Audit { by, reason }) }
        }
        CommandKind::RoomOpening => room(RoomReport::Opening),
        CommandKind::RoomOpened => room(RoomReport::Opened { reference: "19:room".to_owned() }),
        CommandKind::RoomProgress => {
            room(RoomReport::Created { reference: "19:room".to_owned(), url: None })
        }
        CommandKind::RoomMessage => {
            let reference = "19:room".to_owned();
            let written = crate::command::Written::Text;
            Command::RoomMessage { session, agent, reference, text, written }
        }
        CommandKind::RoomEdited => Command::RoomEdited { session, seq: 1, text: None },
        CommandKind::RoomFailed => room(RoomReport::Failed { reason }),
        CommandKind::RoomClosed => room(RoomReport::Closed),
        CommandKind::RoomLost => room(RoomReport::Lost { reason }),
        CommandKind::AgentReachable => {
            let channel = crate::agent::BotChannel::Teams;
            Command::AgentReachable { agent, reference: "r".to_owned(), channel }
        }
        CommandKind::AgentUnreachable => Command::AgentUnreachable { agent, blocked: false },
        CommandKind::OnDuty => Command::SetDuty { agent, duty: Duty::On },
        CommandKind::OffDuty => Command::SetDuty { agent, duty: Duty::Off },
        CommandKind::SetPresence => {
            Command::SetPresence { agent, presence: Presence::DoNotDisturb }
        }
        CommandKind::ResetRona => Command::ResetRona { agent, by: None, flag: None },
        CommandKind::FlagLifted => Command::FlagLifted { invitation, why: FlagEnd::Over },
        CommandKind::ChatOpened => Command::ChatOpened { agent, reference: "r".to_owned() },
        CommandKind::ConsoleOpen => Command::ConsoleOpen { agent },
        CommandKind::InvitationSeen => Command::InvitationSeen { invitation, agent },
        CommandKind::SetInvites => Command::SetInvites { agent, invites: Some(true) },
        CommandKind::DeliveryTimer => timer(TimerKey::Delivery(invitation)),
        CommandKind::RingTimer => timer(TimerKey::Ring(invitation)),
        CommandKind::OfferTimer => timer(TimerKey::Offer(session)),
        CommandKind::MaxWaitTimer => timer(TimerKey::MaxWait(session)),
        CommandKind::WrapUpTimer => timer(TimerKey::WrapUp(invitation)),
        CommandKind::LateCodesTimer => timer(TimerKey::LateCodes(invitation)),
        CommandKind::ParkLimitTimer => timer(TimerKey::ParkLimit(session)),
        CommandKind::ReminderTimer => timer(TimerKey::Reminder(session)),
        CommandKind::IdleTimer => timer(TimerKey::Idle(session)),
        CommandKind::OutboundTimer => timer(TimerKey::Outbound(session)),
        CommandKind::TransferTimer => timer(TimerKey::Transfer(session)),
        CommandKind::EmptyRoomTimer => timer(TimerKey::EmptyRoom(session)),
        CommandKind::RonaTimer => timer(TimerKey::Rona(agent)),
        CommandKind::MessageUndelivered => {
            Command::MessageUndelivered { session, seq: 1, reason, channel_gone: false }
        }
        CommandKind::NoticeDropped => {
            Command::NoticeDropped { session, kind: NoticeKind::SessionEnded, reason }
        }
    }
}
