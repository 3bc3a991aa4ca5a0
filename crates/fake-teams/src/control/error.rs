//! How the control API says no.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::Error;

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
