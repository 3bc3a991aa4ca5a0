//! What agents were doing when.

use beckon_domain::agent::{AgentState, StateChange};
use beckon_domain::ids::{AgentId, TenantId};
use jiff::Timestamp;

use super::Core;
use super::rows::column;
use super::sql::query;
use crate::store::codec::{micros, timestamp};
use crate::store::{AgentHistory, StoreError};

impl Core {
    pub(super) async fn agent_history(
        &self,
        tenant: TenantId,
        agent: AgentId,
        (from, until): (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<AgentHistory, StoreError> {
        let row = query!("SELECT doc FROM agent WHERE tenant = $1 AND id = $2", tenant.0, agent.0);
        let changes = query!(
            "SELECT at, state FROM agent_state
             WHERE tenant = $1 AND agent = $2 AND at < $4 AND at >= coalesce((
               SELECT max(at) FROM agent_state WHERE tenant = $1 AND agent = $2 AND at <= $3), $3)
             ORDER BY at LIMIT $5",
            tenant.0,
            agent.0,
            micros(from),
            micros(until),
            limit
        );
        let mut answers = self.ask_all(vec![row, changes]).await?.into_iter();
        let agent = answers.next().unwrap_or_default().document("agent")?;
        let rows = answers.next().unwrap_or_default().rows;
        let changes = rows.iter().map(|row| {
            let name: &str = column(row, 1)?;
            let state = AgentState::named(name).ok_or_else(|| {
                StoreError::inconsistent("agent_state", format!("state {name:?}"))
            })?;
            Ok(StateChange { state, at: timestamp("agent_state", column(row, 0)?)? })
        });
        Ok(AgentHistory { agent, changes: changes.collect::<Result<_, StoreError>>()? })
    }
}
