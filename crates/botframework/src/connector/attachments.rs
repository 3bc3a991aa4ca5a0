//! The calls that fetch what people attach.

use bytes::Bytes;
use serde::Deserialize;

use super::call::Call;
use super::client::ConnectorClient;
use super::endpoint::Endpoint;
use super::error::ConnectorError;
use super::operation::Operation;
use super::path::Path;
use crate::limiter::Priority;

/// What is known of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AttachmentInfo {
    /// File name.
    #[serde(default)]
    pub name: Option<String>,
    /// Media type.
    #[serde(default, rename = "type")]
    pub content_type: Option<String>,
    /// What can be fetched of it.
    #[serde(default)]
    pub views: Vec<AttachmentView>,
}

/// One form of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    /// Its name: `original` for the whole.
    pub view_id: String,
    /// Size in bytes.
    #[serde(default)]
    pub size: Option<u64>,
}

/// A fetched view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentContent {
    /// Media type, as the connector names it: for pictures the only place that tells which kind,
    /// since the activity says `image/*`.
    pub content_type: Option<String>,
    /// The bytes, which came from a person: nothing is known about them.
    pub bytes: Bytes,
}

impl ConnectorClient {
    /// Reads which views of an attachment there are.
    ///
    /// # Errors
    ///
    /// See [`ConnectorError`]; reading again is always safe.
    pub async fn attachment_info(
        &self,
        at: impl Into<Endpoint<'_>>,
        attachment_id: &str,
        priority: Priority,
    ) -> Result<AttachmentInfo, ConnectorError> {
        let path = Path::attachment(attachment_id);
        let operation = Operation::GetAttachmentInfo;
        self.read(Call::new(operation, at.into(), path, attachment_id, priority)?).await
    }

    /// Fetches a view of an attachment, such as a picture that a person pasted into a message.
    ///
    /// Where it is and what it is called says
    /// [`Attachment::hosted`](crate::activity::Attachment::hosted). The URL itself is not for
    /// fetching: the call needs the bot's token, which goes to hosts on the allow-list only.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](super::ErrorKind::Malformed) for more than 16 MiB;
    /// [`ErrorKind::UnexpectedStatus`](super::ErrorKind::UnexpectedStatus) for a redirect, which
    /// is not followed. Reading again is always safe.
    pub async fn attachment(
        &self,
        at: impl Into<Endpoint<'_>>,
        attachment_id: &str,
        view_id: &str,
        priority: Priority,
    ) -> Result<AttachmentContent, ConnectorError> {
        let path = Path::attachment(attachment_id).and_then(|path| path.then("views").id(view_id));
        let operation = Operation::GetAttachment;
        let call = Call::new(operation, at.into(), path, attachment_id, priority)?;
        let answer = self.call(call).await?;
        let (content_type, status) = (answer.content_type, answer.status);
        let bytes = answer
            .body
            .ok_or_else(|| ConnectorError::malformed(operation, status, answer.request_ids))?;
        Ok(AttachmentContent { content_type, bytes })
    }
}
