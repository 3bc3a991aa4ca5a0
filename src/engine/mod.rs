//! The engine: runs commands, and the tasks that react to what they changed.
//!
//! ```text
//!  execute ──► store (one transaction) ──► Signals ──► matcher    offers what waits
//!                                                 ├──► timers     fires what is due
//!                                                 ├──► dispatcher sends cards that are not true
//!                                                 └──► pages that wait for news
//! ```
//!
//! Signals only hurry: each task looks at the store again after a few seconds anyway, so a lost
//! signal, a crash or another node's write costs time and never a change.

mod dispatcher;
mod execute;
mod matcher;
mod signals;
mod timers;

use std::sync::Arc;
use std::time::Duration;

use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{CommandId, TenantId};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use self::dispatcher::pause;
pub use self::dispatcher::{CardSender, Delivery};
pub use self::execute::{Executed, Executor, Wakes};
pub use self::signals::{Signals, Subscription, Topic};
use crate::clock::SharedClock;
use crate::directory::Directory;
use crate::store::{ExecuteError, Store};

/// How often each task looks at the store without having been told to (D4).
const SAFETY_SCAN: Duration = Duration::from_secs(5);

/// The parts that everything else works with.
#[derive(Clone)]
pub struct Engine {
    store: Arc<dyn Store>,
    directory: Arc<Directory>,
    clock: SharedClock,
    signals: Arc<Signals>,
}

impl Engine {
    /// An engine over an open store. `signals` are the ones that the store reports its commits to.
    pub fn new(
        store: Arc<dyn Store>,
        directory: Arc<Directory>,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Self {
        Self { store, directory, clock, signals }
    }

    /// Carries out a command. When this returns, its effect is durable.
    ///
    /// # Errors
    /// [`ExecuteError`]; nothing was written then, unless a commit's outcome is unknown. The same
    /// envelope can be sent again in every case.
    pub async fn execute(&self, envelope: Envelope) -> Result<Executed, ExecuteError> {
        self.store.execute(envelope, None).await
    }

    /// Carries out a command that is new by nature: it gets a key of its own.
    ///
    /// # Errors
    /// As [`Engine::execute`].
    pub async fn execute_new(
        &self,
        tenant: TenantId,
        command: Command,
    ) -> Result<Executed, ExecuteError> {
        let id = CommandId(format!("new:{}", self.clock.new_id()));
        self.execute(Envelope { tenant, id, command }).await
    }

    /// The store, for reads.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Who there is.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The clock.
    pub fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// What changed, for pages that wait.
    pub fn signals(&self) -> &Arc<Signals> {
        &self.signals
    }

    /// Starts the tasks. They end after `stop`, each when what it has in hand is done.
    pub fn start(&self, cards: Arc<dyn CardSender>, tasks: &TaskTracker, stop: &CancellationToken) {
        tasks.spawn(matcher::run(self.clone(), stop.clone()));
        tasks.spawn(timers::run(self.clone(), stop.clone()));
        tasks.spawn(dispatcher::run(self.clone(), cards, tasks.clone(), stop.clone()));
    }
}

/// Waits for a signal, for the time when something is due, or for the safety scan. False: stop.
async fn rest(
    engine: &Engine,
    signal: &tokio::sync::Notify,
    due: Option<jiff::Timestamp>,
    stop: &CancellationToken,
) -> bool {
    let until_due = due.map(|due| {
        let left = due.duration_since(engine.clock.now());
        // A millisecond more: the timer must be due when it is looked at.
        Duration::try_from(left).unwrap_or_default() + Duration::from_millis(1)
    });
    let pause = until_due.unwrap_or(SAFETY_SCAN).min(SAFETY_SCAN);
    tokio::select! {
        biased;
        () = stop.cancelled() => false,
        () = signal.notified() => true,
        () = tokio::time::sleep(pause) => true,
    }
}
