//! Who is rung, and what happens when nobody answers.

use super::world::{World, agent};
use crate::agent::BotChannel;
use crate::command::{ActResult, Action, CardFailure, Command, Reply};
use crate::event::EventKind;
use crate::ids::{InvitationId, SessionId};
use crate::invitation::InvitationState;
use crate::outcome::Outcome;
use crate::session::Phase;
use crate::timer::{Timer, TimerKey};

#[test]
fn a_decliner_is_skipped_until_the_others_were_tried() {
    let mut world = World::new(2);
    let session = world.write("grace", "Hello?");
    let queued_at = world.sessions[&session].queued_at;
    for expected in [agent(1), agent(2)] {
        let invitation = world.ring(session);
        assert_eq!(world.invitations[&invitation].agent, expected);
        world.act(invitation, Action::Decline);
        assert_eq!(world.sessions[&session].queued_at, queued_at, "the original position");
    }
    assert_eq!(world.offer(session), None, "everyone was tried: back off");
    world.fire(TimerKey::Offer(session));
    let again = world.ring(session);
    assert_eq!(world.invitations[&again].agent, agent(1), "the longest idle starts a new round");
}

#[test]
fn backing_off_doubles_until_max_wait_ends_the_circle() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    for expected in [30, 60, 120, 240, 300, 300, 300] {
        let invitation = world.ring(session);
        world.act(invitation, Action::Decline);
        if let Phase::Ended { outcome, .. } = world.phase(session) {
            assert_eq!(*outcome, Outcome::QueueTimeout);
            return;
        }
        let start = world.now;
        assert_eq!(world.offer(session), None);
        let timer = world.timers.iter().find(|timer| timer.key == TimerKey::Offer(session));
        assert_eq!(timer.unwrap().due.duration_since(start).as_secs(), expected);
        world.fire(TimerKey::Offer(session));
    }
    panic!("max wait is 15 minutes");
}

#[test]
fn an_agent_who_turns_up_during_the_back_off_is_rung_at_once() {
    let mut world = World::new(2);
    world.run(&Command::AgentUnreachable { agent: agent(2), blocked: false }).unwrap();
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.act(invitation, Action::Decline);
    assert_eq!(world.offer(session), None);
    let reference = "r".to_owned();
    world
        .run(&Command::AgentReachable { agent: agent(2), reference, channel: BotChannel::Teams })
        .unwrap();
    let fresh = world.ring(session);
    assert_eq!(world.invitations[&fresh].agent, agent(2));
}

#[test]
fn capacity_is_reserved_when_the_offer_is_made() {
    let mut world = World::new(1);
    let first = world.write("grace", "Hello?");
    let second = world.write("alan", "Hello?");
    let invitation = world.offer(first).unwrap();
    let offer = Command::Offer { session: second, invitation: InvitationId(world.fresh()) };
    assert_eq!(
        world.run(&offer).unwrap(),
        Reply::Offered { rung: false, anybody_free: false },
        "ringing counts"
    );
    world.deliver(invitation);
    world.act(invitation, Action::Accept);
    assert_eq!(world.offer(second), None, "connected counts");
    world.act(invitation, Action::Terminate);
    assert_eq!(world.offer(second), None, "after-call work counts");
    world.act(invitation, Action::Finish);
    assert!(world.offer(second).is_some());
}

#[test]
fn a_miss_requeues_at_once_and_two_in_a_row_take_the_agent_out_until_they_act() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.fire(TimerKey::Ring(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Missed { .. }));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }));
    assert_eq!(world.act(invitation, Action::Accept), ActResult::Unchanged, "too late");
    assert_eq!(world.agents[&agent(1)].misses, 0, "the late click is an action of theirs");

    for _ in 0..2 {
        let invitation = world.offer(session).or_else(|| {
            world.fire(TimerKey::Offer(session));
            world.offer(session)
        });
        let invitation = invitation.unwrap();
        world.deliver(invitation);
        world.fire(TimerKey::Ring(invitation));
    }
    assert_eq!(world.agents[&agent(1)].misses, 2);
    assert_eq!(world.offer(session), None, "not available");
    let reference = "r".to_owned();
    world
        .run(&Command::AgentReachable { agent: agent(1), reference, channel: BotChannel::Teams })
        .unwrap();
    world.offer(session);
    world.fire(TimerKey::Offer(session));
    assert!(world.offer(session).is_some(), "any action brings them back");
}

