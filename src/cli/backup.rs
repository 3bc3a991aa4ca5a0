//! `beckon backup` and `beckon restore`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{CommandId, SessionId, TenantId};
use beckon_domain::session::Phase;
use clap::Args;

use super::{office, restored};
use crate::admin::{Answer, Question};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::directory::{Directory, Tenant};
use crate::engine::{Executor, Signals};
use crate::store::sqlite::{Restoration, Silenced, SqliteStore};
use crate::store::{Request, Store};

/// What to restore.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup.
    file: PathBuf,
    /// Take the place of a database that is there.
    #[arg(long)]
    force: bool,
}

/// Copies the database while the server runs, or while none does.
pub(super) async fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    // The server may run in another folder than we do.
    let file = std::path::absolute(file)?;
    match office::ask(config, Question::Backup { file: file.clone() }).await? {
        Answer::BackedUp { bytes } => {
            super::print(&format!("{} holds {}", file.display(), super::count(bytes, "byte")))
        }
        other => bail!("the server answered something else: {other:?}"),
    }
}

/// Puts a backup in the place of the database. What rang or waited when it was made is ended, and
/// what was on its way stays here: the world has gone on since, so nobody is rung and nothing is
/// told twice. Conversations go on where both sides left them, with clocks that begin anew.
pub(super) async fn restore(config: &Config, restore: &Restore) -> anyhow::Result<()> {
    if config.store.url.is_some() {
        bail!("a PostgreSQL database is restored with its own tools (pg_restore)");
    }
    let target = &config.store.path;
    let restoration = Restoration::begin(&restore.file, target, restore.force)
        .with_context(|| format!("cannot restore to {}", target.display()))?;
    let clock: SharedClock = Arc::new(SystemClock);
    let configured = app::directory(config);
    let ended = end_what_waits(&restoration, &configured, &clock).await?;
    let Silenced { effects, cards } = restoration.silence(clock.now())?;
    restoration.finish()?;
    super::print(&format!(
        "{} is restored. Ended, because they waited or rang: {}. Given up of the outbox (see `beckon \
         outbox list --dead`): {effects}. Not posted: {}.",
        target.display(),
        super::count(ended, "session"),
        super::count(cards, "card"),
    ))
}

/// Ends what waited or rang, by the rules; how many sessions.
async fn end_what_waits(
    restoration: &Restoration,
    configured: &Directory,
    clock: &SharedClock,
) -> anyhow::Result<usize> {
    // Of the settings only those of agents matter for an end: what they do from then on depends on
    // how they are reached. Of tenants that left the configuration everything is ended, too.
    let mut directory = Directory::default();
    let (store, tenants) = {
        let signals = Arc::new(Signals::default());
        // Opened once to bring its schema up to date, before its tenants are read.
        let path = restoration.draft();
        let open = |directory: Arc<Directory>| {
            let executor = Executor::new(directory);
            SqliteStore::open(path, executor, Arc::clone(clock), Arc::clone(&signals))
        };
        open(Arc::default())?.close().await;
        let tenants = restoration.tenants()?;
        for tenant in &tenants {
            let agents = configured.tenant(*tenant).map(Tenant::without_services);
            directory.insert(*tenant, agents.unwrap_or_default());
        }
        (open(Arc::new(directory))?, tenants)
    };
    let mut ended = 0;
    for tenant in tenants {
        for session in restoration.open_sessions(tenant)? {
            ended += usize::from(end(&store, clock, tenant, session).await?);
        }
    }
    restored::give_up_rooms(&store).await?;
    store.close().await;
    Ok(ended)
}

async fn end(
    store: &SqliteStore,
    clock: &SharedClock,
    tenant: TenantId,
    session: SessionId,
) -> anyhow::Result<bool> {
    let known = store.session(tenant, session).await?;
    let waits = known.is_some_and(|known| {
        matches!(known.phase, Phase::Flow | Phase::Waiting { .. } | Phase::Ringing { .. })
    });
    if waits {
        let id = CommandId(format!("new:{}", clock.new_id()));
        let envelope = Envelope { tenant, id, command: Command::AdminEnd { session, audit: None } };
        store.execute(Request::call(envelope)).await?;
    }
    Ok(waits)
}
