//! Everything the fake remembers.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    accounts::Accounts,
    chats::Chats,
    conversation::{Conversation, ConversationKind, Membership},
    directory::{Directory, PersonRecord},
    faults::FaultPlan,
    ids::Ids,
    in_flight::InFlight,
    key_ring::KeyRing,
    message::{Author, StoredMessage},
    pictures::Picture,
    record::Record,
    tokens::{Audience, Tokens},
};

/// The token that deliveries carry until its key changes or it grows old.
#[derive(Debug, Clone)]
pub(crate) struct ChannelToken {
    pub(crate) kid: String,
    pub(crate) issued_ms: i64,
    pub(crate) text: String,
}

/// The whole state behind one lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) ids: Ids,
    pub(crate) directory: Directory,
    pub(crate) chats: Chats,
    /// What people pasted, by attachment id.
    pub(crate) pictures: HashMap<String, Picture>,
    pub(crate) keys: KeyRing,
    pub(crate) channel_token: Option<ChannelToken>,
    pub(crate) tokens: Tokens,
    pub(crate) faults: FaultPlan,
    pub(crate) accounts: Accounts,
    pub(crate) in_flight: InFlight,
    pub(crate) record: Record,
    pub(crate) bot_endpoint: Option<String>,
}

impl State {
    /// The person with this Entra object id, chat id, user principal name or display name.
    pub(crate) fn person(&self, key: &str) -> Option<&PersonRecord> {
        self.directory.find(key)
    }

    /// Adds a person with an empty 1:1 chat, unless the name is taken.
    pub(crate) fn add_person(&mut self, seed: u64, name: &str, now_ms: i64) -> PersonRecord {
        if let Some(known) = self.directory.find(name) {
            return known.clone();
        }
        let person = PersonRecord::new(seed, name);
        let mut chat = Conversation::new(person.chat.clone(), ConversationKind::Personal, now_ms);
        chat.members.push(self.membership(&person.id, "owner"));
        self.chats.add(chat);
        self.directory.add(person.clone());
        person
    }

    /// A new membership with the whole history.
    pub(crate) fn membership(&mut self, person: &str, role: &str) -> Membership {
        Membership {
            id: self.ids.opaque(32),
            person: person.to_owned(),
            role: role.to_owned(),
            history_from: None,
        }
    }

    /// Issues an access token.
    pub(crate) fn issue_token(&mut self, audience: Audience, expires_ms: i64) -> String {
        self.tokens.issue(&mut self.ids, audience, expires_ms)
    }

    /// Stores a message under an id drawn before.
    pub(crate) fn store(&mut self, conversation: &str, id: &str, author: Author, activity: Value) {
        self.chats.post(conversation, StoredMessage::new(id.to_owned(), author, activity));
    }
}
