//! Whatever happens in whatever order, the rules of `ARCHITECTURE.md` hold.

use std::collections::HashSet;

use proptest::prelude::*;

use super::world::{World, agent};
use crate::agent::WorkKind;
use crate::command::{Action, CardFailure, Command};
use crate::invitation::InvitationState;
use crate::session::Phase;

#[derive(Clone, Debug)]
enum Happening {
    Write(u8),
    Leave(u8),
    AdminEnd(u8),
    Offer(u8),
    Deliver(u8),
    Fail(u8),
    Act(u8, u128, Action),
    Say(u8, u128),
    NextTimer,
    Install(u128),
    Remove(u128),
    Pass(u16),
}

fn happening() -> impl Strategy<Value = Happening> {
    let action = prop_oneof![
        3 => Just(Action::Accept),
        1 => Just(Action::Decline),
        1 => Just(Action::Terminate),
        1 => Just(Action::Finish),
    ];
    let agents = 1_u128..=3;
    prop_oneof![
        4 => (0_u8..4).prop_map(Happening::Write),
        1 => any::<u8>().prop_map(Happening::Leave),
        1 => any::<u8>().prop_map(Happening::AdminEnd),
        5 => any::<u8>().prop_map(Happening::Offer),
        4 => any::<u8>().prop_map(Happening::Deliver),
        1 => any::<u8>().prop_map(Happening::Fail),
        6 => (any::<u8>(), agents.clone(), action).prop_map(|(n, a, x)| Happening::Act(n, a, x)),
        2 => (any::<u8>(), agents.clone()).prop_map(|(n, a)| Happening::Say(n, a)),
        3 => Just(Happening::NextTimer),
        1 => agents.clone().prop_map(Happening::Install),
        1 => agents.prop_map(Happening::Remove),
        1 => any::<u16>().prop_map(Happening::Pass),
    ]
}

fn pick<K: Copy, V>(rows: &std::collections::BTreeMap<K, V>, n: u8) -> Option<K> {
    rows.keys().nth(usize::from(n) % rows.len().max(1)).copied()
}

fn happen(world: &mut World, happening: &Happening) {
    let sessions = &world.sessions;
    let invitations = &world.invitations;
    match *happening {
        Happening::Write(who) => {
            world.write(&format!("customer-{who}"), "Hello");
        }
        Happening::Leave(n) => {
            if let Some(session) = pick(sessions, n) {
                world.run(&Command::CustomerLeft { session }).unwrap();
            }
        }
        Happening::AdminEnd(n) => {
            if let Some(session) = pick(sessions, n) {
                world.run(&Command::AdminEnd { session }).unwrap();
            }
        }
        Happening::Offer(n) => {
            if let Some(session) = pick(sessions, n) {
                world.offer(session);
            }
        }
        Happening::Deliver(n) => {
            if let Some(invitation) = pick(invitations, n) {
                if n % 3 == 0 {
                    world.show(invitation, "stray", 1);
                } else {
                    world.deliver(invitation);
                }
            }
        }
        Happening::Fail(n) => {
            if let Some(invitation) = pick(invitations, n) {
                let activity = format!("m-{invitation}");
                let failure = match n % 5 {
                    0 => CardFailure::Unreachable { blocked: true, reason: "403".into() },
                    1 => CardFailure::Refused { reason: "413".into() },
                    2 => CardFailure::Gone { activity },
                    3 => CardFailure::Gone { activity: "stray".into() },
                    _ => CardFailure::Later { at: world.now },
                };
                world.fail(invitation, failure);
            }
        }
        Happening::Act(n, who, action) => {
            if let Some(invitation) = pick(invitations, n) {
                world.act_as(invitation, agent(who), action);
            }
        }
        Happening::Say(n, who) => {
            if let Some(session) = pick(sessions, n) {
                let text = "Hi".to_owned();
                let _refused =
                    world.run(&Command::AgentMessage { session, agent: agent(who), text });
            }
        }
        Happening::NextTimer => {
            if let Some(key) = world.timers.iter().min_by_key(|timer| timer.due).map(|t| t.key) {
                world.fire(key);
            }
        }
        Happening::Install(who) => {
            let command = Command::AgentReachable { agent: agent(who), reference: "r".into() };
            world.run(&command).unwrap();
        }
        Happening::Remove(who) => {
            let command = Command::AgentUnreachable { agent: agent(who), blocked: false };
            world.run(&command).unwrap();
        }
        Happening::Pass(seconds) => world.pass(i64::from(seconds) % 400),
    }
}

