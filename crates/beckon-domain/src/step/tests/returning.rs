//! Customers who come back (R8) by other ways than the plain one: when the after-call work ends before
//! the ring, when they write to one agent, and when nobody had them in between.

use jiff::SignedDuration;

use super::intake::{back_in_wrap_up, wraps_up};
use super::rules::{check, events_tell_the_rows};
use super::world::{World, agent};
use crate::agent::Duty;
use crate::command::{Action, Command};
use crate::event::EventKind;
use crate::face::Face;
use crate::ids::{InvitationId, SessionId};
use crate::invitation::InvitationState;
use crate::outcome::Outcome;
use crate::session::{Customer, Parameters, Phase, Reopens};
use crate::timer::TimerKey;

/// Grace writes to one agent.
fn contact(world: &mut World, to: u128) -> SessionId {
    let (session, invitation) = (SessionId(world.fresh()), InvitationId(world.fresh()));
    world.must(&Command::ContactAgent {
        account: "website".into(),
        customer: Customer { address: "grace".into(), name: Some("Grace Hopper".to_owned()) },
        text: "One more thing".to_owned(),
        parameters: Parameters::new(),
        agent: agent(to),
        new_session: session,
        invitation,
    });
    session
}

/// What rings for a session, confirmed, and at whom.
fn rings(world: &mut World, session: SessionId) -> (InvitationId, crate::ids::AgentId) {
    let Phase::Ringing { invitations } = world.phase(session).clone() else {
        panic!("{:?}", world.phase(session))
    };
    let [invitation] = invitations[..] else { panic!("{invitations:?}") };
    world.deliver(invitation);
    (invitation, world.invitations[&invitation].agent)
}

