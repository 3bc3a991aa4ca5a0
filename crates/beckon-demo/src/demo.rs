//! Putting the three servers together, and taking them down.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use beckon::app::App;
use fake_teams::{FakeTeams, FakeTeamsConfig, Person};
use serde::Serialize;
use tempfile::TempDir;

use crate::agents::Agent;
use crate::args::Args;
use crate::beckon_api::BeckonApi;
use crate::clock::DemoClock;
use crate::customers::Customers;
use crate::day::Days;
use crate::doors::{Doors, PageKeys};
use crate::passing::Passing;
use crate::product::{self, ACCOUNT, Keys, TeamsApp};
use crate::state::DemoState;
use crate::web::Server;
use crate::{cast, http_client};

/// Where everything listens, each without a slash at the end.
#[derive(Debug, Serialize)]
pub(crate) struct Addresses {
    pub(crate) demo: String,
    pub(crate) beckon: String,
    pub(crate) fake_teams: String,
}

/// Everything, running.
pub(crate) struct Demo {
    addresses: Addresses,
    server: Server,
    app: App,
    /// Goes last: Beckon may still write while it stops.
    data: Data,
}

/// The folder of Beckon's data.
enum Data {
    /// Given by the user, and kept.
    Kept(PathBuf),
    /// Removed at the end.
    Temporary(TempDir),
}

impl Demo {
    /// Starts the stand-in for Teams, then Beckon, then the page; and lets the agents install the
    /// bot.
    pub(crate) async fn start(args: &Args) -> anyhow::Result<Self> {
        let data = Data::open(args.data.as_deref())?;
        let port = Some(args.teams_port);
        let clock = Arc::new(DemoClock::default());
        let teams_clock = Arc::<DemoClock>::clone(&clock);
        let settings = FakeTeamsConfig { port, clock: teams_clock, ..FakeTeamsConfig::default() };
        let manifest_id = settings.manifest_id.clone();
        let teams =
            FakeTeams::start(settings).await.context("the stand-in for Teams does not start")?;
        let people = cast::AGENTS.map(|name| teams.person(name));
        let companion = teams.person(cast::COMPANION);
        let keys = Keys::new(people.len());
        let config = product::config(
            args.beckon_port,
            data.path(),
            &teams.environment(),
            &TeamsApp { manifest_id: &manifest_id, companion: &companion },
            &people,
            &keys,
        )?;
        let app_clock = Arc::<DemoClock>::clone(&clock);
        let app = App::start_by(config, app_clock).await.context("Beckon does not start")?;
        let beckon = app.public_url().to_owned();
        teams.set_bot_endpoint(format!("{beckon}/api/messages"));

        let api =
            BeckonApi::new(http_client::build()?, beckon.clone(), keys.channel.secret.clone());
        let mut agents = Vec::with_capacity(people.len());
        for person in people {
            install(&person).await?;
            agents.push(Agent { person });
        }
        let page_keys = PageKeys {
            agents: keys.agents.iter().map(|key| key.secret.clone()).collect(),
            results: keys.results.secret.clone(),
        };
        let doors = Doors::new(api.clone(), beckon.clone(), page_keys);
        doors.open().await?;
        let days = Days::new(Passing::new(clock, app.engine().clone()));
        let fake_teams = teams.url().to_owned();
        let customers = Customers::new(api, ACCOUNT);
        let state = Arc::new(DemoState { teams, agents, customers, doors, days });
        let server = Server::start(args.port, state).await.context("the page cannot be served")?;
        let addresses = Addresses { demo: server.url.clone(), beckon, fake_teams };
        Ok(Self { addresses, server, app, data })
    }

    /// Where everything listens.
    pub(crate) fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Stops everything, in the order in which nobody misses anybody.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.server.stop().await?;
        self.app.stop().await;
        self.data.close()
    }
}

async fn install(person: &Person) -> anyhow::Result<()> {
    let deliveries = person.install_bot().await?;
    let accepted = deliveries.iter().all(fake_teams::Delivery::accepted);
    ensure!(accepted, "Beckon refused the installation by {}: {deliveries:?}", person.name());
    Ok(())
}

impl Data {
    fn open(folder: Option<&Path>) -> anyhow::Result<Self> {
        let Some(folder) = folder else {
            let temporary = tempfile::Builder::new().prefix("beckon-demo-").tempdir();
            return Ok(Self::Temporary(temporary.context("no temporary folder can be made")?));
        };
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Self::Kept(folder.to_owned()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(folder) => folder,
            Self::Temporary(folder) => folder.path(),
        }
    }

    fn close(self) -> anyhow::Result<()> {
        match self {
            Self::Kept(_) => Ok(()),
            Self::Temporary(folder) => folder.close().context("the data cannot be removed"),
        }
    }
}

#[cfg(test)]
mod tests;
