//! Where an agent is invited: their choice, and the signs of an open console.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use beckon_domain::agent::{Agent, CONSOLE_LEASE};
use beckon_domain::command::{ActResult, Command, Reply};
use beckon_domain::ids::InvitationId;
use beckon_domain::wrap_up::Actor;
use serde::{Deserialize, Serialize};

use super::{AgentPrincipal, id};
use crate::http::AppState;
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;
use crate::store::ExecuteError;

/// What an agent can choose.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Preferences {
    /// Whether to be invited in Teams; `null`: as the configuration says.
    #[serde(deserialize_with = "Option::deserialize")]
    invite_in_teams: Option<bool>,
}

/// What counts from now on.
#[derive(Serialize)]
pub(in crate::http) struct Chosen {
    invite_in_teams: bool,
    own_choice: bool,
}

/// `PUT /api/v1/console/preferences`: whether the agent is to be invited in Teams. Without it
/// invitations come in the console alone.
pub(in crate::http) async fn put(
    State(state): State<AppState>,
    who: AgentPrincipal,
    Body(Preferences { invite_in_teams: invites }): Body<Preferences>,
) -> Result<Json<Chosen>, Problem> {
    let command = Command::SetInvites { agent: who.agent, invites };
    state.engine.execute_new(who.tenant, command).await?;
    let tenant = state.engine.directory().tenant(who.tenant);
    let reach = tenant.map(|tenant| tenant.reach(who.agent)).unwrap_or_default();
    let invite_in_teams = reach.invited(invites);
    Ok(Json(Chosen { invite_in_teams, own_choice: invites.is_some() }))
}

/// `POST /api/v1/console/reset-rona`: the agent is back, and may be rung again though they did not
/// answer. Twice is once.
pub(in crate::http) async fn reset_rona(
    State(state): State<AppState>,
    who: AgentPrincipal,
) -> Result<StatusCode, Problem> {
    let agent = who.agent;
    let by = Some(Actor::Agent { agent });
    let command = Command::ResetRona { agent, by, flag: None };
    state.engine.execute_new(who.tenant, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/console/invitations/{id}/seen`: the console shows the invitation to its agent. The
/// first time the ring's clock starts, unless its card in Teams was confirmed before. Twice is once.
pub(in crate::http) async fn seen(
    State(state): State<AppState>,
    who: AgentPrincipal,
    path: Segments<String>,
) -> Result<StatusCode, Problem> {
    let invitation: InvitationId = id(path, "invitation")?;
    let command = Command::InvitationSeen { invitation, agent: who.agent };
    match state.engine.execute_new(who.tenant, command).await?.reply {
        // Somebody else's invitation is not there, as far as this agent can tell.
        Some(Reply::Acted { result: ActResult::Foreign, .. }) => {
            Err(Problem::not_found("invitation"))
        }
        _ => Ok(StatusCode::NO_CONTENT),
    }
}

/// Notes that the agent, as known, has the console open: not with each of its polls, but well before
/// the last note runs out. Whether it was noted anew.
pub(super) async fn at_console(
    state: &AppState,
    who: &AgentPrincipal,
    known: Option<&Agent>,
) -> Result<bool, Problem> {
    let soon = state.engine.clock().now().saturating_add(CONSOLE_LEASE / 2);
    let lasts = known
        .and_then(|agent| agent.console_until)
        .zip(soon.ok())
        .is_some_and(|(until, soon)| until > soon);
    if lasts {
        return Ok(false);
    }
    let command = Command::ConsoleOpen { agent: who.agent };
    match state.engine.execute_new(who.tenant, command).await {
        Ok(_) => Ok(true),
        // Somebody who is no agent any more is not rung, and may still look.
        Err(ExecuteError::Rejected(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
