//! What can be done through the control API.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::error::ControlError;
use crate::{
    ClickResult, Person, directory::DESKTOP, people::Said, record::Delivery, world::World,
};

type Answer<T> = Result<Json<T>, ControlError>;

/// A body that names a chat, or the person's 1:1 chat if none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Where {
    conversation: Option<String>,
}

/// A new person.
#[derive(Debug, Deserialize)]
pub(super) struct NewPerson {
    name: String,
}

/// A message to type.
#[derive(Debug, Deserialize)]
pub(super) struct Text {
    text: String,
    conversation: Option<String>,
}

/// A click.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Click {
    message_id: String,
    action: String,
    #[serde(default)]
    inputs: Value,
    client: Option<String>,
    #[serde(default)]
    fallback: bool,
}

/// Where the bot listens.
#[derive(Debug, Deserialize)]
pub(super) struct Bot {
    endpoint: String,
}

/// A refresh.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refresh {
    message_id: String,
    client: Option<String>,
}

/// A new group chat of people known by id or name.
#[derive(Debug, Deserialize)]
pub(super) struct NewGroup {
    #[serde(default)]
    topic: String,
    people: Vec<String>,
}

/// `POST /people`.
pub(super) async fn add_person(
    State(world): State<Arc<World>>,
    Json(new): Json<NewPerson>,
) -> (StatusCode, Json<Value>) {
    let record =
        world.change(|state| state.add_person(world.config.seed, &new.name, world.now_ms()));
    let person = Person { world: Arc::clone(&world), record };
    let summary = world.read(|state| person.summary(state));
    (StatusCode::CREATED, Json(summary))
}

/// `POST /people/{person}/install` and `…/uninstall`.
pub(super) async fn set_installed(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    chosen: Option<Json<Where>>,
    installed: bool,
) -> Answer<Vec<Delivery>> {
    let person = Person::find(&world, &person)?;
    let chat = chosen.and_then(|Json(chosen)| chosen.conversation);
    let chat = chat.as_deref().unwrap_or(person.chat());
    let deliveries = if installed {
        person.install_bot_in(chat).await
    } else {
        person.uninstall_bot_from(chat).await
    };
    Ok(Json(deliveries?))
}

/// `POST /people/{person}/block` and `…/unblock`.
pub(super) fn set_blocked(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    blocked: bool,
) -> Result<StatusCode, ControlError> {
    Person::find(&world, &person)?.set_blocked(blocked);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /people/{person}/messages`.
pub(super) async fn say(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    Json(said): Json<Text>,
) -> Answer<Said> {
    let person = Person::find(&world, &person)?;
    let chat = said.conversation.as_deref().unwrap_or(person.chat());
    Ok(Json(person.say_in(chat, &said.text).await?))
}

/// `POST /people/{person}/clicks`.
pub(super) async fn click(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    Json(click): Json<Click>,
) -> Answer<ClickResult> {
    let person = Person::find(&world, &person)?;
    let client = person.client(click.client.as_deref().unwrap_or(DESKTOP));
    let result = if click.fallback {
        client.click_fallback(&click.message_id, &click.action, click.inputs).await
    } else {
        client.click(&click.message_id, &click.action, click.inputs).await
    };
    Ok(Json(result?))
}

/// `POST /bot`.
pub(super) async fn set_bot(State(world): State<Arc<World>>, Json(bot): Json<Bot>) -> StatusCode {
    world.change(|state| state.bot_endpoint = Some(bot.endpoint));
    StatusCode::NO_CONTENT
}

/// `POST /people/{person}/refreshes`.
pub(super) async fn refresh(
    State(world): State<Arc<World>>,
    Path(person): Path<String>,
    Json(refresh): Json<Refresh>,
) -> Answer<ClickResult> {
    let person = Person::find(&world, &person)?;
    let client = person.client(refresh.client.as_deref().unwrap_or(DESKTOP));
    Ok(Json(client.refresh(&refresh.message_id).await?))
}

/// `POST /groups`.
pub(super) async fn add_group(
    State(world): State<Arc<World>>,
    Json(new): Json<NewGroup>,
) -> Result<(StatusCode, Json<Value>), ControlError> {
    let people = new.people.iter().map(|key| Person::find(&world, key));
    let people = people.collect::<Result<Vec<_>, _>>()?;
    let id = world.add_group(&new.topic, &people.iter().collect::<Vec<_>>());
    Ok((StatusCode::CREATED, Json(json!({"id": id}))))
}
