//! What a restored backup does by the clock: nothing of the time that is lost counts.

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::command::{Action, Command, Reply};
use crate::event::EventKind;
use crate::ids::{InvitationId, SessionId};
use crate::outcome::Outcome;
use crate::session::Phase;
use crate::timer::TimerKey;
use crate::transfer::{OUTSIDE_LIMIT, TransferMode, TransferTo};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A conversation in a database that is restored two days after the backup.
fn restored(prepare: fn(&mut World, SessionId, InvitationId)) -> (World, SessionId) {
    let mut world = World::new(2);
    world.service.silence.warn = Some(SignedDuration::from_mins(5));
    world.service.silence.end = Some(SignedDuration::from_mins(8));
    world.service.distribution.park_limit = Some(SignedDuration::from_mins(30));
    let (session, invitation) = world.connected();
    prepare(&mut world, session, invitation);
    world.pass(2 * DAY.as_secs());
    world.sessions.get_mut(&session).unwrap().restored_at = Some(world.now);
    (world, session)
}

fn ask(world: &mut World, session: SessionId) {
    world.pass(1);
    let text = "And you?".to_owned();
    world.must(&Command::AgentMessage { session, agent: agent(1), text });
}

#[test]
fn what_was_parked_goes_back_to_the_queue_its_whole_limit_after_the_restore() {
    let (mut world, session) = restored(|world, _, invitation| {
        world.act(invitation, Action::Park);
    });
    let at = world.now;
    world.fire(TimerKey::ParkLimit(session));
    assert!(matches!(world.phase(session), Phase::Parked { .. }), "nobody is rung");
    world.fire(TimerKey::Reminder(session));
    assert_eq!(world.happened(|event| matches!(event, EventKind::AgentReminded { .. })), 0);
    world.fire(TimerKey::ParkLimit(session));
    assert!(matches!(world.phase(session), Phase::Waiting { .. }));
    assert_eq!(world.now.duration_since(at).as_mins(), 30);
}

#[test]
fn a_customer_is_neither_warned_nor_left_for_a_silence_that_nobody_knows_of() {
    let (mut world, session) = restored(|world, session, _| ask(world, session));
    let at = world.now;
    let warned = |world: &World| world.happened(|event| *event == EventKind::CustomerWarned);
    world.fire(TimerKey::Idle(session));
    assert_eq!(warned(&world), 0);
    world.fire(TimerKey::Idle(session));
    assert_eq!((warned(&world), world.now.duration_since(at).as_mins()), (1, 5));

    let (mut world, session) = restored(|world, session, _| {
        ask(world, session);
        world.fire(TimerKey::Idle(session));
    });
    let at = world.now;
    world.fire(TimerKey::Idle(session));
    assert!(matches!(world.phase(session), Phase::Connected { .. }), "they may have answered");
    world.fire(TimerKey::Idle(session));
    assert!(world.outcome(session).is_some());
    assert_eq!(world.now.duration_since(at).as_mins(), 3);
}

#[test]
fn a_move_outside_has_its_time_for_an_answer_again() {
    let (mut world, session) = restored(|world, _, invitation| {
        let (address, mode) = ("tel:+41".to_owned(), TransferMode::Blind);
        world.transfer(invitation, TransferTo::Outside { address, mode });
    });
    let at = world.now;
    world.fire(TimerKey::Transfer(session));
    assert_eq!(world.outcome(session), None);
    world.fire(TimerKey::Transfer(session));
    assert_eq!(world.outcome(session), Some(Outcome::UserTransferExternalFailed));
    assert_eq!(world.now.duration_since(at), OUTSIDE_LIMIT);
}

#[test]
fn the_sweep_makes_up_for_nothing() {
    let (mut world, session) = restored(|_, _, _| {});
    let sweep = Command::Sweep { session, threshold: DAY };
    world.must(&sweep);
    world.pass(DAY.as_secs() - 1);
    world.must(&sweep);
    assert!(matches!(world.phase(session), Phase::Connected { .. }), "conversations go on");
    world.pass(1);
    assert!(matches!(world.must(&sweep), Reply::Ended { .. }));
}
