//! Moving a session on: the transfer rule of `facts/outcomes.md` §5.1, and what stands beside it.

use super::world::{World, agent};
use crate::command::{ActResult, Action, Command, Reply};
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::{AgentResult, InvitationState};
use crate::outcome::Outcome;
use crate::session::Phase;
use crate::step::Rejection;
use crate::timer::TimerKey;
use crate::transfer::{TransferMode, TransferTo};

fn owner(world: &World, session: crate::ids::SessionId) -> Option<crate::ids::AgentId> {
    world.sessions[&session].owner().map(|owner| owner.agent)
}

#[test]
fn a_taken_move_is_a_success_for_the_sender_the_target_and_the_session() {
    for mode in [TransferMode::Blind, TransferMode::Safe] {
        let mut world = World::new(2);
        let (session, first) = world.connected();
        let second = world.transfer_to(first, agent(2), mode);
        assert_eq!(owner(&world, session).is_some(), mode == TransferMode::Safe);
        assert_eq!(world.act(second, Action::Accept), ActResult::Done);
        assert_eq!(owner(&world, session), Some(agent(2)));
        assert_eq!(world.state(first).result(), Some(AgentResult::TransferredInternal));
        assert!(world.agents[&agent(1)].work.is_empty(), "two agents never both have it");
        world.run(&Command::CustomerLeft { session }).unwrap();
        assert_eq!(world.state(second).result(), Some(AgentResult::Accepted));
        assert_eq!(world.outcome(session), Some(Outcome::UserTransferInternalOk));
    }
}

#[test]
fn an_ignored_blind_move_has_failed_and_the_target_is_not_blamed() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let second = world.transfer_to(first, agent(2), TransferMode::Blind);
    assert_eq!(*world.state(first), {
        let at = world.now;
        InvitationState::Transferring { accepted_at: at, at }
    });
    world.fire(TimerKey::Ring(second));
    assert_eq!(world.state(first).result(), Some(AgentResult::TransferFailed));
    assert_eq!(world.state(second).result(), Some(AgentResult::CancelledSystem));
    assert_eq!(world.agents[&agent(2)].misses, 0);
    assert!(matches!(world.phase(session), Phase::Waiting { .. }), "the customer is not dropped");
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.outcome(session), Some(Outcome::UserTransferInternalFailed));
}

#[test]
fn a_refused_safe_move_leaves_the_sender_as_they_were() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let second = world.transfer_to(first, agent(2), TransferMode::Safe);
    assert_eq!(world.act(second, Action::Decline), ActResult::Done);
    assert_eq!(owner(&world, session), Some(agent(1)));
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.state(first).result(), Some(AgentResult::Accepted));
    assert_eq!(world.state(second).result(), Some(AgentResult::Declined));
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
}

/// A safe move that the colleague lets ring out, and what the sender has then.
fn ignored() -> (World, crate::ids::SessionId, InvitationId, InvitationId) {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let second = world.transfer_to(first, agent(2), TransferMode::Safe);
    world.fire(TimerKey::Ring(second));
    assert_eq!(owner(&world, session), Some(agent(1)), "the customer is not left alone");
    (world, session, first, second)
}

#[test]
fn an_ignored_safe_move_has_failed_where_its_sender_lets_it_rest() {
    let ends: [fn(crate::ids::SessionId) -> Command; 2] = [
        |session| Command::CustomerLeft { session },
        |session| Command::AdminEnd { session, audit: None },
    ];
    for end in ends {
        let (mut world, session, first, second) = ignored();
        world.write("grace", "Are you there?");
        world.must(&end(session));
        assert_eq!(world.outcome(session), Some(Outcome::UserTransferInternalFailed));
        assert_eq!(world.state(first).result(), Some(AgentResult::TransferFailed));
        assert_eq!(world.state(second).result(), Some(AgentResult::CancelledSystem));
        assert_eq!(world.agents[&agent(2)].misses, 0, "who asked for nothing is not blamed");
        assert!(matches!(world.state(first), InvitationState::WrapUp { .. }), "they did talk");
        assert_eq!(world.act(first, Action::Finish), ActResult::Done);
        assert_eq!(world.state(first).result(), Some(AgentResult::TransferFailed));
    }
}

