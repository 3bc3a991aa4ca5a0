//! Sending, replying, updating and deleting.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Payload, Refusal, targeted::Targeted};
use crate::{
    message::{Author, StoredMessage},
    world::World,
};

/// The ids in a path; region and tenant, also matched, play no part.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    conversation: String,
    #[serde(default)]
    activity: String,
}

/// `sendToConversation`, and `replyToActivity`, which in a chat posts like a send.
pub(super) async fn post(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
    targeted: Targeted,
    Payload(activity): Payload,
) -> Result<Response, Refusal> {
    check_bot_in(&world, &target.conversation)?;
    let only_for = targeted.recipient(&world, &target.conversation, &activity)?;
    let status = if only_for.is_some() { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    let id = store(&world, &target.conversation, activity, only_for.as_deref())?;
    let body = id.map_or_else(|| json!({}), |id| json!({"id": id}));
    Ok((status, Json(body)).into_response())
}

/// `updateActivity`: the body replaces the message for everyone.
pub(super) async fn update(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
    targeted: Targeted,
    Payload(activity): Payload,
) -> Result<Response, Refusal> {
    check_bot_in(&world, &target.conversation)?;
    check_activity(&activity)?;
    if is_split(&activity) {
        let text = "Activity resulted into multiple skype activities";
        return Err(Refusal::bad_syntax(text));
    }
    let now = world.now_ms();
    change_own(&world, &target, targeted, |message| message.edit(activity, now))?;
    world.refresh_listed(&target.conversation, &target.activity);
    Ok(Json(json!({"id": target.activity})).into_response())
}

/// `deleteActivity`.
pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Path(target): Path<Target>,
    targeted: Targeted,
) -> Result<Response, Refusal> {
    check_bot_in(&world, &target.conversation)?;
    let now = world.now_ms();
    change_own(&world, &target, targeted, |message| message.delete(now))?;
    Ok(StatusCode::OK.into_response())
}

/// An update or delete that names no activity.
pub(super) async fn missing_id() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// Changes a message of the bot's own that is still there.
fn change_own(
    world: &World,
    target: &Target,
    targeted: Targeted,
    change: impl FnOnce(&mut StoredMessage),
) -> Result<(), Refusal> {
    change_any(world, &target.conversation, &target.activity, |message| {
        if message.author != Author::Bot {
            return Err(Refusal::not_yours());
        }
        // Those for one member are in a store of their own, which the query chooses.
        if message.only_for.is_some() != targeted.is_set() {
            return Err(Refusal::no_activity());
        }
        change(message);
        Ok(())
    })
}

/// Changes anybody's message that is still there.
pub(super) fn change_any(
    world: &World,
    conversation: &str,
    activity: &str,
    change: impl FnOnce(&mut StoredMessage) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    world.change(|state| {
        let chat = state.chats.get_mut(conversation);
        let message = chat.and_then(|chat| chat.message_mut(activity));
        change(message.filter(|message| !message.deleted).ok_or_else(Refusal::no_activity)?)
    })
}

/// Whether the bot may write in this conversation.
pub(super) fn check_bot_in(world: &World, conversation: &str) -> Result<(), Refusal> {
    world.read(|state| {
        let chat = state.chats.get(conversation).ok_or_else(Refusal::no_conversation)?;
        if chat.installation.is_none() {
            return Err(Refusal::not_in_roster());
        }
        if chat.blocked { Err(Refusal::blocked()) } else { Ok(()) }
    })
}

fn check_activity(activity: &Value) -> Result<(), Refusal> {
    match activity["type"].as_str() {
        Some("message" | "typing") => Ok(()),
        Some(_) => Err(Refusal::bad_syntax("Unknown activity type.")),
        None => Err(Refusal::bad_syntax("The activity has no type.")),
    }
}

/// Whether Teams splits the activity: text beside an attachment (Teams docs,
/// `conversation-messages.md`).
fn is_split(activity: &Value) -> bool {
    let has_text = activity["text"].as_str().is_some_and(|text| !text.is_empty());
    has_text && activity["attachments"].as_array().is_some_and(|list| !list.is_empty())
}

/// Stores what the bot sends. A split activity becomes two messages and has no usable id.
pub(super) fn store(
    world: &Arc<World>,
    conversation: &str,
    activity: Value,
    only_for: Option<&str>,
) -> Result<Option<String>, Refusal> {
    check_activity(&activity)?;
    let parts = if is_split(&activity) { split(&activity) } else { vec![activity] };
    let usable = parts.len() == 1;
    let now = world.now_ms();
    let last = world.change(|state| {
        parts.into_iter().fold(None, |_, part| {
            let id = state.ids.message(now);
            if part["type"] == "message" {
                let message = StoredMessage::new(id.clone(), Author::Bot, part);
                state.chats.post(conversation, message.only_for(only_for));
            }
            Some(id)
        })
    });
    let id = last.filter(|_| usable);
    if let Some(id) = &id {
        world.refresh_listed(conversation, id);
    }
    Ok(id)
}

fn split(activity: &Value) -> Vec<Value> {
    let without = |name: &str| {
        let mut part = activity.clone();
        if let Some(part) = part.as_object_mut() {
            part.remove(name);
        }
        part
    };
    vec![without("attachments"), without("text")]
}
