//! What a person does after a message is sent, through the control API.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::error::ControlError;
use crate::{Person, people::Said, record::Delivery, world::World};

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

/// A picture.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pasted {
    content_type: String,
    #[serde(deserialize_with = "base64")]
    content: Vec<u8>,
}

fn base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// `POST /people/{person}/pictures`.
pub(super) async fn paste(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    Json(pasted): Json<Pasted>,
) -> Result<Json<Said>, ControlError> {
    let person = Person::find(&world, &person)?;
    Ok(Json(person.paste(&pasted.content_type, pasted.content).await?))
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
