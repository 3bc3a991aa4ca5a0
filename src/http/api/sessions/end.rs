//! The end that an administrator forces.

use axum::Json;
use axum::extract::State;
use beckon_domain::command::{Command, Reply};
use beckon_domain::wrap_up::Audit;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{checked_reason, seen};
use crate::http::AppState;
use crate::http::api::id;
use crate::http::auth::Principal;
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct End {
    reason: String,
}

/// `POST /api/v1/sessions/{id}/end`: force the end, whatever the phase; of a session that is over,
/// that of its after-call work. Twice is once. Who did it and why is kept with the session.
pub(in crate::http) async fn end(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
    Body(End { reason }): Body<End>,
) -> Result<Json<Value>, Problem> {
    let session = seen(&state, &principal, id(path, "session")?).await?.id;
    let reason = checked_reason(&reason)?;
    let audit = Some(Audit { by: principal.actor(), reason });
    let command = Command::AdminEnd { session, audit };
    let executed = state.engine.execute_new(principal.tenant, command).await?;
    match executed.reply {
        Some(Reply::Ended { session, outcome }) => {
            Ok(Json(json!({ "session": session, "outcome": outcome.name() })))
        }
        _ => Err(Problem::internal()),
    }
}
