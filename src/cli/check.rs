//! `beckon check`.

use std::path::Path;

use anyhow::Context as _;

use crate::app;
use crate::config::{self, Config, ProcessEnvironment};
use crate::store::sqlite::{self, Inspection};
use crate::teams::cards::Cards;

/// Checks the configuration, the cards and the store, and says what it found. The process ends
/// with 0 when Beckon can start, warnings or not, and with 1 when it cannot.
pub(super) fn run(path: &Path) -> anyhow::Result<()> {
    let config = Config::load(path, &ProcessEnvironment)?;
    Cards::new(config.server.public_url(config.server.bind))?;
    app::teams(&config)?;
    let folder = config.store.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        anyhow::bail!("store.path: there is no folder {}; make it", folder.display());
    }
    super::print(&store(&config.store)?)?;
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

/// What there is to say about the store; each kind of store has its own.
fn store(config: &config::Store) -> anyhow::Result<String> {
    let path = config.path.display();
    let found = sqlite::inspect(&config.path).with_context(|| format!("store.path: {path}"))?;
    Ok(match found {
        None => format!("store {path}: it is made at the first start"),
        Some(Inspection { schema, known }) if schema < known => {
            format!("store {path}: schema {schema}; the next start brings it to {known}")
        }
        Some(Inspection { schema, .. }) => format!("store {path}: schema {schema}"),
    })
}