#[test]
fn a_sender_who_goes_on_after_an_ignored_safe_move_has_taken_it_back() {
    let ways: [fn(&mut World, crate::ids::SessionId, InvitationId); 3] = [
        |world, session, _| {
            let text = "I am back.".to_owned();
            world.must(&Command::AgentMessage { session, agent: agent(1), text });
        },
        |world, _, first| assert_eq!(world.act(first, Action::Park), ActResult::Done),
        |world, _, first| assert_eq!(world.act(first, Action::Terminate), ActResult::Done),
    ];
    for go_on in ways {
        let (mut world, session, first, _) = ignored();
        go_on(&mut world, session, first);
        world.run(&Command::CustomerLeft { session }).unwrap();
        assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
        assert_eq!(world.state(first).result(), Some(AgentResult::Accepted));
    }

    let (mut world, session, first, _) = ignored();
    let again = world.transfer_to(first, agent(2), TransferMode::Safe);
    world.act(again, Action::Accept);
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.outcome(session), Some(Outcome::UserTransferInternalOk), "the last counts");
}

#[test]
fn a_move_to_a_service_keeps_the_place_in_the_queue_and_is_settled_by_who_takes_it() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let queued_at = world.sessions[&session].queued_at;
    world.pass(3600);
    let service = crate::ids::ServiceId::from("billing");
    world.transfer(first, TransferTo::Service { service: service.clone() });
    assert_eq!(world.sessions[&session].service, service);
    assert_eq!(world.sessions[&session].queued_at, queued_at, "original waiting time travels");
    assert!(world.agents[&agent(1)].work.is_empty(), "free at once");
    world.fire(TimerKey::MaxWait(session));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }), "max wait is counted anew");

    let second = world.ring(session);
    assert_eq!(world.invitations[&second].agent, agent(2), "the sender is asked last");
    world.act(second, Action::Accept);
    assert_eq!(world.state(first).result(), Some(AgentResult::TransferredInternal));
    world.act(second, Action::Terminate);
    assert_eq!(world.outcome(session), Some(Outcome::UserTransferInternalOk));
}

#[test]
fn a_sender_who_takes_it_back_has_not_moved_it() {
    let mut world = World::new(1);
    let (session, first) = world.connected();
    world.transfer(first, TransferTo::Service { service: "billing".into() });
    assert_eq!(world.offer(session), None);
    world.fire(TimerKey::Offer(session));
    let second = world.ring(session);
    world.act(second, Action::Accept);
    assert_eq!(world.state(first).result(), Some(AgentResult::TransferFailed));
    world.act(second, Action::Terminate);
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
}

#[test]
fn a_move_that_cannot_be_leaves_everything_as_it_is() {
    let mut world = World::new(2);
    let (_, first) = world.connected();
    let fresh = InvitationId(world.fresh());
    let mode = TransferMode::Blind;
    let to = |to| TransferTo::Agent { agent: to, invitation: fresh, mode };
    assert_eq!(world.transfer(first, to(agent(1))), ActResult::Unchanged, "to oneself");

    let other = world.write("alan", "Hello?");
    let busy = world.ring(other);
    world.act(busy, Action::Accept);
    let sender = agent(1);
    let command = |agent, target| Command::Transfer {
        invitation: first,
        agent,
        target,
        note: Some("Knows the case".to_owned()),
    };
    assert!(matches!(
        world.run(&command(sender, to(agent(2)))),
        Err(Rejection::NotSelectable(crate::agent::NotSelectable::Busy))
    ));
    let foreign = world.run(&command(agent(2), to(agent(2)))).unwrap();
    assert_eq!(foreign, Reply::Acted { invitation: first, result: ActResult::Foreign });
    assert!(matches!(world.state(first), InvitationState::Accepted { .. }));

    world.act(busy, Action::Terminate);
    world.act(busy, Action::Finish);
    let safe = TransferMode::Safe;
    world.transfer_to(first, agent(2), safe);
    let second = TransferTo::Outside { address: "x".to_owned(), mode: safe };
    assert_eq!(world.transfer(first, second), ActResult::Unchanged, "one move at a time");
}

#[test]
fn a_late_answer_of_the_provider_is_a_no_op() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let target = TransferTo::Outside { address: "x".to_owned(), mode: TransferMode::Safe };
    world.transfer(invitation, target);
    let refused = Some("486".to_owned());
    world.must(&Command::TransferReported { invitation, refused });
    assert_eq!(owner(&world, session), Some(agent(1)), "a safe move comes back");
    let before = world.events.len();
    world.must(&Command::TransferReported { invitation, refused: None });
    assert_eq!((world.events.len(), owner(&world, session)), (before, Some(agent(1))));
}

#[test]
fn a_session_that_was_handed_back_is_judged_by_what_follows() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let second = world.transfer_to(first, agent(2), TransferMode::Blind);
    world.act(second, Action::Accept);
    assert_eq!(world.act(second, Action::HandBack), ActResult::Done);
    assert!(world.agents.values().all(|agent| agent.work.is_empty()));
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.outcome(session), Some(Outcome::CustomerLeftInQueue));
}

