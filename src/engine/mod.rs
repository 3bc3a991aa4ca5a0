//! The engine: runs commands, and the tasks that react to what they changed.
//!
//! ```text
//!  execute ──► store (one transaction) ──► Signals ──► matcher    offers what waits
//!                                                 ├──► timers     fires what is due
//!                                                 ├──► dispatcher sends cards that are not true
//!                                                 ├──► lanes      send messages and notices in order
//!                                                 ├──► follow-ups carry on what a command began
//!                                                 ├──► upkeep     feed, pruning, gauges
//!                                     a day begins ──► sweep      ends what is silent
//!                                                 └──► pages that wait for news
//! ```
//!
//! Signals only hurry: each task looks at the store again after a few seconds anyway, so a lost
//! signal, a crash or another node's write costs time and never a change.

mod by_lane;
pub mod crash;
mod dispatcher;
mod execute;
mod follow_ups;
mod in_flight;
mod join;
mod keep;
mod lanes;
mod matcher;
mod prune;
mod scope;
mod signals;
mod sweep;
mod tenure;
mod timers;
mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{CommandId, TenantId};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::by_lane::ByLane;
pub(crate) use self::dispatcher::pause;
pub use self::dispatcher::{CardSender, Delivery};
pub use self::execute::{Executed, Executor, Wakes};
use self::keep::keep;
pub(crate) use self::lanes::room_given_up;
pub use self::lanes::{EffectSender, Sent};
pub use self::prune::{Removed, Retention, prune};
pub use self::signals::{Signals, Subscription, Topic};
pub(crate) use self::sweep::request as sweeping;
pub use self::sweep::request::{SilentSession, SweepPage, SweepPlan};
use crate::clock::SharedClock;
use crate::directory::Directory;
use crate::store::{Class, ExecuteError, NodeId, Request, Slot, Store, StoreError};

/// One turn of each task, for callers that make time pass themselves: simulations.
pub mod turn {
    pub use super::dispatcher::drain as cards;
    pub use super::follow_ups::pass as follow_ups;
    pub use super::lanes::drain as effects;
    pub use super::matcher::pass as offers;
    pub use super::sweep::pass as sweep;
    pub use super::timers::fire_due as timers;
    pub use super::upkeep::pass as upkeep;
    pub use super::upkeep::sequenced as feed;
}

/// How often each task looks at the store without having been told to (D4).
const SAFETY_SCAN: Duration = Duration::from_secs(5);

/// The parts that everything else works with.
#[derive(Clone)]
pub struct Engine {
    store: Arc<dyn Store>,
    directory: Arc<Directory>,
    clock: SharedClock,
    signals: Arc<Signals>,
    node: NodeId,
    /// Since when it could have sent what waits.
    began: Timestamp,
    retention: Retention,
    /// Commands that outlive the one who waits for them.
    detached: TaskTracker,
}

/// What the tasks send with.
#[derive(Clone)]
pub struct Senders {
    /// Puts cards on display.
    pub cards: Arc<dyn CardSender>,
    /// Delivers what is in the lanes.
    pub effects: Arc<dyn EffectSender>,
}

/// A stop in two stages.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// Begin nothing new; finish what is in hand.
    pub gently: CancellationToken,
    /// Let go of what is in hand: whatever became of it, it is found again, and the attempt does
    /// not count.
    pub at_once: CancellationToken,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("node", &self.node).finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine over an open store. `signals` are the ones that the store reports its commits to.
    pub fn new(
        store: Arc<dyn Store>,
        directory: Arc<Directory>,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Self {
        let node = NodeId(clock.new_id());
        let (retention, detached) = (Retention::default(), TaskTracker::new());
        let began = clock.now();
        Self { store, directory, clock, signals, node, began, retention, detached }
    }

    /// The same, keeping things for as long as this says.
    #[must_use]
    pub fn with_retention(self, retention: Retention) -> Self {
        Self { retention, ..self }
    }

    /// Carries out a command. When this returns, its effect is durable.
    ///
    /// # Errors
    /// [`ExecuteError`]; nothing was written then, unless a commit's outcome is unknown. The same
    /// envelope can be sent again in every case.
    pub async fn execute(&self, envelope: Envelope) -> Result<Executed, ExecuteError> {
        self.store.execute(Request::call(envelope)).await
    }

    /// Carries out a command for somebody who waits no longer than `deadline`. It is carried out
    /// all the same when they go away.
    ///
    /// # Errors
    /// [`ExecuteError::UnderWay`] when the time was up and it had been begun: say "working on it".
    /// [`ExecuteError::Cancelled`] when it had not: nothing was done and nothing will be; say
    /// "busy, try again". Else as [`Engine::execute`].
    pub async fn execute_within(
        &self,
        envelope: Envelope,
        deadline: Duration,
    ) -> Result<Executed, ExecuteError> {
        let slot = Arc::new(Slot::default());
        let request = Request::call(envelope).with_slot(Arc::clone(&slot));
        let store = Arc::clone(&self.store);
        let execution = self.detached.spawn(async move { store.execute(request).await });
        tokio::select! {
            biased;
            done = execution => done.unwrap_or(Err(StoreError::Unavailable("it was cut off").into())),
            () = tokio::time::sleep(deadline) => {
                Err(if slot.cancel() { ExecuteError::Cancelled } else { ExecuteError::UnderWay })
            }
        }
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
    pub fn start(&self, senders: Senders, tasks: &TaskTracker, stop: &Stop) {
        let Senders { cards, effects } = senders;
        let begin = |name, run: fn(Self, CancellationToken) -> BoxFuture<'static, ()>| {
            let (engine, stop) = (self.clone(), stop.gently.clone());
            tasks.spawn(keep(name, move || run(engine.clone(), stop.clone())));
        };
        begin("matcher", |engine, stop| Box::pin(matcher::run(engine, stop)));
        begin("timers", |engine, stop| Box::pin(timers::run(engine, stop)));
        begin("follow-ups", |engine, stop| Box::pin(follow_ups::run(engine, stop)));
        begin("feed", |engine, stop| Box::pin(upkeep::sequence(engine, stop)));
        begin("upkeep", |engine, stop| Box::pin(upkeep::run(engine, stop)));
        begin("sweep", |engine, stop| Box::pin(sweep::run(engine, stop)));
        let cards = dispatcher::Dispatcher::new(self, cards, tasks, stop);
        let lanes = lanes::Lanes::new(self, effects, tasks, stop);
        for class in Class::ALL {
            let (cards, lanes) = (cards.clone(), lanes.clone());
            tasks.spawn(keep("cards", move || cards.clone().run(class)));
            tasks.spawn(keep("lanes", move || lanes.clone().run(class)));
        }
    }

    /// Waits for detached commands and gives back what this node had claimed. To be called when
    /// the tasks have ended, before the store is closed.
    ///
    /// # Errors
    /// [`StoreError`]; the leases then run out by themselves.
    pub async fn release(&self) -> Result<(), StoreError> {
        self.detached.close();
        self.detached.wait().await;
        self.store.release(self.node).await
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
