//! What can be seen through the control API.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::error::ControlError;
use crate::{
    Environment, LimitReport, Person, conversation::Conversation, message::StoredMessage,
    state::State as Everything, world::World,
};

/// How long a call for changes is held before it is answered with none.
const HOLD: Duration = Duration::from_secs(25);

/// `?since=N`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Since {
    since: u64,
}

/// `GET /state`: everything, as everyone sees it.
pub(super) async fn state(State(world): State<Arc<World>>) -> Json<Value> {
    Json(snapshot(&world))
}

/// `GET /changes?since=N`: the state as soon as its revision is above `N`, at the latest after
/// 25 s.
pub(super) async fn changes(
    State(world): State<Arc<World>>,
    Query(Since { since }): Query<Since>,
) -> Json<Value> {
    let mut changes = world.changes();
    // Late or not, the answer is the state as it is now.
    let _ = timeout(HOLD, changes.wait_for(|revision| *revision > since)).await;
    Json(snapshot(&world))
}

/// `GET /environment`.
pub(super) async fn environment(State(world): State<Arc<World>>) -> Json<Environment> {
    Json(world.environment())
}

/// `GET /record?since=N`: calls and deliveries after place `N`.
pub(super) async fn record(
    State(world): State<Arc<World>>,
    Query(Since { since }): Query<Since>,
) -> Json<Value> {
    Json(json!({"entries": world.read(|state| state.record.since(since))}))
}

/// `GET /limits`: how the rate limits were kept.
pub(super) async fn limits(State(world): State<Arc<World>>) -> Json<LimitReport> {
    Json(world.read(|state| state.accounts.report()))
}

/// `GET /people`.
pub(super) async fn people(State(world): State<Arc<World>>) -> Json<Value> {
    Json(Value::Array(world.read(|state| everyone(&world, state))))
}

/// `GET /people/{person}/clients/{client}`: the messages this client shows.
pub(super) async fn client(
    State(world): State<Arc<World>>,
    Path((person, client)): Path<(String, String)>,
) -> Result<Json<Value>, ControlError> {
    let client = Person::find(&world, &person)?.client(&client);
    Ok(Json(json!({"messages": client.messages()})))
}

fn everyone(world: &Arc<World>, state: &Everything) -> Vec<Value> {
    let person = |record: &_| Person { world: Arc::clone(world), record: Clone::clone(record) };
    state.directory.all().iter().map(|record| person(record).summary(state)).collect()
}

fn snapshot(world: &Arc<World>) -> Value {
    let revision = *world.changes().borrow();
    world.read(|state| {
        json!({
            "revision": revision,
            "bot": {
                "id": world.config.bot_mri(),
                "name": world.config.bot_name,
                "endpoint": state.bot_endpoint,
            },
            "people": everyone(world, state),
            "conversations": state.chats.all().into_iter().map(conversation).collect::<Vec<_>>(),
        })
    })
}

fn conversation(chat: &Conversation) -> Value {
    let mut shown = json!(chat.shown());
    shown["messages"] = chat.messages.iter().map(|it| message(chat, it)).collect();
    shown
}

/// A message as everyone sees it, and the views that differ.
fn message(chat: &Conversation, message: &StoredMessage) -> Value {
    let nobody = (String::new(), String::new());
    let views = message.views.iter().map(|((person, client), view)| {
        json!({
            "person": person,
            "client": client,
            "card": view.card,
            "notice": view.notice,
            "atMs": view.at_ms,
        })
    });
    let mut shown = json!(message.shown_to(&chat.id, &nobody));
    shown["views"] = Value::Array(views.collect());
    shown
}
