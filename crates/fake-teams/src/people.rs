//! People as actors: they install the bot, type, and look at their chats.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    Client, Error, activity,
    click::ClickResult,
    conversation::{Chat, Conversation, ConversationKind},
    directory::{DESKTOP, PersonRecord},
    message::{Author, Message},
    record::Delivery,
    state::State,
    wait,
    world::World,
};

/// A person of the tenant. Cheap to clone; all clones are the same person.
#[derive(Debug, Clone)]
pub struct Person {
    pub(crate) world: Arc<World>,
    pub(crate) record: PersonRecord,
}

impl Person {
    /// The person with this Entra object id, chat id, user principal name or display name.
    pub(crate) fn find(world: &Arc<World>, key: &str) -> Result<Self, Error> {
        let record = world.read(|state| state.person(key).cloned());
        let record = record.ok_or_else(|| Error::NoPerson(key.to_owned()))?;
        Ok(Self { world: Arc::clone(world), record })
    }

    /// Makes them a guest of the tenant, who may be in a chat as `guest` only.
    pub fn make_guest(&self) {
        self.world.change(|state| state.directory.make_guest(self.id()));
    }

    /// Entra object id, a GUID.
    pub fn id(&self) -> &str {
        &self.record.id
    }

    /// Display name.
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// Chat id, `29:1…`: good for this bot only.
    pub fn mri(&self) -> &str {
        &self.record.mri
    }

    /// User principal name.
    pub fn upn(&self) -> &str {
        &self.record.upn
    }

    /// The id of the 1:1 chat with the bot, `a:1…`.
    pub fn chat(&self) -> &str {
        &self.record.chat
    }

    /// One of the person's clients, such as `mobile`; it comes into being when first named.
    pub fn client(&self, name: &str) -> Client {
        let known = self.world.read(|state| {
            state.person(self.id()).is_some_and(|person| person.clients.contains(name))
        });
        if !known {
            self.world.change(|state| state.directory.add_client(self.id(), name));
        }
        Client::new(self.clone(), name)
    }

    /// The client every person has.
    pub fn desktop(&self) -> Client {
        Client::new(self.clone(), DESKTOP)
    }

    /// Installs the bot in the 1:1 chat: `installationUpdate` with `add`, then
    /// `conversationUpdate` with the bot in `membersAdded`. Answers the deliveries.
    pub async fn install_bot(&self) -> Result<Vec<Delivery>, Error> {
        self.install_bot_in(self.chat()).await
    }

    /// Installs the bot in any chat of the person, consenting to all the manifest asks for.
    pub async fn install_bot_in(&self, conversation: &str) -> Result<Vec<Delivery>, Error> {
        self.chat_of(conversation)?;
        let consent = self.world.config.declared_rsc.clone();
        self.world.install(conversation, self.id(), consent).await
    }

    /// Removes the bot from the 1:1 chat: `installationUpdate` with `remove`.
    pub async fn uninstall_bot(&self) -> Result<Vec<Delivery>, Error> {
        self.uninstall_bot_from(self.chat()).await
    }

    /// Removes the bot from any chat of the person.
    pub async fn uninstall_bot_from(&self, conversation: &str) -> Result<Vec<Delivery>, Error> {
        self.chat_of(conversation)?;
        self.world.uninstall(conversation, self.id()).await
    }

    /// Blocks the bot in the 1:1 chat. The bot is not told; its next post is refused.
    pub fn block_bot(&self) {
        self.set_blocked(true);
    }

    /// Lets the bot write again.
    pub fn unblock_bot(&self) {
        self.set_blocked(false);
    }

    pub(crate) fn set_blocked(&self, blocked: bool) {
        self.world.change(|state| {
            if let Some(chat) = state.chats.get_mut(self.chat()) {
                chat.blocked = blocked;
            }
        });
    }

    /// Types a message in the 1:1 chat and waits until the bot has answered the request.
    pub async fn say(&self, text: &str) -> Result<Said, Error> {
        self.say_in(self.chat(), text).await
    }

