//! Installing the bot through Graph, with consent to resource-specific permissions.

use std::{collections::BTreeSet, sync::Arc};

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
    catalog, permission, written,
};
use crate::{conversation::Conversation, world::World};

const CONSENT_TO_CHAT: [&str; 2] = [
    "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All",
    "TeamsAppInstallation.ReadWriteAndConsentForChat.All",
];
const WRITE_CHAT: [&str; 4] = [
    "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All",
    "TeamsAppInstallation.ReadWriteAndConsentForChat.All",
    "TeamsAppInstallation.ReadWriteSelfForChat.All",
    "TeamsAppInstallation.ReadWriteForChat.All",
];
const WRITE_USER: [&str; 2] =
    ["TeamsAppInstallation.ReadWriteSelfForUser.All", "TeamsAppInstallation.ReadWriteForUser.All"];

fn shown(world: &World, chat: &Conversation) -> Value {
    let apps: Vec<Value> = chat
        .installation
        .iter()
        .map(|id| json!({"id": id, "teamsApp": catalog::app(world)}))
        .collect();
    json!({"value": apps})
}

/// The permissions a body consents to.
fn consented(body: &Value) -> BTreeSet<String> {
    let list = &body["consentedPermissionSet"]["resourceSpecificPermissions"];
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    // An enumeration: the reference writes `Application`, Microsoft's own client `application`.
    let is_application = |item: &&Value| {
        item["permissionType"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("application"))
    };
    let values = items.iter().filter(is_application);
    values.filter_map(|item| item["permissionValue"].as_str()).map(str::to_owned).collect()
}

/// Checks the reference to the app and that the consent is exactly what the manifest declares
/// (Graph docs, `chat-post-installedapps.md`).
fn check_body(world: &World, body: &Value) -> Result<Vec<String>, Refusal> {
    let app = body::bound(world, body, "teamsApp@odata.bind", "appCatalogs/teamsApps")?;
    if app != catalog::app_id(world) {
        return Err(Refusal::not_found());
    }
    let declared: BTreeSet<String> = world.config.declared_rsc.iter().cloned().collect();
    let given = consented(body);
    if given != declared {
        let text = "The permission set consented to does not match the app's permissions.";
        return Err(Refusal::bad_request(text));
    }
    Ok(given.into_iter().collect())
}

/// `GET /chats/{id}/installedApps`.
pub(super) async fn list(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let chat = permission::chat(&world, &id, &WRITE_CHAT);
    written(&world, chat.map(|chat| Json(shown(&world, &chat)).into_response()))
}

/// `POST /chats/{id}/installedApps`.
pub(super) async fn add(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Body(body): Body,
) -> Response {
    written(&world, try_add(&world, &id, &body))
}

fn try_add(world: &Arc<World>, id: &str, body: &Value) -> Answer {
    let with_rsc = !world.config.declared_rsc.is_empty();
    let wanted = if with_rsc { &CONSENT_TO_CHAT[..] } else { &WRITE_CHAT[..] };
    let chat = permission::chat(world, id, wanted)?;
    let consent = check_body(world, body)?;
    install(world, &chat, consent, &format!("/chats/{id}/installedApps"))
}

fn install(world: &Arc<World>, chat: &Conversation, consent: Vec<String>, at: &str) -> Answer {
    if chat.installation.is_some() {
        return Err(Refusal::conflict("App already installed."));
    }
    let person = chat.members.first().map(|member| member.person.clone());
    let person = person.ok_or_else(|| Refusal::bad_request("The chat has no members."))?;
    let installation = world.enter_bot(&chat.id, consent).ok_or_else(Refusal::not_found)?;
    let (task, id) = (Arc::clone(world), chat.id.clone());
    tokio::spawn(async move { task.tell_installed(&id, &person).await });
    let location = format!("{at}/{installation}");
    Ok((StatusCode::CREATED, [(LOCATION, location)]).into_response())
}

/// `DELETE /chats/{id}/installedApps/{installation}`.
pub(super) async fn remove(
    State(world): State<Arc<World>>,
    Path((id, installation)): Path<(String, String)>,
) -> Response {
    written(&world, try_remove(&world, &id, &installation))
}

fn try_remove(world: &Arc<World>, id: &str, installation: &str) -> Answer {
    let chat = permission::chat(world, id, &WRITE_CHAT)?;
    if chat.installation.as_deref() != Some(installation) {
        return Err(Refusal::not_found());
    }
    let person = chat.members.first().map(|member| member.person.clone());
    let (task, id) = (Arc::clone(world), id.to_owned());
    world.leave_bot(&id);
    if let Some(person) = person {
        tokio::spawn(async move { task.tell_removed(&id, &person).await });
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The 1:1 chat of a user with the bot.
fn chat_with(world: &World, user: &str) -> Result<Conversation, Refusal> {
    permission::check(world, None, &WRITE_USER)?;
    world
        .read(|state| state.chats.get(&state.person(user)?.chat).cloned())
        .ok_or_else(Refusal::not_found)
}

/// `GET /users/{id}/teamwork/installedApps`.
pub(super) async fn of_user(State(world): State<Arc<World>>, Path(user): Path<String>) -> Response {
    let chat = chat_with(&world, &user);
    written(&world, chat.map(|chat| Json(shown(&world, &chat)).into_response()))
}

/// `POST /users/{id}/teamwork/installedApps`.
pub(super) async fn add_to_user(
    State(world): State<Arc<World>>,
    Path(user): Path<String>,
    Body(body): Body,
) -> Response {
    written(&world, try_add_to_user(&world, &user, &body))
}

fn try_add_to_user(world: &Arc<World>, user: &str, body: &Value) -> Answer {
    let chat = chat_with(world, user)?;
    let app = body::bound(world, body, "teamsApp@odata.bind", "appCatalogs/teamsApps")?;
    if app != catalog::app_id(world) {
        return Err(Refusal::not_found());
    }
    install(world, &chat, Vec::new(), &format!("/users/{user}/teamwork/installedApps"))
}

/// `GET /users/{id}/teamwork/installedApps/{installation}/chat`.
pub(super) async fn chat_of_user(
    State(world): State<Arc<World>>,
    Path((user, installation)): Path<(String, String)>,
) -> Response {
    let chat = chat_with(&world, &user).and_then(|chat| {
        let found = chat.installation.as_deref() == Some(installation.as_str());
        if found { Ok(chat) } else { Err(Refusal::not_found()) }
    });
    let answer = chat.map(|chat| {
        Json(json!({"id": chat.id, "chatType": "oneOnOne", "tenantId": world.config.tenant}))
            .into_response()
    });
    written(&world, answer)
}
