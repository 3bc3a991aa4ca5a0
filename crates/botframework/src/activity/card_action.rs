//! A click on a card: the value of an `adaptiveCard/action` invoke.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient;

/// Name of the invoke that carries an `Action.Execute`.
pub const ADAPTIVE_CARD_ACTION: &str = "adaptiveCard/action";

/// What was clicked, and how (Universal Action Model).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdaptiveCardInvokeValue {
    /// The action of the card.
    pub action: AdaptiveCardAction,
    /// Whether a person clicked or the client refreshed by itself. Some
    /// clients leave it out; that means a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// Magic code after a sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Token exchange of a single sign-on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Value>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The action as the card's author wrote it, with the user's inputs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdaptiveCardAction {
    /// `Action.Execute`; some clients also send `Action.Submit`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Id of the action; may be empty.
    #[serde(
        default,
        deserialize_with = "lenient::opt_id",
        skip_serializing_if = "Option::is_none"
    )]
    pub id: Option<String>,
    /// What the author calls the action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// The author's data merged with the inputs, whose ids become keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What caused a card action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum Trigger {
    /// A person clicked.
    Manual,
    /// The client refreshed the card by itself.
    Automatic,
}

impl From<String> for Trigger {
    fn from(name: String) -> Self {
        if name.eq_ignore_ascii_case("automatic") { Self::Automatic } else { Self::Manual }
    }
}

impl From<Trigger> for &'static str {
    fn from(trigger: Trigger) -> Self {
        match trigger {
            Trigger::Manual => "manual",
            Trigger::Automatic => "automatic",
        }
    }
}

/// The value of an `adaptiveCard/action` invoke has no readable action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the invoke's value is not a card action")]
pub struct CardActionError;

impl AdaptiveCardInvokeValue {
    /// Reads the value of an invoke: an object, or a string that holds one.
    pub fn from_value(value: Option<&Value>) -> Result<Self, CardActionError> {
        match value {
            Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| CardActionError),
            Some(value) => Self::deserialize(value).map_err(|_| CardActionError),
            None => Err(CardActionError),
        }
    }

    /// Whether the action is of a type that this invoke carries: `Action.Execute`, which is also
    /// meant where a client leaves the type out, or `Action.Submit`.
    pub fn is_supported(&self) -> bool {
        let kind = self.action.kind.as_deref();
        matches!(kind, None | Some("Action.Execute" | "Action.Submit"))
    }

    /// The author's verb, or an empty string.
    pub fn verb(&self) -> &str {
        self.action.verb.as_deref().unwrap_or_default()
    }

    /// A member of the action's data.
    pub fn data(&self, key: &str) -> Option<&Value> {
        self.action.data.as_ref()?.get(key)
    }

    /// Whether the client refreshed the card by itself.
    pub fn is_refresh(&self) -> bool {
        self.trigger == Some(Trigger::Automatic)
    }
}

#[cfg(test)]
mod tests;
