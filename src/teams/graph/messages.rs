//! Reading a chat.

use beckon_domain::ids::{AgentId, TenantId};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde::Deserialize;

use super::call::Call;
use super::client::GraphClient;
use super::error::GraphError;
use super::members::{MOST_PAGES, Page};
use super::operation::Operation;
use super::path::Path;

/// The most messages Graph gives at a time (Graph, list messages in a chat).
const PAGE: usize = 50;

/// A message in a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatMessage {
    /// Its id. The Bot Connector knows what the bot posted under the same one.
    pub id: String,
    /// Who wrote it.
    pub from: Sender,
    /// When it was posted.
    pub created: Timestamp,
    /// When anything about it changed, reactions included; when it was posted at the earliest.
    pub modified: Timestamp,
    /// When its author edited it.
    pub edited: Option<Timestamp>,
    /// When it was deleted. The body is empty then.
    pub deleted: Option<Timestamp>,
    /// What [`content`](Self::content) is.
    pub content_type: ContentType,
    /// The text, with markup where it is HTML.
    pub content: String,
    /// Files, cards, quotes.
    pub attachments: Vec<Attachment>,
    /// Whom or what it addresses.
    pub mentions: Vec<Mention>,
}

/// Somebody or something that a message addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// By which the body refers to it: `<at id="0">`.
    pub id: String,
    /// The application id, where it is an app.
    pub app: Option<String>,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A person, by Entra object id.
    Person(AgentId),
    /// An app, by application id.
    App(String),
    /// Teams itself (somebody joined, the topic changed), or somebody without an id of this tenant.
    Other,
}

/// What a message's body is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ContentType {
    /// Plain text.
    #[default]
    Text,
    /// The HTML of Teams.
    Html,
}

/// What hangs on a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The id by which the body refers to it.
    #[serde(default)]
    pub id: Option<String>,
    /// Its media type; `reference` for a file, `messageReference` for a quote.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Where the content is, of a file.
    #[serde(default)]
    pub content_url: Option<String>,
    /// The content itself, JSON as text, of a card.
    #[serde(default)]
    pub content: Option<String>,
    /// The name of a file.
    #[serde(default)]
    pub name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    id: String,
    created_date_time: Timestamp,
    last_modified_date_time: Option<Timestamp>,
    last_edited_date_time: Option<Timestamp>,
    deleted_date_time: Option<Timestamp>,
    from: Option<From>,
    body: Option<Body>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    mentions: Vec<RawMention>,
}

#[derive(Debug, Deserialize)]
struct RawMention {
    id: i32,
    mentioned: Option<From>,
}

#[derive(Debug, Default, Deserialize)]
struct From {
    user: Option<Identity>,
    application: Option<Identity>,
}

#[derive(Debug, Deserialize)]
struct Identity {
    id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    content_type: ContentType,
    content: Option<String>,
}

impl std::convert::From<Raw> for ChatMessage {
    fn from(raw: Raw) -> Self {
        let From { user, application } = raw.from.unwrap_or_default();
        let user = user.and_then(|user| user.id?.parse().ok());
        let app = application.and_then(|app| app.id);
        let body = raw.body.unwrap_or_default();
        Self {
            id: raw.id,
            from: match (user, app) {
                (Some(person), _) => Sender::Person(person),
                (None, Some(app)) => Sender::App(app),
                (None, None) => Sender::Other,
            },
            created: raw.created_date_time,
            modified: raw.last_modified_date_time.unwrap_or(raw.created_date_time),
            edited: raw.last_edited_date_time,
            deleted: raw.deleted_date_time,
            content_type: body.content_type,
            content: body.content.unwrap_or_default(),
            attachments: raw.attachments,
            mentions: raw.mentions.into_iter().map(Mention::from).collect(),
        }
    }
}

impl std::convert::From<RawMention> for Mention {
    fn from(raw: RawMention) -> Self {
        let app = raw.mentioned.and_then(|mentioned| mentioned.application?.id);
        Self { id: raw.id.to_string(), app }
    }
}

impl GraphClient {
    /// What was written, edited or deleted in a chat since an instant (inclusive, `None`: ever), in
    /// the order it was written. Of more than `limit` messages the latest are given.
    ///
    /// An app may read a chat in which it is installed with consent to `ChatMessage.Read.Chat`.
    /// Use it to close a gap, not to poll: the terms of Graph forbid that.
    ///
    /// # Errors
    /// [`GraphError`]; reading again is always safe.
    pub async fn messages(
        &self,
        tenant: TenantId,
        chat: &str,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<ChatMessage>, GraphError> {
        let operation = Operation::ListMessages;
        let path = Path::chat(chat).map(|path| {
            // A filter counts only beside the order by the same property.
            let path = path
                .then("messages")
                .query("$top", &limit.clamp(1, PAGE).to_string())
                .query("$orderby", "lastModifiedDateTime desc");
            match since.and_then(|since| since.checked_sub(SignedDuration::from_millis(1)).ok()) {
                Some(before) => {
                    path.query("$filter", &format!("lastModifiedDateTime gt {before:.3}"))
                }
                None => path,
            }
        });
        let mut call = Call::new(self, operation, tenant, Method::GET, &path);
        let mut messages: Vec<ChatMessage> = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Page<Raw> = self.call(call).await?.json()?;
            let found = page.value.len();
            let wanted =
                |message: &ChatMessage| since.is_none_or(|since| message.modified >= since);
            let before = messages.len();
            messages.extend(page.value.into_iter().map(ChatMessage::from).filter(wanted));
            // The latest change is first: what comes after one that is too old is older still.
            let complete = found == 0 || messages.len() < before + found;
            match page.next {
                Some(next) if !complete && messages.len() < limit => {
                    call = Call::follow(operation, tenant, &next);
                }
                _ => break,
            }
        }
        messages.truncate(limit);
        messages.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
        Ok(messages)
    }
}