#[test]
fn a_supervisor_takes_over_from_whoever_has_it_or_is_to_have_it() {
    let mut world = World::new(3);
    let (session, first) = world.connected();
    let second = world.transfer_to(first, agent(2), TransferMode::Safe);
    let third = InvitationId(world.fresh());
    world.must(&Command::TakeOver { session, agent: agent(3), invitation: third });
    assert_eq!(owner(&world, session), Some(agent(3)));
    assert_eq!(world.state(first).result(), Some(AgentResult::TakenOver));
    assert_eq!(world.state(second).result(), Some(AgentResult::CancelledTaken));
    let again = InvitationId(world.fresh());
    let twice = Command::TakeOver { session, agent: agent(3), invitation: again };
    assert_eq!(world.run(&twice), Ok(Reply::Noted), "twice is once");

    let other = world.write("alan", "Hello?");
    let take = Command::TakeOver { session: other, agent: agent(3), invitation: again };
    assert_eq!(world.run(&take), Err(Rejection::NotConnected("waiting")));
    let theirs = world.ring(other);
    world.act(theirs, Action::Accept);
    assert_eq!(world.run(&take), Err(Rejection::AtCapacity));
}

#[test]
fn the_first_of_several_who_are_rung_has_it() {
    let mut world = World::new(3);
    world.service.distribution.broadcast = 2;
    let session = world.write("grace", "Hello?");
    let (first, second) = (world.ring(session), world.ring(session));
    assert_eq!(world.offer(session), None, "two at once, not three");
    assert_eq!(*world.phase(session), Phase::Ringing { invitations: vec![first, second] });
    world.act(second, Action::Accept);
    let InvitationState::CancelledTaken { by, .. } = world.state(first) else { panic!() };
    assert_eq!(*by, agent(2), "the other card says who has it");
    assert_eq!(world.act(first, Action::Accept), ActResult::Unchanged);
    assert!(world.agents[&agent(1)].work.is_empty());
    assert_eq!(world.happened(|event| matches!(event, EventKind::InvitationTaken { .. })), 1);
}

#[test]
fn a_sender_who_goes_before_the_answer_takes_the_move_with_them() {
    let mode = TransferMode::Blind;
    let outside = || TransferTo::Outside { address: "x".to_owned(), mode };
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    world.transfer(invitation, outside());
    world.act(invitation, Action::HandBack);
    assert_eq!(world.sessions[&session].transfer, None);
    world.must(&Command::TransferReported { invitation, refused: None });
    assert!(matches!(world.phase(session), Phase::Waiting { .. }), "too late");

    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    world.transfer(invitation, outside());
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted), "the sender still had it");
    let kept = |event: &EventKind| matches!(event, EventKind::TransferFailed { kept: true, .. });
    assert_eq!(world.happened(kept), 1);
    assert_eq!(world.state(invitation).result(), Some(AgentResult::Accepted));
}

#[test]
fn whoever_gives_a_session_away_is_idle_from_then_on_and_the_queue_starts_afresh() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let declined = world.ring(session);
    world.act(declined, Action::Decline);
    assert_eq!(world.offer(session), None);
    assert_eq!(world.sessions[&session].rounds, 1);
    world.fire(TimerKey::Offer(session));
    let invitation = world.ring(session);
    world.act(invitation, Action::Accept);
    world.transfer(invitation, TransferTo::Service { service: "billing".into() });
    assert_eq!(world.sessions[&session].rounds, 0, "nobody has failed it there");
    let idle_since = world.agents[&agent(1)].idle_since;
    assert_eq!(idle_since, world.now);
    world.pass(60);
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.agents[&agent(1)].idle_since, idle_since, "news of it is no work");
}

#[test]
fn the_time_for_an_answer_from_outside_is_that_of_the_last_move_there() {
    let mut world = World::new(2);
    let (session, first) = world.connected();
    let (outside, mode) = ("x".to_owned(), TransferMode::Safe);
    let refuse = Command::TransferReported { invitation: first, refused: Some("busy".to_owned()) };
    world.transfer(first, TransferTo::Outside { address: outside.clone(), mode });
    world.must(&refuse);
    let second = world.transfer_to(first, agent(2), TransferMode::Safe);
    world.fire(TimerKey::Transfer(session));
    assert!(world.sessions[&session].transfer.as_ref().unwrap().is_pending(), "Ben still rings");
    world.act(second, Action::Decline);
    assert!(!world.has_timer(TimerKey::Transfer(session)));

    world.transfer(first, TransferTo::Outside { address: outside, mode });
    world.fire(TimerKey::Transfer(session));
    assert_eq!(owner(&world, session), Some(agent(1)), "it was never let go of");
    assert_eq!(world.sessions[&session].transfer, None, "and can be moved again");
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
}
