//! Which rows a command is decided on, and the order in which they are locked.
//!
//! A session's lock covers everything that hangs on it: invitations, room, messages, events,
//! timers. Agents come after it, by id; lanes last. What a command is anchored on is found without
//! a lock and looked at again under it.

use beckon_domain::agent::Agent;
use beckon_domain::command::Command;
use beckon_domain::ids::{AccountId, Address, AgentId};
use beckon_domain::session::{Phase, Session};
use beckon_domain::step::{self, Anchor, Newcomer, RowKey, View};
use jiff::Timestamp;

use crate::directory::Tenant;
use crate::store::{StoreError, Transaction};

/// Locks and loads what the command needs, as far as that is known before it is decided.
pub(super) async fn lock<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    command: &Command,
    now: Timestamp,
) -> Result<View, StoreError> {
    let mut view = View::default();
    let mut named = None;
    let anchor = step::plan(command);
    view.session = match &anchor {
        Anchor::Address { account, address } => {
            let open = tx.open_session(account, address).await?;
            if open.is_none() {
                view.newcomer = match command {
                    // Whom we write to is not coming back, and fills no service.
                    Command::StartOutbound { .. } => {
                        let blocked = tenant.is_blocked(address);
                        Newcomer { blocked, ..Newcomer::default() }
                    }
                    _ => newcomer(tx, tenant, account, address).await?,
                };
            }
            open
        }
        Anchor::Session(id) => tx.session(*id).await?,
        Anchor::Invitation(id) => {
            named = Some(*id);
            match tx.session_of(*id).await? {
                Some(session) => tx.session(session).await?,
                None => None,
            }
        }
        // A command about an agent touches the agent alone; what it means for sessions follows in
        // commands of their own, so that no session is ever locked after an agent.
        Anchor::Agent(id) => {
            view.agents.extend(agent(tx, tenant, *id, now).await?);
            return Ok(view);
        }
    };
    if let Some(session) = view.session.as_ref().map(|session| session.id) {
        view.invitations = tx.live_invitations(session).await?;
        if let Some(id) = named
            && view.invitation(id).is_none()
        {
            view.invitations.extend(tx.invitation(id).await?);
        }
        view.room = tx.room(session).await?;
    }

    let mut agents: Vec<AgentId> = view.invitations.iter().map(|row| row.agent).collect();
    agents.extend(step::named_agents(command));
    if let Anchor::Address { account, .. } = &anchor {
        agents.extend(step::had_before(&view.newcomer, tenant.service_of(account), now));
    }
    agents.sort_unstable();
    agents.dedup();
    for id in agents {
        view.agents.extend(agent(tx, tenant, id, now).await?);
    }
    if step::candidates(command) {
        view.candidates = candidates(tx, tenant, view.session.as_ref(), now).await?;
    }
    Ok(view)
}

/// What is known of a customer who has no open session.
async fn newcomer<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    account: &AccountId,
    address: &Address,
) -> Result<Newcomer, StoreError> {
    let Some(service) = tenant.service_of(account) else { return Ok(Newcomer::default()) };
    // Where a workflow of its own decides, no limit is looked at.
    let limited = (!service.workflow).then_some((&service.id, service.intake.limit));
    let (last, open) = tx.newcomer(account, address, limited).await?;
    Ok(Newcomer { last, open, blocked: tenant.is_blocked(address) })
}

/// Locks and loads the rows that the rules asked for after a first look.
pub(super) async fn extend<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    view: &mut View,
    rows: &[RowKey],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut wanted = Vec::new();
    for row in rows {
        match *row {
            RowKey::Invitation(id) => {
                if let Some(row) = tx.invitation(id).await? {
                    wanted.push(row.agent);
                    view.invitations.push(row);
                }
            }
            RowKey::Agent(id) => wanted.push(id),
        }
    }
    wanted.retain(|id| view.agents.iter().all(|known| known.id != *id));
    wanted.sort_unstable();
    wanted.dedup();
    for id in wanted {
        let Some(row) = agent(tx, tenant, id, now).await? else { continue };
        // The candidate was read without a lock: this is how it really is.
        if let Some(candidate) = view.candidates.iter_mut().find(|known| known.id == id) {
            candidate.clone_from(&row);
        }
        view.agents.push(row);
    }
    Ok(())
}

/// The members of the service of a session in the queue, as they are, in the service's order. One
/// that rings may ring at more than one of them.
async fn candidates<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    session: Option<&Session>,
    now: Timestamp,
) -> Result<Vec<Agent>, StoreError> {
    let members = match session {
        Some(Session { phase: Phase::Waiting { .. } | Phase::Ringing { .. }, service, .. }) => {
            tenant.service(service).map_or(&[][..], |service| &service.members)
        }
        _ => &[],
    };
    let mut known = tx.peek_agents(members).await?;
    Ok(members
        .iter()
        .filter_map(|id| {
            let place = known.iter().position(|row| row.id == *id);
            let row = place.map(|place| known.swap_remove(place));
            named(tenant, *id, row, now)
        })
        .collect())
}

async fn agent<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    id: AgentId,
    now: Timestamp,
) -> Result<Option<Agent>, StoreError> {
    let known = tx.agent(id).await?;
    Ok(named(tenant, id, known, now))
}

/// The agent's row under the configured name, with what the configuration says about reaching them. A configured agent whom Beckon has not met gets a
/// fresh one; one who is no longer configured keeps theirs, so that their work can end.
fn named(tenant: &Tenant, id: AgentId, known: Option<Agent>, now: Timestamp) -> Option<Agent> {
    let Some(name) = tenant.agent_name(id) else { return known };
    let mut row = known.unwrap_or_else(|| Agent::new(id, name.to_owned(), now));
    name.clone_into(&mut row.name);
    row.reach = tenant.reach(id);
    Some(row)
}
