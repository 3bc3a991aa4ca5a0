//! When nothing is said: reminders, the warning, and whom the sweep tells (P6).

use jiff::{SignedDuration, Timestamp};

use super::world::{World, agent};
use crate::command::{Action, CardFailure, Command};
use crate::event::{EventKind, NotTold, Reminder};
use crate::ids::{InvitationId, SessionId};
use crate::outcome::{EndedBy, Outcome};
use crate::session::{Author, Phase};
use crate::settings::Channel;
use crate::timer::TimerKey;

const MINUTE: i64 = 60;

fn say(world: &mut World, session: SessionId) {
    let text = "And you?".to_owned();
    world.must(&Command::AgentMessage { session, agent: agent(1), text });
}

fn reminders(world: &World) -> Vec<Reminder> {
    let why = |event: &EventKind| match event {
        EventKind::AgentReminded { agent: who, why } if *who == agent(1) => Some(*why),
        _ => None,
    };
    world.events.iter().filter_map(|(_, event)| why(&event.kind)).collect()
}

fn shows(world: &World, invitation: InvitationId) -> u32 {
    world.invitations[&invitation].card.wanted
}

#[test]
fn an_agent_is_reminded_once_of_a_silence_until_somebody_writes() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    world.pass(4 * MINUTE);
    world.write("grace", "Hello?");
    world.fire(TimerKey::Reminder(session));
    assert_eq!(reminders(&world), [], "it was silent for six minutes, not for ten");
    let before = shows(&world, invitation);
    world.fire(TimerKey::Reminder(session));
    assert_eq!(reminders(&world), [Reminder::Silent]);
    assert!(world.sessions[&session].reminded);
    assert_eq!(shows(&world, invitation), before + 1, "the card says so");
    assert!(!world.has_timer(TimerKey::Reminder(session)), "once is enough");

    say(&mut world, session);
    assert!(!world.sessions[&session].reminded);
    assert_eq!(shows(&world, invitation), before + 2, "and says so no more");
    world.fire(TimerKey::Reminder(session));
    assert_eq!(reminders(&world), [Reminder::Silent; 2], "another silence");
    world.act(invitation, Action::Terminate);
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
}

#[test]
fn who_parked_is_reminded_of_that_and_a_late_timer_of_nothing() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    world.pass(9 * MINUTE);
    world.act(invitation, Action::Park);
    world.fire(TimerKey::Reminder(session));
    assert_eq!(reminders(&world), [Reminder::Parked]);
    world.write("grace", "Hello?");
    assert!(world.sessions[&session].reminded, "it is parked still");
    world.act(invitation, Action::Unpark);
    assert!(!world.sessions[&session].reminded);
    world.fire(TimerKey::Reminder(session));
    assert_eq!(reminders(&world), [Reminder::Parked, Reminder::Silent]);

    world.act(invitation, Action::Park);
    world.act(invitation, Action::Terminate);
    world.fire(TimerKey::Reminder(session));
    assert_eq!(reminders(&world).len(), 2);
}

#[test]
fn no_reminder_where_it_is_switched_off() {
    let mut world = World::new(1);
    world.service.silence.remind = None;
    world.service.distribution.park_reminder = None;
    let (session, invitation) = world.connected();
    world.act(invitation, Action::Park);
    assert!(!world.has_timer(TimerKey::Reminder(session)));
    world.act(invitation, Action::Unpark);
    assert!(!world.has_timer(TimerKey::Reminder(session)));
    assert!(!world.has_timer(TimerKey::Idle(session)), "off by default");
}

/// A conversation in which the customer owes an answer: a warning after 5 minutes, the end after 8.
fn idle() -> (World, SessionId, InvitationId) {
    let mut world = World::new(1);
    world.service.silence.warn = Some(SignedDuration::from_mins(5));
    world.service.silence.end = Some(SignedDuration::from_mins(8));
    let (session, invitation) = world.connected();
    assert!(!world.has_timer(TimerKey::Idle(session)), "it is the agent's turn");
    world.pass(1);
    say(&mut world, session);
    (world, session, invitation)
}

fn warnings(world: &World) -> usize {
    let warning = &world.service.silence.warning;
    let said = |text: &str, from: &Author| text == warning && *from == Author::System;
    let messages = world.messages.iter().filter(|(_, row)| said(&row.text, &row.from)).count();
    assert_eq!(messages, world.happened(|event| *event == EventKind::CustomerWarned));
    messages
}

#[test]
fn a_customer_who_owes_an_answer_is_warned_and_then_it_ends() {
    let (mut world, session, _) = idle();
    let spoke = world.now;
    world.fire(TimerKey::Idle(session));
    assert_eq!(warnings(&world), 1);
    assert_eq!(world.now.duration_since(spoke).as_mins(), 5);
    world.fire(TimerKey::Idle(session));
    assert_eq!(world.now.duration_since(spoke).as_mins(), 8);
    let Phase::Ended { outcome, by, .. } = world.phase(session) else { panic!() };
    assert_eq!((*outcome, *by), (Outcome::UserAccepted, EndedBy::System));
    assert!(!world.sessions[&session].ended_quietly());
}

#[test]
fn an_answer_saves_the_conversation() {
    let (mut world, session, _) = idle();
    world.fire(TimerKey::Idle(session));
    world.write("grace", "Yes!");
    world.fire(TimerKey::Idle(session));
    assert!(matches!(world.phase(session), Phase::Connected { .. }));
    assert!(!world.has_timer(TimerKey::Idle(session)), "it is the agent's turn");
    world.pass(MINUTE);
    say(&mut world, session);
    world.fire(TimerKey::Idle(session));
    assert_eq!(warnings(&world), 2, "a warning of its own for each silence");
}

