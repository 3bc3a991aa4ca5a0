//! What a message carries beside its text.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::service_url::ServiceUrl;

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

/// The place of an attachment that the connector keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedAttachment {
    /// The connector's base. Nothing vouches for it but the allow-list that every call checks.
    pub service_url: ServiceUrl,
    /// Id of the attachment.
    pub attachment_id: String,
    /// Name of the view the activity refers to.
    pub view_id: String,
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

    /// Where the connector keeps the content, if it does: `None` for cards, for files in
    /// `SharePoint`, and for URLs of anywhere else in the world.
    ///
    /// Teams keeps pictures that people paste into messages this way: fetch them with
    /// [`ConnectorClient::attachment`](crate::connector::ConnectorClient::attachment).
    pub fn hosted(&self) -> Option<HostedAttachment> {
        let (base, below) = self.content_url.as_deref()?.split_once("/v3/attachments/")?;
        let (id, view) = below.split_once("/views/")?;
        let plain = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().ok()?.into_owned();
            Some(text).filter(|text| !text.is_empty())
        };
        if [id, view].iter().any(|part| part.contains(['/', '?', '#'])) {
            return None;
        }
        Some(HostedAttachment {
            service_url: ServiceUrl::parse(base).ok()?,
            attachment_id: plain(id)?,
            view_id: plain(view)?,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Attachment {
        Attachment { content_url: Some(url.to_owned()), ..Attachment::default() }
    }

    #[test]
    fn a_pasted_picture_is_found_at_the_connector() {
        let url = "https://smba.trafficmanager.net/amer/t/v3/attachments/0-wus%2Fd7/views/original";
        let hosted = at(url).hosted().unwrap();
        assert_eq!(hosted.service_url.as_str(), "https://smba.trafficmanager.net/amer/t");
        let ids = (hosted.attachment_id.as_str(), hosted.view_id.as_str());
        assert_eq!(ids, ("0-wus/d7", "original"));
    }

    #[test]
    fn whatever_is_elsewhere_or_unclear_is_not_hosted() {
        assert_eq!(Attachment::adaptive_card(Value::Null).hosted(), None);
        for url in [
            "https://contoso.sharepoint.com/files/a.pdf",
            "https://user@host.example/v3/attachments/a/views/b",
            "/v3/attachments/a/views/original",
            "https://host.example/v3/attachments/a",
            "https://host.example/v3/attachments//views/original",
            "https://host.example/v3/attachments/a/b/views/original",
            "https://host.example/v3/attachments/a/views/original?x=1",
            "https://host.example/v3/attachments/%ff/views/original",
        ] {
            assert_eq!(at(url).hosted(), None, "{url}");
        }
    }
}
