//! Where an agent is rung: in Teams, at the console, at both, or nowhere (B2, I3).

use super::world::{World, agent};
use crate::agent::{BotChannel, BotChat, CONSOLE_LEASE, NotSelectable};
use crate::card::{CardCopy, CopyKind};
use crate::command::{ActResult, Action, CardFailure, Command, Reply};
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::InvitationState;
use crate::timer::TimerKey;

fn verdict(world: &World) -> Option<NotSelectable> {
    world.agents[&agent(1)].selectable(&world.service.distribution, world.now).err()
}

fn choose(world: &mut World, invites: Option<bool>) {
    world.must(&Command::SetInvites { agent: agent(1), invites });
}

fn open_console(world: &mut World) {
    world.must(&Command::ConsoleOpen { agent: agent(1) });
}

fn seen(world: &mut World, invitation: InvitationId, by: u128) -> ActResult {
    match world.must(&Command::InvitationSeen { invitation, agent: agent(by) }) {
        Reply::Acted { result, .. } => result,
        other => panic!("{other:?}"),
    }
}

/// An agent who wants no invitations in Teams and has the console open; an invitation of theirs.
fn at_console_only() -> (World, InvitationId) {
    let mut world = World::new(1);
    choose(&mut world, Some(false));
    open_console(&mut world);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).expect("they are at the console");
    (world, invitation)
}

#[test]
fn teams_and_console_each_make_somebody_reachable() {
    let mut world = World::new(1);
    assert_eq!(verdict(&world), None);
    choose(&mut world, Some(false));
    assert_eq!(verdict(&world), Some(NotSelectable::Unreachable), "neither");
    open_console(&mut world);
    assert_eq!(verdict(&world), None, "the console alone");
    world.pass(CONSOLE_LEASE.as_secs());
    assert_eq!(verdict(&world), Some(NotSelectable::Unreachable), "it was closed");
    choose(&mut world, Some(true));
    assert_eq!(verdict(&world), None, "Teams alone");
}

#[test]
fn an_own_choice_counts_before_the_configurations() {
    let mut world = World::new(1);
    let mut wants = |default, chosen| {
        choose(&mut world, chosen);
        let row = world.agents.get_mut(&agent(1)).unwrap();
        row.reach.invites = default;
        row.invited_in_teams()
    };
    assert!(wants(true, None) && !wants(false, None));
    assert!(wants(true, Some(true)) && wants(false, Some(true)));
    assert!(!wants(true, Some(false)) && !wants(false, Some(false)));
}

#[test]
fn whom_the_bot_never_heard_from_is_reachable_only_where_a_chat_can_be_opened() {
    let mut world = World::new(1);
    for (bot, opens, expected) in [
        (BotChat::Unknown, false, Some(NotSelectable::Unreachable)),
        (BotChat::Unknown, true, None),
        (BotChat::Removed, true, Some(NotSelectable::Unreachable)),
        (BotChat::Blocked, true, Some(NotSelectable::Unreachable)),
    ] {
        let row = world.agents.get_mut(&agent(1)).unwrap();
        (row.bot, row.reach.opens) = (bot.clone(), opens);
        assert_eq!(verdict(&world), expected, "{bot:?}, {opens}");
    }
}

#[test]
fn a_chat_that_was_opened_is_kept_unless_more_is_known() {
    let opened = Command::ChatOpened { agent: agent(1), reference: "opened".to_owned() };
    let active = |reference: &str| BotChat::Active { reference: reference.to_owned() };
    for (before, after) in [
        (BotChat::Unknown, active("opened")),
        (active("heard"), active("heard")),
        (BotChat::Removed, BotChat::Removed),
        (BotChat::Blocked, BotChat::Blocked),
    ] {
        let mut world = World::new(1);
        let row = world.agents.get_mut(&agent(1)).unwrap();
        (row.bot, row.misses) = (before, 2);
        world.must(&opened);
        assert_eq!(world.agents[&agent(1)].bot, after);
        assert_eq!(world.agents[&agent(1)].misses, 2, "it is no action of theirs");
    }
}

#[test]
fn at_the_console_alone_nothing_is_posted_to_the_very_end() {
    let (mut world, invitation) = at_console_only();
    let clean = |world: &World| {
        let card = &world.invitations[&invitation].card;
        assert!(!card.is_dirty() && !card.wants_post() && card.copies.is_empty(), "{card:?}");
    };
    clean(&world);
    seen(&mut world, invitation, 1);
    for action in [Action::Accept, Action::Park, Action::Unpark, Action::Terminate, Action::Finish]
    {
        assert_eq!(world.act(invitation, action), ActResult::Done, "{action:?}");
        clean(&world);
    }
    choose(&mut world, Some(true));
    clean(&world);
}

