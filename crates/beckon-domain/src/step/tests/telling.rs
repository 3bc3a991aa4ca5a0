//! What cards tell about a session (B5).

use proptest::prelude::*;

use super::world::World;
use crate::command::{Action, Command};
use crate::face::{CardData, card_data};
use crate::ids::{InvitationId, SessionId};
use crate::session::{Customer, MAX_PARAMETERS, MAX_PREVIEW_CHARS, Parameters};
use crate::settings::{CardParameter, CardRules};
use crate::step::Rejection;

/// No name, label or value holds it.
const SECRET: &str = "zebra-7741";

fn rules(names: &[&str], preview: bool) -> CardRules {
    let shown = |name: &&str| CardParameter { name: (*name).to_owned(), label: (**name).into() };
    CardRules { parameters: names.iter().map(shown).collect(), preview }
}

fn write(world: &mut World, text: &str, parameters: &[(&str, &str)]) -> Result<(), Rejection> {
    let parameters: Parameters =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let command = Command::CustomerMessage {
        account: "website".into(),
        customer: Customer { address: "grace".into(), name: None },
        text: text.to_owned(),
        parameters,
        new_session: SessionId(world.fresh()),
    };
    world.run(&command).map(|_| ())
}

fn ring(world: &mut World) -> InvitationId {
    let session = *world.sessions.keys().next_back().unwrap();
    world.ring(session)
}

fn told(world: &World, id: InvitationId) -> CardData {
    let invitation = &world.invitations[&id];
    let session = &world.sessions[&invitation.session];
    card_data(invitation, session, &world.service, world.rooms.get(&session.id))
}

fn shown(world: &World, id: InvitationId) -> Vec<(String, String)> {
    let data = told(world, id);
    data.parameters.into_iter().map(|one| (one.title.plain, one.value)).collect()
}

#[test]
fn only_what_the_service_shows_is_shown_in_its_order() {
    let mut world = World::new(1);
    world.service.cards = rules(&["plan", "order", "absent"], false);
    let known = [("order", "A-1024"), ("secret", SECRET), ("plan", "Premium")];
    write(&mut world, "Hello?", &known).unwrap();
    let invitation = ring(&mut world);
    let pairs = shown(&world, invitation);
    assert_eq!(pairs, [("plan".into(), "Premium".into()), ("order".into(), "A-1024".into())]);
    assert!(!format!("{:?}", told(&world, invitation)).contains(SECRET));
}

#[test]
fn what_is_learned_later_repaints_only_where_it_shows() {
    let mut world = World::new(1);
    world.service.cards = rules(&["order"], false);
    write(&mut world, "Hello?", &[]).unwrap();
    let invitation = ring(&mut world);
    let wanted = |world: &World| world.invitations[&invitation].card.wanted;
    let before = wanted(&world);
    write(&mut world, "Hello?", &[("hidden", "x")]).unwrap();
    assert_eq!(wanted(&world), before);
    write(&mut world, "Hello?", &[("order", "A-1")]).unwrap();
    assert_eq!(wanted(&world), before + 1);
    write(&mut world, "Hello?", &[("order", "A-1")]).unwrap();
    assert_eq!(wanted(&world), before + 1, "nothing new");
    write(&mut world, "Hello?", &[("order", "A-2")]).unwrap();
    assert_eq!(shown(&world, invitation), [("order".into(), "A-2".into())]);
}

#[test]
fn a_session_has_only_so_many_parameters_and_one_too_many_changes_nothing() {
    let mut world = World::new(1);
    let names: Vec<String> = (0..=MAX_PARAMETERS).map(|n| n.to_string()).collect();
    let all: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "x")).collect();
    write(&mut world, "Hello?", &all[..MAX_PARAMETERS]).unwrap();
    let before = world.sessions.clone();
    let refused = write(&mut world, "Hello?", &all[MAX_PARAMETERS..]);
    let (count, max) = (MAX_PARAMETERS + 1, MAX_PARAMETERS);
    assert_eq!(refused, Err(Rejection::TooManyParameters { count, max }));
    assert_eq!(world.sessions, before);
    write(&mut world, "Hello?", &[("0", "another value")]).unwrap();
}

#[test]
fn the_first_message_is_previewed_until_the_accept_where_the_service_says_so() {
    let mut world = World::new(1);
    world.service.cards = rules(&[], true);
    write(&mut world, SECRET, &[]).unwrap();
    write(&mut world, "And another thing.", &[]).unwrap();
    let invitation = ring(&mut world);
    assert_eq!(told(&world, invitation).preview.as_deref(), Some(SECRET));
    world.service.cards.preview = false;
    assert_eq!(told(&world, invitation).preview, None, "the switch counts when it is shown");
    world.service.cards.preview = true;
    world.act(invitation, Action::Accept);
    assert_eq!(told(&world, invitation).preview, None);
    assert!(world.sessions.values().all(|session| session.preview.is_none()), "it is not kept");
}

#[test]
fn a_preview_is_kept_cut_and_goes_with_the_session_that_nobody_takes() {
    let mut world = World::new(0);
    world.service.cards = rules(&[], true);
    write(&mut world, &"\u{e4}".repeat(MAX_PREVIEW_CHARS + 1), &[]).unwrap();
    let session = *world.sessions.keys().next().unwrap();
    let kept = world.sessions[&session].preview.clone().unwrap();
    assert_eq!(kept.chars().count(), MAX_PREVIEW_CHARS);
    world.run(&Command::CustomerLeft { session }).unwrap();
    assert_eq!(world.sessions[&session].preview, None);
}

proptest! {
    /// Whatever an agent does with it: without the switch nothing that the customer wrote is in
    /// anything that a card is told, or that is kept for it.
    #[test]
    fn without_the_switch_no_card_is_told_what_the_customer_wrote(
        before in 0..3_usize,
        actions in prop::collection::vec(prop::sample::select(&Action::ALL[..]), 0..4),
    ) {
        let mut world = World::new(2);
        for _ in 0..=before {
            write(&mut world, SECRET, &[("order", "A-1024")]).unwrap();
        }
        let mut invitation = ring(&mut world);
        for action in actions {
            write(&mut world, SECRET, &[]).unwrap();
            for id in world.invitations.keys() {
                let told = format!("{:?}", told(&world, *id));
                prop_assert!(!told.contains(SECRET), "{}", told);
            }
            world.act(invitation, action);
            if let Some(newest) = world.invitations.keys().next_back() {
                invitation = *newest;
            }
        }
        prop_assert!(world.sessions.values().all(|session| session.preview.is_none()));
    }
}

#[test]
fn the_wait_that_a_card_tells_lasts_until_the_ring_is_over() {
    let mut world = World::new(2);
    write(&mut world, "Hello?", &[]).unwrap();
    let session = *world.sessions.keys().next().unwrap();
    let waited = |world: &World, invitation| told(world, invitation).waited.as_secs();
    world.pass(5);
    let declined = ring(&mut world);
    world.pass(10);
    assert_eq!(waited(&world, declined), 5, "it says so while it rings");
    world.act(declined, Action::Decline);
    let accepted = world.ring(session);
    world.pass(20);
    world.act(accepted, Action::Accept);
    world.pass(100);
    assert_eq!((waited(&world, declined), waited(&world, accepted)), (15, 35));
    world.act(accepted, Action::Terminate);
    assert_eq!(waited(&world, accepted), 35, "what was said then is no wait");
}
