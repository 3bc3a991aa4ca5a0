//! `beckon check`.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use super::live;
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{self, Config, ProcessEnvironment, Tenant};
use crate::store::postgres::{Options, examine};
use crate::store::sqlite::{self, Inspection};
use crate::teams::cards::Cards;

/// Checks the configuration, the cards and the store, and says what it found. The process ends
/// with 0 when Beckon can start, warnings or not, and with 1 when it cannot; with `--live` then
/// with the code of the first step that failed.
pub(super) async fn run(path: &Path, options: &live::Options) -> anyhow::Result<ExitCode> {
    let config = Config::load(path, &ProcessEnvironment)?;
    Cards::new(config.server.public_url(config.server.bind), config.looks())?;
    let clock: SharedClock = Arc::new(SystemClock);
    let teams = app::teams(&config, None, &clock)?;
    app::graph(&config, teams.connector.tokens(), &clock)?;
    app::service_url(&config)?;
    store(&config.store).await?;
    for tenant in &config.tenants {
        super::print(&format!(
            "tenant {}: {}, {}, {}, {}",
            tenant.id,
            super::count(tenant.agents.len(), "agent"),
            super::count(tenant.services.len(), "service"),
            super::count(tenant.accounts.len(), "channel account"),
            super::count(tenant.keys.len(), "key"),
        ))?;
    }
    for service in config.tenants.iter().flat_map(|tenant| &tenant.services) {
        if service.members.is_empty() {
            super::print(&format!(
                "warning: service {} has no members; its customers wait for nobody",
                service.id
            ))?;
        }
    }
    if config.bot.secret.is_none() {
        super::print(
            "warning: BECKON_BOT_SECRET is not set; Teams is refused until it is (or \
             BECKON_BOT_SECRET_FILE)",
        )?;
    }
    for tenant in &config.tenants {
        super::print(&rooms(tenant))?;
    }
    super::print(&format!("{} is valid", path.display()))?;
    live::run(&config, options).await
}

/// Where the conversations of a tenant take place.
fn rooms(tenant: &Tenant) -> String {
    let missing = match &tenant.graph {
        None => "there is no [tenant.graph]",
        Some(graph) if graph.companions.is_empty() => "tenant.graph.companions is empty",
        Some(graph) => {
            let with = if graph.companions.len() == 1 { "one companion" } else { "two companions" };
            let app = graph.teams_app_id;
            return format!("rooms of tenant {}: in Teams, with {with}, as app {app}", tenant.id);
        }
    };
    format!("rooms of tenant {}: in My Sessions, for {missing}", tenant.id)
}

/// Looks whether the store is there and fit, and says what it found.
async fn store(section: &config::Store) -> anyhow::Result<()> {
    if let Some(url) = &section.url {
        let options = Options { url: url.clone(), pool_size: section.pool_size };
        let found = examine(&options, &SystemClock).await?;
        return super::print(&found.to_string());
    }
    let path = section.path.display();
    let folder = section.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        anyhow::bail!("store.path: there is no folder {}; make it", folder.display());
    }
    let found = sqlite::inspect(&section.path).with_context(|| format!("store.path: {path}"))?;
    super::print(&match found {
        None => format!("store {path}: it is made at the first start"),
        Some(Inspection { schema, newest }) if schema == newest => {
            format!("store {path}: schema {schema}")
        }
        Some(Inspection { schema, newest }) => {
            format!("store {path}: schema {schema}; the next start brings it to {newest}")
        }
    })
}
