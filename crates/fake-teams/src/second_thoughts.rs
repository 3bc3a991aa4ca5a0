//! What people do after a message is sent: edit, delete, react, take others in, leave.

use serde_json::{Value, json};

use crate::{
    Error, Person, activity,
    conversation::Conversation,
    message::{Author, Message},
    record::Delivery,
};

impl Person {
    /// Edits a message of one's own: `messageUpdate` with `editMessage` and the whole new text.
    pub async fn edit(&self, id: &str, text: &str) -> Result<Vec<Delivery>, Error> {
        let (chat, _) = self.own(id)?;
        let mut activity = activity::message(&self.world, &chat, &self.record, id, text);
        activity["type"] = Value::from("messageUpdate");
        activity["channelData"]["eventType"] = Value::from("editMessage");
        let now = self.world.now_ms();
        self.change(id, |message| message.edit(activity.clone(), now));
        let mentioned = text.contains(&activity::bot_mention(&self.world.config));
        if chat.hears(mentioned) { self.world.deliver(activity).await } else { Ok(Vec::new()) }
    }

    /// Deletes a message of one's own: `messageDelete` with `softDeleteMessage`, without the text.
    pub async fn delete(&self, id: &str) -> Result<Vec<Delivery>, Error> {
        let (chat, before) = self.own(id)?;
        let mut activity = activity::bare(&self.world, &chat, &self.record, "messageDelete", id);
        activity["channelData"]["eventType"] = Value::from("softDeleteMessage");
        let now = self.world.now_ms();
        self.change(id, |message| message.delete(now));
        let mentioned = before.text.contains(&activity::bot_mention(&self.world.config));
        if chat.hears(mentioned) { self.world.deliver(activity).await } else { Ok(Vec::new()) }
    }

    /// Reacts to a message with, for example, `like`. The bot is told only of reactions to its own
    /// messages.
    pub async fn react(&self, id: &str, reaction: &str) -> Result<Vec<Delivery>, Error> {
        let message = self.desktop().message(id)?;
        let chat = self.chat_of(&message.conversation)?;
        if message.author != Author::Bot || chat.installation.is_none() {
            return Ok(Vec::new());
        }
        let event = self.world.event_id();
        let mut activity =
            activity::bare(&self.world, &chat, &self.record, "messageReaction", &event);
        activity["reactionsAdded"] = json!([{"type": reaction}]);
        activity["replyToId"] = Value::from(id);
        activity["channelData"]["legacy"] = json!({"replyToId": id});
        self.world.deliver(activity).await
    }

    /// Takes somebody into a group chat of one's own; a bot in it is told by `conversationUpdate`
    /// with `membersAdded`.
    pub async fn add(&self, conversation: &str, colleague: &Self) -> Result<Vec<Delivery>, Error> {
        let chat = self.chat_of(conversation)?;
        self.world.change(|state| {
            let membership = state.membership(colleague.id(), "owner");
            state.chats.join(conversation, membership);
        });
        if chat.installation.is_none() {
            return Ok(Vec::new());
        }
        self.world.tell_members(&chat, &colleague.record, "membersAdded").await
    }

    /// Leaves a group chat; a bot in it is told by `conversationUpdate` with `membersRemoved`.
    pub async fn leave(&self, conversation: &str) -> Result<Vec<Delivery>, Error> {
        let chat = self.chat_of(conversation)?;
        self.world.change(|state| {
            let mine = chat.members.iter().find(|member| member.person == self.id());
            mine.and_then(|member| state.chats.leave(conversation, &member.id))
        });
        if chat.installation.is_none() {
            return Ok(Vec::new());
        }
        self.world.tell_members(&chat, &self.record, "membersRemoved").await
    }

    /// A message of one's own with its chat.
    fn own(&self, id: &str) -> Result<(Conversation, Message), Error> {
        let message = self.desktop().message(id)?;
        if message.author == Author::Person(self.id().to_owned()) {
            Ok((self.chat_of(&message.conversation)?, message))
        } else {
            Err(Error::NotYours(id.to_owned()))
        }
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut crate::message::StoredMessage)) {
        self.world.change(|state| {
            if let Some(message) = state.chats.message_mut(self.id(), id) {
                change(message);
            }
        });
    }
}
