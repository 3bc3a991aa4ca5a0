//! Conversations and who is in them.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::message::StoredMessage;

/// What kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConversationKind {
    /// One person and the bot.
    Personal,
    /// A group chat.
    GroupChat,
}

impl ConversationKind {
    /// The `conversationType` of an activity.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::GroupChat => "groupChat",
        }
    }
}

/// A conversation as its members know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Chat {
    /// The conversation id.
    pub id: String,
    /// Personal or group.
    pub kind: ConversationKind,
    /// The name of a group chat, if it has one.
    pub topic: Option<String>,
    /// Entra object ids of the members.
    pub members: Vec<String>,
    /// Whether the bot is in.
    pub installed: bool,
    /// Whether the bot was blocked here.
    pub blocked: bool,
    /// When it was made, in epoch milliseconds.
    pub created_ms: i64,
}

/// One stay of a person in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Membership {
    /// The opaque id Graph gives it.
    pub(crate) id: String,
    /// The person's Entra object id.
    pub(crate) person: String,
    /// `owner` or `guest`.
    pub(crate) role: String,
    /// From when on the person sees the history, as given; `None` for no history.
    pub(crate) history_from: Option<String>,
}

/// A conversation.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) kind: ConversationKind,
    pub(crate) topic: Option<String>,
    pub(crate) members: Vec<Membership>,
    pub(crate) messages: Vec<StoredMessage>,
    /// The id of the bot's installation, if it is in.
    pub(crate) installation: Option<String>,
    /// Whether a person blocked the bot here.
    pub(crate) blocked: bool,
    /// Resource-specific permissions consented to.
    pub(crate) consent: BTreeSet<String>,
    pub(crate) created_ms: i64,
}

impl Conversation {
    pub(crate) fn new(id: String, kind: ConversationKind, created_ms: i64) -> Self {
        Self {
            id,
            kind,
            topic: None,
            members: Vec::new(),
            messages: Vec::new(),
            installation: None,
            blocked: false,
            consent: BTreeSet::new(),
            created_ms,
        }
    }

    /// All but the messages: what an activity needs to know, cheap in a long chat.
    pub(crate) fn outline(&self) -> Self {
        Self {
            topic: self.topic.clone(),
            members: self.members.clone(),
            installation: self.installation.clone(),
            blocked: self.blocked,
            consent: self.consent.clone(),
            ..Self::new(self.id.clone(), self.kind, self.created_ms)
        }
    }

    /// What members know of it.
    pub(crate) fn shown(&self) -> Chat {
        Chat {
            id: self.id.clone(),
            kind: self.kind,
            topic: self.topic.clone(),
            members: self.members.iter().map(|member| member.person.clone()).collect(),
            installed: self.installation.is_some(),
            blocked: self.blocked,
            created_ms: self.created_ms,
        }
    }

    pub(crate) fn has_member(&self, person: &str) -> bool {
        self.members.iter().any(|member| member.person == person)
    }

    /// Whether the bot hears a message typed here: in a group chat only when mentioned, unless the
    /// chat consented to `ChatMessage.Read.Chat` (Teams docs, channel messages with RSC).
    pub(crate) fn hears(&self, mentioned: bool) -> bool {
        let consented = || self.consent.contains("ChatMessage.Read.Chat");
        self.installation.is_some()
            && (self.kind == ConversationKind::Personal || mentioned || consented())
    }

    pub(crate) fn message(&self, id: &str) -> Option<&StoredMessage> {
        self.messages.iter().find(|message| message.id == id)
    }

    pub(crate) fn message_mut(&mut self, id: &str) -> Option<&mut StoredMessage> {
        self.messages.iter_mut().find(|message| message.id == id)
    }
}
