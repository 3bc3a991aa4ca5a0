//! Messages in a group that one member alone sees (Teams docs, `targeted-messages.md`, a preview).

use std::{collections::HashMap, convert::Infallible};

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde_json::Value;

use super::Refusal;
use crate::{conversation::ConversationKind, world::World};

/// Whether the query says `isTargetedActivity=true`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Targeted(bool);

impl<S: Sync> FromRequestParts<S> for Targeted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri);
        let value = query.ok().and_then(|Query(query)| query.get("isTargetedActivity").cloned());
        Ok(Self(value.is_some_and(|value| value.eq_ignore_ascii_case("true"))))
    }
}

impl Targeted {
    pub(super) const fn is_set(self) -> bool {
        self.0
    }

    /// The Entra id of the one person who will see the activity; `None` if everybody will. Teams
    /// has no such messages in a 1:1 chat, and none for people outside the chat.
    pub(super) fn recipient(
        self,
        world: &World,
        conversation: &str,
        activity: &Value,
    ) -> Result<Option<String>, Refusal> {
        let recipient = &activity["recipient"];
        if !self.0 {
            // Sent like this, what is meant for one would be read by all.
            return if recipient["isTargeted"] == true {
                Err(Refusal::bad_syntax("A targeted recipient needs isTargetedActivity=true."))
            } else {
                Ok(None)
            };
        }
        world.read(|state| {
            let chat = state.chats.get(conversation).ok_or_else(Refusal::no_conversation)?;
            if chat.kind == ConversationKind::Personal {
                return Err(Refusal::bad_syntax("Targeted messages are for group conversations."));
            }
            let person = recipient["id"].as_str().and_then(|id| state.person(id));
            let member = person.filter(|person| chat.has_member(&person.id));
            member.map(|person| Some(person.id.clone())).ok_or_else(Refusal::member_not_found)
        })
    }
}
