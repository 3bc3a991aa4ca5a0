//! `beckon check`.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{self, Config, ProcessEnvironment};
use crate::store::postgres::{Options, examine};
use crate::store::sqlite::{self, Inspection};
use crate::teams::cards::Cards;

/// Checks the configuration, the cards and the store, and says what it found. The process ends
/// with 0 when Beckon can start, warnings or not, and with 1 when it cannot.
pub(super) async fn run(path: &Path) -> anyhow::Result<()> {
    let config = Config::load(path, &ProcessEnvironment)?;
    Cards::new(config.server.public_url(config.server.bind), config.looks()?)?;
    let teams = app::teams(&config, None)?;
    let clock: SharedClock = Arc::new(SystemClock);
    app::graph(&config, teams.connector.tokens(), &clock)?;
    store(&config.store).await?;
    for tenant in &config.tenants {
        super::print(&format!(
            "tenant {}: {} agents, {} services, {} channel accounts, {} keys",
            tenant.id,
            tenant.agents.len(),
            tenant.services.len(),
            tenant.accounts.len(),
            tenant.keys.len(),
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
    super::print(&format!("{} is valid", path.display()))
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
        Some(Inspection { schema, pending: 0 }) => format!("store {path}: schema {schema}"),
        Some(Inspection { schema, pending }) => {
            format!(
                "store {path}: schema {schema}; the next start brings it to {}",
                schema + pending
            )
        }
    })
}
