//! The description of the REST API (`OpenAPI` 3.1). It is written by hand beside the routes' docs in
//! `docs/openapi.json`; tests hold it against every route, its scope, and real answers.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// The document.
pub const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// `GET /api/v1/openapi.json`: the description of the REST API.
pub(in crate::http) async fn document() -> Response {
    let kind = HeaderValue::from_static("application/vnd.oai.openapi+json;version=3.1");
    ([(header::CONTENT_TYPE, kind)], DOCUMENT).into_response()
}
