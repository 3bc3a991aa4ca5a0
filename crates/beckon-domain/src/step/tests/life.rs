//! The life of a session, and everything that comes late, twice or from the wrong person.

use jiff::SignedDuration;

use super::world::{World, agent};
use crate::card::{CardCopy, CopyKind};
use crate::command::{ActResult, Action, CardFailure, Command, Reply, Surface};
use crate::face::{Face, card_data};
use crate::ids::SessionId;
use crate::invitation::{Invitation, InvitationState};
use crate::outcome::{EndedBy, Outcome};
use crate::room::RoomState;
use crate::session::{Author, Customer, MAX_TEXT_CHARS, Parameters, Phase};
use crate::step::Rejection;
use crate::timer::TimerKey;

#[test]
fn a_session_from_the_first_message_to_its_result() {
    let mut world = World::new(2);
    let session = world.write("grace", "My order is lost.");
    assert_eq!(world.sessions[&session].last_seq, 2, "the message and the greeting");

    let invitation = world.ring(session);
    assert_eq!(world.invitations[&invitation].agent, agent(1), "the longest idle");
    assert_eq!(world.act(invitation, Action::Accept), ActResult::Done);
    assert!(matches!(world.phase(session), Phase::Connected { .. }));
    assert_eq!(world.rooms[&session].name, "Support \u{a6} Grace Hopper");

    world.write("grace", "Are you there?");
    let text = "Yes, I am.".to_owned();
    world.run(&Command::AgentMessage { session, agent: agent(1), text }).unwrap();
    let seqs: Vec<u64> = world.messages.iter().map(|(_, message)| message.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
    let last = &world.messages[3].1;
    assert_eq!(last.from, Author::Agent { id: agent(1), name: "Ada".to_owned() });

    world.pass(95);
    assert_eq!(world.act(invitation, Action::Terminate), ActResult::Done);
    let Phase::Ended { outcome, by, agent: owner, .. } = world.phase(session) else { panic!() };
    assert_eq!((*outcome, *by, *owner), (Outcome::UserAccepted, EndedBy::User, Some(agent(1))));
    assert!(matches!(world.rooms[&session].state, RoomState::Closed { .. }));
    assert_eq!(Face::of(world.state(invitation)), Face::Terminated);
    assert_eq!(world.agents[&agent(1)].work.len(), 1, "after-call work blocks");

    assert_eq!(world.act(invitation, Action::Finish), ActResult::Done);
    assert_eq!(Face::of(world.state(invitation)), Face::Result);
    assert!(world.agents[&agent(1)].work.is_empty());
    let data = card_data(
        &world.invitations[&invitation],
        &world.sessions[&session],
        &world.service,
        world.rooms.get(&session),
    );
    let talk = data.talk.unwrap();
    assert_eq!(talk.lasted, SignedDuration::from_secs(95));
    assert_eq!(talk.outcome, Outcome::UserAccepted);
}

#[test]
fn a_message_after_the_end_starts_a_new_session() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    assert_ne!(world.write("grace", "One more thing"), session);
}

#[test]
fn repeated_late_and_foreign_clicks_change_nothing() {
    let mut world = World::new(2);
    let (session, invitation) = world.connected();
    let before = world.invitations[&invitation].clone();
    assert_eq!(world.act(invitation, Action::Accept), ActResult::Unchanged);
    assert_eq!(world.act(invitation, Action::Decline), ActResult::Unchanged, "too late");
    assert_eq!(world.act_as(invitation, agent(2), Action::Terminate), ActResult::Foreign);
    assert_eq!(world.invitations[&invitation], before);

    world.act(invitation, Action::Terminate);
    let ended = world.sessions[&session].phase.clone();
    assert_eq!(world.act(invitation, Action::Terminate), ActResult::Unchanged);
    world.run(&Command::CustomerLeft { session }).unwrap();
    world.run(&Command::AdminEnd { session, audit: None }).unwrap();
    assert_eq!(world.sessions[&session].phase, ended, "the first terminal event wins");
}