    /// Types a message in any chat of the person. `<at>` and the bot's name between tags mentions
    /// the bot; in a group chat a bot without consent to `ChatMessage.Read.Chat` hears nothing else.
    pub async fn say_in(&self, conversation: &str, text: &str) -> Result<Said, Error> {
        let chat = self.chat_of(conversation)?;
        let world = &self.world;
        let (message_id, activity) = world.change(|state| {
            let id = state.ids.message(world.now_ms());
            let activity = activity::message(world, &chat, &self.record, &id, text);
            state.store(conversation, &id, Author::Person(self.id().to_owned()), activity.clone());
            (id, activity)
        });
        let mentioned = text.contains(&activity::bot_mention(&world.config));
        let deliveries =
            if chat.hears(mentioned) { world.deliver(activity).await? } else { vec![] };
        Ok(Said { message_id, deliveries })
    }

    /// The activity that [`say`](Self::say) would send, without sending or storing it.
    pub fn draft(&self, text: &str) -> Result<Value, Error> {
        let chat = self.chat_of(self.chat())?;
        let id = self.world.change(|state| state.ids.message(self.world.now_ms()));
        Ok(activity::message(&self.world, &chat, &self.record, &id, text))
    }

    /// Clicks on the desktop client; see [`Client::click`].
    pub async fn click(&self, id: &str, action: &str, inputs: Value) -> Result<ClickResult, Error> {
        self.desktop().click(id, action, inputs).await
    }

    /// What the desktop client shows of the person's chats, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.desktop().messages()
    }

    /// The person's chats, in no particular order.
    pub fn chats(&self) -> Vec<Chat> {
        self.world.read(|state| state.chats.of_person(self.id()).map(Conversation::shown).collect())
    }

    /// Waits up to ten seconds until the person is in a chat that `wanted` accepts, such as a room
    /// the bot has made.
    pub async fn wait_for_chat(&self, wanted: impl Fn(&Chat) -> bool) -> Result<Chat, Error> {
        let what = format!("a chat of {}", self.name());
        wait::until(&self.world, &what, WAIT, || self.chats().into_iter().find(|chat| wanted(chat)))
            .await
    }

    /// Waits up to ten seconds for a card from the bot on the desktop client that `wanted` accepts.
    pub async fn wait_for_card(&self, wanted: impl Fn(&Message) -> bool) -> Result<Message, Error> {
        self.wait_for_message("a card", |message| message.card.is_some() && wanted(message)).await
    }

    /// Waits up to ten seconds for a message on the desktop client that `wanted` accepts.
    pub async fn wait_for_message(
        &self,
        what: &str,
        wanted: impl Fn(&Message) -> bool,
    ) -> Result<Message, Error> {
        let what = format!("{what} for {}", self.name());
        wait::until(&self.world, &what, WAIT, || {
            self.messages().into_iter().find(|message| !message.deleted && wanted(message))
        })
        .await
    }

    /// The person's chat with this id.
    pub(crate) fn chat_of(&self, conversation: &str) -> Result<Conversation, Error> {
        self.world
            .read(|state| state.chats.get(conversation).map(Conversation::outline))
            .filter(|chat| chat.has_member(self.id()))
            .ok_or_else(|| Error::NoConversation(conversation.to_owned()))
    }

    /// The person as a roster entry.
    pub(crate) fn summary(&self, state: &State) -> Value {
        let chat = state.chats.get(self.chat());
        json!({
            "id": self.id(),
            "name": self.name(),
            "mri": self.mri(),
            "upn": self.upn(),
            "chat": self.chat(),
            "clients": state.person(self.id()).map(|person| &person.clients),
            "installed": chat.is_some_and(|chat| chat.installation.is_some()),
            "blocked": chat.is_some_and(|chat| chat.blocked),
        })
    }
}

impl World {
    /// Makes a group chat of people, without the bot; answers its id.
    pub(crate) fn add_group(&self, topic: &str, people: &[&Person]) -> String {
        self.change(|state| {
            let id = state.ids.group_chat();
            let mut chat =
                Conversation::new(id.clone(), ConversationKind::GroupChat, self.now_ms());
            chat.topic = Some(topic.to_owned()).filter(|topic| !topic.is_empty());
            chat.members =
                people.iter().map(|person| state.membership(person.id(), "owner")).collect();
            state.chats.add(chat);
            id
        })
    }
}

/// How long the waiters wait.
const WAIT: Duration = Duration::from_secs(10);

/// A message that a person typed.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Said {
    /// The id of the message.
    pub message_id: String,
    /// The deliveries to the bot; empty when the bot does not hear this message.
    pub deliveries: Vec<Delivery>,
}
