//! The agents on the right: actors of `fake-teams`, and what their clients show.

use std::collections::HashMap;

use fake_teams::{Author, Chat, ClickOutcome, ClickResult, ConversationKind, Message, Person};
use serde::Serialize;
use serde_json::Value;

/// How many posts of a chat, and how many rooms, the page shows: the newest. A played day leaves
/// more behind than anybody looks at.
const POSTS: usize = 40;
const ROOMS: usize = 3;

/// An agent: a person in Teams.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) person: Person,
}

/// The agent as the page shows them.
#[derive(Debug, Serialize)]
pub(crate) struct AgentView {
    id: String,
    name: String,
    /// The console, with the agent's token in the fragment.
    console_url: String,
    /// The chat with the bot.
    messages: Vec<PostView>,
    /// The rooms they are in, the newest first.
    rooms: Vec<RoomView>,
}

/// A group chat as one of its members sees it.
#[derive(Debug, Serialize)]
struct RoomView {
    id: String,
    name: String,
    messages: Vec<PostView>,
}

/// One post in a chat.
#[derive(Debug, Serialize)]
struct PostView {
    id: String,
    /// `bot`, `me`, or `other` for a colleague.
    from: &'static str,
    /// The colleague's name.
    name: Option<String>,
    text: Option<String>,
    /// Whether the text is markup (`textFormat` `xml`), which a client draws.
    markup: bool,
    card: Option<Value>,
}

/// What came of a click, as the person sees it.
#[derive(Debug, Serialize)]
pub(crate) struct ClickView {
    /// 200 if the bot took the click, else the status Teams would report.
    status: u16,
    /// The line the client prints below the card, if any.
    message: Option<String>,
}

impl Agent {
    /// The agent's desktop client as it stands. `name_of` tells who somebody is.
    pub(crate) fn view(
        &self,
        console_url: String,
        name_of: impl Fn(&str) -> Option<String>,
    ) -> AgentView {
        let mut by_chat: HashMap<String, Vec<PostView>> = HashMap::new();
        for message in self.person.messages().into_iter().filter(|message| !message.deleted) {
            let chat = message.conversation.clone();
            by_chat.entry(chat).or_default().push(self.post(message, &name_of));
        }
        for posts in by_chat.values_mut() {
            posts.drain(..posts.len().saturating_sub(POSTS));
        }
        let messages = by_chat.remove(self.person.chat()).unwrap_or_default();
        let mut groups: Vec<Chat> = self.person.chats();
        groups.retain(|chat| chat.kind == ConversationKind::GroupChat);
        groups.sort_by(|a, b| (b.created_ms, &b.id).cmp(&(a.created_ms, &a.id)));
        let rooms = groups.into_iter().take(ROOMS).map(|Chat { id, topic, .. }| RoomView {
            messages: by_chat.remove(&id).unwrap_or_default(),
            name: topic.unwrap_or_else(|| "Group chat".to_owned()),
            id,
        });
        AgentView {
            id: self.person.id().to_owned(),
            name: self.person.name().to_owned(),
            console_url,
            messages,
            rooms: rooms.collect(),
        }
    }

    fn post(&self, message: Message, name_of: impl Fn(&str) -> Option<String>) -> PostView {
        let (from, name) = match &message.author {
            Author::Bot => ("bot", None),
            Author::Person(id) if id == self.person.id() => ("me", None),
            Author::Person(id) => ("other", Some(name_of(id).unwrap_or_else(|| id.clone()))),
        };
        let markup = message.activity["textFormat"] == "xml";
        let text = (!message.text.is_empty()).then_some(message.text);
        PostView { id: message.id, from, name, text, markup, card: message.card }
    }
}

impl From<ClickResult> for ClickView {
    fn from(result: ClickResult) -> Self {
        let (status, message) = match result.outcome {
            ClickOutcome::Card { .. } | ClickOutcome::Submitted => (200, None),
            ClickOutcome::Message { text } => (200, Some(text)),
            ClickOutcome::LoginRequest { .. } => (401, Some("Sign in".to_owned())),
            ClickOutcome::Error { status, message, .. } => (status, Some(message)),
            ClickOutcome::Unreachable { reason } => {
                tracing::warn!(reason, "the bot did not answer a click as it should");
                (502, Some("Unable to reach app".to_owned()))
            }
        };
        Self { status, message }
    }
}
