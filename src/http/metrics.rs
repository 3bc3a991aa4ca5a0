//! What was measured, for Prometheus.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::http::AppState;
use crate::http::problem::Problem;

/// The text format of Prometheus, version 0.0.4.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `GET /metrics`. With an administrator's key, from wherever: behind a reverse proxy everybody
/// comes from loopback, so that alone lets nobody in.
pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, Problem> {
    let metrics = state.metrics.as_ref().ok_or_else(|| Problem::not_found("address"))?;
    metrics.run_upkeep();
    Ok(([(header::CONTENT_TYPE, FORMAT)], metrics.render()).into_response())
}