#[test]
fn the_control_card_of_a_room_is_kept_true_without_an_invitation_in_teams() {
    let (mut world, invitation) = at_console_only();
    world.act(invitation, Action::Accept);
    let copy = |shown| CardCopy {
        conversation: "19:room".to_owned(),
        activity: "1".to_owned(),
        shown,
        kind: CopyKind::Control,
    };
    let wanted = |world: &World| world.invitations[&invitation].card.wanted;
    let now = wanted(&world);
    world.must(&Command::CardShown { invitation, copy: copy(now) });
    assert!(!world.invitations[&invitation].card.is_dirty());
    world.act(invitation, Action::Terminate);
    let card = &world.invitations[&invitation].card;
    assert!(card.is_dirty() && !card.wants_post(), "{card:?}");
    let now = wanted(&world);
    world.must(&Command::CardShown { invitation, copy: copy(now) });
    assert!(!world.invitations[&invitation].card.is_dirty());
    world.fail(invitation, CardFailure::Gone { activity: "1".to_owned() });
    assert!(!world.invitations[&invitation].card.is_dirty(), "nothing is left to keep true");
}

#[test]
fn what_was_never_to_be_posted_says_nothing_of_the_agents_chat_with_the_bot() {
    let (mut world, invitation) = at_console_only();
    world.agents.get_mut(&agent(1)).unwrap().bot = BotChat::Unknown;
    let lost = || CardFailure::Unreachable { blocked: false, reason: "403".to_owned() };
    world.fail(invitation, lost());
    assert_eq!(world.agents[&agent(1)].bot, BotChat::Unknown, "a chat can still be opened");
    world.invitations.get_mut(&invitation).unwrap().card.muted = false;
    world.fail(invitation, lost());
    assert_eq!(world.agents[&agent(1)].bot, BotChat::Removed);
}

#[test]
fn the_rings_clock_starts_when_the_console_shows_it_or_the_card_is_confirmed() {
    let (mut world, invitation) = at_console_only();
    assert!(!world.has_timer(TimerKey::Ring(invitation)), "nobody has seen it");
    assert_eq!(seen(&mut world, invitation, 2), ActResult::Foreign);
    assert!(!world.has_timer(TimerKey::Ring(invitation)), "nobody else's word counts");
    world.pass(4);
    let first = world.now;
    seen(&mut world, invitation, 1);
    assert!(world.has_timer(TimerKey::Ring(invitation)));
    world.pass(4);
    seen(&mut world, invitation, 1);
    let state = InvitationState::Ringing { delivered_at: Some(first) };
    assert_eq!(world.state(invitation), &state, "only the first time");
    assert_eq!(world.happened(|kind| matches!(kind, EventKind::InvitationDelivered { .. })), 1);

    world.fire(TimerKey::Ring(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Missed { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 1, "who sees it and is silent has missed it");
}

#[test]
fn a_console_that_says_nothing_is_not_there_and_nobody_is_blamed() {
    let (mut world, invitation) = at_console_only();
    world.fire(TimerKey::Delivery(invitation));
    assert!(matches!(world.state(invitation), InvitationState::Undeliverable { .. }));
    assert_eq!(world.agents[&agent(1)].misses, 0);
    assert_eq!(verdict(&world), Some(NotSelectable::Unreachable));
}

#[test]
fn a_card_that_is_refused_leaves_the_invitation_to_an_open_console() {
    for open in [false, true] {
        for failure in [
            CardFailure::Unreachable { blocked: true, reason: "403".to_owned() },
            CardFailure::Refused { reason: "413".to_owned() },
        ] {
            let mut world = World::new(1);
            if open {
                open_console(&mut world);
            }
            let session = world.write("grace", "Hello?");
            let invitation = world.offer(session).unwrap();
            world.fail(invitation, failure);
            let rings = matches!(world.state(invitation), InvitationState::Ringing { .. });
            assert_eq!(rings, open);
            if open {
                seen(&mut world, invitation, 1);
                assert_eq!(world.act(invitation, Action::Accept), ActResult::Done);
            }
        }
    }
}

#[test]
fn removing_the_bot_while_it_rings_leaves_the_invitation_to_an_open_console() {
    for open in [false, true] {
        let mut world = World::new(1);
        if open {
            open_console(&mut world);
        }
        let session = world.write("grace", "Hello?");
        let invitation = world.ring(session);
        world.must(&Command::AgentUnreachable { agent: agent(1), blocked: false });
        assert_eq!(matches!(world.state(invitation), InvitationState::Ringing { .. }), open);
    }
}

#[test]
fn choosing_is_an_action_and_leaves_what_rings() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.ring(session);
    world.agents.get_mut(&agent(1)).unwrap().misses = 1;
    choose(&mut world, Some(false));
    assert_eq!(world.agents[&agent(1)].misses, 0);
    assert_eq!(world.act(invitation, Action::Accept), ActResult::Done);
    assert!(world.invitations[&invitation].card.is_dirty(), "this card stays true");
}

#[test]
fn whoever_could_not_be_reached_is_rung_as_soon_as_they_can_be() {
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    let reason = "403".to_owned();
    world.fail(invitation, CardFailure::Unreachable { blocked: false, reason });
    assert_eq!(world.offer(session), None, "not while they cannot");
    let (reference, channel) = ("r".to_owned(), BotChannel::Teams);
    world.must(&Command::AgentReachable { agent: agent(1), reference, channel });
    assert!(world.offer(session).is_some(), "without a back-off");

    // Who can be reached and was not in time waits for the others.
    let mut world = World::new(1);
    let session = world.write("grace", "Hello?");
    let invitation = world.offer(session).unwrap();
    world.fire(TimerKey::Delivery(invitation));
    assert_eq!(world.offer(session), None);
    assert!(world.has_timer(TimerKey::Offer(session)));
}
