//! `refresh` of a card: each client asks for a view of its own.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Client, Error, Person,
    card::{self, Action},
    click::ClickResult,
    conversation::Conversation,
    directory::PersonRecord,
    world::World,
};

/// The most people that `userIds` may list, and the largest chat in which a card without `userIds`
/// refreshes by itself (Universal Action Model; Teams docs, work with universal actions).
const MOST: usize = 60;

/// A view younger than this is not asked for again on display (Teams docs, user-specific views).
const FRESH_MS: i64 = 60_000;

/// The refresh action of a card.
fn action(card: &Value) -> Option<Action> {
    let object = card.get("refresh")?.get("action")?.as_object()?;
    Some(Action { object: object.clone() }).filter(Action::is_execute)
}

/// Whether clients of `person` refresh this card by themselves.
fn refreshes_itself(card: &Value, chat: &Conversation, person: &PersonRecord) -> bool {
    match card["refresh"]["userIds"].as_array() {
        Some(ids) => ids.iter().take(MOST).any(|id| *id == person.mri.as_str()),
        None => chat.members.len() <= MOST,
    }
}

impl Client {
    /// Chooses "Refresh card" in the menu of the message.
    pub async fn refresh(&self, id: &str) -> Result<ClickResult, Error> {
        self.refresh_as(id, "manual").await
    }

    /// Opens the chat at a message: a listed person's client asks for its view unless it has one
    /// younger than a minute. `None` if it does not ask.
    pub async fn open(&self, id: &str) -> Result<Option<ClickResult>, Error> {
        let world = &self.person().world;
        let due = world.read(|state| {
            let chat = state.chats.of_message(self.person().id(), id)?;
            let message = chat.message(id)?;
            let card = card::of_activity(&message.activity)?;
            action(card)?;
            let age = message.views.get(self.key()).map(|view| world.now_ms() - view.at_ms);
            let stale = age.is_none_or(|age| age >= FRESH_MS);
            Some(stale && refreshes_itself(card, chat, &self.person().record))
        });
        if due == Some(true) { self.refresh_as(id, "automatic").await.map(Some) } else { Ok(None) }
    }

    async fn refresh_as(&self, id: &str, trigger: &str) -> Result<ClickResult, Error> {
        let base = self.message(id)?.activity;
        let card = card::of_activity(&base).ok_or_else(|| Error::NoCard(id.to_owned()))?;
        let action = action(card).ok_or_else(|| Error::NoAction {
            wanted: "refresh".to_owned(),
            present: card::action_names(card),
        })?;
        self.send(id, &action, action.data(), trigger).await
    }
}

impl World {
    /// After a card was posted or edited: every client of a listed person asks for its view, each
    /// in a task of its own (Teams docs, up-to-date views).
    pub(crate) fn refresh_listed(self: &Arc<Self>, conversation: &str, id: &str) {
        if !self.config.auto_refresh {
            return;
        }
        let people: Vec<PersonRecord> = self.read(|state| {
            let Some(chat) = state.chats.get(conversation) else { return Vec::new() };
            let members = chat.members.iter().filter_map(|member| state.person(&member.person));
            members.cloned().collect()
        });
        for record in people {
            for name in record.clients.clone() {
                let person = Person { world: Arc::clone(self), record: record.clone() };
                let (client, id) = (Client::new(person, &name), id.to_owned());
                tokio::spawn(async move { client.open(&id).await });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::ConversationKind;
    use serde_json::json;

    #[test]
    fn only_the_first_sixty_listed_refresh_by_themselves() {
        let ada = PersonRecord::new(1, "Ada");
        let chat = Conversation::new("c".into(), ConversationKind::GroupChat, 0);
        let card = |ids: Vec<String>| json!({"refresh": {"userIds": ids}});
        let others = |count: usize| (0..count).map(|n| format!("29:{n}")).collect::<Vec<_>>();
        let with_ada = |before: usize| {
            let mut ids = others(before);
            ids.push(ada.mri.clone());
            ids
        };
        assert!(refreshes_itself(&card(with_ada(59)), &chat, &ada));
        assert!(!refreshes_itself(&card(with_ada(60)), &chat, &ada));
        assert!(!refreshes_itself(&card(Vec::new()), &chat, &ada));
        assert!(refreshes_itself(&json!({"refresh": {}}), &chat, &ada));
    }
}
