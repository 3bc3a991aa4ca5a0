//! Signing in to the console with an agent's key.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::AppState;
use crate::http::auth::{Principal, Role};
use crate::http::json::Body;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SignIn {
    key: String,
}

/// `POST /api/v1/sign-in`: an agent's key for a token of the console.
pub(in crate::http) async fn sign_in(
    State(state): State<AppState>,
    Body(SignIn { key }): Body<SignIn>,
) -> Result<Json<Value>, Problem> {
    let Some(&Principal { tenant, role: Role::Agent(agent), .. }) = state.keys.principal(&key)
    else {
        return Err(Problem::unauthorized());
    };
    let name = state
        .engine
        .directory()
        .tenant(tenant)
        .and_then(|tenant| tenant.agent_name(agent))
        .ok_or_else(Problem::unauthorized)?;
    let issued = state.tokens.issue(tenant, agent, state.engine.clock().now());
    Ok(Json(json!({
        "token": issued.token,
        "expires_at": issued.expires_at,
        "agent": { "id": agent, "name": name },
    })))
}
