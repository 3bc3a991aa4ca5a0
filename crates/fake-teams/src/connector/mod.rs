//! The Bot Connector REST API, version 3, as Teams serves it.

mod activities;
mod attachments;
mod create;
mod error;
mod members;
mod operation;
mod payload;
mod reactions;
mod targeted;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{any, get, post, put},
};

pub(crate) use error::Refusal;
use payload::Payload;

use crate::{Service, gate, world::World};

/// The routes below a service URL.
pub(crate) fn routes(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/v3/conversations", post(create::create))
        .route("/v3/conversations/{conversation}/activities", post(activities::post))
        // An update without an id reaches this path and is answered 405 (bot-docs#2142).
        .route("/v3/conversations/{conversation}/activities/", any(activities::missing_id))
        .route(
            "/v3/conversations/{conversation}/activities/{activity}",
            put(activities::update).post(activities::post).delete(activities::delete),
        )
        .route("/v3/conversations/{conversation}/members", get(members::all))
        .route("/v3/conversations/{conversation}/members/{member}", get(members::one))
        .route("/v3/conversations/{conversation}/pagedmembers", get(members::page))
        .route(
            "/v3/conversations/{conversation}/activities/{activity}/reactions/{reaction}",
            put(reactions::add).delete(reactions::delete),
        )
        .route("/v3/attachments/{attachment}", get(attachments::info))
        .route("/v3/attachments/{attachment}/views/{view}", get(attachments::view))
        // What the REST reference knows and Teams does not: `getConversations` and
        // `deleteConversationMember` (bot-docs#1357, botbuilder-js#4316).
        .method_not_allowed_fallback(error::no_method)
        .layer(from_fn_with_state(Arc::clone(world), enter))
}

async fn enter(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    gate::pass(world, Service::Connector, operation::purpose, request, next).await
}
