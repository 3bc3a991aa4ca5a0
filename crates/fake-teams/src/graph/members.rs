//! Taking people into a chat and out of it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    Answer, Refusal,
    body::{self, Body},
    permission, written,
};
use crate::{
    conversation::{Conversation, Membership},
    state::State as Everything,
    world::World,
};

const READ: [&str; 4] =
    ["ChatMember.Read.Chat", "Chat.Manage.Chat", "ChatMember.Read.All", "ChatMember.ReadWrite.All"];
const WRITE: [&str; 3] = ["Chat.Manage.Chat", "ChatMember.ReadWrite.All", "Chat.ReadWrite.All"];

fn shown(world: &World, state: &Everything, member: &Membership) -> Value {
    let person = state.person(&member.person);
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "id": member.id,
        "roles": if member.role == "guest" { vec!["guest"] } else { vec!["owner"] },
        "displayName": person.map(|person| &person.name),
        "userId": member.person,
        "email": person.map(|person| &person.upn),
        "tenantId": world.config.tenant,
        "visibleHistoryStartDateTime": member.history_from,
    })
}

/// `GET /chats/{id}/members`.
pub(super) async fn list(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let answer = permission::chat(&world, &id, &READ).map(|chat| {
        let members: Vec<Value> =
            world.read(|state| chat.members.iter().map(|it| shown(&world, state, it)).collect());
        Json(json!({"@odata.count": members.len(), "value": members})).into_response()
    });
    written(&world, answer)
}

/// `POST /chats/{id}/members`.
pub(super) async fn add(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Body(body): Body,
) -> Response {
    written(&world, try_add(&world, &id, &body))
}

fn try_add(world: &Arc<World>, id: &str, body: &Value) -> Answer {
    let chat = permission::chat(world, id, &WRITE)?;
    let (person, role) = body::member(world, body)?;
    if chat.has_member(&person.id) {
        return Err(Refusal::conflict("The user is a member already."));
    }
    let history_from = body["visibleHistoryStartDateTime"].as_str().map(str::to_owned);
    let membership = world.change(|state| {
        let membership = Membership { history_from, ..state.membership(&person.id, &role) };
        state.chats.join(id, membership.clone());
        membership
    });
    tell(world, id, &person.id, "membersAdded");
    let location = format!("/chats/{id}/members/{}", membership.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)]).into_response())
}

/// `DELETE /chats/{id}/members/{membership}`: by the membership's id, which is not the user's.
pub(super) async fn remove(
    State(world): State<Arc<World>>,
    Path((id, membership)): Path<(String, String)>,
) -> Response {
    written(&world, try_remove(&world, &id, &membership))
}

fn try_remove(world: &Arc<World>, id: &str, membership: &str) -> Answer {
    permission::chat(world, id, &WRITE)?;
    let person = world.change(|state| state.chats.leave(id, membership));
    tell(world, id, &person.ok_or_else(Refusal::not_found)?, "membersRemoved");
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Tells a bot in the chat, in a task of its own: Graph's answer does not wait for the bot.
fn tell(world: &Arc<World>, id: &str, person: &str, change: &'static str) {
    let found = world.read(|state| {
        let chat: Option<&Conversation> = state.chats.get(id);
        chat.filter(|chat| chat.installation.is_some())
            .map(Conversation::outline)
            .zip(state.person(person).cloned())
    });
    if let Some((chat, person)) = found {
        let world = Arc::clone(world);
        tokio::spawn(async move { world.tell_members(&chat, &person, change).await });
    }
}
