//! Sessions as administrators, owners and supervisors see them.

use axum::Json;
use axum::extract::State;
use beckon_domain::event::Event;
use beckon_domain::ids::SessionId;
use beckon_domain::session::Session;
use serde::Serialize;

use super::id;

mod end;
mod list;
mod row;

use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::Segments;
use crate::http::problem::Problem;
pub(in crate::http) use end::end;
pub(in crate::http) use list::list;

/// The longest reason, in characters.
const MAX_REASON: usize = 500;

/// A session with its timeline.
#[derive(Serialize)]
pub(in crate::http) struct Timeline {
    session: Session,
    events: Vec<Event>,
}

/// `GET /api/v1/sessions/{id}`: where a session stands, and everything that happened.
pub(in crate::http) async fn show(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
) -> Result<Json<Timeline>, Problem> {
    let session = seen(&state, &principal, id(path, "session")?).await?;
    let events = state.engine.store().events(principal.tenant, session.id).await?;
    Ok(Json(Timeline { session, events }))
}

/// The session, if it is there for this sender.
pub(super) async fn seen(
    state: &AppState,
    principal: &Principal,
    session: SessionId,
) -> Result<Session, Problem> {
    let known = state.engine.store().session(principal.tenant, session).await?;
    known
        .filter(|known| principal.sees(&known.service))
        .ok_or_else(|| Problem::not_found("session"))
}

/// Why somebody ended a session or refused a move, trimmed.
pub(super) fn checked_reason(reason: &str) -> Result<String, Problem> {
    let reason = reason.trim();
    if (1..=MAX_REASON).contains(&reason.chars().count()) {
        return Ok(reason.to_owned());
    }
    let range = format!("must have 1 to {MAX_REASON} characters: it is kept on record");
    Err(Problem::field("reason", range))
}
