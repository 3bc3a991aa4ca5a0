//! Refusals as RFC 9457 problem documents.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::beckon_api::ApiError;

/// Why a call of the page was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// No agent of that id.
    #[error("no such agent")]
    NoAgent,
    /// The demo's time is on its way already.
    #[error("a day is under way")]
    Busy,
    /// Beckon refused, or is away.
    #[error(transparent)]
    Beckon(#[from] ApiError),
    /// The stand-in for Teams could not do it.
    #[error(transparent)]
    Teams(#[from] fake_teams::Error),
    /// The state could not be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NoAgent => StatusCode::NOT_FOUND,
            Self::Beckon(ApiError::Refused { status, .. }) => *status,
            Self::Beckon(ApiError::Unreachable(_)) => StatusCode::BAD_GATEWAY,
            Self::Busy | Self::Teams(_) => StatusCode::CONFLICT,
            Self::Json(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let title = self.to_string();
        let body = match self {
            // Beckon's own words are better than any of ours.
            Self::Beckon(ApiError::Refused { problem: problem @ Value::Object(_), .. }) => problem,
            _ => json!({ "title": title, "status": status.as_u16() }),
        };
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, Json(body)).into_response()
    }
}
