//! Reading a chat's messages, by which an unclear post can be looked up.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, permission, written};
use crate::{
    activity,
    clock::iso,
    message::{Author, StoredMessage},
    state::State as Everything,
    world::World,
};

const READ: [&str; 2] = ["ChatMessage.Read.Chat", "Chat.Read.All"];
/// Only a migration may post as an app.
const SEND: [&str; 1] = ["Teamwork.Migrate.All"];

/// `OData` options: page size (1 to 50, default 20), how many to pass over, the order and a filter
/// by the same property (Graph, list messages in a chat).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Options {
    #[serde(rename = "$top")]
    top: Option<usize>,
    #[serde(rename = "$skiptoken")]
    skip: Option<usize>,
    #[serde(rename = "$orderby")]
    order: Option<String>,
    #[serde(rename = "$filter")]
    filter: Option<String>,
}

impl Options {
    /// The messages that are asked for, the latest first.
    fn choose<'chat>(
        &self,
        all: &'chat [StoredMessage],
    ) -> Result<Vec<&'chat StoredMessage>, Refusal> {
        let key: fn(&StoredMessage) -> i64 = match self.order.as_deref() {
            None | Some("createdDateTime desc") => StoredMessage::posted_ms,
            Some("lastModifiedDateTime desc") => StoredMessage::modified_ms,
            Some(_) => {
                return Err(Refusal::bad_request("QueryOptions to order by is not supported."));
            }
        };
        let after = match self.filter.as_deref().map(str::trim) {
            None => None,
            Some(filter) => {
                let after = filter
                    .strip_prefix("lastModifiedDateTime gt ")
                    .filter(|_| self.order.as_deref() == Some("lastModifiedDateTime desc"))
                    .and_then(|time| time.parse::<jiff::Timestamp>().ok());
                let after = after.ok_or_else(|| Refusal::bad_request("Invalid filter clause."))?;
                Some(after.as_millisecond())
            }
        };
        let later = |message: &&StoredMessage| after.is_none_or(|after| key(message) > after);
        let mut chosen: Vec<_> = all.iter().filter(later).collect();
        chosen.reverse();
        chosen.sort_by_key(|message| std::cmp::Reverse(key(message)));
        Ok(chosen)
    }

    /// What follows after so many, in the same order and by the same filter.
    fn next(&self, skip: usize) -> String {
        let option = |name: &str, value: &Option<String>| {
            let value = value.as_deref().map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
            value.map(|value| format!("&{name}={value}")).unwrap_or_default()
        };
        let (order, filter) = (option("$orderby", &self.order), option("$filter", &self.filter));
        format!("$top={}&$skiptoken={skip}{order}{filter}", self.top.unwrap_or(20))
    }
}

fn shown(world: &World, state: &Everything, chat: &str, message: &StoredMessage) -> Value {
    let from = match &message.author {
        Author::Bot => json!({
            "application": {
                "id": world.config.app_id,
                "displayName": world.config.bot_name,
                "applicationIdentityType": "bot",
            },
            "user": null,
        }),
        Author::Person(id) => json!({
            "application": null,
            "user": {
                "id": id,
                "displayName": state.person(id).map(|person| &person.name),
                "userIdentityType": "aadUser",
            },
        }),
    };
    let attachments = message.activity["attachments"].as_array().map(Vec::as_slice);
    let cards =
        attachments.unwrap_or_default().iter().filter(|it| it["contentType"] != "text/html");
    let cards: Vec<Value> = cards
        .enumerate()
        .map(|(place, attachment)| {
            json!({
                "id": format!("{}-{place}", message.id),
                "contentType": attachment["contentType"],
                "content": attachment["content"].to_string(),
            })
        })
        .collect();
    let text = message.activity["text"].as_str().unwrap_or_default();
    let typed = message.author != Author::Bot && !message.deleted;
    let mentions = typed.then(|| activity::graph_mentions(&world.config, text)).flatten();
    let (kind, content, mentions) = match mentions {
        Some((html, mentions)) => ("html", html, mentions),
        None => ("text", text.to_owned(), Vec::new()),
    };
    json!({
        "id": message.id,
        "messageType": "message",
        "chatId": chat,
        "createdDateTime": iso(message.posted_ms()),
        "lastModifiedDateTime": iso(message.modified_ms()),
        "lastEditedDateTime": message.edited_ms.map(iso),
        "deletedDateTime": message.deleted.then(|| iso(message.modified_ms())),
        "from": from,
        "body": {
            "contentType": kind,
            "content": if message.deleted { "" } else { &content },
        },
        "mentions": mentions,
        "attachments": if message.deleted { Vec::new() } else { cards },
    })
}

/// `GET /chats/{id}/messages`: newest first.
pub(super) async fn list(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Query(options): Query<Options>,
) -> Response {
    written(&world, try_list(&world, &id, &options))
}

fn try_list(world: &World, id: &str, options: &Options) -> Answer {
    let chat = permission::chat(world, id, &READ)?;
    let top = options.top.unwrap_or(20);
    if !(1..=50).contains(&top) {
        return Err(Refusal::bad_request("The limit of '50' for Top query has been exceeded."));
    }
    let skip = options.skip.unwrap_or(0);
    let chosen = options.choose(&chat.messages)?;
    let page: Vec<Value> = world.read(|state| {
        let page = chosen.iter().skip(skip).take(top);
        page.map(|message| shown(world, state, id, message)).collect()
    });
    let mut body = json!({"@odata.count": page.len(), "value": page});
    if skip + top < chosen.len() {
        let next = options.next(skip + top);
        let link = format!("{}/graph/v1.0/chats/{id}/messages?{next}", world.base);
        body["@odata.nextLink"] = Value::from(link);
    }
    Ok(Json(body).into_response())
}

/// `GET /chats/{id}/messages/{id}`.
pub(super) async fn one(
    State(world): State<Arc<World>>,
    Path((id, message)): Path<(String, String)>,
) -> Response {
    let answer = permission::chat(&world, &id, &READ).and_then(|chat| {
        let message = chat.message(&message).ok_or_else(Refusal::not_found)?;
        Ok(Json(world.read(|state| shown(&world, state, &id, message))).into_response())
    });
    written(&world, answer)
}

/// `POST /chats/{id}/messages`: not for an app alone, which posts through the connector.
pub(super) async fn send(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let answer = permission::chat(&world, &id, &SEND);
    written(&world, answer.and_then(|_| Err(Refusal::bad_request("Import is not played here."))))
}
