//! The calls of the page.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::problem::Problem;
use crate::agents::{Agent, ClickView};
use crate::day::{Days, Doing};
use crate::state::DemoState;

/// The longest an answer is held.
const MAX_WAIT: u64 = 25;

/// A message to write.
#[derive(Debug, Deserialize)]
pub(super) struct Text {
    text: String,
}

/// A click on a card.
#[derive(Debug, Deserialize)]
pub(super) struct Click {
    message_id: String,
    verb: String,
    /// What was typed into the card's inputs; `fake-teams` merges the author's data in.
    #[serde(default)]
    inputs: Value,
}

/// `GET /demo/state`: 200 as soon as the state differs from `If-None-Match`, or 304 when the time
/// of `Prefer: wait` (RFC 7240) has passed.
pub(super) async fn state(
    State(demo): State<Arc<DemoState>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    let snapshot = demo.differing(known, preferred_wait(&headers)).await?;
    let tag = [(header::ETAG, snapshot.etag.clone()), (header::CACHE_CONTROL, "no-store".into())];
    if known == Some(&snapshot.etag) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((tag, kind, snapshot.body).into_response())
}

/// `POST /demo/customer/messages`.
pub(super) async fn customer_writes(
    State(demo): State<Arc<DemoState>>,
    Json(Text { text }): Json<Text>,
) -> Result<StatusCode, Problem> {
    demo.customers.write(&text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /demo/customer/new`.
pub(super) async fn next_customer(State(demo): State<Arc<DemoState>>) -> StatusCode {
    demo.customers.next();
    StatusCode::NO_CONTENT
}

/// `POST /demo/agents/{id}/messages`: types in the chat with the bot.
pub(super) async fn agent_writes(
    State(demo): State<Arc<DemoState>>,
    Path(id): Path<String>,
    Json(Text { text }): Json<Text>,
) -> Result<StatusCode, Problem> {
    agent(&demo, &id)?.person.say(&text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /demo/agents/{id}/rooms/{room}/messages`: types in a room.
pub(super) async fn agent_writes_in_room(
    State(demo): State<Arc<DemoState>>,
    Path((id, room)): Path<(String, String)>,
    Json(Text { text }): Json<Text>,
) -> Result<StatusCode, Problem> {
    agent(&demo, &id)?.person.say_in(&room, &text).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /demo/agents/{id}/click`: an `Action.Execute`, signed and delivered to Beckon.
pub(super) async fn click(
    State(demo): State<Arc<DemoState>>,
    Path(id): Path<String>,
    Json(click): Json<Click>,
) -> Result<Json<ClickView>, Problem> {
    let person = &agent(&demo, &id)?.person;
    let result = person.click(&click.message_id, &click.verb, click.inputs).await?;
    Ok(Json(result.into()))
}

/// `POST /demo/day/play`: dozens of sessions, spread over the next day. 202: it has begun.
pub(super) async fn play_day(State(demo): State<Arc<DemoState>>) -> Result<StatusCode, Problem> {
    begin(&demo, Doing::Playing)
}

/// `POST /demo/day/pass`: it is the next morning, with everything that was due in between. 202: it
/// has begun.
pub(super) async fn pass_day(State(demo): State<Arc<DemoState>>) -> Result<StatusCode, Problem> {
    begin(&demo, Doing::Passing)
}

fn begin(demo: &Arc<DemoState>, doing: Doing) -> Result<StatusCode, Problem> {
    if Days::begin(demo, doing) { Ok(StatusCode::ACCEPTED) } else { Err(Problem::Busy) }
}

fn agent<'a>(demo: &'a DemoState, id: &str) -> Result<&'a Agent, Problem> {
    demo.agent(id).ok_or(Problem::NoAgent)
}

/// `Prefer: wait=N`, at most 25 s; no preference is no wait.
fn preferred_wait(headers: &HeaderMap) -> Duration {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let seconds = preferences
        .flat_map(|value| value.split(','))
        .find_map(|preference| preference.trim().strip_prefix("wait=")?.parse::<u64>().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_read_and_capped() {
        for (value, seconds) in
            [("wait=7", 7), ("respond-async, wait=9", 9), ("wait=600", 25), ("wait=x", 0), ("", 0)]
        {
            let headers = HeaderMap::from_iter([(
                axum::http::HeaderName::from_static("prefer"),
                axum::http::HeaderValue::from_static(value),
            )]);
            assert_eq!(preferred_wait(&headers), Duration::from_secs(seconds), "{value:?}");
        }
        assert_eq!(preferred_wait(&HeaderMap::new()), Duration::ZERO);
    }
}
