//! `createConversation`: what Teams allows is one person, or a channel thread.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Payload, Refusal, activities};
use crate::{directory::PersonRecord, world::World};

/// Measured behaviour: teams.net `docs/CreateConversation-API-Behavior.md` (2026-04).
pub(super) async fn create(
    State(world): State<Arc<World>>,
    Payload(parameters): Payload,
) -> Result<Response, Refusal> {
    let person = check(&world, &parameters)?;
    activities::check_bot_in(&world, &person.chat)?;
    if let Some(activity) = parameters.get("activity").filter(|activity| !activity.is_null()) {
        activities::store(&world, &person.chat, activity.clone(), None)?;
    }
    // The same person always gets the same id, and an initial activity never brings its id.
    let body = json!({"id": person.chat, "serviceUrl": world.service_url()});
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn check(world: &World, parameters: &Value) -> Result<PersonRecord, Refusal> {
    let members = parameters["members"].as_array().map(Vec::as_slice).unwrap_or_default();
    if parameters["isGroup"] == true || members.len() > 1 {
        return Err(Refusal::bad_syntax("Creating a group conversation is not supported."));
    }
    let tenant = parameters["tenantId"].as_str();
    let tenant = tenant.or_else(|| parameters["channelData"]["tenant"]["id"].as_str());
    if tenant != Some(world.config.tenant.as_str()) {
        return Err(Refusal::unauthorized());
    }
    let [member] = members else {
        return Err(Refusal::bad_syntax("Exactly one member is needed."));
    };
    let id = member["id"].as_str().unwrap_or_default();
    // A chat id or an Entra object id; an address or a name is no id here.
    world
        .read(|state| state.person(id).cloned())
        .filter(|person| person.mri == id || person.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| Refusal::bad_argument("Failed to decrypt pairwise id."))
}
