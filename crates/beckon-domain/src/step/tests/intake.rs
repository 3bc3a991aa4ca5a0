//! Customers who are turned away, and customers who come back (R8).

use jiff::SignedDuration;

use super::rules::{check, events_tell_the_rows};
use super::world::{World, agent};
use crate::command::{Action, Command};
use crate::event::EventKind;
use crate::face::Face;
use crate::ids::{InvitationId, SessionId};
use crate::invitation::InvitationState;
use crate::outcome::{EndedBy, Outcome};
use crate::session::{Phase, Reopens};
use crate::timer::TimerKey;

/// Ada wraps the conversation with Grace up; Grace writes again. Both sessions, and what rings.
pub(super) fn back_in_wrap_up(world: &mut World) -> (SessionId, SessionId, InvitationId) {
    let (first, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    let second = world.write("grace", "One more thing");
    assert_ne!(first, second, "one outcome for ever");
    let Phase::Ringing { invitations } = world.phase(second).clone() else {
        panic!("{:?}", world.phase(second))
    };
    let [rings] = invitations[..] else { panic!("{invitations:?}") };
    assert_eq!(world.invitations[&rings].agent, agent(1), "the same agent");
    world.deliver(rings);
    (first, second, rings)
}

pub(super) fn wraps_up(world: &World) -> bool {
    let wrap_up = |row: &InvitationState| matches!(row, InvitationState::WrapUp { .. });
    world.invitations.values().any(|row| wrap_up(&row.state))
}

#[test]
fn reopen_goes_on_with_the_same_agent_and_ends_the_after_call_work() {
    let mut world = World::new(2);
    let (first, second, rings) = back_in_wrap_up(&mut world);
    let before = Reopens { session: first, agent: agent(1) };
    assert_eq!(world.sessions[&second].reopens, Some(before));
    let told = EventKind::CustomerReturned { session: first, agent: agent(1), wrap_up: true };
    assert_eq!(world.happened(|kind| *kind == told), 1);
    let face = |world: &World| Face::shown(&world.invitations[&rings], &world.sessions[&second]);
    assert_eq!(face(&world), Face::Returning);

    world.act(rings, Action::Accept);
    assert!(matches!(world.phase(second), Phase::Connected { agent: one, .. } if *one == agent(1)));
    assert_eq!(face(&world), Face::Accepted);
    assert!(!wraps_up(&world), "by a follow-up, under the lock of the session that it is part of");
    assert_eq!(world.agents[&agent(1)].work.len(), 1);
    assert_eq!(world.outcome(first), Some(Outcome::UserAccepted), "for ever");
    assert!(world.rooms[&second].state.is_usable());
    check(&world);
    for session in world.sessions.values() {
        events_tell_the_rows(&world, session);
    }
}

#[test]
fn reopen_ends_the_after_call_work_whatever_its_rules_are() {
    let mut world = World::new(2);
    world.service.wrap_up.early_end = false;
    world.service.wrap_up.codes.as_mut().expect("the world has a list").required = true;
    let (first, _, rings) = back_in_wrap_up(&mut world);
    world.act(rings, Action::Accept);
    assert!(!wraps_up(&world));
    assert!(world.sessions[&first].codes_missing, "they can still be given on the result");
    check(&world);
}

#[test]
fn leave_keeps_the_after_call_work_and_whoever_is_free_is_asked() {
    let mut world = World::new(2);
    world.service.distribution.rona = Some(SignedDuration::from_mins(10));
    world.service.distribution.flag_declines = true;
    let (_, second, rings) = back_in_wrap_up(&mut world);
    world.act(rings, Action::Decline);
    assert!(wraps_up(&world));
    assert_eq!(world.agents[&agent(1)].rona_until, None, "to leave is no fault");
    let next = world.offer(second).expect("somebody is free");
    assert_eq!(world.invitations[&next].agent, agent(2));
    check(&world);
}

#[test]
fn who_left_is_asked_before_all_others_when_the_after_call_work_is_over() {
    let mut world = World::new(2);
    world.agents.get_mut(&agent(2)).unwrap().duty = crate::agent::Duty::Off;
    let (_, second, rings) = back_in_wrap_up(&mut world);
    world.act(rings, Action::Decline);
    assert_eq!(world.offer(second), None, "the one is wrapping up, the other is off duty");
    world.agents.get_mut(&agent(2)).unwrap().duty = crate::agent::Duty::On;
    let wrap_up = world.timers.iter().find(|timer| matches!(timer.key, TimerKey::WrapUp(_)));
    let key = wrap_up.expect("it runs").key;
    world.fire(key);
    let next = world.offer(second).expect("somebody is free");
    assert_eq!(world.invitations[&next].agent, agent(1), "though the other was idle for longer");
    world.deliver(next);
    world.act(next, Action::Decline);
    let last = world.offer(second).expect("somebody is free");
    assert_eq!(world.invitations[&last].agent, agent(2), "asked in turn, and said no");
}

#[test]
fn an_agent_who_does_not_answer_during_their_after_call_work_missed_nothing() {
    let mut world = World::new(1);
    world.service.wrap_up.length = Some(SignedDuration::from_mins(5));
    let (_, second, rings) = back_in_wrap_up(&mut world);
    world.fire(TimerKey::Ring(rings));
    assert!(matches!(world.state(rings), InvitationState::CancelledSystem { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 0);
    assert!(matches!(world.phase(second), Phase::Waiting { .. }));
    assert!(wraps_up(&world));

    // Once it is over, they are asked like anybody else.
    let wrap_up = world.timers.iter().find(|timer| matches!(timer.key, TimerKey::WrapUp(_)));
    let key = wrap_up.expect("it runs").key;
    world.fire(key);
    let again = world.ring(second);
    world.fire(TimerKey::Ring(again));
    assert!(matches!(world.state(again), InvitationState::Missed { .. }));
}

#[test]
fn an_agent_whom_nothing_can_reach_is_not_asked_to_reopen() {
    let mut world = World::new(2);
    let (_, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    world.must(&Command::AgentUnreachable { agent: agent(1), blocked: true });
    let second = world.write("grace", "One more thing");
    assert!(matches!(world.phase(second), Phase::Waiting { .. }));
    let next = world.offer(second).expect("somebody is free");
    assert_eq!(world.invitations[&next].agent, agent(2));
}

#[test]
fn with_broadcast_nobody_rings_beside_the_agent_who_may_reopen() {
    let mut world = World::new(3);
    world.service.distribution.broadcast = 3;
    let (_, second, _) = back_in_wrap_up(&mut world);
    assert_eq!(world.offer(second), None);
}

#[test]
fn up_to_the_window_the_same_agent_is_preferred_and_later_nobody_is() {
    let minutes = |minutes: i64, wrap_up: Option<SignedDuration>| {
        let mut world = World::new(2);
        world.service.wrap_up.length = wrap_up;
        let (first, invitation) = world.connected();
        world.act(invitation, Action::Terminate);
        world.pass(minutes * 60);
        if wrap_up.is_some() {
            world.fire(TimerKey::WrapUp(invitation));
        }
        let second = world.write("grace", "One more thing");
        assert!(matches!(world.phase(second), Phase::Waiting { .. }), "in the queue, as always");
        let reopens = world.sessions[&second].reopens.map(|before| before.session);
        assert!(reopens.is_none_or(|session| session == first));
        let rings = world.offer(second).expect("both are free");
        (reopens.is_some(), world.invitations[&rings].agent)
    };
    let wrap_up = Some(SignedDuration::from_secs(20));
    // Ben is idle for longer, and is rung where nobody is preferred.
    for wrap_up in [None, wrap_up] {
        assert_eq!(minutes(14, wrap_up), (true, agent(1)));
        assert_eq!(minutes(16, wrap_up), (false, agent(2)));
    }
}

#[test]
fn where_it_is_off_nobody_is_led_back() {
    let mut world = World::new(2);
    world.service.intake.reopen = None;
    let (_, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    let second = world.write("grace", "One more thing");
    assert_eq!(world.sessions[&second].reopens, None);
    assert!(matches!(world.phase(second), Phase::Waiting { .. }));
}

#[test]
fn a_service_that_is_full_says_so_and_keeps_what_was_written() {
    let mut world = World::new(1);
    world.service.intake.limit = 2;
    world.write("ada", "Hello?");
    world.write("ben", "Hello?");
    let third = world.write("cleo", "Hello?");
    let ended = Some(Outcome::ServiceFull);
    assert_eq!(world.outcome(third), ended);
    let said = world.messages.iter().filter(|row| row.0 == third).count();
    assert_eq!(said, 2, "what was written, and the answer to it");
    let fourth = world.write("ada", "Still there?");
    assert_ne!(world.outcome(fourth), ended, "who has a session goes on with it");

    world.service.workflow = true;
    let fifth = world.write("dan", "Hello?");
    assert_eq!(world.outcome(fifth), None, "the workflow decides");
}

#[test]
fn who_is_on_the_block_list_is_heard_and_not_served() {
    let mut world = World::new(1);
    world.blocked = vec!["grace".into()];
    for direct in [false, true] {
        let session = if direct {
            let session = SessionId(world.fresh());
            world.must(&Command::ContactAgent {
                account: "website".into(),
                customer: crate::session::Customer { address: "grace".into(), name: None },
                text: "Buy!".to_owned(),
                parameters: crate::session::Parameters::new(),
                agent: agent(1),
                new_session: session,
                invitation: InvitationId(uuid::Uuid::from_u128(77)),
            });
            session
        } else {
            world.write("grace", "Buy!")
        };
        let Phase::Ended { outcome, by, .. } = *world.phase(session) else { panic!("it is over") };
        assert_eq!((outcome, by), (Outcome::RejectedSpam, EndedBy::System));
        let said = world.messages.iter().filter(|row| row.0 == session).count();
        assert_eq!(said, 1, "kept, and not answered");
    }
    assert!(world.invitations.is_empty());
}

#[test]
fn a_channel_that_is_gone_ends_the_session_and_one_lost_message_does_not() {
    let mut world = World::new(1);
    let (session, _) = world.connected();
    let lost = |channel_gone| Command::MessageUndelivered {
        session,
        seq: 2,
        reason: "410".to_owned(),
        channel_gone,
    };
    world.must(&lost(false));
    assert_eq!(world.outcome(session), None);
    world.must(&lost(true));
    assert_eq!(world.outcome(session), Some(Outcome::FailedChannel));
    world.must(&lost(true));
    assert_eq!(world.report(session).counts.messages_undelivered, 3);
}

#[test]
fn what_we_wrote_first_and_did_not_arrive_was_not_accepted() {
    let mut world = World::new(1);
    let session = SessionId(world.fresh());
    world.must(&Command::StartOutbound {
        account: "website".into(),
        customer: crate::session::Customer { address: "grace".into(), name: None },
        text: "Your parcel is here.".to_owned(),
        new_session: session,
        window: SignedDuration::from_hours(1),
    });
    let reason = "422".to_owned();
    world.must(&Command::MessageUndelivered { session, seq: 1, reason, channel_gone: false });
    assert_eq!(world.outcome(session), Some(Outcome::OutboundNotAccepted));
}
