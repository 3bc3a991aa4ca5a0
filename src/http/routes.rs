//! Every route, with who may use it.

use axum::response::Redirect;
use axum::routing::{MethodRouter, get, post, put};
use http::Method;

use super::AppState;
use super::api::channels::outbound;
use super::api::console::transfer;
use super::api::invitations::take_over;
use super::api::{
    agents, channels, console, feed, flow, invitations, openapi, preferences, reports, sessions,
    sign_in,
};
use super::auth::{Access, Scope};
use super::{health, metrics, pages};

/// A route, with who may use it.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{…}` for its variable parts.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    pub(super) handler: MethodRouter<AppState>,
}

/// Every route of the product but the messaging endpoint. To add one, add a line to its part.
pub fn routes() -> Vec<Route> {
    [on_pages(), of_channels(), of_the_console(), of_the_tenant()].into_iter().flatten().collect()
}

fn route(
    method: Method,
    path: &'static str,
    access: Access,
    handler: MethodRouter<AppState>,
) -> Route {
    Route { method, path, access, handler }
}

const fn of(scope: Scope) -> Access {
    Access::Scope(scope)
}

/// What browsers and machines fetch.
fn on_pages() -> Vec<Route> {
    vec![
        route(Method::GET, "/health", Access::Public, get(health::live)),
        route(Method::GET, "/metrics", of(Scope::Metrics), get(metrics::metrics)),
        route(
            Method::GET,
            "/console",
            Access::Public,
            get(|| async { Redirect::permanent("/console/") }),
        ),
        route(Method::GET, "/console/", Access::Public, get(pages::console)),
        route(Method::GET, "/console/{*file}", Access::Public, get(pages::console_file)),
        route(Method::GET, "/assets/{*file}", Access::Public, get(pages::asset)),
    ]
}

/// Where customers come from.
fn of_channels() -> Vec<Route> {
    vec![
        route(
            Method::POST,
            "/api/v1/channels/{account}/messages",
            of(Scope::Channel),
            post(channels::write),
        ),
        route(
            Method::GET,
            "/api/v1/channels/{account}/messages",
            of(Scope::Channel),
            get(channels::read),
        ),
        route(
            Method::POST,
            "/api/v1/channels/{account}/leave",
            of(Scope::Channel),
            post(channels::leave),
        ),
        route(
            Method::POST,
            "/api/v1/channels/{account}/outbound",
            of(Scope::Channel),
            post(outbound::start),
        ),
    ]
}

/// What agents do in the console.
fn of_the_console() -> Vec<Route> {
    vec![
        route(Method::POST, "/api/v1/sign-in", Access::Public, post(sign_in::sign_in)),
        route(Method::GET, "/api/v1/console/inbox", of(Scope::Console), get(console::inbox)),
        route(
            Method::PUT,
            "/api/v1/console/preferences",
            of(Scope::Console),
            put(preferences::put),
        ),
        route(
            Method::POST,
            "/api/v1/console/reset-rona",
            of(Scope::Console),
            post(preferences::reset_rona),
        ),
        route(
            Method::POST,
            "/api/v1/console/invitations/{id}/seen",
            of(Scope::Console),
            post(preferences::seen),
        ),
        route(
            Method::POST,
            "/api/v1/console/invitations/{id}/{action}",
            of(Scope::Console),
            post(console::act),
        ),
        route(
            Method::GET,
            "/api/v1/console/sessions/{id}/messages",
            of(Scope::Console),
            get(console::messages),
        ),
        route(
            Method::POST,
            "/api/v1/console/sessions/{id}/messages",
            of(Scope::Console),
            post(console::write),
        ),
        route(
            Method::POST,
            "/api/v1/console/sessions/{id}/terminate",
            of(Scope::Console),
            post(console::terminate),
        ),
        route(
            Method::POST,
            "/api/v1/console/sessions/{id}/transfer",
            of(Scope::Console),
            post(transfer::transfer),
        ),
        route(
            Method::GET,
            "/api/v1/console/transfer-targets",
            of(Scope::Console),
            get(transfer::targets),
        ),
    ]
}

/// What keys of an organisation see and do.
fn of_the_tenant() -> Vec<Route> {
    use Scope::{Agents, Codes, EndSessions, Feed, Flow, Reports, Sessions, TakeOver};
    vec![
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
        route(Method::GET, "/api/v1/openapi.json", Access::Public, get(openapi::document)),
        route(Method::GET, "/api/v1/invitations", of(Reports), get(invitations::list)),
        route(
            Method::PUT,
            "/api/v1/invitations/{id}/codes",
            of(Codes),
            put(invitations::put_codes),
        ),
        route(Method::GET, "/api/v1/reports", of(Reports), get(reports::report)),
        route(Method::GET, "/api/v1/reports/agents", of(Reports), get(agents::shifts::report)),
        route(Method::GET, "/api/v1/agents/{id}/states", of(Reports), get(agents::states::list)),
        route(Method::POST, "/api/v1/agents/{id}/reset-rona", of(Agents), post(agents::reset_rona)),
        route(Method::GET, "/api/v1/sessions", of(Reports), get(sessions::list)),
        route(Method::GET, "/api/v1/sessions/{id}", of(Sessions), get(sessions::show)),
        route(Method::POST, "/api/v1/sessions/{id}/end", of(EndSessions), post(sessions::end)),
    ]
}
