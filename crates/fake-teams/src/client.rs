//! One client of a person: what it shows and what is clicked there.

use serde_json::{Map, Value};

use crate::{
    Error, Person, activity,
    card::{self, Action},
    click::{self, ClickOutcome, ClickResult},
    inputs::data_of_click,
    message::{ClientKey, Message, View},
    record::Delivery,
};

/// A Teams client, such as `desktop` or `mobile`. An invoke answer repaints only the client that
/// clicked; an edit of the message repaints all.
#[derive(Debug, Clone)]
pub struct Client {
    person: Person,
    key: ClientKey,
}

impl Client {
    pub(crate) fn new(person: Person, name: &str) -> Self {
        let key = (person.id().to_owned(), name.to_owned());
        Self { person, key }
    }

    /// The client's name.
    pub fn name(&self) -> &str {
        &self.key.1
    }

    /// Whose client it is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Under which the views of messages are kept.
    pub(crate) fn key(&self) -> &ClientKey {
        &self.key
    }

    /// All messages of the person's chats as this client shows them, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        let mut messages: Vec<Message> = self.person.world.read(|state| {
            let mine = state.chats.of_person(&self.key.0);
            mine.flat_map(|chat| {
                let seen = chat.messages.iter().filter(|message| message.seen_by(&self.key.0));
                seen.map(|message| message.shown_to(&chat.id, &self.key))
            })
            .collect()
        });
        messages.sort_by_key(|message| message.id.parse::<u64>().unwrap_or(u64::MAX));
        messages
    }

    /// One message as this client shows it.
    pub fn message(&self, id: &str) -> Result<Message, Error> {
        let found = self.person.world.read(|state| {
            let chat = state.chats.of_message(&self.key.0, id)?;
            chat.message(id).map(|message| message.shown_to(&chat.id, &self.key))
        });
        found.filter(|message| !message.deleted).ok_or_else(|| Error::NoMessage(id.to_owned()))
    }

    /// The card this client shows in message `id`.
    pub fn shown(&self, id: &str) -> Result<Value, Error> {
        self.message(id)?.card.ok_or_else(|| Error::NoCard(id.to_owned()))
    }

    /// Clicks the action with this verb, id or title on the card as this client shows it.
    ///
    /// `inputs` (an object) are the values typed; untouched inputs keep their own, empty ones are
    /// left out, and nothing is sent while a required one is unset. An
    /// `Action.Execute` is delivered as the invoke `adaptiveCard/action` and its answer repaints
    /// this client; an `Action.Submit` is delivered as a message with a `value`.
    pub async fn click(&self, id: &str, action: &str, inputs: Value) -> Result<ClickResult, Error> {
        self.click_with(id, action, inputs, false).await
    }

    /// Clicks as a client too old for `Action.Execute`, which draws its `Action.Submit` fallback.
    pub async fn click_fallback(
        &self,
        id: &str,
        action: &str,
        inputs: Value,
    ) -> Result<ClickResult, Error> {
        self.click_with(id, action, inputs, true).await
    }

    async fn click_with(
        &self,
        id: &str,
        wanted: &str,
        inputs: Value,
        old_client: bool,
    ) -> Result<ClickResult, Error> {
        let shown = self.shown(id)?;
        let action = card::find_action(&shown, wanted, old_client).ok_or_else(|| {
            Error::NoAction { wanted: wanted.to_owned(), present: card::action_names(&shown) }
        })?;
        let typed = match inputs {
            Value::Object(typed) => typed,
            _ => Map::new(),
        };
        let data = data_of_click(&shown, &action, &typed)?;
        self.send(id, &action, data, "manual").await
    }

    /// Sends the invoke or message of `action` and paints the answer.
    pub(crate) async fn send(
        &self,
        id: &str,
        action: &Action,
        data: Map<String, Value>,
        trigger: &str,
    ) -> Result<ClickResult, Error> {
        let (outcome, deliveries) = if action.is_execute() {
            self.invoke(id, action, &data, trigger).await?
        } else {
            self.submit(id, data).await?
        };
        self.paint(id, &outcome);
        Ok(ClickResult { outcome, shown: self.message(id).ok().and_then(|m| m.card), deliveries })
    }

    async fn invoke(
        &self,
        id: &str,
        action: &Action,
        data: &Map<String, Value>,
        trigger: &str,
    ) -> Result<(ClickOutcome, Vec<Delivery>), Error> {
        let (world, person) = (&self.person.world, &self.person.record);
        let chat = self.person.chat_of(&self.message(id)?.conversation)?;
        let mut all = Vec::new();
        loop {
            let event = format!("f:{}", world.change(|state| state.ids.guid()));
            let ids = (event.as_str(), id);
            let invoke =
                activity::execute(world, &chat, person, ids, action, data.clone(), trigger);
            let deliveries = world.deliver(invoke).await?;
            let outcome = deliveries.first().map_or_else(
                || ClickOutcome::Unreachable { reason: "the delivery was cut short".to_owned() },
                click::read_answer,
            );
            let first_try = all.is_empty();
            all.extend(deliveries);
            if !(first_try && click::sends_again(&outcome)) {
                return Ok((outcome, all));
            }
        }
    }

    async fn submit(
        &self,
        id: &str,
        data: Map<String, Value>,
    ) -> Result<(ClickOutcome, Vec<Delivery>), Error> {
        let (world, person) = (&self.person.world, &self.person.record);
        let chat = self.person.chat_of(&self.message(id)?.conversation)?;
        let new_id = world.change(|state| state.ids.message(world.now_ms()));
        let activity = activity::submit(world, &chat, person, (&new_id, id), data);
        let deliveries = world.deliver(activity).await?;
        let outcome = match deliveries.first() {
            Some(delivery) if delivery.accepted() => ClickOutcome::Submitted,
            Some(delivery) => {
                ClickOutcome::Unreachable { reason: format!("HTTP {:?}", delivery.status) }
            }
            None => ClickOutcome::Unreachable { reason: "the delivery was cut short".to_owned() },
        };
        Ok((outcome, deliveries))
    }

    /// Leaves the answer on this client's screen, over whatever it showed before.
    fn paint(&self, id: &str, outcome: &ClickOutcome) {
        let world = &self.person.world;
        let view = click::repaint(outcome, world.now_ms());
        world.change(|state| {
            if let Some(message) = state.chats.message_mut(&self.key.0, id) {
                let before = message.views.remove(&self.key).and_then(|view| view.card);
                let card = view.card.or(before);
                message.views.insert(self.key.clone(), View { card, ..view });
            }
        });
    }
}
