//! How Graph refuses.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{clock::iso, world::World};

/// A refusal: status, `code` and `message` of the error body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
}

fn refusal(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal { status, code: code.into(), message: message.into() }
}

impl Refusal {
    pub(crate) fn unauthorized() -> Self {
        let text = "Access token validation failure. Invalid audience.";
        refusal(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", text)
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        refusal(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// Names the permissions wanted and those there are, as Graph does.
    pub(super) fn missing_permission(wanted: &[&str], present: &[String]) -> Self {
        let text = format!(
            "Missing role permissions on the request. API requires one of '{}'. Roles on the \
             request '{}'.",
            wanted.join(", "),
            present.join(", ")
        );
        refusal(StatusCode::FORBIDDEN, "Forbidden", text)
    }

    pub(super) fn not_found() -> Self {
        refusal(StatusCode::NOT_FOUND, "NotFound", "Resource not found.")
    }

    pub(super) fn conflict(message: &str) -> Self {
        refusal(StatusCode::CONFLICT, "Conflict", message)
    }

    /// Chats cannot be listed by an app alone.
    pub(super) fn not_app_only() -> Self {
        let text = "Requested API is not supported in application-only context.";
        refusal(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", text)
    }

    /// A refusal that a test asked for, with its code if it named one.
    pub(crate) fn on_command(status: StatusCode, code: Option<&str>) -> Self {
        let usual = Self::of_status(status);
        match code {
            Some(code) => Self { code: code.to_owned().into(), ..usual },
            None => usual,
        }
    }

    /// What Graph says with this status when nothing more is known.
    fn of_status(status: StatusCode) -> Self {
        let code = match status.as_u16() {
            400 => "BadRequest",
            401 => "InvalidAuthenticationToken",
            403 => "Forbidden",
            404 => "NotFound",
            409 => "Conflict",
            412 => "PreconditionFailed",
            429 => "TooManyRequests",
            503 => "ServiceUnavailable",
            _ => "UnknownError",
        };
        refusal(status, code, "The request was refused.")
    }

    /// The answer, with the ids by which the vendor traces a request.
    pub(crate) fn respond(self, world: &World) -> Response {
        let id = world.change(|state| state.ids.guid());
        let body = json!({
            "error": {
                "code": self.code,
                "message": self.message,
                "innerError": {
                    "date": iso(world.now_ms()),
                    "request-id": id,
                    "client-request-id": id,
                },
            },
        });
        let mut response = (self.status, Json(body)).into_response();
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("request-id", id);
        }
        response
    }
}
