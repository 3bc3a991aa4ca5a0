//! Every outcome of a session and every result of an agent session is reached by commands
//! (`facts/outcomes.md` §5.2 and §5.3). A new one does not compile without the way to it.

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::command::{
    Action, CardFailure, Command, FlowEnd, FlowStep, RoomReport, SystemEnd, Withdrawal,
};
use crate::ids::{InvitationId, SessionId};
use crate::invitation::AgentResult;
use crate::outcome::{EndedBy, Outcome};
use crate::room::Provider;
use crate::session::Phase;
use crate::timer::TimerKey;
use crate::transfer::{TransferMode, TransferTo};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn outside(mode: TransferMode) -> TransferTo {
    TransferTo::Outside { address: "tel:+41".to_owned(), mode }
}

/// A session in the workflow, accepted or not.
fn in_workflow(world: &mut World, accepted: bool) -> SessionId {
    world.service.workflow = true;
    let session = world.write("grace", "Hello?");
    if accepted {
        world.flow(session, FlowStep::Accepted);
    }
    session
}

fn outbound(world: &mut World) -> SessionId {
    let session = SessionId(world.fresh());
    world.must(&Command::StartOutbound {
        account: "website".into(),
        customer: crate::session::Customer { address: "grace".into(), name: None },
        text: "Your parcel is here.".to_owned(),
        new_session: session,
        window: SignedDuration::from_hours(1),
    });
    session
}

fn end_flow(world: &mut World, how: FlowEnd) -> (SessionId, EndedBy) {
    let session = in_workflow(world, true);
    world.flow(session, FlowStep::Ended { how });
    (session, EndedBy::System)
}

fn system_end(world: &mut World, session: SessionId, why: SystemEnd) -> (SessionId, EndedBy) {
    world.must(&Command::SystemEnd { session, why });
    (session, EndedBy::System)
}

