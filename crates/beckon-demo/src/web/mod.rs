//! The demo's own server: the page and the calls it makes.

mod api;
mod page;
mod problem;
#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::state::DemoState;

/// Every route.
pub(crate) fn routes(state: Arc<DemoState>) -> Router {
    Router::new()
        .route("/demo/state", get(api::state))
        .route("/demo/customer/messages", post(api::customer_writes))
        .route("/demo/customer/new", post(api::next_customer))
        .route("/demo/agents/{id}/messages", post(api::agent_writes))
        .route("/demo/agents/{id}/rooms/{room}/messages", post(api::agent_writes_in_room))
        .route("/demo/agents/{id}/click", post(api::click))
        .route("/demo/day/play", post(api::play_day))
        .route("/demo/day/pass", post(api::pass_day))
        .fallback(page::serve)
        .with_state(state)
}

/// The server, bound and running.
#[derive(Debug)]
pub(crate) struct Server {
    /// `http://127.0.0.1:{port}`.
    pub(crate) url: String,
    task: AbortOnDropHandle<std::io::Result<()>>,
    shutdown: CancellationToken,
}

impl Server {
    /// Serves on a port of 127.0.0.1; 0 takes a free one.
    pub(crate) async fn start(port: u16, state: Arc<DemoState>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shutdown = CancellationToken::new();
        let stopped = shutdown.clone().cancelled_owned();
        let serve = axum::serve(listener, routes(state)).into_future();
        let task = tokio::spawn(async move {
            // Long polls are cut, not drained: a page asks again by itself.
            tokio::select! {
                ended = serve => ended,
                () = stopped => Ok(()),
            }
        });
        Ok(Self { url, task: AbortOnDropHandle::new(task), shutdown })
    }

    /// Stops serving.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.shutdown.cancel();
        Ok(self.task.await??)
    }
}