#[test]
fn an_undelivered_card_is_never_a_miss() {
    let mut world = World::new(2);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    world.fire(TimerKey::Delivery(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Undeliverable { .. }));

    let invitation = world.offer(session).unwrap();
    assert_eq!(world.invitations[&invitation].agent, agent(2), "the task moves on");
    let failure = CardFailure::Unreachable { blocked: true, reason: "403".to_owned() };
    world.run(&Command::CardFailed { invitation, failure }).unwrap();
    assert!(matches!(world.state(invitation), InvitationState::Undeliverable { .. }));
    assert!(world.agents.values().all(|agent| agent.misses == 0));
    let undeliverable =
        |event: &EventKind| matches!(event, EventKind::InvitationUndeliverable { .. });
    assert_eq!(world.happened(undeliverable), 2, "the administrator sees why");
}

#[test]
fn removing_the_bot_while_it_rings_is_no_miss() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.run(&Command::AgentUnreachable { agent: agent(1), blocked: false }).unwrap();
    assert!(matches!(world.state(invitation), InvitationState::Undeliverable { .. }));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }), "it moves on at once");
    world.fire(TimerKey::Ring(invitation));
    assert_eq!(world.agents[&agent(1)].misses, 0);
}

#[test]
fn a_ring_that_overlapped_an_outage_is_no_miss() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.pass(120);
    world.fire(TimerKey::Ring(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Undeliverable { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 0);
}

#[test]
fn a_raised_max_wait_counts_for_those_who_wait() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    world.service.max_wait = Some(jiff::SignedDuration::from_mins(20));
    world.fire(TimerKey::MaxWait(session));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }));
    let queued_at = world.sessions[&session].queued_at.unwrap();
    world.fire(TimerKey::MaxWait(session));
    assert_eq!(world.now.duration_since(queued_at).as_mins(), 20);
    assert!(matches!(world.phase(session), Phase::Ended { .. }));
}

#[test]
fn max_wait_ends_with_the_closing_text_but_not_while_it_rings() {
    let mut world = World::new(1);
    let waiting = world.write("alan", "Hello?");
    world.fire(TimerKey::MaxWait(waiting));
    let ended = |world: &World, session: SessionId| match world.phase(session) {
        Phase::Ended { outcome, .. } => Some(*outcome),
        _ => None,
    };
    assert_eq!(ended(&world, waiting), Some(Outcome::QueueTimeout));
    let (_, last) = world.messages.last().unwrap();
    assert_eq!(Some(&last.text), world.service.texts.queue_timeout.as_ref());

    let ringing = world.write("grace", "Hello?");
    world.pass(14 * 60 + 50);
    let invitation = world.ring(ringing);
    world.fire(TimerKey::MaxWait(ringing));
    assert_eq!(ended(&world, ringing), None, "the agent keeps the chance");
    world.act(invitation, Action::Decline);
    assert_eq!(ended(&world, ringing), Some(Outcome::QueueTimeout));
}

#[test]
fn late_timers_and_commands_for_other_states_are_no_ops() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let before = (world.sessions.clone(), world.invitations.clone(), world.agents.clone());
    for key in [
        TimerKey::Delivery(invitation),
        TimerKey::Ring(invitation),
        TimerKey::WrapUp(invitation),
        TimerKey::MaxWait(session),
        TimerKey::Offer(session),
    ] {
        let due = world.now;
        world.run(&Command::Timer(Timer { key, due })).unwrap();
    }
    assert_eq!(world.offer(session), None);
    assert_eq!(before, (world.sessions, world.invitations, world.agents));
}
