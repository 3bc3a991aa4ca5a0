//! Everything the fake remembers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    conversation::{Conversation, ConversationKind, Membership},
    faults::FaultPlan,
    ids::Ids,
    key_ring::KeyRing,
    message::{Author, StoredMessage},
    record::Record,
    tokens::{Audience, Tokens},
};

/// The client every person has.
pub(crate) const DESKTOP: &str = "desktop";

/// A person of the tenant.
#[derive(Debug, Clone)]
pub(crate) struct PersonRecord {
    /// Entra object id.
    pub(crate) id: String,
    pub(crate) name: String,
    /// The chat id of the person, good for this bot only.
    pub(crate) mri: String,
    pub(crate) upn: String,
    /// The id of the 1:1 chat with the bot.
    pub(crate) chat: String,
    pub(crate) clients: BTreeSet<String>,
}

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
    pub(crate) people: Vec<PersonRecord>,
    pub(crate) conversations: BTreeMap<String, Conversation>,
    pub(crate) keys: KeyRing,
    pub(crate) channel_token: Option<ChannelToken>,
    pub(crate) tokens: Tokens,
    pub(crate) faults: FaultPlan,
    pub(crate) record: Record,
    pub(crate) bot_endpoint: Option<String>,
}

impl State {
    /// The person with this Entra object id, chat id, user principal name or display name.
    pub(crate) fn person(&self, key: &str) -> Option<&PersonRecord> {
        let exact = |person: &&PersonRecord| {
            person.id.eq_ignore_ascii_case(key)
                || person.mri == key
                || person.upn.eq_ignore_ascii_case(key)
        };
        self.people
            .iter()
            .find(exact)
            .or_else(|| self.people.iter().find(|person| person.name == key))
    }

    /// Adds a person with an empty 1:1 chat, unless the name is taken.
    pub(crate) fn add_person(&mut self, seed: u64, name: &str, now_ms: i64) -> PersonRecord {
        if let Some(known) = self.people.iter().find(|person| person.name == name) {
            return known.clone();
        }
        let mut ids = Ids::named(seed, name);
        let local: String = name
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '.' })
            .collect();
        let person = PersonRecord {
            id: ids.guid(),
            name: name.to_owned(),
            mri: format!("29:1{}", ids.opaque(60)),
            upn: format!("{local}@contoso.example"),
            chat: format!("a:1{}", ids.opaque(60)),
            clients: BTreeSet::from([DESKTOP.to_owned()]),
        };
        let mut chat = Conversation::new(person.chat.clone(), ConversationKind::Personal, now_ms);
        chat.members.push(Membership {
            id: ids.opaque(32),
            person: person.id.clone(),
            role: "owner".to_owned(),
            history_from: None,
        });
        self.conversations.insert(chat.id.clone(), chat);
        self.people.push(person.clone());
        person
    }

    /// Issues an access token.
    pub(crate) fn issue_token(&mut self, audience: Audience, expires_ms: i64) -> String {
        self.tokens.issue(&mut self.ids, audience, expires_ms)
    }

    /// Stores a message under an id drawn before.
    pub(crate) fn store(&mut self, conversation: &str, id: &str, author: Author, activity: Value) {
        if let Some(chat) = self.conversations.get_mut(conversation) {
            chat.messages.push(StoredMessage::new(id.to_owned(), author, activity));
        }
    }

    /// The conversation that holds message `id` and has `person` as a member.
    pub(crate) fn conversation_of(&self, person: &str, id: &str) -> Option<&Conversation> {
        self.conversations
            .values()
            .find(|chat| chat.has_member(person) && chat.message(id).is_some())
    }
}
