//! What a message carries beside its text.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Content type of an Adaptive Card.
pub const ADAPTIVE_CARD_CONTENT_TYPE: &str = "application/vnd.microsoft.card.adaptive";

/// A card, a picture or a file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Media type or card type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Where the content can be fetched; outside the service host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_url: Option<String>,
    /// The content itself, for cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Value>,
    /// File name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Small picture of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail_url: Option<String>,
    /// Everything else, untouched.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Attachment {
    /// An Adaptive Card.
    pub fn adaptive_card(card: Value) -> Self {
        Self {
            content_type: Some(ADAPTIVE_CARD_CONTENT_TYPE.to_owned()),
            content: Some(card),
            ..Self::default()
        }
    }

    /// Whether this is the HTML copy of the message that Teams attaches to
    /// every inbound message: `text/html` with content and nothing to fetch.
    pub fn is_html_copy(&self) -> bool {
        let media_type = self.content_type.as_deref().unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("text/html")
            && self.content_url.is_none()
            && self.name.is_none()
    }
}