/// Ada's after-call work with Grace runs for five minutes.
fn in_wrap_up(agents: u128) -> (World, SessionId) {
    let mut world = World::new(agents);
    world.service.wrap_up.length = Some(SignedDuration::from_mins(5));
    let (first, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    (world, first)
}

fn end_wrap_up(world: &mut World) {
    let wrap_up = world.timers.iter().find(|timer| matches!(timer.key, TimerKey::WrapUp(_)));
    let key = wrap_up.expect("it runs").key;
    world.fire(key);
}

#[test]
fn the_ring_that_asked_to_reopen_is_no_miss_though_the_after_call_work_ends_before_it() {
    let mut world = World::new(2);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    let (_, second, rings) = back_in_wrap_up(&mut world);
    end_wrap_up(&mut world);
    assert!(!wraps_up(&world), "20 seconds of it, 30 of the ring");
    world.fire(TimerKey::Ring(rings));
    assert!(matches!(world.state(rings), InvitationState::CancelledSystem { .. }));
    let one = &world.agents[&agent(1)];
    assert_eq!((one.misses, one.rona_until), (0, None));
    // They had their turn since then: whoever was not asked is, before they are again.
    let next = world.ring(second);
    assert_eq!(world.invitations[&next].agent, agent(2));
    check(&world);
}

#[test]
fn to_leave_is_no_fault_though_the_after_call_work_is_over_by_then() {
    let mut world = World::new(2);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    world.service.distribution.flag_declines = true;
    let (_, second, rings) = back_in_wrap_up(&mut world);
    end_wrap_up(&mut world);
    world.act(rings, Action::Decline);
    assert_eq!(world.agents[&agent(1)].rona_until, None);
    let next = world.ring(second);
    assert_eq!(world.invitations[&next].agent, agent(2), "who just left is not asked at once");
    world.act(next, Action::Decline);
    assert!(world.agents[&agent(2)].rona_until.is_some(), "an ordinary one is declined");
}

#[test]
fn nobody_rings_beside_who_was_asked_to_reopen_though_the_after_call_work_is_over() {
    let mut world = World::new(3);
    world.service.distribution.broadcast = 3;
    let (_, second, _) = back_in_wrap_up(&mut world);
    end_wrap_up(&mut world);
    assert_eq!(world.offer(second), None);
}

#[test]
fn who_writes_to_the_agent_they_had_is_one_who_comes_back() {
    let (mut world, first) = in_wrap_up(2);
    let second = contact(&mut world, 1);
    let before = Reopens { session: first, agent: agent(1) };
    assert_eq!(world.sessions[&second].reopens, Some(before));
    let told = EventKind::CustomerReturned { session: first, agent: agent(1), wrap_up: true };
    assert_eq!(world.happened(|kind| *kind == told), 1);
    let (invitation, at) = rings(&mut world, second);
    assert_eq!(at, agent(1));
    let face = Face::shown(&world.invitations[&invitation], &world.sessions[&second]);
    assert_eq!(face, Face::Returning);
    world.act(invitation, Action::Accept);
    assert!(!wraps_up(&world), "they go on instead of wrapping up");
    assert_eq!(world.agents[&agent(1)].work.len(), 1);
    check(&world);
    for session in world.sessions.values() {
        events_tell_the_rows(&world, session);
    }
}

#[test]
fn who_does_not_answer_the_one_who_wrote_to_them_during_their_after_call_work_missed_nothing() {
    let (mut world, _) = in_wrap_up(2);
    let second = contact(&mut world, 1);
    let (invitation, _) = rings(&mut world, second);
    world.fire(TimerKey::Ring(invitation));
    assert!(matches!(world.state(invitation), InvitationState::CancelledSystem { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 0);
    assert!(wraps_up(&world));
}

#[test]
fn who_leaves_a_direct_conversation_for_its_after_call_work_is_not_rung_again_at_once() {
    let mut world = World::new(2);
    world.service.wrap_up.length = Some(SignedDuration::from_mins(5));
    let first = contact(&mut world, 1);
    let (invitation, _) = rings(&mut world, first);
    world.act(invitation, Action::Accept);
    world.act(invitation, Action::Terminate);
    // Such work blocks no other tasks, this one neither.
    let second = world.write("grace", "One more thing");
    let (invitation, at) = rings(&mut world, second);
    assert_eq!(at, agent(1));
    world.act(invitation, Action::Decline);
    let next = world.ring(second);
    assert_eq!(world.invitations[&next].agent, agent(2));
}

#[test]
fn who_writes_to_somebody_else_rings_there_and_comes_back_where_that_fails() {
    let (mut world, first) = in_wrap_up(3);
    let second = contact(&mut world, 2);
    let (invitation, at) = rings(&mut world, second);
    assert_eq!(at, agent(2), "who was asked for");
    assert_eq!(world.sessions[&second].reopens.map(|before| before.session), Some(first));
    let face = Face::shown(&world.invitations[&invitation], &world.sessions[&second]);
    assert_eq!(face, Face::Invitation);
    world.fire(TimerKey::Ring(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Missed { .. }));
    end_wrap_up(&mut world);
    let next = world.ring(second);
    assert_eq!(world.invitations[&next].agent, agent(1), "though Cleo was idle for longer");
}

#[test]
fn where_who_was_asked_for_cannot_be_rung_the_service_leads_back_as_ever() {
    let (mut world, _) = in_wrap_up(3);
    world.agents.get_mut(&agent(2)).unwrap().duty = Duty::Off;
    let second = contact(&mut world, 2);
    assert_eq!(rings(&mut world, second).1, agent(1), "asked whether they go on with it");
}

/// What keeps a customer from being served.
type Hindrance = fn(&mut World);

/// Grace's second session, which nobody had.
fn nobody_had(hinder: Hindrance) -> (World, SessionId, SessionId) {
    let (mut world, first) = in_wrap_up(2);
    hinder(&mut world);
    let second = world.write("grace", "One more thing");
    world.service.intake.limit = 100;
    world.blocked.clear();
    if world.sessions[&second].is_open() {
        world.must(&Command::CustomerLeft { session: second });
    }
    (world, first, second)
}

#[test]
fn a_session_that_nobody_had_in_between_does_not_hide_the_after_call_work() {
    let ways: [(Hindrance, Outcome); 3] = [
        (|_| {}, Outcome::CustomerLeftInQueue),
        (|world| world.service.intake.limit = 0, Outcome::ServiceFull),
        (|world| world.blocked = vec!["grace".into()], Outcome::RejectedSpam),
    ];
    for (hinder, outcome) in ways {
        let (mut world, first, second) = nobody_had(hinder);
        assert_eq!(world.outcome(second), Some(outcome));
        let third = world.write("grace", "Hello again");
        let before = Reopens { session: first, agent: agent(1) };
        assert_eq!(world.sessions[&third].reopens, Some(before), "{outcome:?}");
        let (invitation, at) = rings(&mut world, third);
        assert_eq!(at, agent(1), "{outcome:?}");
        world.act(invitation, Action::Accept);
        assert!(!wraps_up(&world), "{outcome:?}");
        check(&world);
    }
}

#[test]
fn who_gave_the_customer_back_in_between_is_not_preferred() {
    let (mut world, _, rings) = {
        let mut world = World::new(2);
        let (_, second, rings) = back_in_wrap_up(&mut world);
        (world, second, rings)
    };
    world.act(rings, Action::Accept);
    world.act(rings, Action::HandBack);
    let session = world.invitations[&rings].session;
    world.must(&Command::CustomerLeft { session });
    let third = world.write("grace", "Hello again");
    assert_eq!(world.sessions[&third].reopens, None);
}
