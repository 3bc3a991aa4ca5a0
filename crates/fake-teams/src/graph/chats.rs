//! Making, reading, naming and deleting group chats.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    Answer, Refusal,
    body::{self, Body},
    permission, written,
};
use crate::{
    clock::iso,
    conversation::{Conversation, ConversationKind},
    world::World,
};

const READ: [&str; 4] =
    ["ChatSettings.Read.Chat", "Chat.Manage.Chat", "Chat.ReadBasic.All", "Chat.ReadWrite.All"];
const RENAME: [&str; 2] = ["ChatSettings.ReadWrite.Chat", "Chat.ReadWrite.All"];

/// The most people a chat may be made with (limits of Teams: 250 in all).
const MOST: usize = 250;

/// What is escaped in the chat id of a `webUrl`.
const IN_LINK: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// A chat as Graph shows it.
pub(super) fn shown(world: &World, chat: &Conversation) -> Value {
    let id = utf8_percent_encode(&chat.id, IN_LINK);
    let tenant = &world.config.tenant;
    json!({
        "id": chat.id,
        "topic": chat.topic,
        "createdDateTime": iso(chat.created_ms),
        "lastUpdatedDateTime": iso(chat.created_ms),
        "chatType": if chat.kind == ConversationKind::GroupChat { "group" } else { "oneOnOne" },
        "webUrl": format!("https://teams.microsoft.com/l/chat/{id}/0?tenantId={tenant}"),
        "tenantId": tenant,
    })
}

/// `POST /chats`.
pub(super) async fn create(State(world): State<Arc<World>>, Body(body): Body) -> Response {
    written(&world, try_create(&world, &body))
}

fn try_create(world: &World, body: &Value) -> Answer {
    permission::check(world, None, &["Chat.Create"])?;
    match body["chatType"].as_str() {
        Some("group") => {}
        Some("oneOnOne") => return Err(Refusal::bad_request("Only group chats are played here.")),
        _ => return Err(Refusal::bad_request("Missing chatType.")),
    }
    if body.get("installedApps").is_some() {
        return Err(Refusal::bad_request("installedApps is not supported in v1.0."));
    }
    let topic = body::topic(&body["topic"])?;
    let members = body["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    let members: Vec<_> =
        members.iter().map(|member| body::member(world, member)).collect::<Result<_, _>>()?;
    let mut distinct: Vec<&str> = members.iter().map(|(person, _)| person.id.as_str()).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() != members.len() {
        return Err(Refusal::bad_request("Duplicate chat members are specified."));
    }
    if !(2..=MOST).contains(&members.len()) {
        return Err(Refusal::bad_request("A group chat needs two to 250 members."));
    }
    let now = world.now_ms();
    let chat = world.change(|state| {
        let mut chat = Conversation::new(state.ids.group_chat(), ConversationKind::GroupChat, now);
        chat.topic = topic;
        chat.members =
            members.iter().map(|(person, role)| state.membership(&person.id, role)).collect();
        state.chats.add(chat.clone());
        chat
    });
    Ok((StatusCode::CREATED, Json(shown(world, &chat))).into_response())
}

/// `GET /chats`: an app alone may not list chats, so an orphan cannot be searched for.
pub(super) async fn list(State(world): State<Arc<World>>) -> Response {
    Refusal::not_app_only().respond(&world)
}

/// `/me/chats`: posting here is answered 405; without a user nothing else works either.
pub(super) async fn mine() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// `GET /chats/{id}`.
pub(super) async fn one(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let chat = permission::chat(&world, &id, &READ);
    written(&world, chat.map(|chat| Json(shown(&world, &chat)).into_response()))
}

/// `PATCH /chats/{id}`.
pub(super) async fn rename(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Body(body): Body,
) -> Response {
    written(&world, try_rename(&world, &id, &body))
}

fn try_rename(world: &World, id: &str, body: &Value) -> Answer {
    let mut chat = permission::chat(world, id, &RENAME)?;
    if chat.kind != ConversationKind::GroupChat {
        return Err(Refusal::bad_request("Only a group chat has a topic."));
    }
    chat.topic = body::topic(&body["topic"])?;
    world.change(|state| {
        if let Some(stored) = state.chats.get_mut(id) {
            stored.topic.clone_from(&chat.topic);
        }
    });
    Ok(Json(shown(world, &chat)).into_response())
}

/// `DELETE /chats/{id}`.
pub(super) async fn delete(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let chat = permission::chat(&world, &id, &["Chat.ManageDeletion.All"]);
    written(
        &world,
        chat.map(|chat| {
            world.change(|state| state.chats.remove(&chat.id));
            StatusCode::NO_CONTENT.into_response()
        }),
    )
}
