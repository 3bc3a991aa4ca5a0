//! What the endpoint answers.

use ::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use ::http::{HeaderValue, StatusCode};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::invoke::InvokeResponse;

/// An answer that several requests can share.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    body: Bytes,
}

impl Answer {
    /// Handled.
    pub(super) const fn done() -> Self {
        Self::fixed(StatusCode::OK, "")
    }

    /// The handler failed or panicked.
    pub(super) const fn failed() -> Self {
        Self::fixed(StatusCode::INTERNAL_SERVER_ERROR, r#"{"error":"internal error"}"#)
    }

    /// The handler is still at it.
    pub(super) const fn late() -> Self {
        Self::fixed(StatusCode::GATEWAY_TIMEOUT, r#"{"error":"still working"}"#)
    }

    /// The bot is shutting down.
    pub(super) const fn shutting_down() -> Self {
        Self::fixed(StatusCode::SERVICE_UNAVAILABLE, r#"{"error":"shutting down"}"#)
    }

    /// The answer to an invoke: always HTTP 200, the outcome stands in the body.
    pub(super) fn invoke(response: &InvokeResponse) -> Self {
        Self { status: StatusCode::OK, body: response.as_bytes().clone() }
    }

    /// A fixed body.
    pub(super) const fn fixed(status: StatusCode, body: &'static str) -> Self {
        Self { status, body: Bytes::from_static(body.as_bytes()) }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let typed = !self.body.is_empty();
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        if typed {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, json);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 asks for the scheme; it tells an attacker nothing about the reason.
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
