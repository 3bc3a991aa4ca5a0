//! Agents, as those who look after a service see them.

use axum::extract::State;
use beckon_domain::command::Command;
use beckon_domain::ids::AgentId;
use http::StatusCode;

use super::id;
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::Segments;
use crate::http::problem::Problem;

/// `POST /api/v1/agents/{id}/reset-rona`: an agent who did not answer may be rung again. Twice is
/// once. Whoever is limited to some services reaches the members of these.
pub(in crate::http) async fn reset_rona(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
) -> Result<StatusCode, Problem> {
    let agent: AgentId = id(path, "agent")?;
    let tenant = state.engine.directory().tenant(principal.tenant);
    let reached = tenant.filter(|tenant| match &principal.services {
        None => tenant.agent_name(agent).is_some(),
        Some(services) => services
            .iter()
            .filter_map(|id| tenant.service(id))
            .any(|service| service.members.contains(&agent)),
    });
    if reached.is_none() {
        return Err(Problem::not_found("agent"));
    }
    let by = Some(principal.actor());
    let command = Command::ResetRona { agent, by, flag: None };
    state.engine.execute_new(principal.tenant, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
