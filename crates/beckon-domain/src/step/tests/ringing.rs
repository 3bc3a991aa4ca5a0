//! What a ring that nobody accepts does to its agent, and what it never does (I2–I5).

use jiff::SignedDuration;
use proptest::prelude::*;

use super::world::{World, agent};
use crate::command::{Action, CardFailure, Command};
use crate::ids::{InvitationId, SessionId};
use crate::invitation::InvitationState;
use crate::timer::TimerKey;

/// A world that flags for everything that can flag, with one agent who is rung.
fn strict() -> (World, SessionId, InvitationId) {
    let mut world = World::new(1);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    world.service.distribution.flag_declines = true;
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    (world, session, invitation)
}

fn blamed(world: &World) -> bool {
    let row = &world.agents[&agent(1)];
    row.misses > 0 || row.rona_until.is_some()
}

/// Lets the ring's timer be carried out this much too late.
fn ring_over(world: &mut World, invitation: InvitationId, late: SignedDuration) {
    let due =
        world.timers.iter().find(|timer| timer.key == TimerKey::Ring(invitation)).unwrap().due;
    world.now = due.saturating_add(late).unwrap();
    world.fire(TimerKey::Ring(invitation));
}

proptest! {
    /// An outage and a clock that jumps look alike: the timer is carried out too late. Up to five
    /// seconds it is a miss, from there on it is nobody's fault.
    #[test]
    fn a_ring_that_ends_too_late_is_nobodys_fault(late in 0_i64..20_000) {
        let (mut world, _, invitation) = strict();
        ring_over(&mut world, invitation, SignedDuration::from_millis(late));
        let missed = matches!(world.state(invitation), InvitationState::Missed { .. });
        prop_assert_eq!(missed, late <= 5_000);
        prop_assert_eq!(blamed(&world), missed);
        if !missed {
            let undeliverable =
                matches!(world.state(invitation), InvitationState::Undeliverable { .. });
            prop_assert!(undeliverable);
        }
    }

    /// The row counts misses in a row; at the service's limit the agent is out, and 0 is never.
    #[test]
    fn as_many_misses_in_a_row_as_the_service_allows(limit in 0_u32..=10, answers in 0_u32..3) {
        let mut world = World::new(1);
        world.service.distribution.misses = limit;
        world.service.max_wait = None;
        let session = world.write("grace", "Hello?");
        for _ in 0..answers {
            // Each answer begins the count anew.
            if let Some(invitation) = world.offer(session) {
                world.act(invitation, Action::Decline);
                world.offer(session);
                world.fire(TimerKey::Offer(session));
            }
        }
        let tries = if limit == 0 { 15 } else { limit };
        for missed in 0..tries {
            prop_assert_eq!(world.agents[&agent(1)].misses, missed);
            let invitation = world.offer(session).expect("they are still rung");
            world.deliver(invitation);
            world.fire(TimerKey::Ring(invitation));
            world.offer(session);
            if world.has_timer(TimerKey::Offer(session)) {
                world.fire(TimerKey::Offer(session));
            }
        }
        prop_assert_eq!(world.offer(session).is_some(), limit == 0);
    }
}

#[test]
fn only_a_miss_and_where_that_is_on_a_decline_is_blamed() {
    type Ends = fn(&mut World, SessionId, InvitationId);
    let ends: [(&str, bool, Ends); 5] = [
        ("the ring time is over", true, |world, _, invitation| {
            world.fire(TimerKey::Ring(invitation));
        }),
        ("declined", true, |world, _, invitation| {
            world.act(invitation, Action::Decline);
        }),
        ("the customer left", false, |world, session, _| {
            world.must(&Command::CustomerLeft { session });
        }),
        ("the bot was blocked", false, |world, _, _| {
            world.must(&Command::AgentUnreachable { agent: agent(1), blocked: true });
        }),
        ("accepted", false, |world, _, invitation| {
            world.act(invitation, Action::Accept);
        }),
    ];
    for (how, blame, end) in ends {
        let (mut world, session, invitation) = strict();
        end(&mut world, session, invitation);
        assert_eq!(blamed(&world), blame, "{how}");
    }
}

#[test]
fn a_card_that_does_not_get_through_is_undeliverable_and_nobodys_fault() {
    let throttled = |world: &World| CardFailure::Later {
        at: world.now.saturating_add(SignedDuration::from_mins(1)).unwrap(),
    };
    let reason = || "413".to_owned();
    for throttle in [true, false] {
        let mut world = World::new(1);
        world.service.distribution.rona = Some(SignedDuration::from_mins(10));
        let session = world.write("grace", "Hello?");
        let invitation = world.offer(session).unwrap();
        if throttle {
            let failure = throttled(&world);
            world.fail(invitation, failure);
            world.fire(TimerKey::Delivery(invitation));
        } else {
            world.fail(invitation, CardFailure::Refused { reason: reason() });
        }
        let InvitationState::Undeliverable { reason, .. } = world.state(invitation) else {
            panic!("{:?}", world.state(invitation));
        };
        assert!(!reason.is_empty(), "the administrator sees why");
        assert!(!blamed(&world), "{throttle}");
    }
}

#[test]
fn the_rings_clock_starts_with_the_first_confirmed_delivery_and_not_again() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    assert!(!world.has_timer(TimerKey::Ring(invitation)), "an offer is no delivery");
    world.pass(7);
    world.deliver(invitation);
    let due = |world: &World| {
        world.timers.iter().find(|timer| timer.key == TimerKey::Ring(invitation)).unwrap().due
    };
    let first = due(&world);
    assert_eq!(first, world.now.saturating_add(world.service.distribution.ring).unwrap());
    world.pass(3);
    world.deliver(invitation);
    assert_eq!(due(&world), first);
}

#[test]
fn a_decline_and_a_miss_give_the_place_in_the_queue_back() {
    for missed in [true, false] {
        let mut world = World::new(1);
        let session = world.write("grace", "Hello?");
        let place = world.sessions[&session].queued_at;
        world.pass(60);
        let invitation = world.ring(session);
        if missed {
            world.fire(TimerKey::Ring(invitation));
        } else {
            world.act(invitation, Action::Decline);
        }
        let row = &world.sessions[&session];
        assert_eq!((row.queued_at, row.phase.name()), (place, "waiting"), "{missed}");
    }
}
