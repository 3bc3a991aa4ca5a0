//! The seam for a workflow outside Beckon: another program decides what becomes of a session before an
//! agent has it, and answers for what an agent moved outside.

use axum::Json;
use axum::extract::State;
use beckon_domain::command::{Command, FlowEnd, FlowStep, SystemEnd};
use beckon_domain::ids::{AgentId, InvitationId, SessionId, TenantId};
use beckon_domain::outcome::Outcome;
use beckon_domain::session::Phase;
use beckon_domain::transfer::TransferTo;
use serde::{Deserialize, Serialize};

use super::id;
use super::sessions::{checked_reason, seen};
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;

/// What the workflow does next.
#[derive(Clone, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::http) enum Next {
    /// It accepts the customer.
    Accepted,
    /// It puts the session into the queue.
    Queued,
    /// It takes it out again.
    LeftQueue,
    /// It solved the request.
    Handled,
    /// It hangs up.
    Disconnected,
    /// The customer left a message.
    MessageLeft,
    /// It passed the customer on to another service.
    Transferred,
    /// That service was closed, disabled or full.
    TransferFailed,
    /// The service has as many open sessions as it may.
    ServiceFull,
    /// It is outside the opening hours.
    ServiceClosed,
    /// The task is cancelled, in the queue or with an agent.
    Cancelled,
    /// The workflow cannot go on.
    Failed { reason: String },
    /// Somebody on call takes it.
    StandbyAccepted { agent: AgentId },
}

/// Where a session stands after a step.
#[derive(Serialize)]
pub(in crate::http) struct Standing {
    session: SessionId,
    phase: &'static str,
    outcome: Option<Outcome>,
}

/// `POST /api/v1/sessions/{id}/flow`: the workflow of a service that has one outside went on. What
/// comes too late changes nothing; the answer says how the session stands.
pub(in crate::http) async fn step(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
    Body(next): Body<Next>,
) -> Result<Json<Standing>, Problem> {
    let session = seen(&state, &principal, id(path, "session")?).await?;
    let known = state.engine.directory().tenant(principal.tenant);
    let service = known.and_then(|tenant| tenant.service(&session.service));
    if service.is_none_or(|service| !service.workflow) {
        let detail = "The built-in flow runs this service. To decide here, set workflow = \
                      \"external\" for it in the configuration.";
        return Err(Problem::conflict(detail));
    }
    let command = command(&state, &principal, session.id, next)?;
    state.engine.execute_new(principal.tenant, command).await?;
    standing(&state, principal.tenant, session.id).await
}

fn command(
    state: &AppState,
    principal: &Principal,
    session: SessionId,
    next: Next,
) -> Result<Command, Problem> {
    let flow = |step| Command::Flow { session, step };
    let ended = |how| flow(FlowStep::Ended { how });
    Ok(match next {
        Next::Accepted => flow(FlowStep::Accepted),
        Next::Queued => flow(FlowStep::Queued),
        Next::LeftQueue => flow(FlowStep::LeftQueue),
        Next::Handled => ended(FlowEnd::Handled),
        Next::Disconnected => ended(FlowEnd::Disconnected),
        Next::MessageLeft => ended(FlowEnd::MessageLeft),
        Next::Transferred => ended(FlowEnd::Transferred),
        Next::TransferFailed => ended(FlowEnd::TransferFailed),
        Next::ServiceFull => ended(FlowEnd::ServiceFull),
        Next::ServiceClosed => ended(FlowEnd::ServiceClosed),
        Next::Failed { reason } => ended(FlowEnd::Failed { reason: checked_reason(&reason)? }),
        Next::Cancelled => Command::SystemEnd { session, why: SystemEnd::TaskCancelled },
        Next::StandbyAccepted { agent } => {
            let agent = known_agent(state, principal.tenant, agent)?;
            let invitation = InvitationId(state.engine.clock().new_id());
            Command::StandbyAccepted { session, agent, invitation }
        }
    })
}

/// What became of a conversation that an agent moved outside.
#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::http) enum Moved {
    /// Whoever is there has it.
    Delivered,
    /// Nobody there took it.
    Refused { reason: String },
}

/// `POST /api/v1/sessions/{id}/transfer-result`: who moves conversations outside for the tenant
/// answers the agent's move, which stands in the feed as `transfer_started`. Where no such move is
/// under way nothing changes.
pub(in crate::http) async fn transfer_result(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
    Body(moved): Body<Moved>,
) -> Result<Json<Standing>, Problem> {
    let session = seen(&state, &principal, id(path, "session")?).await?;
    let outside = session
        .transfer
        .filter(|row| row.is_pending() && matches!(row.to, TransferTo::Outside { .. }));
    if let Some(row) = outside {
        let refused = match moved {
            Moved::Delivered => None,
            Moved::Refused { reason } => Some(checked_reason(&reason)?),
        };
        let command = Command::TransferReported { invitation: row.invitation, refused };
        state.engine.execute_new(principal.tenant, command).await?;
    }
    standing(&state, principal.tenant, session.id).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Fault {
    reason: String,
}

/// `POST /api/v1/sessions/{id}/fail`: an administrator found the session broken, in a way that no
/// rule of ours allows, and ends it as `failed_internal`: reports must not count it as anything
/// else. Twice is once. Who did it and why is kept with the session, as with a forced end.
pub(in crate::http) async fn fail(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
    Body(Fault { reason }): Body<Fault>,
) -> Result<Json<Standing>, Problem> {
    let session = seen(&state, &principal, id(path, "session")?).await?.id;
    let reason = checked_reason(&reason)?;
    let why = SystemEnd::InternalFailed { reason, by: Some(principal.actor()) };
    state.engine.execute_new(principal.tenant, Command::SystemEnd { session, why }).await?;
    standing(&state, principal.tenant, session).await
}

async fn standing(
    state: &AppState,
    tenant: TenantId,
    session: SessionId,
) -> Result<Json<Standing>, Problem> {
    let row = state.engine.store().session(tenant, session).await?;
    let row = row.ok_or_else(|| Problem::not_found("session"))?;
    let outcome = match row.phase {
        Phase::Ended { outcome, .. } => Some(outcome),
        _ => None,
    };
    Ok(Json(Standing { session, phase: row.phase.name(), outcome }))
}

/// The agent, if the tenant has them.
pub(super) fn known_agent(
    state: &AppState,
    tenant: TenantId,
    agent: AgentId,
) -> Result<AgentId, Problem> {
    let known = state.engine.directory().tenant(tenant);
    known
        .and_then(|tenant| tenant.agent_name(agent))
        .map(|_| agent)
        .ok_or_else(|| Problem::field("agent", "is no agent of this tenant"))
}
