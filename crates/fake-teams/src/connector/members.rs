//! Rosters.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, activities::check_bot_in};
use crate::{
    conversation::Conversation, directory::PersonRecord, state::State as Everything, world::World,
};

/// The ids in a path.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    conversation: String,
    #[serde(default)]
    member: String,
}

/// The query of a paged roster.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Page {
    page_size: Option<usize>,
    continuation_token: Option<String>,
}

/// A roster entry; Teams calls the Entra id `objectId` here, not `aadObjectId`.
fn account(world: &World, person: &PersonRecord) -> Value {
    let (given, surname) = person.name.split_once(' ').unwrap_or((&person.name, ""));
    json!({
        "id": person.mri,
        "name": person.name,
        "objectId": person.id,
        "givenName": given,
        "surname": surname,
        "email": person.upn,
        "userPrincipalName": person.upn,
        "tenantId": world.config.tenant,
        "userRole": "user",
    })
}

fn roster<T>(
    world: &World,
    id: &str,
    read: impl FnOnce(&Everything, &Conversation) -> T,
) -> Result<T, Refusal> {
    check_bot_in(world, id)?;
    world.read(|state| {
        let chat = state.chats.get(id).ok_or_else(Refusal::no_conversation)?;
        Ok(read(state, chat))
    })
}

fn accounts(world: &World, state: &Everything, chat: &Conversation) -> Vec<Value> {
    let people = chat.members.iter().filter_map(|member| state.person(&member.person));
    people.map(|person| account(world, person)).collect()
}

/// `getConversationMembers`.
pub(super) async fn all(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
) -> Result<Json<Value>, Refusal> {
    let members =
        roster(&world, &target.conversation, |state, chat| accounts(&world, state, chat))?;
    Ok(Json(Value::Array(members)))
}

/// `getConversationMember`: by chat id, Entra object id or user principal name.
pub(super) async fn one(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
) -> Result<Json<Value>, Refusal> {
    let found = roster(&world, &target.conversation, |state, chat| {
        let person = state.person(&target.member).filter(|person| chat.has_member(&person.id));
        person.map(|person| account(&world, person))
    })?;
    found.map(Json).ok_or_else(Refusal::member_not_found)
}

/// `getConversationPagedMembers`: pages of 50 to 500, whatever is asked for.
pub(super) async fn page(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
    Query(page): Query<Page>,
) -> Result<Json<Value>, Refusal> {
    let members =
        roster(&world, &target.conversation, |state, chat| accounts(&world, state, chat))?;
    let start = match &page.continuation_token {
        None => 0,
        Some(token) => {
            token.parse().map_err(|_| Refusal::bad_argument("Unknown continuation token."))?
        }
    };
    let size = page.page_size.unwrap_or(200).clamp(50, 500);
    let end = members.len().min(start + size);
    let mut body = json!({"members": members.get(start..end).unwrap_or_default()});
    if end < members.len() {
        body["continuationToken"] = Value::from(end.to_string());
    }
    Ok(Json(body))
}