/// Brings a session to this outcome; gives it, and who ends it.
#[expect(clippy::too_many_lines, reason = "one arm for each outcome: it reads as a list")]
pub(super) fn reach(outcome: Outcome, world: &mut World) -> (SessionId, EndedBy) {
    let leave = |world: &mut World, session| {
        world.must(&Command::CustomerLeft { session });
        (session, EndedBy::Customer)
    };
    match outcome {
        Outcome::CustomerLeftBeforeAccept => {
            let session = in_workflow(world, false);
            leave(world, session)
        }
        Outcome::CustomerLeftInWorkflow => {
            let session = in_workflow(world, true);
            leave(world, session)
        }
        Outcome::CustomerLeftAfterQueue => {
            let session = in_workflow(world, true);
            world.flow(session, FlowStep::Queued);
            world.flow(session, FlowStep::LeftQueue);
            leave(world, session)
        }
        Outcome::CustomerLeftInQueue => {
            let session = world.write("grace", "Hello?");
            leave(world, session)
        }
        Outcome::UserAccepted => {
            let (session, invitation) = world.connected();
            world.act(invitation, Action::Terminate);
            (session, EndedBy::User)
        }
        Outcome::UserTransferInternalOk => {
            let (session, invitation) = world.connected();
            let rings = world.transfer_to(invitation, agent(2), TransferMode::Blind);
            world.act(rings, Action::Accept);
            world.act(rings, Action::Terminate);
            (session, EndedBy::User)
        }
        Outcome::UserTransferExternalOk => {
            let (session, invitation) = world.connected();
            world.transfer(invitation, outside(TransferMode::Safe));
            world.must(&Command::TransferReported { invitation, refused: None });
            (session, EndedBy::User)
        }
        Outcome::UserTransferInternalFailed => {
            let (session, invitation) = world.connected();
            let service = "billing".into();
            world.transfer(invitation, TransferTo::Service { service });
            leave(world, session)
        }
        Outcome::UserTransferExternalFailed => {
            let (session, invitation) = world.connected();
            world.transfer(invitation, outside(TransferMode::Blind));
            let refused = Some("486".to_owned());
            world.must(&Command::TransferReported { invitation, refused });
            (session, EndedBy::System)
        }
        Outcome::SystemTransferOk => end_flow(world, FlowEnd::Transferred),
        Outcome::SystemTransferFailed => end_flow(world, FlowEnd::TransferFailed),
        Outcome::SystemHandled => end_flow(world, FlowEnd::Handled),
        Outcome::SystemDisconnected => end_flow(world, FlowEnd::Disconnected),
        Outcome::MessageLeft => end_flow(world, FlowEnd::MessageLeft),
        Outcome::ServiceFull => end_flow(world, FlowEnd::ServiceFull),
        Outcome::ServiceClosed => end_flow(world, FlowEnd::ServiceClosed),
        Outcome::FailedWorkflow => end_flow(world, FlowEnd::Failed { reason: "loop".into() }),
        Outcome::StandbyAccepted => {
            let session = world.write("grace", "Hello?");
            let invitation = InvitationId(world.fresh());
            world.must(&Command::StandbyAccepted { session, agent: agent(3), invitation });
            world.act(invitation, Action::Terminate);
            (session, EndedBy::User)
        }
        Outcome::CancelledByWorkflow => {
            let session = world.write("grace", "Hello?");
            system_end(world, session, SystemEnd::TaskCancelled)
        }
        Outcome::Abandoned => {
            let (session, _) = world.connected();
            system_end(world, session, SystemEnd::TaskCancelled)
        }
        Outcome::QueueTimeout => {
            let session = world.write("grace", "Hello?");
            world.fire(TimerKey::MaxWait(session));
            (session, EndedBy::System)
        }
        Outcome::StaleBeforeUser => {
            let session = in_workflow(world, true);
            world.pass(DAY.as_secs());
            world.must(&Command::Sweep { session, threshold: DAY });
            (session, EndedBy::Sweep)
        }
        Outcome::StaleAfterUser => {
            let (session, _) = world.connected();
            world.pass(DAY.as_secs());
            world.must(&Command::Sweep { session, threshold: DAY });
            (session, EndedBy::Sweep)
        }
        Outcome::AdminTerminated => {
            let session = world.write("grace", "Hello?");
            world.must(&Command::AdminEnd { session, audit: None });
            (session, EndedBy::Admin)
        }
        Outcome::RejectedSpam => {
            let session = world.write("grace", "Buy now!");
            system_end(world, session, SystemEnd::Spam)
        }
        Outcome::FailedChannel => {
            let (session, _) = world.connected();
            system_end(world, session, SystemEnd::ChannelFailed { reason: "401".into() })
        }
        Outcome::FailedInternal => {
            let session = world.write("grace", "Hello?");
            system_end(
                world,
                session,
                SystemEnd::InternalFailed { reason: "rule 2".into(), by: None },
            )
        }
        Outcome::OutboundAccepted => {
            let session = outbound(world);
            assert_eq!(world.write("grace", "At last!"), session);
            let invitation = world.ring(session);
            world.act(invitation, Action::Accept);
            world.act(invitation, Action::Terminate);
            (session, EndedBy::User)
        }
        Outcome::OutboundNotAccepted => {
            let session = outbound(world);
            world.fire(TimerKey::Outbound(session));
            (session, EndedBy::System)
        }
    }
}

#[test]
fn every_outcome_is_reached_and_told_by_the_events() {
    for outcome in Outcome::ALL {
        let mut world = World::new(3);
        let (session, by) = reach(outcome, &mut world);
        let Phase::Ended { outcome: reached, by: ended_by, .. } = *world.phase(session) else {
            panic!("{outcome:?} is not reached");
        };
        assert_eq!((reached, ended_by), (outcome, by));
        let report = world.report(session);
        assert_eq!((report.outcome, report.ended_by), (Some(outcome), Some(by)));

        world.must(&Command::CustomerLeft { session });
        world.must(&Command::AdminEnd { session, audit: None });
        assert_eq!(world.outcome(session), Some(outcome), "the first terminal event wins");
        let ends = |event: &crate::event::EventKind| {
            matches!(event, crate::event::EventKind::SessionEnded { .. })
        };
        assert_eq!(world.happened(ends), 1);
    }
}

