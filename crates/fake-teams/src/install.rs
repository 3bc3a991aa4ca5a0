//! Installing and removing the bot, with what it is told.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    Error, activity,
    conversation::{Conversation, ConversationKind},
    record::Delivery,
    state::PersonRecord,
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
        let (chat, person) = self.change(|state| {
            let installation = state.ids.opaque(40);
            let chat = state.conversations.get_mut(conversation);
            let chat = chat.ok_or_else(|| Error::NoConversation(conversation.to_owned()))?;
            chat.installation = Some(installation);
            chat.blocked = false;
            chat.consent = consent.into_iter().collect();
            let chat = chat.clone();
            let found = state.person(person).cloned();
            Ok::<_, Error>((chat, found.ok_or_else(|| Error::NoPerson(person.to_owned()))?))
        })?;
        let bot = json!({"id": self.config.bot_mri(), "name": self.config.bot_name});
        let mut added = vec![bot];
        if chat.kind == ConversationKind::Personal {
            added.insert(0, json!({"id": person.mri, "aadObjectId": person.id}));
        }
        let mut deliveries = self.tell_installation(&chat, &person, "add").await?;
        let id = self.event_id();
        let update =
            activity::conversation_update(self, &chat, &person, &id, "membersAdded", added);
        deliveries.extend(self.deliver(update).await?);
        Ok(deliveries)
    }

    /// Removes the bot from a conversation and tells it so.
    pub(crate) async fn uninstall(
        self: &Arc<Self>,
        conversation: &str,
        person: &str,
    ) -> Result<Vec<Delivery>, Error> {
        let (chat, person) = self.change(|state| {
            let chat = state.conversations.get_mut(conversation);
            let chat = chat.ok_or_else(|| Error::NoConversation(conversation.to_owned()))?;
            chat.installation = None;
            chat.consent.clear();
            let chat = chat.clone();
            let found = state.person(person).cloned();
            Ok::<_, Error>((chat, found.ok_or_else(|| Error::NoPerson(person.to_owned()))?))
        })?;
        let mut deliveries = self.tell_installation(&chat, &person, "remove").await?;
        if chat.kind == ConversationKind::GroupChat {
            let bot: Value = json!({"id": self.config.bot_mri(), "name": self.config.bot_name});
            let id = self.event_id();
            let gone = vec![bot];
            let update =
                activity::conversation_update(self, &chat, &person, &id, "membersRemoved", gone);
            deliveries.extend(self.deliver(update).await?);
        }
        Ok(deliveries)
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

    /// An id for an event or invoke.
    pub(crate) fn event_id(&self) -> String {
        format!("f:{}", self.change(|state| state.ids.guid()))
    }
}