fn check(world: &World) {
    for session in world.sessions.values() {
        let live = |wanted: fn(&InvitationState) -> bool| {
            world
                .invitations
                .values()
                .filter(|row| row.session == session.id && wanted(&row.state))
                .map(|row| row.id)
                .collect::<Vec<_>>()
        };
        let ringing = live(|state| matches!(state, InvitationState::Ringing { .. }));
        let accepted = live(|state| matches!(state, InvitationState::Accepted { .. }));
        match session.phase {
            Phase::Ringing { ref invitations } => {
                assert_eq!((&ringing, accepted), (invitations, vec![]));
            }
            Phase::Connected { invitation, .. } => {
                assert_eq!((ringing, accepted), (vec![], vec![invitation]));
            }
            _ => assert_eq!((ringing, accepted), (vec![], vec![]), "{:?}", session.phase),
        }
    }
    for agent in world.agents.values() {
        assert!(agent.work.len() <= 1, "capacity is one: {:?}", agent.work);
        for work in &agent.work {
            let state = &world.invitations[&work.invitation].state;
            let expected = match state {
                InvitationState::Ringing { .. } => WorkKind::Ringing,
                InvitationState::Accepted { .. } => WorkKind::Connected,
                InvitationState::WrapUp { .. } => WorkKind::WrapUp,
                closed => panic!("{closed:?} keeps {} busy", agent.name),
            };
            assert_eq!(work.kind, expected);
        }
    }
    for invitation in world.invitations.values() {
        let card = &invitation.card;
        assert!(card.shown <= card.wanted);
        let behind = card.copies.iter().any(|copy| copy.shown < card.wanted);
        let postable = card.copies.is_empty();
        assert!(!card.is_dirty() || behind || postable, "dirty, and nothing to send: {card:?}");
        let all_true = card.copies.iter().all(|copy| copy.shown == card.wanted);
        // Given up for good is the only way to be clean and untrue.
        let given_up = world.happened(|event| {
            matches!(event, crate::event::EventKind::CardGivenUp { invitation: id, .. } if *id == invitation.id)
        });
        assert!(card.is_dirty() || all_true || given_up > 0);
    }
    let open: Vec<_> = world.sessions.values().filter(|session| session.is_open()).collect();
    let addresses: HashSet<_> = open.iter().map(|session| &session.customer.address).collect();
    assert_eq!(open.len(), addresses.len(), "one open session per address");
}

fn gapless(rows: impl Iterator<Item = u64>) {
    for (expected, seq) in (1..).zip(rows) {
        assert_eq!(seq, expected);
    }
}

proptest! {
    #[test]
    fn the_rules_hold_after_every_step(happenings in prop::collection::vec(happening(), 1..120)) {
        let mut world = World::new(3);
        for next in &happenings {
            let ended: Vec<_> = world
                .sessions
                .values()
                .filter(|session| !session.is_open())
                .map(|session| (session.id, session.phase.clone()))
                .collect();
            happen(&mut world, next);
            check(&world);
            for (id, phase) in ended {
                prop_assert_eq!(&world.sessions[&id].phase, &phase, "an outcome is for ever");
            }
        }
        for id in world.sessions.keys() {
            gapless(world.messages.iter().filter(|row| row.0 == *id).map(|row| row.1.seq));
            gapless(world.events.iter().filter(|row| row.0 == *id).map(|row| row.1.seq));
        }
    }
}
