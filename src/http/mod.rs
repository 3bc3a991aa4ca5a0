//! The HTTP server: the REST API, the pages, health. Every route declares who may use it.

pub mod api;
pub mod auth;
mod health;
mod json;
mod metrics;
mod pages;
pub mod problem;
mod routes;
mod wait;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use self::auth::{Access, Keys, Tokens};
use self::problem::Problem;
pub use self::routes::{Route, routes};
use crate::engine::Engine;

/// The largest body of the REST API: 10,000 characters, each escaped in the longest way, and room
/// for the rest.
pub const MAX_BODY: usize = 256 * 1024;

/// What every route can reach.
#[derive(Clone)]
pub struct AppState {
    /// Runs commands and reads.
    pub engine: Engine,
    /// API keys.
    pub keys: Arc<Keys>,
    /// Sign-in tokens.
    pub tokens: Arc<Tokens>,
    /// What was measured; `None`: it is collected elsewhere.
    pub metrics: Option<PrometheusHandle>,
    /// Cancelled when the server stops: answers that are held back are given then.
    pub stop: CancellationToken,
}

/// The router of the product, without the messaging endpoint.
pub fn router(state: &AppState) -> Router {
    let mut router = Router::new();
    for Route { path, access, handler, .. } in routes() {
        let handler = match access {
            Access::Scope(scope) => {
                handler.layer(from_fn_with_state((state.clone(), scope), auth::guard))
            }
            Access::Public => handler,
        };
        router = router.route(path, handler);
    }
    router
        .fallback(|| async { Problem::not_found("address") })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(state.clone())
}
