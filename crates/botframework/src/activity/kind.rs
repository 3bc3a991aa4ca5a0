//! The types an activity can have.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The type of an activity. Unknown ones are kept and must be ignored, not
/// refused (Activity specification, A2014).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum ActivityType {
    /// Something was said, or a card submitted with `Action.Submit`.
    Message,
    /// A message was edited or restored.
    MessageUpdate,
    /// A message was deleted.
    MessageDelete,
    /// Reactions were added or removed.
    MessageReaction,
    /// Members, names or channels changed.
    ConversationUpdate,
    /// The app was installed, upgraded or removed.
    InstallationUpdate,
    /// A request that wants its answer in the HTTP response.
    Invoke,
    /// A named event without an answer.
    Event,
    /// Somebody is typing.
    Typing,
    /// The conversation is over.
    EndOfConversation,
    /// A type this crate does not know.
    Other(String),
}

/// Every known type with its wire name.
const NAMES: [(ActivityType, &str); 10] = [
    (ActivityType::Message, "message"),
    (ActivityType::MessageUpdate, "messageUpdate"),
    (ActivityType::MessageDelete, "messageDelete"),
    (ActivityType::MessageReaction, "messageReaction"),
    (ActivityType::ConversationUpdate, "conversationUpdate"),
    (ActivityType::InstallationUpdate, "installationUpdate"),
    (ActivityType::Invoke, "invoke"),
    (ActivityType::Event, "event"),
    (ActivityType::Typing, "typing"),
    (ActivityType::EndOfConversation, "endOfConversation"),
];

impl ActivityType {
    /// The wire name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => NAMES.iter().find(|(kind, _)| kind == known).map_or("", |(_, name)| name),
        }
    }
}

impl From<String> for ActivityType {
    fn from(name: String) -> Self {
        match NAMES.iter().find(|(_, known)| *known == name) {
            Some((kind, _)) => kind.clone(),
            None => Self::Other(name),
        }
    }
}

impl From<ActivityType> for String {
    fn from(kind: ActivityType) -> Self {
        match kind {
            ActivityType::Other(name) => name,
            known => known.as_str().to_owned(),
        }
    }
}

impl fmt::Display for ActivityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_known_or_not() {
        for (kind, name) in NAMES {
            assert_eq!(ActivityType::from(name.to_owned()), kind);
            assert_eq!(String::from(kind), name);
        }
        for unknown in ["handoff", "Message", ""] {
            let kind = ActivityType::from(unknown.to_owned());
            assert_eq!(kind, ActivityType::Other(unknown.to_owned()));
            assert_eq!(kind.to_string(), unknown);
        }
    }
}
