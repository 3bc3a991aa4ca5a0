//! Agents, as those who look after a service see them.

pub(in crate::http) mod shifts;
pub(in crate::http) mod states;

use axum::extract::State;
use beckon_domain::command::Command;
use beckon_domain::ids::{AgentId, ServiceId};
use http::StatusCode;
use jiff::Timestamp;

use super::id;
use super::listing::Times;
use crate::directory::Tenant;
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
    if tenant.is_none_or(|tenant| !looks_after(&principal, tenant, agent)) {
        return Err(Problem::not_found("agent"));
    }
    let by = Some(principal.actor());
    let command = Command::ResetRona { agent, by, flag: None };
    state.engine.execute_new(principal.tenant, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether an agent is among those whom somebody looks after: all, the members of their services,
/// or themselves.
fn looks_after(principal: &Principal, tenant: &Tenant, agent: AgentId) -> bool {
    let member = |services: &[ServiceId]| {
        let mut services = services.iter().filter_map(|id| tenant.service(id));
        services.any(|service| service.members.contains(&agent))
    };
    tenant.agent_name(agent).is_some()
        && principal.services.as_deref().is_none_or(member)
        && principal.role.own().is_none_or(|own| own == agent)
}

/// The part of a span that is over: of what an agent will do nothing is known.
fn over(times: &Times, now: Timestamp) -> Result<(Timestamp, Timestamp), Problem> {
    if times.from.is_some_and(|from| from >= now) {
        return Err(Problem::field("from", "must be before now"));
    }
    // Without a beginning it is counted back from the end, so that has to be over first.
    let end = times.to.or(times.from.is_none().then_some(now));
    let (from, until) = Times { from: times.from, to: end.map(|end| end.min(now)) }.span(now);
    Ok((from, until.min(now)))
}

#[cfg(test)]
mod tests;
