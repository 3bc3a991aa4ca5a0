//! Metadata about an activity.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ChannelAccount;

/// A typed bag of properties. Unknown types must be ignored (Activity
/// specification, A2104).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Entity {
    /// Short name or IRI of the type: `mention`, `clientInfo`, …
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The properties, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Entity {
    /// A mention of `account` that stands in the message as `text`.
    pub(super) fn mention(account: &ChannelAccount, text: &str) -> Self {
        let mut extra = Map::new();
        extra.insert("mentioned".to_owned(), json!({"id": account.id, "name": account.name}));
        extra.insert("text".to_owned(), text.into());
        Self { kind: Some("mention".to_owned()), extra }
    }

    /// Id of the mentioned account and the text of the mention, if this is a
    /// mention with both.
    pub fn as_mention(&self) -> Option<(&str, &str)> {
        if self.kind.as_deref() != Some("mention") {
            return None;
        }
        let id = self.extra.get("mentioned")?.get("id")?.as_str()?;
        let text = self.extra.get("text")?.as_str()?;
        Some((id, text))
    }
}
