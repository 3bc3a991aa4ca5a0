//! `beckon check`.

use std::path::Path;

use crate::app;
use crate::config::{Config, ProcessEnvironment};
use crate::teams::cards::Cards;

/// Checks the configuration and the cards, and says what it found.
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
