//! After-call work, codes and tags, and the end that an administrator forces.

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::card::{CardCopy, CopyKind};
use crate::command::{ActResult, Action, CardFailure, Command, Reply, Surface};
use crate::event::EventKind;
use crate::ids::{InvitationId, SessionId};
use crate::invitation::InvitationState;
use crate::outcome::Outcome;
use crate::settings::Distribution;
use crate::step::Rejection;
use crate::timer::TimerKey;
use crate::wrap_up::{Actor, Audit, BadCodes, Codes, LATE};

const MINUTE: i64 = 60;

/// A conversation that is over; `demands`: a code has to be chosen.
fn over(demands: bool) -> (World, SessionId, InvitationId) {
    let mut world = World::new(2);
    world.service.wrap_up.codes.as_mut().expect("there is one").required = demands;
    let (session, invitation) = world.connected();
    world.deliver(invitation);
    world.act(invitation, Action::Terminate);
    world.deliver(invitation);
    (world, session, invitation)
}

fn concluded(world: &World, invitation: InvitationId) -> bool {
    matches!(world.state(invitation), InvitationState::Concluded { .. })
}

#[test]
fn codes_then_tags_on_the_same_shown_card_both_count_and_the_card_stays_as_it_is() {
    let (mut world, session, invitation) = over(false);
    let card = world.invitations[&invitation].card.clone();
    assert_eq!(world.say(invitation, "billing", &[]), Ok(ActResult::Done));
    assert_eq!(world.say(invitation, "", &["vip", "late"]), Ok(ActResult::Done));
    assert_eq!(world.say(invitation, "", &["vip", "late"]), Ok(ActResult::Unchanged), "twice");
    let report = world.report(session);
    assert_eq!(report.codes.codes.as_deref(), Some("billing"));
    assert_eq!(report.codes.tags, ["vip", "late"]);
    assert_eq!(world.invitations[&invitation].card, card, "nobody's typing is wiped (B4)");
}

#[test]
fn a_key_replaces_what_was_said_and_agents_reach_their_own_work_only() {
    let (mut world, _, invitation) = over(false);
    world.say(invitation, "billing", &["vip"]).unwrap();
    let set = |by, tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let codes = Codes { tags, ..Codes::default() };
        let surface = Surface::Console;
        Command::SetCodes { invitation, by, codes, keep: false, surface, seen: None }
    };
    let acted = |result| Ok(Reply::Acted { invitation, result });
    let foreign = set(Actor::Agent { agent: agent(2) }, &[]);
    assert_eq!(world.run(&foreign), acted(ActResult::Foreign));
    let office = Actor::Key { name: "office".to_owned() };
    assert_eq!(world.run(&set(office, &["late"])), acted(ActResult::Done));
    let said = &world.invitations[&invitation].codes;
    assert_eq!((said.codes.as_deref(), said.tags.as_slice()), (None, &["late".to_owned()][..]));
}

#[test]
fn codes_that_have_to_be_chosen_hold_the_after_call_work_open_until_they_are() {
    let (mut world, session, invitation) = over(true);
    world.fire(TimerKey::WrapUp(invitation));
    assert!(matches!(world.state(invitation), InvitationState::WrapUp { held: true, .. }));
    assert_eq!(world.happened(|event| matches!(event, EventKind::WrapUpHeld { .. })), 1);
    assert!(!world.agents[&agent(1)].has_capacity(&world.service.distribution));
    let roomy = Distribution { capacity: 10, ..Distribution::default() };
    assert!(!world.agents[&agent(1)].has_capacity(&roomy), "nor for any other service");
    world.say(invitation, "", &["vip"]).unwrap();
    assert!(!concluded(&world, invitation), "a tag is no code");
    world.say(invitation, "billing", &[]).unwrap();
    assert!(concluded(&world, invitation), "its time was over");
    assert!(world.agents[&agent(1)].has_capacity(&world.service.distribution));
    assert!(!world.report(session).codes_missing);
}

#[test]
fn after_a_quarter_of_an_hour_codes_are_missing_until_somebody_brings_them() {
    let (mut world, session, invitation) = over(true);
    let ended = world.now;
    world.fire(TimerKey::WrapUp(invitation));
    world.fire(TimerKey::WrapUp(invitation));
    assert_eq!(world.now.duration_since(ended), SignedDuration::from_mins(15));
    assert!(concluded(&world, invitation));
    assert!(world.sessions[&session].codes_missing && world.report(session).codes_missing);
    world.pass(23 * 60 * MINUTE);
    world.say(invitation, "billing", &[]).unwrap();
    assert!(!world.sessions[&session].codes_missing && !world.report(session).codes_missing);
}

#[test]
fn a_day_after_the_end_codes_are_refused_and_the_card_asks_no_more() {
    let (mut world, _, invitation) = over(false);
    world.act(invitation, Action::Finish);
    world.deliver(invitation);
    let until = world.now.saturating_add(LATE).unwrap();
    world.now = until;
    assert_eq!(world.say(invitation, "billing", &[]), Err(Rejection::CodesClosed { until }));
    world.fire(TimerKey::LateCodes(invitation));
    let row = &world.invitations[&invitation];
    assert!(row.codes_closed && row.card.is_dirty());
    assert!(row.codes.is_empty());
}

