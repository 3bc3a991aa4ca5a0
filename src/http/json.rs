//! Bodies and queries, refused with a problem that says what is wrong.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use bytes::Bytes;
use http::request::Parts;
use http::{Uri, header};
use serde::de::DeserializeOwned;

use super::MAX_BODY;
use super::problem::Problem;

/// A JSON body of a known shape.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Problem::not_json());
        }
        let bytes =
            Bytes::from_request(request, state).await.map_err(|_| Problem::too_large(MAX_BODY))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Problem::bad_request(format!("The body is not as expected: {error}.")))
    }
}

/// The query of the address, of a known shape.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> Params<T> {
    /// The query of this address.
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        Query::try_from_uri(uri).map(|Query(params)| Self(params)).map_err(|rejection| {
            let text = rejection.body_text();
            let what = text.trim_start_matches("Failed to deserialize query string: ");
            Problem::bad_request(format!("The query is not as expected: {what}."))
        })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::of(&parts.uri)
    }
}

/// The variable parts of the path. What does not decode names nothing.
pub(super) struct Segments<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(segments)| Self(segments))
            .map_err(|_| Problem::not_found("address"))
    }
}
