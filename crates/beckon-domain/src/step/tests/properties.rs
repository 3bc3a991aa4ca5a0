//! Whatever happens in whatever order, the rules of `ARCHITECTURE.md` hold.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::any::{About, command};
use super::rules::{check, events_tell_the_rows};
use super::world::{World, agent};
use crate::card::{CardCopy, CopyKind};
use crate::command::{Action, CardFailure, Command, CommandKind, FlowStep, Surface};
use crate::ids::{AgentId, InvitationId, SessionId};
use crate::room::Provider;

#[derive(Clone, Debug)]
enum Happening {
    /// A command of any kind, about any rows: in time, late, twice, by the wrong person.
    Any {
        kind: CommandKind,
        row: u8,
        agent: u128,
        other: u128,
    },
    /// What an agent does with what they have, by themselves or by what is reported to them.
    Move {
        kind: CommandKind,
        row: u8,
        other: u128,
    },
    /// What brings sessions on.
    Write(u8),
    Offer(u8),
    Deliver(u8),
    Act(u8, Action),
    /// What goes wrong with cards.
    Fail(u8),
    Stray(u8),
    NextTimer,
    Pass(u16),
}

/// What can happen to a conversation without ending it.
const MOVES: &[CommandKind] = &[
    CommandKind::AgentMessage,
    CommandKind::Park,
    CommandKind::Unpark,
    CommandKind::HandBack,
    CommandKind::TransferToService,
    CommandKind::TransferBlind,
    CommandKind::TransferSafe,
    CommandKind::TransferOutside,
    CommandKind::TransferDelivered,
    CommandKind::TransferRefused,
    CommandKind::TakeOver,
    CommandKind::Return,
    CommandKind::FlowQueued,
    CommandKind::OnDuty,
    CommandKind::ResetRona,
    CommandKind::ConsoleOpen,
    CommandKind::InvitationSeen,
    CommandKind::AgentReachable,
    CommandKind::RoomOpening,
    CommandKind::RoomProgress,
    CommandKind::RoomOpened,
    CommandKind::RoomMessage,
    CommandKind::RoomEdited,
    CommandKind::RoomFailed,
    CommandKind::RoomLost,
    CommandKind::Terminate,
    CommandKind::Extend,
    CommandKind::SetCodes,
    CommandKind::AdminEnd,
];

fn happening() -> impl Strategy<Value = Happening> {
    let action = prop_oneof![
        6 => Just(Action::Accept),
        2 => prop::sample::select(&Action::ALL[..]),
    ];
    let agents = 1_u128..=3;
    prop_oneof![
        3 => (prop::sample::select(CommandKind::ALL), any::<u8>(), agents.clone(), agents.clone())
            .prop_map(|(kind, row, agent, other)| Happening::Any { kind, row, agent, other }),
        8 => (prop::sample::select(MOVES), any::<u8>(), agents)
            .prop_map(|(kind, row, other)| Happening::Move { kind, row, other }),
        4 => (0_u8..4).prop_map(Happening::Write),
        5 => any::<u8>().prop_map(Happening::Offer),
        4 => any::<u8>().prop_map(Happening::Deliver),
        6 => (any::<u8>(), action).prop_map(|(row, action)| Happening::Act(row, action)),
        1 => any::<u8>().prop_map(Happening::Fail),
        1 => any::<u8>().prop_map(Happening::Stray),
        2 => Just(Happening::NextTimer),
        1 => any::<u16>().prop_map(Happening::Pass),
    ]
}

prop_compose! {
    /// Services of many kinds.
    fn world()(
        capacity in 1_u32..=3,
        parked in 0_u32..=2,
        broadcast in 1_u32..=3,
        direct in 1_u32..=2,
        rona in prop::option::of(60_i64..600),
        elsewhere: bool,
        fallback: bool,
        workflow: bool,
        (wrap_up, early_end, demands) in any::<(bool, bool, bool)>(),
        max_wait: bool,
        flag_declines: bool,
        reopen: bool,
        (limit, sla_seconds) in (2_u32..=9, 1_u32..=3600),
    ) -> World {
        let mut world = World::new(3);
        (world.push, world.notify) = (true, true);
        let service = &mut world.service;
        let rules = &mut service.distribution;
        (rules.capacity, rules.parked) = (capacity, parked);
        (rules.broadcast, rules.direct) = (broadcast, direct);
        rules.rona = rona.map(SignedDuration::from_secs);
        rules.flag_declines = flag_declines;
        service.rooms.provider = if elsewhere { Provider::Graph } else { Provider::Console };
        service.rooms.fallback = fallback;
        service.workflow = workflow;
        service.intake.reopen = service.intake.reopen.filter(|_| reopen);
        service.intake.limit = limit;
        service.sla_seconds = sla_seconds;
        world.blocked = vec!["customer-3".into()];
        let service = &mut world.service;
        service.wrap_up.length = service.wrap_up.length.filter(|_| wrap_up);
        service.wrap_up.early_end = early_end;
        if let Some(list) = &mut service.wrap_up.codes {
            list.required = demands;
        }
        service.max_wait = service.max_wait.filter(|_| max_wait);
        world
    }
}

