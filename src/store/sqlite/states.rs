//! What agents were doing when.

use beckon_domain::agent::{Agent, AgentState, StateChange};
use beckon_domain::ids::{AgentId, TenantId};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::read::one;
use crate::store::codec::{micros, timestamp};
use crate::store::{AgentHistory, StoreError};

pub(super) fn history(
    db: &mut Connection,
    tenant: TenantId,
    agent: AgentId,
    (from, until): (Timestamp, Timestamp),
    limit: usize,
) -> Result<AgentHistory, StoreError> {
    let db = db.transaction()?;
    let row: Option<Agent> = one(
        &db,
        "agent",
        "SELECT doc FROM agent WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, agent.0],
    )?;
    let mut statement = db.prepare_cached(
        "SELECT at, state FROM agent_state
         WHERE tenant = ?1 AND agent = ?2 AND at < ?4 AND at >= coalesce((
           SELECT max(at) FROM agent_state WHERE tenant = ?1 AND agent = ?2 AND at <= ?3), ?3)
         ORDER BY at LIMIT ?5",
    )?;
    let span = params![tenant.0, agent.0, micros(from), micros(until), limit as i64];
    let mut rows = statement.query(span)?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        let state = AgentState::named(name)
            .ok_or_else(|| StoreError::inconsistent("agent_state", format!("state {name:?}")))?;
        changes.push(StateChange { state, at: timestamp("agent_state", row.get(0)?)? });
    }
    Ok(AgentHistory { agent: row, changes })
}
