//! Installing and removing the bot, and what it is told of it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    Error, activity,
    conversation::{Conversation, ConversationKind},
    directory::PersonRecord,
    record::Delivery,
    world::World,
};

impl World {
    /// Installs the bot in a conversation on behalf of `person` and tells it so.
    pub(crate) async fn install(
        self: &Arc<Self>,
        conversation: &str,
        person: &str,
        consent: Vec<String>,
    ) -> Result<Vec<Delivery>, Error> {
        self.enter_bot(conversation, consent)
            .ok_or_else(|| Error::NoConversation(conversation.to_owned()))?;
        self.tell_installed(conversation, person).await
    }

    /// Removes the bot from a conversation and tells it so.
    pub(crate) async fn uninstall(
        self: &Arc<Self>,
        conversation: &str,
        person: &str,
    ) -> Result<Vec<Delivery>, Error> {
        self.leave_bot(conversation);
        self.tell_removed(conversation, person).await
    }

    /// Puts the bot into a conversation; answers the id of the installation, or `None` if there is
    /// no such conversation.
    pub(crate) fn enter_bot(&self, conversation: &str, consent: Vec<String>) -> Option<String> {
        self.change(|state| {
            let installation = state.ids.opaque(40);
            let chat = state.chats.get_mut(conversation)?;
            chat.installation = Some(installation.clone());
            chat.blocked = false;
            chat.consent = consent.into_iter().collect();
            Some(installation)
        })
    }

    /// Takes the bot and its consent out of a conversation.
    pub(crate) fn leave_bot(&self, conversation: &str) {
        self.change(|state| {
            if let Some(chat) = state.chats.get_mut(conversation) {
                chat.installation = None;
                chat.consent.clear();
            }
        });
    }

    /// `installationUpdate` with `add`, then `conversationUpdate` with the bot as a new member.
    pub(crate) async fn tell_installed(
        self: &Arc<Self>,
        conversation: &str,
        person: &str,
    ) -> Result<Vec<Delivery>, Error> {
        let (chat, person) = self.scene(conversation, person)?;
        let mut added = vec![self.bot_account()];
        if chat.kind == ConversationKind::Personal {
            added.insert(0, account(&person));
        }
        let mut deliveries = self.tell_installation(&chat, &person, "add").await?;
        deliveries.extend(self.tell_change(&chat, &person, "membersAdded", added).await?);
        Ok(deliveries)
    }

    /// `installationUpdate` with `remove`; in a group also `conversationUpdate`.
    pub(crate) async fn tell_removed(
        self: &Arc<Self>,
        conversation: &str,
        person: &str,
    ) -> Result<Vec<Delivery>, Error> {
        let (chat, person) = self.scene(conversation, person)?;
        let mut deliveries = self.tell_installation(&chat, &person, "remove").await?;
        if chat.kind == ConversationKind::GroupChat {
            let gone = vec![self.bot_account()];
            deliveries.extend(self.tell_change(&chat, &person, "membersRemoved", gone).await?);
        }
        Ok(deliveries)
    }

    /// `conversationUpdate`: `person` came (`membersAdded`) or went (`membersRemoved`).
    pub(crate) async fn tell_members(
        self: &Arc<Self>,
        chat: &Conversation,
        person: &PersonRecord,
        change: &str,
    ) -> Result<Vec<Delivery>, Error> {
        self.tell_change(chat, person, change, vec![account(person)]).await
    }

    async fn tell_change(
        self: &Arc<Self>,
        chat: &Conversation,
        person: &PersonRecord,
        change: &str,
        members: Vec<Value>,
    ) -> Result<Vec<Delivery>, Error> {
        let id = self.event_id();
        self.deliver(activity::conversation_update(self, chat, person, &id, change, members)).await
    }

    async fn tell_installation(
        self: &Arc<Self>,
        chat: &Conversation,
        person: &PersonRecord,
        action: &str,
    ) -> Result<Vec<Delivery>, Error> {
        let id = self.event_id();
        self.deliver(activity::installation_update(self, chat, person, &id, action)).await
    }

    fn scene(
        &self,
        conversation: &str,
        person: &str,
    ) -> Result<(Conversation, PersonRecord), Error> {
        self.read(|state| {
            let chat = state.chats.get(conversation).map(Conversation::outline);
            let found = state.person(person).cloned();
            Ok((
                chat.ok_or_else(|| Error::NoConversation(conversation.to_owned()))?,
                found.ok_or_else(|| Error::NoPerson(person.to_owned()))?,
            ))
        })
    }

    fn bot_account(&self) -> Value {
        json!({"id": self.config.bot_mri(), "name": self.config.bot_name})
    }

    /// An id for an event or invoke.
    pub(crate) fn event_id(&self) -> String {
        format!("f:{}", self.change(|state| state.ids.guid()))
    }
}

fn account(person: &PersonRecord) -> Value {
    json!({"id": person.mri, "aadObjectId": person.id})
}
