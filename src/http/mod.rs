//! The HTTP server: the REST API, the pages, health. Every route declares who may use it.

pub mod api;
pub mod auth;
mod health;
mod json;
mod metrics;
mod pages;
pub mod problem;
mod wait;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post, put};
use http::Method;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use self::auth::{Access, Keys, Scope, Tokens};
use self::problem::Problem;
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

/// A route, with who may use it.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{…}` for its variable parts.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    handler: MethodRouter<AppState>,
}

/// Every route of the product but the messaging endpoint. To add one, add a line.
pub fn routes() -> Vec<Route> {
    use Scope::{
        Agents, Channel, Codes, Console, EndSessions, Feed, Flow, Metrics, Reports, Sessions,
        TakeOver,
    };
    use api::channels::outbound;
    use api::console::transfer;
    use api::invitations::take_over;
    use api::{agents, channels, console, feed, flow, invitations, openapi, preferences};
    use api::{reports, sessions, sign_in};
    let public = Access::Public;
    let of = Access::Scope;
    let route = |method, path, access, handler| Route { method, path, access, handler };
    vec![
        route(Method::GET, "/health", public, get(health::live)),
        route(Method::GET, "/metrics", of(Metrics), get(metrics::metrics)),
        route(Method::GET, "/console", public, get(|| async { Redirect::permanent("/console/") })),
        route(Method::GET, "/console/", public, get(pages::console)),
        route(Method::GET, "/console/{*file}", public, get(pages::console_file)),
        route(Method::GET, "/assets/{*file}", public, get(pages::asset)),
        route(Method::POST, "/api/v1/sign-in", public, post(sign_in::sign_in)),
        route(
            Method::POST,
            "/api/v1/channels/{account}/messages",
            of(Channel),
            post(channels::write),
        ),
        route(Method::GET, "/api/v1/channels/{account}/messages", of(Channel), get(channels::read)),
        route(Method::POST, "/api/v1/channels/{account}/leave", of(Channel), post(channels::leave)),
        route(Method::GET, "/api/v1/console/inbox", of(Console), get(console::inbox)),
        route(Method::PUT, "/api/v1/console/preferences", of(Console), put(preferences::put)),
        route(
            Method::POST,
            "/api/v1/console/invitations/{id}/seen",
            of(Console),
            post(preferences::seen),
        ),
        route(
            Method::POST,
            "/api/v1/console/invitations/{id}/{action}",
            of(Console),
            post(console::act),
        ),
        route(
            Method::GET,
            "/api/v1/console/sessions/{id}/messages",
            of(Console),
            get(console::messages),
        ),
        route(
            Method::POST,
            "/api/v1/console/sessions/{id}/messages",
            of(Console),
            post(console::write),
        ),
        route(
            Method::POST,
            "/api/v1/console/sessions/{id}/terminate",
            of(Console),
            post(console::terminate),
        ),
        route(
            Method::POST,
            "/api/v1/console/sessions/{id}/transfer",
            of(Console),
            post(transfer::transfer),
        ),
        route(Method::GET, "/api/v1/console/transfer-targets", of(Console), get(transfer::targets)),
        route(
            Method::POST,
            "/api/v1/channels/{account}/outbound",
            of(Channel),
            post(outbound::start),
        ),
        route(Method::POST, "/api/v1/sessions/{id}/flow", of(Flow), post(flow::step)),
        route(
            Method::POST,
            "/api/v1/sessions/{id}/transfer-result",
            of(Flow),
            post(flow::transfer_result),
        ),
        route(Method::POST, "/api/v1/sessions/{id}/fail", of(EndSessions), post(flow::fail)),
        route(
            Method::POST,
            "/api/v1/invitations/{id}/take-over",
            of(TakeOver),
            post(take_over::take_over),
        ),
        route(Method::GET, "/api/v1/events", of(Feed), get(feed::follow)),
        route(Method::GET, "/api/v1/openapi.json", public, get(openapi::document)),
        route(Method::GET, "/api/v1/invitations", of(Reports), get(invitations::list)),
        route(
            Method::PUT,
            "/api/v1/invitations/{id}/codes",
            of(Codes),
            put(invitations::put_codes),
        ),
        route(Method::GET, "/api/v1/reports", of(Reports), get(reports::report)),
        route(Method::POST, "/api/v1/agents/{id}/reset-rona", of(Agents), post(agents::reset_rona)),
        route(Method::GET, "/api/v1/sessions", of(Reports), get(sessions::list)),
        route(Method::GET, "/api/v1/sessions/{id}", of(Sessions), get(sessions::show)),
        route(Method::POST, "/api/v1/sessions/{id}/end", of(EndSessions), post(sessions::end)),
    ]
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
