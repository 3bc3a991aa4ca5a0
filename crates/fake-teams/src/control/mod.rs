//! The control API: what the library's handles do, for demos and tests in other processes.

mod actions;
mod error;
mod faults;
mod messages;
mod views;

use std::{future::ready, sync::Arc};

use axum::{
    Router,
    middleware::map_response,
    routing::{delete, get, post},
};

use crate::world::World;

/// The routes below `/control`.
pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new()
        .route("/state", get(views::state))
        .route("/changes", get(views::changes))
        .route("/environment", get(views::environment))
        .route("/record", get(views::record))
        .route("/people", get(views::people).post(actions::add_person))
        .route("/people/{person}/clients/{client}", get(views::client))
        .route(
            "/people/{person}/install",
            post(|world, person, chosen| actions::set_installed(world, person, chosen, true)),
        )
        .route(
            "/people/{person}/uninstall",
            post(|world, person, chosen| actions::set_installed(world, person, chosen, false)),
        )
        .route(
            "/people/{person}/block",
            post(|world, person| ready(actions::set_blocked(world, person, true))),
        )
        .route(
            "/people/{person}/unblock",
            post(|world, person| ready(actions::set_blocked(world, person, false))),
        )
        .route("/people/{person}/messages", post(actions::say))
        .route("/people/{person}/messages/{message}", delete(messages::delete).put(messages::edit))
        .route("/people/{person}/messages/{message}/reactions", post(messages::react))
        .route("/people/{person}/pictures", post(messages::paste))
        .route("/people/{person}/leave", post(messages::leave))
        .route("/people/{person}/clicks", post(actions::click))
        .route("/people/{person}/refreshes", post(actions::refresh))
        .route("/bot", post(actions::set_bot))
        .route("/groups", post(actions::add_group))
        .route("/limits", get(views::limits))
        .route("/faults", delete(faults::clear))
        .route("/faults/{fault}", post(faults::arm))
        .fallback(error::unknown_route)
        .layer(map_response(error::in_json))
}
