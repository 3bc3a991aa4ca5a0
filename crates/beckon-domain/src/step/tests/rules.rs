//! What holds whatever happened: the rules of `ARCHITECTURE.md`, read off the rows.

use std::collections::HashSet;

use super::world::World;
use crate::agent::WorkKind;
use crate::event::EventKind;
use crate::ids::{InvitationId, SessionId};
use crate::invitation::InvitationState;
use crate::session::{Phase, Session};
use crate::timer::TimerKey;

/// Checks every rule.
pub(super) fn check(world: &World) {
    for session in world.sessions.values() {
        invitations_fit_the_phase(world, session);
        room_fits_the_phase(world, session);
        there_is_a_way_on(world, session);
    }
    codes_belong_to_what_is_over(world);
    work_is_what_is_live(world);
    cards_are_kept_true(world);
    let open: Vec<_> = world.sessions.values().filter(|session| session.is_open()).collect();
    let addresses: HashSet<_> = open.iter().map(|session| &session.customer.address).collect();
    assert_eq!(open.len(), addresses.len(), "one open session per address");
}

fn of_session(
    world: &World,
    session: SessionId,
    wanted: fn(&InvitationState) -> bool,
) -> Vec<InvitationId> {
    let rows = world.invitations.values();
    rows.filter(|row| row.session == session && wanted(&row.state)).map(|row| row.id).collect()
}

/// Rule 2: at most one accepted invitation, and it is the phase's; at most one live one per agent.
fn invitations_fit_the_phase(world: &World, session: &Session) {
    let ringing =
        of_session(world, session.id, |state| matches!(state, InvitationState::Ringing { .. }));
    let accepted =
        of_session(world, session.id, |state| matches!(state, InvitationState::Accepted { .. }));
    let transfer = session.transfer.as_ref().filter(|row| row.is_pending());
    match &session.phase {
        Phase::Ringing { invitations } => {
            let mut listed = invitations.clone();
            listed.sort_unstable();
            assert_eq!((ringing, accepted), (listed, vec![]));
            assert!(!invitations.is_empty());
        }
        Phase::Connected { invitation, .. } | Phase::Parked { invitation, .. } => {
            assert_eq!(accepted, [*invitation]);
            let to_a_colleague = |id: &InvitationId| transfer.is_some_and(|row| row.rings_by(*id));
            assert!(ringing.iter().all(to_a_colleague), "{ringing:?} beside a conversation");
            let parked = matches!(session.phase, Phase::Parked { .. });
            let row = &world.invitations[invitation].state;
            assert!(matches!(row, InvitationState::Accepted { parked: so, .. } if *so == parked));
        }
        Phase::Flow | Phase::Waiting { .. } | Phase::Ended { .. } => {
            assert_eq!((ringing, accepted), (vec![], vec![]), "{:?}", session.phase);
        }
    }
    let live = world.invitations.values();
    let live = live.filter(|row| row.session == session.id && row.state.is_live());
    let agents: Vec<_> = live.map(|row| row.agent).collect();
    let distinct: HashSet<_> = agents.iter().collect();
    assert_eq!(agents.len(), distinct.len(), "one live invitation per session and agent");

    let on_the_way = of_session(world, session.id, |state| {
        matches!(state, InvitationState::Transferring { .. })
    });
    let expected = transfer.filter(|row| !row.sender_keeps()).map(|row| row.invitation);
    assert_eq!(on_the_way, Vec::from_iter(expected), "a move is open or it is not");
    assert!(session.is_open() || transfer.is_none(), "no move outlives its session");
    if let Some(kept) = transfer.filter(|row| row.sender_keeps()) {
        let owner = session.owner().map(|owner| owner.invitation);
        assert_eq!(owner, Some(kept.invitation), "the sender has it until the target does");
    }
}

fn room_fits_the_phase(world: &World, session: &Session) {
    let usable = world.rooms.get(&session.id).is_some_and(|room| room.state.is_usable());
    match session.phase {
        Phase::Connected { .. } | Phase::Parked { .. } => assert!(usable, "a place to talk"),
        Phase::Ended { .. } => assert!(!usable, "nothing is left open"),
        Phase::Flow | Phase::Waiting { .. } | Phase::Ringing { .. } => {}
    }
}

/// Nothing waits for ever: what only time can end has its timer.
fn there_is_a_way_on(world: &World, session: &Session) {
    let set = |key| world.timers.iter().any(|timer| timer.key == key);
    match session.phase {
        Phase::Waiting { retry_at } => {
            assert!(world.service.max_wait.is_none() || set(TimerKey::MaxWait(session.id)));
            assert!(retry_at.is_none_or(|at| at <= world.now) || set(TimerKey::Offer(session.id)));
        }
        Phase::Parked { .. } if world.service.distribution.park_limit.is_some() => {
            assert!(set(TimerKey::ParkLimit(session.id)));
        }
        _ => {}
    }
    for row in world.invitations.values().filter(|row| row.session == session.id) {
        match row.state {
            InvitationState::Ringing { delivered_at: None } => {
                assert!(set(TimerKey::Delivery(row.id)));
            }
            InvitationState::Ringing { delivered_at: Some(_) } => {
                assert!(set(TimerKey::Ring(row.id)));
            }
            InvitationState::WrapUp { .. } => assert!(set(TimerKey::WrapUp(row.id))),
            _ => {}
        }
    }
}