/// Brings an invitation to this result.
pub(crate) fn reach_result(result: AgentResult, world: &mut World) -> InvitationId {
    match result {
        AgentResult::Accepted => {
            let (_, invitation) = world.connected();
            world.act(invitation, Action::Terminate);
            invitation
        }
        AgentResult::Declined
        | AgentResult::Missed
        | AgentResult::CancelledCustomer
        | AgentResult::CancelledTaken
        | AgentResult::CancelledSystem
        | AgentResult::Undeliverable => {
            world.service.distribution.broadcast = 2;
            let session = world.write("grace", "Hello?");
            let (first, second) = (world.ring(session), world.ring(session));
            match result {
                AgentResult::Declined => drop(world.act(first, Action::Decline)),
                AgentResult::Missed => world.fire(TimerKey::Ring(first)),
                AgentResult::CancelledTaken => drop(world.act(second, Action::Accept)),
                AgentResult::CancelledCustomer => {
                    world.must(&Command::CustomerLeft { session });
                }
                AgentResult::CancelledSystem => {
                    world.must(&Command::AdminEnd { session, audit: None });
                }
                _ => {
                    let reason = Withdrawal::BotRemoved;
                    world.must(&Command::WithdrawInvitation { invitation: first, reason });
                }
            }
            first
        }
        AgentResult::TransferredInternal => {
            let (_, invitation) = world.connected();
            let rings = world.transfer_to(invitation, agent(2), TransferMode::Safe);
            world.act(rings, Action::Accept);
            invitation
        }
        AgentResult::TransferredExternal => {
            let (_, invitation) = world.connected();
            world.transfer(invitation, outside(TransferMode::Blind));
            world.must(&Command::TransferReported { invitation, refused: None });
            invitation
        }
        AgentResult::TransferFailed => {
            let (_, invitation) = world.connected();
            let rings = world.transfer_to(invitation, agent(2), TransferMode::Blind);
            world.fire(TimerKey::Ring(rings));
            invitation
        }
        AgentResult::ReturnedToQueue => {
            let (_, invitation) = world.connected();
            world.act(invitation, Action::HandBack);
            invitation
        }
        AgentResult::TakenOver => {
            let (session, invitation) = world.connected();
            let theirs = InvitationId(world.fresh());
            world.must(&Command::TakeOver { session, agent: agent(3), invitation: theirs });
            invitation
        }
        AgentResult::Stale => {
            let (session, invitation) = world.connected();
            world.pass(DAY.as_secs());
            world.must(&Command::Sweep { session, threshold: DAY });
            invitation
        }
        AgentResult::Failed => {
            world.service.rooms.provider = Provider::Graph;
            world.service.rooms.fallback = false;
            let (session, invitation) = world.connected();
            world.room(session, RoomReport::Failed { reason: "403".to_owned() });
            invitation
        }
    }
}

#[test]
fn every_result_of_an_agent_session_is_reached() {
    for result in AgentResult::ALL {
        let mut world = World::new(3);
        let invitation = reach_result(result, &mut world);
        assert_eq!(world.state(invitation).result(), Some(result));
        let left = &world.agents[&agent(1)];
        let busy = left.work_on(invitation).is_some();
        assert_eq!(busy, result == AgentResult::Accepted, "{result:?} frees the agent at once");
        assert_eq!(
            left.misses, 0,
            "{result:?}: with broadcast, and after a move, nobody is blamed"
        );
    }
}

#[test]
fn a_card_that_was_refused_is_given_up_without_blame() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    world.fail(invitation, CardFailure::Refused { reason: "400".to_owned() });
    assert_eq!(world.state(invitation).result(), Some(AgentResult::Undeliverable));
}