#[test]
fn saying_more_to_one_who_owes_an_answer_sets_no_timer_and_gives_them_the_whole_time() {
    let (mut world, session, _) = idle();
    let due = |world: &World| {
        let idle = |timer: &&crate::timer::Timer| timer.key == TimerKey::Idle(session);
        world.timers.iter().find(idle).map(|timer| timer.due)
    };
    let first = due(&world);
    world.pass(2 * MINUTE);
    say(&mut world, session);
    let spoke = world.now;
    assert_eq!(due(&world), first, "it looks, when it is due, how long it has been silent");
    world.fire(TimerKey::Idle(session));
    assert_eq!(warnings(&world), 0);
    world.fire(TimerKey::Idle(session));
    assert_eq!((warnings(&world), world.now.duration_since(spoke).as_mins()), (1, 5));

    world.pass(MINUTE);
    world.service.silence.end = None;
    world.timers.retain(|timer| timer.key != TimerKey::Idle(session));
    say(&mut world, session);
    assert!(due(&world).is_some(), "after a warning there may be no timer left");
}

#[test]
fn however_late_the_timer_is_the_customer_has_the_time_between() {
    let (mut world, session, _) = idle();
    world.pass(60 * MINUTE);
    world.fire(TimerKey::Idle(session));
    assert_eq!(warnings(&world), 1);
    let warned = world.now;
    world.fire(TimerKey::Idle(session));
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
    assert_eq!(world.now.duration_since(warned).as_mins(), 3);
}

#[test]
fn what_is_parked_is_not_idle_and_a_raised_limit_counts() {
    let (mut world, session, invitation) = idle();
    world.act(invitation, Action::Park);
    world.fire(TimerKey::Idle(session));
    assert_eq!(warnings(&world), 0);
    world.act(invitation, Action::Unpark);
    world.service.silence.warn = None;
    world.service.silence.end = Some(SignedDuration::from_mins(60));
    world.fire(TimerKey::Idle(session));
    assert!(matches!(world.phase(session), Phase::Connected { .. }), "the limit was raised");
    world.fire(TimerKey::Idle(session));
    assert_eq!(world.outcome(session), Some(Outcome::UserAccepted));
    assert_eq!(warnings(&world), 0);
}

/// What the sweep does about a customer of this channel who wrote so many hours ago: why they were
/// not told, if they were not.
fn swept(channel: Channel, tells: bool, hours_ago: i64, at: &str) -> Option<NotTold> {
    let mut world = World::new(1);
    world.push = true;
    world.service.accounts[0].channel = channel;
    world.service.silence.sweep_tells_phones = tells;
    let end: Timestamp = at.parse().unwrap();
    world.now = end - SignedDuration::from_hours(hours_ago);
    let (session, invitation) = world.connected();
    world.show(invitation, "m-1", shows(&world, invitation));
    world.now = end;
    let pushed = world.effects.len();
    let threshold = SignedDuration::from_hours(1);
    world.must(&Command::Sweep { session, threshold });
    assert!(world.sessions[&session].ended_quietly());
    let card = &world.invitations[&invitation].card;
    assert_eq!((card.is_dirty(), card.not_before), (true, Some(end)), "behind all others");
    let why = world.events.iter().find_map(|(_, event)| match event.kind {
        EventKind::ClosingNotSent { why } => Some(why),
        _ => None,
    });
    assert_eq!(world.effects.len() - pushed, usize::from(why.is_none()), "{channel:?}");
    why
}

#[test]
fn the_sweep_wakes_nobody() {
    let (night, day) = ("2027-01-15T03:00:00Z", "2027-01-15T12:00:00Z");
    for channel in [Channel::Api, Channel::Web] {
        assert_eq!(swept(channel, false, 30, night), None, "a page wakes nobody");
    }
    for channel in [Channel::WhatsApp, Channel::Sms] {
        assert_eq!(swept(channel, false, 2, day), Some(NotTold::SwitchedOff));
        assert_eq!(swept(channel, true, 2, night), Some(NotTold::OutsideContactHours));
        assert_eq!(swept(channel, true, 2, day), None);
    }
    assert_eq!(swept(Channel::WhatsApp, true, 24, day), Some(NotTold::WindowClosed));
    assert_eq!(swept(Channel::Sms, true, 24, day), None, "a text message has no window");
}

#[test]
fn the_sweep_repaints_a_card_and_never_posts_one() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let activity = world.invitations[&invitation].card.copies[0].activity.clone();
    let gone = || CardFailure::Gone { activity: activity.clone() };
    let threshold = SignedDuration::from_hours(24);
    let lost_before = world.clone();
    world.pass(threshold.as_secs());
    world.must(&Command::Sweep { session, threshold });
    assert!(world.invitations[&invitation].card.is_dirty());
    world.must(&Command::CardFailed { invitation, failure: gone() });
    let card = &world.invitations[&invitation].card;
    assert!(card.copies.is_empty() && !card.is_dirty(), "its message is gone, and stays gone");

    let mut world = lost_before;
    world.must(&Command::CardFailed { invitation, failure: gone() });
    world.pass(threshold.as_secs());
    world.must(&Command::Sweep { session, threshold });
    assert!(!world.invitations[&invitation].card.is_dirty(), "it was on display nowhere");
}