/// Codes belong to conversations that are over; who waits for codes misses some, and what is asked
/// for late is asked for until its timer.
fn codes_belong_to_what_is_over(world: &World) {
    let rules = &world.service.wrap_up;
    for row in world.invitations.values() {
        assert!(row.codes.is_empty() || row.state.ended().is_some(), "{:?}", row.state);
        let misses = rules.misses(&row.codes);
        match &row.state {
            InvitationState::WrapUp { held, extended, .. } => {
                assert!(!*held || misses, "held for nothing");
                assert!(*extended <= rules.extensions);
            }
            InvitationState::Concluded { .. } | InvitationState::Stale { .. } => {
                let waits = world.has_timer(TimerKey::LateCodes(row.id));
                assert!(row.codes_closed || waits, "asked for codes for ever");
            }
            _ => {}
        }
    }
    for session in world.sessions.values().filter(|session| session.codes_missing) {
        let row = world.invitations.values().find(|row| {
            row.session == session.id && matches!(row.state, InvitationState::Concluded { .. })
        });
        assert!(row.is_some_and(|row| rules.misses(&row.codes)), "nothing is missing");
    }
}

/// An agent's work is exactly the live invitations, and never exceeds the limits.
fn work_is_what_is_live(world: &World) {
    let rules = &world.service.distribution;
    for row in world.invitations.values() {
        let expected = match row.state {
            InvitationState::Ringing { .. } => Some(WorkKind::Ringing),
            InvitationState::Accepted { parked: false, .. } => Some(WorkKind::Connected),
            InvitationState::Accepted { parked: true, .. } => Some(WorkKind::Parked),
            InvitationState::WrapUp { .. } => Some(WorkKind::WrapUp),
            _ => None,
        };
        let work = world.agents[&row.agent].work_on(row.id).map(|work| work.kind);
        assert_eq!(work, expected, "{:?}", row.state);
    }
    for agent in world.agents.values() {
        for work in &agent.work {
            assert_eq!(world.invitations[&work.invitation].session, work.session);
        }
        assert!(agent.load(rules) <= rules.capacity as usize, "{:?}", agent.work);
        let direct = agent.work.iter().filter(|work| work.direct);
        let open = direct.filter(|work| work.kind != WorkKind::WrapUp).count();
        assert!(open <= rules.direct as usize);
        let flagged = agent.rona_until.is_some_and(|until| until > world.now);
        assert_eq!(agent.rona_until.is_some(), agent.rona_for.is_some(), "flagged for something");
        let rona = TimerKey::Rona(agent.id);
        assert!(!flagged || world.timers.iter().any(|timer| timer.key == rona));
    }
}

fn cards_are_kept_true(world: &World) {
    for invitation in world.invitations.values() {
        let card = &invitation.card;
        assert!(card.shown <= card.wanted);
        let behind = card.copies.iter().any(|copy| copy.shown < card.wanted);
        let postable = card.copies.is_empty();
        assert!(!card.is_dirty() || behind || postable, "dirty, and nothing to send: {card:?}");
        let all_true = card.copies.iter().all(|copy| copy.shown == card.wanted);
        // Given up for good is the only way to be clean and untrue.
        let given_up = world.happened(|event| {
            matches!(event, EventKind::CardGivenUp { invitation: id, .. } if *id == invitation.id)
        });
        assert!(card.is_dirty() || all_true || given_up > 0);
    }
}

/// Rule 8: the events tell how it came out, what happened, and where the time went.
pub(super) fn events_tell_the_rows(world: &World, session: &Session) {
    let report = world.report(session.id);
    let Phase::Ended { outcome, by, at, .. } = session.phase else {
        assert_eq!((report.outcome, report.ended_by), (None, None));
        assert_eq!(report.sla_seconds, None);
        return;
    };
    assert_eq!((report.outcome, report.ended_by), (Some(outcome), Some(by)));
    assert_eq!(report.sla_seconds, Some(world.service.sla_seconds));
    assert_eq!((report.times.created, report.times.ended), (Some(session.created_at), Some(at)));
    let sums = &report.sums;
    let total = sums.workflow + sums.queue + sums.connected;
    assert_eq!(total, at.duration_since(session.created_at), "no time is lost or counted twice");
    assert!(sums.parked <= sums.connected);

    let mine = |wanted: fn(&InvitationState) -> bool| of_session(world, session.id, wanted).len();
    let counts = &report.counts;
    assert_eq!(
        counts.declines as usize,
        mine(|state| matches!(state, InvitationState::Declined { .. }))
    );
    assert_eq!(
        counts.misses as usize,
        mine(|state| matches!(state, InvitationState::Missed { .. }))
    );
    assert_eq!(
        counts.undeliverable as usize,
        mine(|state| matches!(state, InvitationState::Undeliverable { .. }))
    );
    let messages = counts.messages_in + counts.messages_out;
    assert_eq!(messages, session.last_seq);
    assert_eq!(report.direct, session.direct);
    assert_eq!(report.times.first_agent_reply, session.first_reply_at);
    let said = world
        .invitations
        .values()
        .find(|row| row.session == session.id && row.state.ended().is_some());
    assert_eq!(report.codes, said.map(|row| row.codes.clone()).unwrap_or_default());
    assert_eq!(report.codes_missing, session.codes_missing);
    let had_agent = session.attended_by != crate::session::Attendance::Nobody;
    assert_eq!(report.times.first_connect.is_some(), had_agent);
}