fn pick<K: Copy, V>(rows: &BTreeMap<K, V>, n: u8) -> Option<K> {
    // The newest rows are where something can still happen.
    rows.keys().rev().nth(usize::from(n) % rows.len().clamp(1, 8)).copied()
}

fn happen(world: &mut World, happening: &Happening) {
    match *happening {
        Happening::Any { kind, row, agent: by, other } => any_command(world, kind, row, by, other),
        Happening::Move { kind, row, other } => {
            let live: Vec<_> =
                world.invitations.values().filter(|row| row.state.is_live()).collect();
            let Some(target) = live.get(usize::from(row) % live.len().max(1)) else { return };
            let (session, invitation, by) = (target.session, target.id, target.agent);
            run_about(world, kind, row, (session, invitation), (by, agent(other)));
        }
        Happening::Write(who) => {
            let session = world.write(&format!("customer-{who}"), "Hello");
            let _stays = world.run(&Command::Flow { session, step: FlowStep::Queued });
        }
        Happening::Offer(n) => {
            if let Some(session) = pick(&world.sessions, n) {
                world.offer(session);
            }
        }
        Happening::Deliver(n) => {
            if let Some(invitation) = pick(&world.invitations, n) {
                world.deliver(invitation);
            }
        }
        Happening::Act(n, action) => {
            if let Some(invitation) = pick(&world.invitations, n) {
                let agent = world.invitations[&invitation].agent;
                let (surface, seen) = (Surface::Card, None);
                let _refused =
                    world.run(&Command::Act { invitation, agent, action, surface, seen });
            }
        }
        Happening::Fail(n) => {
            if let Some(invitation) = pick(&world.invitations, n) {
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
        Happening::Stray(n) => {
            if let Some(invitation) = pick(&world.invitations, n) {
                let agent = world.invitations[&invitation].agent;
                let copy = CardCopy {
                    conversation: "a:1".to_owned(),
                    activity: "stray".to_owned(),
                    shown: u32::from(n),
                    kind: CopyKind::Invitation,
                };
                let (action, surface) = (Action::Extend, Surface::CardSubmit);
                let seen = Some(copy);
                world.must(&Command::Act { invitation, agent, action, surface, seen });
            }
        }
        Happening::NextTimer => {
            if let Some(key) = world.timers.iter().min_by_key(|timer| timer.due).map(|t| t.key) {
                world.fire(key);
            }
        }
        Happening::Pass(seconds) => world.pass(i64::from(seconds) % 4000),
    }
}

fn any_command(world: &mut World, kind: CommandKind, row: u8, by: u128, other: u128) {
    let invitation = pick(&world.invitations, row);
    let session = invitation
        .filter(|_| row.is_multiple_of(2))
        .map(|id| world.invitations[&id].session)
        .or_else(|| pick(&world.sessions, row));
    let Some(session) = session else { return };
    let invitation = invitation.unwrap_or_else(|| InvitationId(world.fresh()));
    run_about(world, kind, row, (session, invitation), (agent(by), agent(other)));
}

fn run_about(
    world: &mut World,
    kind: CommandKind,
    row: u8,
    (session, invitation): (SessionId, InvitationId),
    (agent, other): (AgentId, AgentId),
) {
    let about = About {
        customer: format!("customer-{}", row % 5),
        session,
        invitation,
        agent,
        other,
        attempt: world.rooms.get(&session).map_or(0, |room| room.attempt),
        new_session: SessionId(world.fresh()),
        new_invitation: InvitationId(world.fresh()),
        now: world.now,
    };
    let command = command(kind, &about);
    assert_eq!(command.kind(), kind);
    // The timers of an engine fire in time; here one may come at any time, and is still set.
    let set = world.timers.clone();
    let _refused = world.run(&command);
    if let Command::Timer(timer) = command {
        let lost = set.into_iter().filter(|known| known.key == timer.key);
        let again: Vec<_> = lost.filter(|known| !world.has_timer(known.key)).collect();
        world.timers.extend(again);
    }
}

fn gapless(rows: impl Iterator<Item = u64>) {
    for (expected, seq) in (1..).zip(rows) {
        assert_eq!(seq, expected);
    }
}

proptest! {
    #[test]
    fn the_rules_hold_after_every_step(
        mut world in world(),
        happenings in prop::collection::vec(happening(), 1..160),
    ) {
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
        for session in world.sessions.values() {
            let id = session.id;
            gapless(world.messages.iter().filter(|row| row.0 == id).map(|row| row.1.seq));
            gapless(world.events.iter().filter(|row| row.0 == id).map(|row| row.1.seq));
            events_tell_the_rows(&world, session);
        }
    }
}
