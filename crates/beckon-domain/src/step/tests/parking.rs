//! Parking (P2), and how much an agent may have (P3).

use super::world::{World, agent};
use crate::command::{ActResult, Action, Command};
use crate::invitation::{InvitationState, ReturnReason};
use crate::outcome::Outcome;
use crate::session::Phase;
use crate::step::Rejection;
use crate::timer::TimerKey;

#[test]
fn a_parked_session_is_still_the_agents_but_nothing_is_sent() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    assert_eq!(world.act(invitation, Action::Park), ActResult::Done);
    assert_eq!(world.act(invitation, Action::Park), ActResult::Unchanged, "twice is once");
    let say = Command::AgentMessage { session, agent: agent(1), text: "Hi".to_owned() };
    assert_eq!(world.run(&say), Err(Rejection::NotConnected("parked")));
    assert_eq!(world.write("grace", "Still there?"), session, "incoming messages show");
    let other = world.write("alan", "Hello?");
    assert_eq!(world.offer(other), None, "without parallelisation the agent stays blocked");

    assert_eq!(world.act(invitation, Action::Unpark), ActResult::Done);
    assert!(world.run(&say).is_ok());
    world.act(invitation, Action::Park);
    assert_eq!(world.act(invitation, Action::Terminate), ActResult::Done, "while parked too");
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
    assert!(matches!(world.state(invitation), InvitationState::WrapUp { .. }));
}

#[test]
fn with_parallelisation_others_come_meanwhile_and_the_parked_one_waits_its_turn() {
    let mut world = World::new(1);
    world.service.distribution.parked = 1;
    let (_, first) = world.connected();
    world.act(first, Action::Park);
    let other = world.write("alan", "Hello?");
    let second = world.ring(other);
    let unpark = Command::Act {
        invitation: first,
        agent: agent(1),
        action: Action::Unpark,
        surface: crate::command::Surface::Console,
        seen: None,
    };
    assert_eq!(world.run(&unpark), Err(Rejection::AtCapacity), "ringing counts");
    world.act(second, Action::Accept);
    assert_eq!(world.run(&unpark), Err(Rejection::AtCapacity), "connected counts");
    world.act(second, Action::Park);
    let third = world.write("mary", "Hello?");
    assert_eq!(world.offer(third), None, "the second parked one counts, only one is free");
    world.act(second, Action::Terminate);
    world.act(second, Action::Finish);
    assert_eq!(world.act(first, Action::Unpark), ActResult::Done);
}

#[test]
fn what_is_parked_for_too_long_goes_back_to_the_queue() {
    let mut world = World::new(2);
    let (session, invitation) = world.connected();
    world.act(invitation, Action::Park);
    world.service.distribution.park_limit = Some(jiff::SignedDuration::from_mins(90));
    world.fire(TimerKey::ParkLimit(session));
    assert!(matches!(world.phase(session), Phase::Parked { .. }), "the limit was raised since");
    world.fire(TimerKey::ParkLimit(session));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }));
    let InvitationState::Returned { reason, .. } = world.state(invitation) else { panic!() };
    assert_eq!(*reason, ReturnReason::ParkLimit);
    let next = world.ring(session);
    assert_eq!(world.invitations[&next].agent, agent(2), "the others first");
}

#[test]
fn an_agent_may_have_as_many_as_their_capacity() {
    let mut world = World::new(1);
    world.service.distribution.capacity = 2;
    let sessions = ["grace", "alan", "mary"].map(|who| world.write(who, "Hello?"));
    let first = world.ring(sessions[0]);
    world.act(first, Action::Accept);
    assert!(world.offer(sessions[1]).is_some());
    assert_eq!(world.offer(sessions[2]), None);
    world.act(first, Action::Terminate);
    assert_eq!(world.offer(sessions[2]), None, "after-call work blocks the tasks of all services");
    world.act(first, Action::Finish);
    assert!(world.offer(sessions[2]).is_some());
}

#[test]
fn a_rule_takes_a_session_back_only_while_it_holds() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let back = |reason| Command::Return { invitation, reason };
    world.must(&back(ReturnReason::OffDuty));
    world.must(&back(ReturnReason::ParkLimit));
    let text = "Hi".to_owned();
    world.must(&Command::AgentMessage { session, agent: agent(1), text });
    world.must(&back(ReturnReason::FirstReply));
    assert!(matches!(world.phase(session), Phase::Connected { .. }), "not parked, and replied");

    let mut world = World::new(1);
    let (session, _) = world.connected();
    world.must(&back(ReturnReason::FirstReply));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }), "no reply so far");
}
