//! A message as it stands in a conversation, and as one client shows it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::card;

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
pub enum Author {
    /// The bot.
    Bot,
    /// A person, by Entra object id.
    Person(String),
}

/// What an invoke answer did to one client; gone with the next edit of the message.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct View {
    /// The card that replaced the shared one.
    pub(crate) card: Option<Value>,
    /// A line below the card: a message or an error.
    pub(crate) notice: Option<String>,
    /// When the answer came, in epoch milliseconds.
    pub(crate) at_ms: i64,
}

/// A person's Entra object id and the name of one of their clients.
pub(crate) type ClientKey = (String, String);

/// A stored message.
#[derive(Debug, Clone)]
pub(crate) struct StoredMessage {
    pub(crate) id: String,
    pub(crate) author: Author,
    pub(crate) activity: Value,
    pub(crate) edits: u32,
    pub(crate) deleted: bool,
    /// When it was edited last, and when anything about it changed, in epoch milliseconds.
    pub(crate) edited_ms: Option<i64>,
    pub(crate) changed_ms: Option<i64>,
    pub(crate) views: BTreeMap<ClientKey, View>,
    /// The Entra id of the one member who sees it; `None` if all do.
    pub(crate) only_for: Option<String>,
    /// What the bot reacted with.
    pub(crate) bot_reactions: BTreeSet<String>,
}

impl StoredMessage {
    pub(crate) fn new(id: String, author: Author, activity: Value) -> Self {
        Self {
            id,
            author,
            activity,
            edits: 0,
            deleted: false,
            edited_ms: None,
            changed_ms: None,
            views: BTreeMap::new(),
            only_for: None,
            bot_reactions: BTreeSet::new(),
        }
    }

    /// The message, visible to one member alone.
    pub(crate) fn only_for(self, person: Option<&str>) -> Self {
        Self { only_for: person.map(str::to_owned), ..self }
    }

    /// Whether a member of the conversation sees it.
    pub(crate) fn seen_by(&self, person: &str) -> bool {
        self.only_for.as_deref().is_none_or(|only| only == person)
    }

    /// Replaces the content: every client falls back to the shared card
    /// (Teams docs, Up-To-Date-Views).
    pub(crate) fn edit(&mut self, activity: Value, now_ms: i64) {
        self.activity = activity;
        self.edits += 1;
        self.views.clear();
        (self.edited_ms, self.changed_ms) = (Some(now_ms), Some(now_ms));
    }

    /// Takes it back: its place stays, its content goes.
    pub(crate) fn delete(&mut self, now_ms: i64) {
        self.deleted = true;
        self.changed_ms = Some(now_ms);
    }

    /// When it was posted, in epoch milliseconds: its id.
    pub(crate) fn posted_ms(&self) -> i64 {
        self.id.parse().unwrap_or(0)
    }

    /// When anything about it changed, its posting included.
    pub(crate) fn modified_ms(&self) -> i64 {
        self.changed_ms.unwrap_or_else(|| self.posted_ms())
    }

    /// The message as `client` shows it.
    pub(crate) fn shown_to(&self, conversation: &str, client: &ClientKey) -> Message {
        let view = self.views.get(client);
        let base = card::of_activity(&self.activity);
        Message {
            id: self.id.clone(),
            conversation: conversation.to_owned(),
            author: self.author.clone(),
            text: text_of(&self.activity, "text"),
            summary: text_of(&self.activity, "summary"),
            card: view.and_then(|view| view.card.clone()).or_else(|| base.cloned()),
            notice: view.and_then(|view| view.notice.clone()),
            own_view: view.is_some_and(|view| view.card.is_some()),
            edits: self.edits,
            deleted: self.deleted,
            only_for: self.only_for.clone(),
            bot_reactions: self.bot_reactions.clone(),
            activity: self.activity.clone(),
        }
    }
}

fn text_of(activity: &Value, field: &str) -> String {
    activity.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A message as one client shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Message {
    /// The message id, decimal epoch milliseconds.
    pub id: String,
    /// The conversation id.
    pub conversation: String,
    /// Who wrote it.
    pub author: Author,
    /// The text, empty for a card.
    pub text: String,
    /// The toast text of a card, empty if none.
    pub summary: String,
    /// The Adaptive Card shown: the shared one, or this client's own after an invoke answer.
    pub card: Option<Value>,
    /// What the client prints below the card after a click: a message or an error.
    pub notice: Option<String>,
    /// Whether `card` is this client's own.
    pub own_view: bool,
    /// How often the message was edited.
    pub edits: u32,
    /// Whether it was deleted.
    pub deleted: bool,
    /// The Entra object id of the one member who sees it; `None` if all do.
    pub only_for: Option<String>,
    /// What the bot reacted with, such as `like`.
    pub bot_reactions: BTreeSet<String>,
    /// The activity as the author last sent it.
    #[serde(skip)]
    pub activity: Value,
}

impl Message {
    /// All visible words of the card and the text, one per line: convenient to search in.
    pub fn words(&self) -> String {
        let mut lines = vec![self.text.clone()];
        if let Some(card) = &self.card {
            card::collect_words(card, &mut lines);
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// The actions of the card as shown, by verb, else id, else title.
    pub fn actions(&self) -> Vec<String> {
        self.card.as_ref().map(card::action_names).unwrap_or_default()
    }

    /// Whether the card as shown offers this verb, id or title.
    pub fn has_action(&self, wanted: &str) -> bool {
        self.card.as_ref().is_some_and(|card| card::find_action(card, wanted, false).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with_card(text: &str) -> Value {
        json!({"type": "message", "attachments": [{
            "contentType": card::CONTENT_TYPE,
            "content": {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": text}]},
        }]})
    }

    #[test]
    fn an_edit_takes_every_client_back_to_the_shared_card() {
        let mut message = StoredMessage::new("1".into(), Author::Bot, with_card("base"));
        let desktop: ClientKey = ("ada".into(), "desktop".into());
        let mobile: ClientKey = ("ada".into(), "mobile".into());
        let own = View { card: Some(json!({"text": "own"})), ..View::default() };
        message.views.insert(desktop.clone(), own);
        assert_eq!(message.shown_to("c", &desktop).words(), "own");
        assert_eq!(message.shown_to("c", &mobile).words(), "base");
        message.edit(with_card("edited"), 2);
        assert_eq!(message.shown_to("c", &desktop).words(), "edited");
        assert_eq!(message.shown_to("c", &desktop).edits, 1);
    }
}