#[test]
fn the_customer_can_leave_in_every_phase() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let left = |session| Reply::Ended { session, outcome: Outcome::CustomerLeftInQueue };
    assert_eq!(world.run(&Command::CustomerLeft { session }).unwrap(), left(session));

    let session = world.write("grace", "Hello again");
    let invitation = world.ring(session);
    assert_eq!(world.run(&Command::CustomerLeft { session }).unwrap(), left(session));
    assert!(matches!(world.state(invitation), InvitationState::CancelledCustomer { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 0, "no RONA");
    assert_eq!(world.act(invitation, Action::Accept), ActResult::Unchanged);

    let (session, invitation) = world.connected();
    let reply = world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(reply, Reply::Ended { session, outcome: Outcome::UserAccepted });
    assert!(matches!(world.state(invitation), InvitationState::WrapUp { .. }));
}

#[test]
fn only_the_sessions_agent_reaches_the_customer() {
    let mut world = World::new(2);
    let (session, invitation) = world.connected();
    let say = |agent, text: &str| Command::AgentMessage { session, agent, text: text.to_owned() };
    assert_eq!(world.run(&say(agent(2), "psst")), Err(Rejection::NotYours));
    assert_eq!(world.run(&say(agent(1), " \n")), Err(Rejection::EmptyText));
    let long = "x".repeat(20_000);
    assert_eq!(
        world.run(&say(agent(1), &long)),
        Err(Rejection::TextTooLong { chars: 20_000, max: MAX_TEXT_CHARS })
    );
    assert!(world.run(&say(agent(1), &"é".repeat(MAX_TEXT_CHARS))).is_ok());
    world.act(invitation, Action::Terminate);
    assert_eq!(world.run(&say(agent(1), "late")), Err(Rejection::NotConnected("ended")));
}

#[test]
fn wrap_up_ends_by_the_clock_and_a_service_without_it_skips_it() {
    let mut world = World::new(1);
    let (_, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    world.fire(TimerKey::WrapUp(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Concluded { .. }));

    world.service.wrap_up.length = None;
    let (_, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    assert!(matches!(world.state(invitation), InvitationState::Concluded { .. }));
    assert!(world.agents[&agent(1)].work.is_empty());
}

#[test]
fn an_answer_is_followed_by_the_shared_update_a_second_later() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    let now = world.now;
    world.act(invitation, Action::Accept);
    let card = &world.invitations[&invitation].card;
    assert!(card.is_dirty());
    assert_eq!(card.not_before.unwrap().duration_since(now).as_secs(), 1);

    let surface = Surface::Console;
    let (_, action) = (world.act(invitation, Action::Terminate), Action::Finish);
    let agent = agent(1);
    world.run(&Command::Act { invitation, agent, action, surface, seen: None }).unwrap();
    assert!(world.invitations[&invitation].card.is_dirty());
}

#[test]
fn a_stray_copy_is_adopted_and_told_the_truth() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    let seen = Some(CardCopy {
        conversation: "a:1".into(),
        activity: "stray".into(),
        shown: 99,
        kind: CopyKind::Invitation,
    });
    let (agent, action, surface) = (agent(1), Action::Accept, Surface::Card);
    world.run(&Command::Act { invitation, agent, action, surface, seen }).unwrap();
    let card = &world.invitations[&invitation].card;
    assert_eq!(card.copies.len(), 1);
    assert!(
        card.is_dirty() && card.copies[0].shown < card.wanted,
        "a forged version does not hide it"
    );
}

#[test]
fn a_card_that_closed_before_its_post_is_not_posted_but_a_late_post_is_mended() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert!(!world.invitations[&invitation].card.is_dirty());

    let copy = CardCopy {
        conversation: "a:1".into(),
        activity: "late".into(),
        shown: 1,
        kind: CopyKind::Invitation,
    };
    world.run(&Command::CardShown { invitation, copy }).unwrap();
    assert!(world.invitations[&invitation].card.is_dirty());
    assert!(matches!(world.state(invitation), InvitationState::CancelledCustomer { .. }));
}

#[test]
fn a_lost_copy_leaves_the_others_as_they_are() {
    let mut world = World::new(1);
    let (_, invitation) = world.connected();
    world.deliver(invitation);
    let wanted = world.invitations[&invitation].card.wanted;
    world.show(invitation, "stray", wanted);
    world.fail(invitation, CardFailure::Gone { activity: "stray".to_owned() });
    assert!(!world.invitations[&invitation].card.is_dirty(), "the other copy is true");

    let session = world.write("alan", "Hello?");
    world.act(invitation, Action::Terminate);
    world.act(invitation, Action::Finish);
    let offered = world.ring(session);
    world.run(&Command::CustomerLeft { session }).unwrap();
    let activity = format!("m-{offered}");
    world.fail(offered, CardFailure::Gone { activity });
    assert!(!world.invitations[&offered].card.is_dirty(), "a withdrawn offer is not posted again");
}

#[test]
fn a_click_never_shortens_the_pause_that_the_platform_asked_for() {
    let mut world = World::new(1);
    let (_, invitation) = world.connected();
    let asked = world.now.checked_add(jiff::SignedDuration::from_secs(60)).unwrap();
    world.fail(invitation, CardFailure::Later { at: asked });
    world.act(invitation, Action::Terminate);
    assert_eq!(world.invitations[&invitation].card.not_before, Some(asked));
}

