//! The agents on the right: actors of `fake-teams`, and what their clients show.

use fake_teams::{Author, ClickOutcome, ClickResult, Message, Person};
use serde::Serialize;
use serde_json::Value;

/// An agent: a person in Teams with a key to Beckon's console.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) person: Person,
    /// The console, with the agent's token in the fragment.
    pub(crate) console_url: String,
}

/// The agent as the page shows them.
#[derive(Debug, Serialize)]
pub(crate) struct AgentView {
    id: String,
    name: String,
    console_url: String,
    messages: Vec<PostView>,
}

/// One post in the agent's chat with the bot.
#[derive(Debug, Serialize)]
struct PostView {
    id: String,
    from: &'static str,
    text: Option<String>,
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
    /// The agent's desktop client as it stands.
    pub(crate) fn view(&self) -> AgentView {
        let messages = self.person.messages().into_iter().filter(|message| !message.deleted);
        AgentView {
            id: self.person.id().to_owned(),
            name: self.person.name().to_owned(),
            console_url: self.console_url.clone(),
            messages: messages.map(PostView::from).collect(),
        }
    }
}

impl From<Message> for PostView {
    fn from(message: Message) -> Self {
        let from = if message.author == Author::Bot { "bot" } else { "me" };
        let text = (!message.text.is_empty()).then_some(message.text);
        Self { id: message.id, from, text, card: message.card }
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
