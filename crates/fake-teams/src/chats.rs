//! All conversations, with the ways to find one that stay quick among many.

use std::collections::{BTreeSet, HashMap};

use crate::{
    conversation::{Conversation, Membership},
    message::StoredMessage,
};

/// The conversations and their indexes: by member and by message.
#[derive(Debug, Default)]
pub(crate) struct Chats {
    by_id: HashMap<String, Conversation>,
    of_person: HashMap<String, BTreeSet<String>>,
    of_message: HashMap<String, String>,
}

impl Chats {
    pub(crate) fn add(&mut self, chat: Conversation) {
        for member in &chat.members {
            self.note(&member.person, &chat.id);
        }
        self.by_id.insert(chat.id.clone(), chat);
    }

    fn note(&mut self, person: &str, chat: &str) {
        self.of_person.entry(person.to_owned()).or_default().insert(chat.to_owned());
    }

    /// Removes a conversation with its messages.
    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(chat) = self.by_id.remove(id) {
            for member in &chat.members {
                self.forget(&member.person, id);
            }
            for message in &chat.messages {
                self.of_message.remove(&message.id);
            }
        }
    }

    fn forget(&mut self, person: &str, chat: &str) {
        if let Some(chats) = self.of_person.get_mut(person) {
            chats.remove(chat);
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Conversation> {
        self.by_id.get(id)
    }

    /// For everything but members and new messages, which have their own ways in.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Conversation> {
        self.by_id.get_mut(id)
    }

    /// Takes a person in.
    pub(crate) fn join(&mut self, id: &str, member: Membership) {
        if let Some(chat) = self.by_id.get_mut(id) {
            let person = member.person.clone();
            chat.members.push(member);
            self.note(&person, id);
        }
    }

    /// Ends a membership and answers whose it was.
    pub(crate) fn leave(&mut self, id: &str, membership: &str) -> Option<String> {
        let chat = self.by_id.get_mut(id)?;
        let place = chat.members.iter().position(|member| member.id == membership)?;
        let member = chat.members.remove(place);
        self.forget(&member.person, id);
        Some(member.person)
    }

    /// Adds a message at the end.
    pub(crate) fn post(&mut self, id: &str, message: StoredMessage) {
        if let Some(chat) = self.by_id.get_mut(id) {
            self.of_message.insert(message.id.clone(), id.to_owned());
            chat.messages.push(message);
        }
    }

    /// The conversations of a person.
    pub(crate) fn of_person(&self, person: &str) -> impl Iterator<Item = &Conversation> {
        let ids = self.of_person.get(person).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id))
    }

    /// The conversation that holds message `id` and has `person` as a member who sees it.
    pub(crate) fn of_message(&self, person: &str, id: &str) -> Option<&Conversation> {
        let chat = self.by_id.get(self.of_message.get(id)?)?;
        let seen = chat.has_member(person) && chat.message(id)?.seen_by(person);
        seen.then_some(chat)
    }

    /// A message in one of the person's conversations.
    pub(crate) fn message_mut(&mut self, person: &str, id: &str) -> Option<&mut StoredMessage> {
        let chat = self.by_id.get_mut(self.of_message.get(id)?)?;
        if chat.has_member(person) { chat.message_mut(id) } else { None }
    }

    /// All conversations, oldest first.
    pub(crate) fn all(&self) -> Vec<&Conversation> {
        let mut all: Vec<_> = self.by_id.values().collect();
        all.sort_by(|a, b| (a.created_ms, &a.id).cmp(&(b.created_ms, &b.id)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{conversation::ConversationKind, message::Author};
    use serde_json::json;

    fn member(person: &str) -> Membership {
        Membership {
            id: format!("m-{person}"),
            person: person.to_owned(),
            role: "owner".to_owned(),
            history_from: None,
        }
    }

    fn ids(chats: &Chats, person: &str) -> Vec<String> {
        chats.of_person(person).map(|chat| chat.id.clone()).collect()
    }

    #[test]
    fn the_indexes_follow_members_messages_and_removal() {
        let mut chats = Chats::default();
        let mut chat = Conversation::new("c".into(), ConversationKind::GroupChat, 1);
        chat.members.push(member("ada"));
        chats.add(chat);
        chats.join("c", member("grace"));
        chats.post("c", StoredMessage::new("1".into(), Author::Bot, json!({})));
        assert_eq!(ids(&chats, "grace"), ["c"]);
        assert!(chats.of_message("grace", "1").is_some());
        assert!(chats.of_message("stranger", "1").is_none());
        assert!(chats.message_mut("stranger", "1").is_none());
        assert!(chats.message_mut("grace", "1").is_some());

        assert_eq!(chats.leave("c", "m-grace").as_deref(), Some("grace"));
        assert_eq!(ids(&chats, "grace"), [""; 0]);
        assert!(chats.of_message("grace", "1").is_none());

        chats.remove("c");
        assert_eq!(ids(&chats, "ada"), [""; 0]);
        assert!(chats.of_message("ada", "1").is_none());
    }
}