#[test]
fn what_is_under_way_ends_though_the_service_is_gone() {
    let mut world = World::new(3);
    let ringing = world.write("alan", "Hello?");
    let rung = world.ring(ringing);
    let undelivered = world.write("mary", "Hello?");
    let offered = world.offer(undelivered).unwrap();
    let (connected, accepted) = world.connected();
    world.configured = false;

    world.fire(TimerKey::Delivery(offered));
    world.fire(TimerKey::Ring(rung));
    assert!(matches!(world.phase(undelivered), Phase::Waiting { .. }));
    assert!(matches!(world.phase(ringing), Phase::Waiting { .. }));
    assert_eq!(world.act(accepted, Action::Terminate), ActResult::Done);
    for session in [ringing, undelivered, connected] {
        world.run(&Command::AdminEnd { session, audit: None }).unwrap();
        assert!(matches!(world.phase(session), Phase::Ended { .. }));
    }
    assert!(world.agents.values().all(|agent| agent.work.is_empty()));
}

#[test]
fn both_sides_read_one_closing_line_unless_the_customer_left() {
    let mut world = World::new(1);
    let (_, invitation) = world.connected();
    world.act(invitation, Action::Terminate);
    let lines = |world: &World| {
        let closing = world.service.texts.closing.clone();
        world.messages.iter().filter(|(_, row)| Some(&row.text) == closing.as_ref()).count()
    };
    assert_eq!(lines(&world), 1);
    world.act(invitation, Action::Finish);
    let (session, _) = world.connected();
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(lines(&world), 1);
}

#[test]
fn a_name_that_shows_nothing_is_no_name() {
    let mut world = World::new(1);
    let name = Some("\u{202e}\u{200e}\r\n".to_owned());
    let command = Command::CustomerMessage {
        account: "website".into(),
        customer: crate::session::Customer { address: "+41 79".into(), name },
        text: "Hello?".to_owned(),
        parameters: Parameters::new(),
        new_session: crate::ids::SessionId(world.fresh()),
    };
    world.run(&command).unwrap();
    assert_eq!(world.sessions.values().next().unwrap().customer.label(), "+41 79");
}

#[test]
fn a_lost_message_is_posted_afresh_and_a_refused_one_is_given_up() {
    let mut world = World::new(1);
    let (_, invitation) = world.connected();
    let activity = world.invitations[&invitation].card.copies[0].activity.clone();
    let failure = CardFailure::Gone { activity };
    world.run(&Command::CardFailed { invitation, failure }).unwrap();
    let card = &world.invitations[&invitation].card;
    assert!(card.copies.is_empty() && card.is_dirty());

    let failure = CardFailure::Refused { reason: "413".to_owned() };
    world.run(&Command::CardFailed { invitation, failure }).unwrap();
    assert!(!world.invitations[&invitation].card.is_dirty());
    assert!(matches!(world.state(invitation), InvitationState::Accepted { .. }));
}

#[test]
fn a_name_learned_late_repaints_the_cards_on_display() {
    let mut world = World::new(1);
    let nameless = |name: Option<&str>| Command::CustomerMessage {
        account: "website".into(),
        customer: Customer { address: "grace".into(), name: name.map(str::to_owned) },
        text: "Hello?".to_owned(),
        parameters: Parameters::new(),
        new_session: SessionId(uuid::Uuid::from_u128(77)),
    };
    world.run(&nameless(None)).unwrap();
    let invitation = world.ring(SessionId(uuid::Uuid::from_u128(77)));
    let wanted = |world: &World| world.invitations[&invitation].card.wanted;
    let before = wanted(&world);
    world.run(&nameless(None)).unwrap();
    assert_eq!(wanted(&world), before);
    world.run(&nameless(Some("Grace Hopper"))).unwrap();
    assert_eq!(wanted(&world), before + 1);
    world.run(&nameless(Some("Somebody else"))).unwrap();
    assert_eq!(wanted(&world), before + 1, "the first name stays");
}

#[test]
fn a_card_names_the_service_that_it_was_made_for() {
    let mut world = World::new(1);
    let (session, invitation) = world.connected();
    let named = |row: &Invitation, world: &World| {
        card_data(row, &world.sessions[&session], &world.service, None).service
    };
    "Sales".clone_into(&mut world.service.name);
    let mut row = world.invitations[&invitation].clone();
    assert_eq!(named(&row, &world), "Support", "the session moved on, the card did not");
    row.service = None;
    assert_eq!(named(&row, &world), "Sales", "a row that is older than this");
}
