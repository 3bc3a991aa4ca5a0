//! `beckon check`.

use std::path::Path;

use anyhow::Context as _;
use jiff::SignedDuration;

use crate::app;
use crate::clock::SystemClock;
use crate::config::{self, Config, ProcessEnvironment};
use crate::store::{postgres, sqlite};
use crate::teams::cards::Cards;

/// A difference of the clocks that an administrator should know of.
const SKEW: SignedDuration = SignedDuration::from_secs(1);

/// Checks the configuration, the cards and the store, and says what it found. The process ends
/// with 0 when Beckon can start, warnings or not, and with 1 when it cannot.
pub(super) async fn run(path: &Path) -> anyhow::Result<()> {
    let config = Config::load(path, &ProcessEnvironment)?;
    Cards::new(config.server.public_url(config.server.bind))?;
    app::teams(&config)?;
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

/// Says what there is to say about the store; each kind has its own.
async fn store(config: &config::Store) -> anyhow::Result<()> {
    let Some(url) = &config.url else { return file(config) };
    let options = postgres::Options { url: url.clone(), pool_size: config.pool_size };
    let found = postgres::inspect(&options, &SystemClock).await?;
    let pooled = if found.pooled { ", behind a pooler in transaction mode" } else { "" };
    super::print(&format!(
        "store {}: PostgreSQL {}{pooled}, {}, our clock is {:+.3} s ahead",
        found.place,
        found.server / 10_000,
        schema(found.schema, found.pending),
        found.skew.as_secs_f64(),
    ))?;
    if found.unsynced {
        super::print("warning: fsync is off there: a power cut can damage the database")?;
    }
    if found.skew.abs() > SKEW {
        super::print("warning: the clocks differ; let both follow a time server")?;
    }
    Ok(())
}

fn file(config: &config::Store) -> anyhow::Result<()> {
    let path = config.path.display();
    let folder = config.path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        anyhow::bail!("store.path: there is no folder {}; make it", folder.display());
    }
    let found = sqlite::inspect(&config.path).with_context(|| format!("store.path: {path}"))?;
    let state = found.map_or_else(
        || "it is made at the first start".to_owned(),
        |found| schema(found.schema, found.pending),
    );
    super::print(&format!("store {path}: {state}"))
}

fn schema(applied: usize, pending: usize) -> String {
    match pending {
        0 => format!("schema {applied}"),
        _ => format!("schema {applied}, the next start brings it to {}", applied + pending),
    }
}
