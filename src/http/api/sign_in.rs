//! Signing in to the pages with a key.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::AppState;
use crate::http::auth::{Holder, Principal, Role, Scope, digest};
use crate::http::json::Body;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SignIn {
    key: String,
    #[serde(default)]
    page: Page,
}

/// The page that somebody signs in to.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Page {
    /// The console, for agents.
    #[default]
    Console,
    /// The results, for everybody who sees reports.
    Results,
}

impl Page {
    /// Whose key opens it.
    fn wants(self) -> &'static str {
        match self {
            Self::Console => {
                "This key is valid, but the console takes the key of an agent. Results are at \
                 /console/results."
            }
            Self::Results => "This key is valid, but it sees no results: it is one of a program.",
        }
    }
}

/// `POST /api/v1/sign-in`: a key for a token of the page.
pub(in crate::http) async fn sign_in(
    State(state): State<AppState>,
    Body(SignIn { key, page }): Body<SignIn>,
) -> Result<Json<Value>, Problem> {
    let principal = state.keys.principal(&key).ok_or_else(Problem::unauthorized)?;
    let &Principal { tenant, role, .. } = principal;
    let directory = state.engine.directory().tenant(tenant).ok_or_else(Problem::unauthorized)?;
    let holder = match (page, role) {
        (Page::Console, Role::Agent(agent)) => Holder::Agent { tenant, agent },
        (Page::Results, role) if role.may(Scope::Reports) => {
            Holder::Reader { reader: digest(&key) }
        }
        // Whoever has the key may know what it is for: a new one would not help.
        _ => return Err(Problem::forbidden(page.wants())),
    };
    let agent = match role.own() {
        Some(agent) => {
            let name = directory.agent_name(agent).ok_or_else(Problem::unauthorized)?;
            json!({ "id": agent, "name": name })
        }
        None => Value::Null,
    };
    let issued = state.tokens.issue(holder, state.engine.clock().now());
    Ok(Json(json!({
        "token": issued.token,
        "expires_at": issued.expires_at,
        "agent": agent,
    })))
}
