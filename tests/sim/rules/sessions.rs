//! Rules 1 and 2: one life, one outcome; no more work than an agent can do.

use std::collections::BTreeMap;

use beckon_domain::agent::WorkKind;
use beckon_domain::event::EventKind;
use beckon_domain::ids::{InvitationId, SessionId};
use beckon_domain::invitation::InvitationState;
use beckon_domain::session::Phase;
use beckon_domain::settings::Distribution;

use super::{accepted, rings};
use crate::world::World;

/// Rule 1. A session that ended stays as it ended, and ended once.
pub(super) fn one_life(world: &World) -> Result<(), String> {
    let mirror = &world.mirror;
    for (key, before) in &mirror.sessions.changed {
        let now = &mirror.sessions.rows[key].1;
        if let Some(before) = before.as_ref().filter(|row| !row.is_open())
            && before.phase != now.phase
        {
            return Err(format!("rule 1: {:?} became {:?}", before.phase, now.phase));
        }
        let ended = |kind: &EventKind| matches!(kind, EventKind::SessionEnded { .. });
        let ends = mirror.events_of(*key).iter().filter(|event| ended(&event.kind)).count();
        if ends != usize::from(!now.is_open()) {
            return Err(format!(
                "rule 1: {} is {} and ended {ends} times",
                now.id,
                now.phase.name()
            ));
        }
    }
    let mut open = BTreeMap::new();
    for (tenant, row) in mirror.sessions.all().filter(|(_, row)| row.is_open()) {
        let address = (tenant, &row.account, &row.customer.address);
        if let Some(other) = open.insert(address, row.id) {
            return Err(format!("rule 1: {other} and {} are open for one address", row.id));
        }
    }
    Ok(())
}

/// Rule 2. The phase says which invitations live, and an agent's work is what rings, runs or is
/// wrapped up with them: one thing at a time.
pub(super) fn capacity(world: &World) -> Result<(), String> {
    let mirror = &world.mirror;
    for key in &mirror.touched {
        let session = mirror.session((key.0, SessionId(key.1))).ok_or("rule 3: no session")?;
        let live = |wanted: fn(&InvitationState) -> bool| -> Vec<InvitationId> {
            let of = mirror.invitations_of(*key).filter(|row| wanted(&row.state));
            of.map(|row| row.id).collect()
        };
        let (mut ringing, accepted) = (live(rings), live(accepted));
        // A transfer rings at a colleague while its sender keeps the conversation.
        let moved = session.transfer.as_ref().filter(|row| row.is_pending() && row.sender_keeps());
        let (mut expected, owned) = match &session.phase {
            Phase::Ringing { invitations } => (invitations.clone(), vec![]),
            Phase::Connected { invitation, .. } | Phase::Parked { invitation, .. } => {
                ringing.retain(|id| !moved.is_some_and(|row| row.rings_by(*id)));
                (vec![], vec![*invitation])
            }
            _ => (vec![], vec![]),
        };
        ringing.sort_unstable();
        expected.sort_unstable();
        if (&ringing, &accepted) != (&expected, &owned) {
            let phase = &session.phase;
            return Err(format!("rule 2: {phase:?}, but {ringing:?} ring, {accepted:?} accepted"));
        }
    }
    let mut busy: BTreeMap<_, Vec<(InvitationId, WorkKind)>> = BTreeMap::new();
    for (tenant, row) in mirror.invitations.all() {
        let kind = match row.state {
            InvitationState::Ringing { .. } => WorkKind::Ringing,
            InvitationState::Accepted { parked: false, .. } => WorkKind::Connected,
            InvitationState::Accepted { parked: true, .. } => WorkKind::Parked,
            InvitationState::WrapUp { .. } => WorkKind::WrapUp,
            _ => continue,
        };
        busy.entry((tenant, row.agent)).or_default().push((row.id, kind));
    }
    for (tenant, agent) in mirror.agents.all() {
        let mut work: Vec<_> = agent.work.iter().map(|work| (work.invitation, work.kind)).collect();
        work.sort_unstable_by_key(|work| work.0);
        let live = busy.remove(&(tenant, agent.id)).unwrap_or_default();
        if work != live {
            return Err(format!("rule 2: {} does {work:?}, invitations say {live:?}", agent.name));
        }
        let within = |rules: &Distribution| agent.load(rules) <= rules.capacity as usize;
        if !world.town.limits(tenant).any(within) {
            return Err(format!("rule 2: {} does {work:?} at once", agent.name));
        }
    }
    if let Some((agent, work)) = busy.first_key_value() {
        return Err(format!("rule 2: {agent:?} has no row and does {work:?}"));
    }
    Ok(())
}
