//! `beckon serve`.

use std::path::Path;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{Config, DEVELOPMENT_ACCOUNT, Development, ProcessEnvironment};

/// How to serve.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Try Beckon with a local Bot Framework client: no configuration, no authentication, on
    /// 127.0.0.1 only; all data is gone at the end.
    #[arg(long)]
    dev: bool,
    /// The port of --dev; 0 takes a free one.
    #[arg(long, default_value_t = 3978, requires = "dev")]
    port: u16,
}

/// Runs the server.
pub(super) async fn run(config: &Path, serve: &Serve) -> anyhow::Result<()> {
    if serve.dev {
        return develop(serve.port).await;
    }
    let config = Config::load(config, &ProcessEnvironment)?;
    until_stopped(async {
        let app = App::start(config).await?;
        super::print(&format!("Beckon is ready on http://{}", app.address()))?;
        Ok(app)
    })
    .await
}

/// Serves a local client.
async fn develop(port: u16) -> anyhow::Result<()> {
    let data = tempfile::Builder::new().prefix("beckon-dev-").tempdir()?;
    let Development { config, channel_key, agent_keys } =
        Development::new(port, data.path(), &SystemClock, &ProcessEnvironment)?;
    until_stopped(async {
        let app = App::start_development(config).await?;
        let url = app.public_url();
        super::print("DEVELOPMENT MODE: whoever reaches the messaging endpoint is believed.\n")?;
        super::print(&format!("Point a Bot Framework client at {url}/api/messages."))?;
        super::print("The first three people who turn up there are the agents.\n")?;
        super::print("Write as a customer:")?;
        super::print(&format!(
            "  curl {url}/api/v1/channels/{DEVELOPMENT_ACCOUNT}/messages \\\n    \
             -H 'Authorization: Bearer {channel_key}' -H 'Content-Type: application/json' \\\n    \
             -d '{{\"address\": \"grace\", \"name\": \"Grace Hopper\", \
             \"client_message_id\": \"1\", \"text\": \"Hello?\"}}'\n"
        ))?;
        super::print(&format!("Keys to the agents' console, {url}/console/:"))?;
        for (name, key) in agent_keys {
            super::print(&format!("  {name}: {key}"))?;
        }
        Ok(app)
    })
    .await
}

/// Runs what is started until SIGINT or SIGTERM.
async fn until_stopped(start: impl Future<Output = anyhow::Result<App>>) -> anyhow::Result<()> {
    // Signals are caught before anything starts: none can fall between.
    let mut terminate = signal(SignalKind::terminate()).context("cannot catch SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot catch SIGINT")?;
    let app = start.await?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!(target: "app", "stopping");
    app.stop().await;
    Ok(())
}