/// A conversation that is over for a day is no news: what is gone from the chat stays gone.
#[test]
fn a_card_that_asks_no_more_is_repainted_and_never_posted() {
    let late = |posted: bool| {
        let (mut world, _, invitation) = over(false);
        world.act(invitation, Action::Finish);
        world.deliver(invitation);
        if !posted {
            let card = &mut world.invitations.get_mut(&invitation).unwrap().card;
            card.copies.clear();
        }
        world.now = world.now.saturating_add(LATE).unwrap();
        world.fire(TimerKey::LateCodes(invitation));
        (world, invitation)
    };
    let (world, invitation) = late(false);
    assert!(!world.invitations[&invitation].card.is_dirty(), "it was on display nowhere");

    let (mut world, invitation) = late(true);
    let control = CardCopy {
        conversation: "room".to_owned(),
        activity: "control".to_owned(),
        shown: 1,
        kind: CopyKind::Control,
    };
    let row = world.invitations.get_mut(&invitation).unwrap();
    row.card.copies.push(control.clone());
    let (activity, wanted) = (row.card.copies[0].activity.clone(), row.card.wanted);
    world.fail(invitation, CardFailure::Gone { activity });
    let card = &world.invitations[&invitation].card;
    assert!(card.is_dirty() && !card.wants_post(), "the room's card is still behind: {card:?}");
    let copy = CardCopy { shown: wanted, ..control };
    world.must(&Command::CardShown { invitation, copy });
    let card = &world.invitations[&invitation].card;
    assert!(!card.is_dirty() && !card.wants_post(), "{card:?}");
}

#[test]
fn the_agent_cannot_leave_before_the_codes_are_chosen_nor_where_the_service_says_so() {
    let (mut world, _, invitation) = over(true);
    let agent = agent(1);
    let surface = Surface::Card;
    let finish = Command::Act { invitation, agent, action: Action::Finish, surface, seen: None };
    assert_eq!(world.run(&finish), Err(Rejection::CodesRequired));
    world.say(invitation, "billing", &[]).unwrap();
    world.service.wrap_up.early_end = false;
    assert_eq!(world.act(invitation, Action::Finish), ActResult::Unchanged);
    world.service.wrap_up.early_end = true;
    assert_eq!(world.act(invitation, Action::Finish), ActResult::Done);
    assert!(concluded(&world, invitation));
}

#[test]
fn an_extension_begins_the_time_anew_as_often_as_the_service_lets() {
    let (mut world, _, invitation) = over(false);
    world.service.wrap_up.extensions = 2;
    let card = world.invitations[&invitation].card.clone();
    for _ in 0..2 {
        world.pass(15);
        assert_eq!(world.act(invitation, Action::Extend), ActResult::Done);
        let InvitationState::WrapUp { until, .. } = world.state(invitation) else { panic!() };
        assert_eq!(until.duration_since(world.now), SignedDuration::from_secs(20));
    }
    world.pass(10);
    assert_eq!(world.act(invitation, Action::Extend), ActResult::Unchanged, "often enough");
    assert_eq!(world.invitations[&invitation].card, card, "nobody's typing is wiped (B4)");
    world.fire(TimerKey::WrapUp(invitation));
    assert!(concluded(&world, invitation));
    assert_eq!(world.act(invitation, Action::Extend), ActResult::Unchanged, "too late");
}

#[test]
fn an_extension_that_is_delivered_twice_counts_once() {
    let (mut world, _, invitation) = over(false);
    world.service.wrap_up.extensions = 2;
    let extended = |event: &EventKind| matches!(event, EventKind::WrapUpExtended { .. });
    let agent = agent(1);
    let click = |surface| {
        let action = Action::Extend;
        Command::Act { invitation, agent, action, surface, seen: None }
    };
    let answer = |result| Ok(Reply::Acted { invitation, result });
    let (card, console) = (click(Surface::Card), click(Surface::Console));
    for extensions in [1, 2] {
        assert_eq!(world.run(&card), answer(ActResult::Done));
        world.pass(9);
        assert_eq!(world.run(&card), answer(ActResult::Done), "it has begun anew");
        assert_eq!(world.happened(extended), extensions);
        world.pass(1);
    }
    assert_eq!(world.run(&card), answer(ActResult::Unchanged), "often enough");

    let (mut world, _, invitation) = over(false);
    world.service.wrap_up.extensions = 1;
    assert_eq!(world.act(invitation, Action::Extend), ActResult::Done);
    assert_eq!(world.run(&console), answer(ActResult::Unchanged), "the console asks once");
}

#[test]
fn what_the_service_does_not_take_changes_nothing() {
    let (mut world, _, invitation) = over(false);
    let unknown = BadCodes::Unknown { list: "codes", id: "weather".to_owned() };
    assert_eq!(world.say(invitation, "weather", &["vip"]), Err(unknown.into()));
    assert!(world.invitations[&invitation].codes.is_empty());
    let mut world = World::new(1);
    let (_, invitation) = world.connected();
    assert_eq!(world.say(invitation, "billing", &[]), Err(Rejection::CodesNotOpen("accepted")));
}

#[test]
fn an_administrator_ends_the_session_then_the_after_call_work_and_both_are_on_record() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let audit = Audit { by: Actor::Key { name: "office".to_owned() }, reason: "fire".to_owned() };
    let end = Command::AdminEnd { session, audit: Some(audit.clone()) };
    let ended = Ok(Reply::Ended { session, outcome: Outcome::UserAccepted });
    for records in [1, 2, 2] {
        assert_eq!(world.run(&end), ended);
        let recorded = |event: &EventKind| matches!(event, EventKind::AdminEnded { audit: known } if *known == audit);
        assert_eq!(world.happened(recorded), records);
        assert_eq!(concluded(&world, invitation), records == 2);
    }
}
