//! The Bot Connector REST API, version 3, as Teams serves it.

mod activities;
mod create;
mod error;
mod members;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{any, get, post, put},
};

pub(crate) use error::Refusal;

use crate::{tokens::Audience, world::World};

/// The routes below a service URL.
pub(crate) fn routes(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/v3/conversations", post(create::create))
        .route("/v3/conversations/{conversation}/activities", post(activities::send))
        // An update without an id reaches this path and is answered 405 (bot-docs#2142).
        .route("/v3/conversations/{conversation}/activities/", any(activities::missing_id))
        .route(
            "/v3/conversations/{conversation}/activities/{activity}",
            put(activities::update).post(activities::reply).delete(activities::delete),
        )
        .route("/v3/conversations/{conversation}/members", get(members::all))
        .route("/v3/conversations/{conversation}/members/{member}", get(members::one))
        .route("/v3/conversations/{conversation}/pagedmembers", get(members::page))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(world), authorize))
}

/// Lets only connector tokens pass; a Graph token is for another audience.
async fn authorize(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    if bearer_allows(&world, request.headers(), Audience::Connector) {
        next.run(request).await
    } else {
        Refusal::unauthorized().into_response()
    }
}

/// Whether the request carries a token good for `audience`.
pub(crate) fn bearer_allows(world: &World, headers: &HeaderMap, audience: Audience) -> bool {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let now = world.now_ms();
    token.is_some_and(|token| world.read(|state| state.tokens.allows(token, audience, now)))
}
