//! Microsoft Graph, as far as rooms need it: group chats, their members, the bot's installation,
//! their messages, the app catalog.

mod body;
mod catalog;
mod chats;
mod error;
mod installs;
mod members;
mod messages;
mod operation;
mod permission;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{any, delete, get, post},
};

pub(crate) use error::Refusal;

use crate::{Service, gate, world::World};

/// What a handler answers: a refusal needs the world to be written out.
type Answer = Result<Response, Refusal>;

/// The routes below `/graph/v1.0`.
pub(crate) fn routes(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/chats", post(chats::create).get(chats::list))
        .route("/me/chats", any(chats::mine))
        .route("/chats/{chat}", get(chats::one).patch(chats::rename).delete(chats::delete))
        .route("/chats/{chat}/members", get(members::list).post(members::add))
        .route("/chats/{chat}/members/{membership}", delete(members::remove))
        .route("/chats/{chat}/installedApps", get(installs::list).post(installs::add))
        .route("/chats/{chat}/installedApps/{installation}", delete(installs::remove))
        .route("/chats/{chat}/messages", get(messages::list).post(messages::send))
        .route("/chats/{chat}/messages/{message}", get(messages::one))
        .route("/appCatalogs/teamsApps", get(catalog::find))
        .route("/users/{user}", get(catalog::user))
        .route(
            "/users/{user}/teamwork/installedApps",
            get(installs::of_user).post(installs::add_to_user),
        )
        .route(
            "/users/{user}/teamwork/installedApps/{installation}/chat",
            get(installs::chat_of_user),
        )
        .layer(from_fn_with_state(Arc::clone(world), enter))
}

async fn enter(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    gate::pass(world, Service::Graph, operation::purpose, request, next).await
}

/// Writes a handler's result out.
fn written(world: &World, answer: Answer) -> Response {
    answer.unwrap_or_else(|refusal| refusal.respond(world))
}
