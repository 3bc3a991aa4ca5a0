//! How the control API says no.

use axum::{
    Json,
    body::to_bytes,
    http::{
        StatusCode, Uri,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::Error;

/// The longest reason in bytes that is read from the framework.
const LONGEST_REASON: usize = 64 * 1024;

/// An [`Error`] as an answer: 404 for what does not exist, 409 for what cannot be done now.
#[derive(Debug)]
pub(crate) struct ControlError(Error);

impl From<Error> for ControlError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match self.0 {
            Error::NoPerson(_) | Error::NoConversation(_) | Error::NoMessage(_) => {
                StatusCode::NOT_FOUND
            }
            _ => StatusCode::CONFLICT,
        };
        (status, Json(json!({"error": self.0.to_string()}))).into_response()
    }
}

/// The answer to a path that is none of the API's.
pub(super) async fn unknown_route(uri: Uri) -> Response {
    let error = format!("no route {:?}", uri.path());
    (StatusCode::NOT_FOUND, Json(json!({"error": error}))).into_response()
}

/// Gives a refusal of the framework's own (a wrong method, content type or body), which is plain
/// text or empty, the shape of all others.
pub(super) async fn in_json(response: Response) -> Response {
    let status = response.status();
    let is_json = |value: &[u8]| value.starts_with(b"application/json");
    let has_json = response.headers().get(CONTENT_TYPE).is_some_and(|it| is_json(it.as_bytes()));
    if has_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST_REASON).await.unwrap_or_default();
    let reason = match String::from_utf8_lossy(&text) {
        empty if empty.is_empty() => status.canonical_reason().unwrap_or("refused").to_owned(),
        text => text.into_owned(),
    };
    let mut refusal = (status, Json(json!({"error": reason}))).into_response();
    // What the framework tells besides, such as `Allow`.
    for (name, value) in &parts.headers {
        if !refusal.headers().contains_key(name) && name != CONTENT_LENGTH {
            refusal.headers_mut().insert(name.clone(), value.clone());
        }
    }
    refusal
}
