//! `beckon serve`.

use std::path::Path;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::config::{Config, ProcessEnvironment};

/// Runs the server until SIGINT or SIGTERM.
pub(super) async fn run(config: &Path) -> anyhow::Result<()> {
    let config = Config::load(config, &ProcessEnvironment)?;
    // Signals are caught before anything starts: none can fall between.
    let mut terminate = signal(SignalKind::terminate()).context("cannot catch SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot catch SIGINT")?;
    let app = App::start(config).await?;
    super::print(&format!("Beckon is ready on http://{}", app.address()))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!(target: "app", "stopping");
    app.stop().await;
    Ok(())
}
