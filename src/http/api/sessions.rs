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
    let id: SessionId = id(path, "session")?;
    let store = state.engine.store();
    let session = store.session(principal.tenant, id).await?;
    let session = session.filter(|session| principal.sees(&session.service));
    let session = session.ok_or_else(|| Problem::not_found("session"))?;
    let events = store.events(principal.tenant, id).await?;
    Ok(Json(Timeline { session, events }))
}
