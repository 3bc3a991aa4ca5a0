//! `beckon check`.

use std::path::Path;

use crate::config::{Config, ProcessEnvironment};
use crate::teams::cards::Cards;

/// Checks the configuration and the cards, and says what it found.
pub(super) fn run(path: &Path) -> anyhow::Result<()> {
    let config = Config::load(path, &ProcessEnvironment)?;
    Cards::new(config.server.public_url(config.server.bind))?;
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
    if config.bot.secret.is_none() {
        super::print(
            "warning: BECKON_BOT_SECRET is not set; Teams is refused until it is (or \
             BECKON_BOT_SECRET_FILE)",
        )?;
    }
    super::print(&format!("{} is valid", path.display()))
}
