//! What a person does after a message is sent, through the control API.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;

use super::error::ControlError;
use crate::{Person, record::Delivery, world::World};

type Told = Result<Json<Vec<Delivery>>, ControlError>;

/// A new text.
#[derive(Debug, Deserialize)]
pub(super) struct Text {
    text: String,
}

/// A reaction such as `like`.
#[derive(Debug, Deserialize)]
pub(super) struct Reaction {
    #[serde(rename = "type")]
    kind: String,
}

/// A group chat.
#[derive(Debug, Deserialize)]
pub(super) struct Chat {
    conversation: String,
}

/// `PUT /people/{person}/messages/{message}`.
pub(super) async fn edit(
    State(world): State<Arc<World>>,
    Path((person, message)): Path<(String, String)>,
    Json(new): Json<Text>,
) -> Told {
    Ok(Json(Person::find(&world, &person)?.edit(&message, &new.text).await?))
}

/// `DELETE /people/{person}/messages/{message}`.
pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Path((person, message)): Path<(String, String)>,
) -> Told {
    Ok(Json(Person::find(&world, &person)?.delete(&message).await?))
}

/// `POST /people/{person}/messages/{message}/reactions`.
pub(super) async fn react(
    State(world): State<Arc<World>>,
    Path((person, message)): Path<(String, String)>,
    Json(reaction): Json<Reaction>,
) -> Told {
    Ok(Json(Person::find(&world, &person)?.react(&message, &reaction.kind).await?))
}

/// `POST /people/{person}/leave`.
pub(super) async fn leave(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    Json(chat): Json<Chat>,
) -> Told {
    Ok(Json(Person::find(&world, &person)?.leave(&chat.conversation).await?))
}
