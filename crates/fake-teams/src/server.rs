//! One axum server on loopback for everything.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    Error, FakeTeamsConfig, connector, control, graph,
    listener::{Connection, CuttableListener},
    login,
    world::{REGION, World},
};

/// Binds, serves in a task until `shutdown`, and answers the shared world.
pub(crate) async fn start(
    config: FakeTeamsConfig,
    shutdown: CancellationToken,
) -> Result<Arc<World>, Error> {
    let port = config.port.unwrap_or(0);
    let bind = |source| Error::Bind { port, source };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(bind)?;
    let world = World::new(config, listener.local_addr().map_err(bind)?.port())?;
    let listener = CuttableListener::new(listener, shutdown.clone());
    let service = routes(&world).into_make_service_with_connect_info::<Connection>();
    tokio::spawn(async move {
        tokio::select! {
            () = shutdown.cancelled() => {}
            ended = axum::serve(listener, service) => {
                tracing::error!(?ended, "the fake's server ended by itself");
            }
        }
    });
    Ok(world)
}

fn routes(world: &Arc<World>) -> Router {
    let connector = connector::routes(world);
    Router::new()
        .merge(login::routes(world))
        .nest(&format!("/{REGION}/{{tenant}}"), connector.clone())
        // The global address that bots fall back to when they know no regional one.
        .nest("/teams", connector)
        .nest("/graph/v1.0", graph::routes(world))
        .nest("/control", control::routes())
        .with_state(Arc::clone(world))
}
