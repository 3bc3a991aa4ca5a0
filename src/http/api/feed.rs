//! The feed: every change of a tenant, in one order, for programs that follow along.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use beckon_domain::event::Event;
use beckon_domain::ids::SessionId;
use serde::{Deserialize, Serialize};

use crate::engine::Topic;
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::Params;
use crate::http::problem::Problem;
use crate::http::wait::Wait;
use crate::store::FeedEntry;

/// The most events in one answer.
const PAGE: usize = 500;

#[derive(Deserialize)]
pub(in crate::http) struct Follow {
    after: Option<u64>,
}

#[derive(Serialize)]
pub(in crate::http) struct Feed {
    events: Vec<Place>,
    /// Where to go on.
    cursor: u64,
}

#[derive(Serialize)]
struct Place {
    cursor: u64,
    session: SessionId,
    #[serde(flatten)]
    event: Event,
}

/// `GET /api/v1/events?after=…`: what happened after a cursor, in the feed's order; waits for news
/// as `Prefer: wait=…` says. Nothing is ever put in before a cursor that was given.
pub(in crate::http) async fn follow(
    State(state): State<AppState>,
    principal: Principal,
    Params(query): Params<Follow>,
    headers: HeaderMap,
) -> Result<Json<Feed>, Problem> {
    let after = query.after.unwrap_or(0);
    let mut wait = Wait::new(&state, Topic::Feed(principal.tenant), &headers);
    loop {
        let entries = state.engine.store().feed(principal.tenant, after, PAGE).await?;
        if !entries.is_empty() || !wait.news().await {
            let cursor = entries.last().map_or(after, |last| last.pos);
            let place = |FeedEntry { pos, session, event }| Place { cursor: pos, session, event };
            return Ok(Json(Feed { events: entries.into_iter().map(place).collect(), cursor }));
        }
    }
}
