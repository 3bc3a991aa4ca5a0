//! The limiter as the rest of the crate sees it: decide at once, or wait in line.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use super::config::{LimiterConfig, LimiterConfigError, Rules};
use super::grants::TenantGrants;
use super::queue::Queue;
use super::shards::Shards;
use super::tenant::{Ask, Context, Decision, Scope, Tenant};
use super::window::Moment;

/// How often idle conversations are looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// A shorter advice than this would only be a busy loop on the caller's side.
const SHORTEST_RETRY: Duration = Duration::from_secs(1);

/// Pause before a line whose driver is gone forms anew, so that it cannot become a busy loop.
const REGROUP: Duration = Duration::from_millis(1);

/// No `Retry-After` silences a conversation for longer.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Holds requests back just long enough that Teams does not throttle the bot.
///
/// Cheap to clone: all clones share one state. See the [module](super) for the rules.
#[derive(Debug, Clone)]
pub struct Limiter {
    inner: Arc<Inner>,
}

/// The windows stay closed for longer than the caller wants to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rate limits of Teams leave no room for another {retry_after:?}")]
pub struct Busy {
    /// When it is worth asking again; at least a second.
    pub retry_after: Duration,
}

#[derive(Debug)]
struct Inner {
    rules: Rules,
    grants: Option<Arc<dyn TenantGrants>>,
    shards: Shards,
    /// Zero of [`Moment`]. Tokio's clock, so that paused time reaches the limiter.
    epoch: Instant,
    sweeping: AtomicBool,
}

impl Limiter {
    /// A limiter that keeps the tenants' windows itself: for one node.
    ///
    /// # Errors
    ///
    /// A window that could never open, see [`LimiterConfigError`].
    pub fn new(config: LimiterConfig) -> Result<Self, LimiterConfigError> {
        Self::build(config, None)
    }

    /// A limiter that takes the tenants' budget from `grants`: for one node of a cluster.
    ///
    /// # Errors
    ///
    /// A window that could never open, see [`LimiterConfigError`].
    pub fn with_grants(
        config: LimiterConfig,
        grants: Arc<dyn TenantGrants>,
    ) -> Result<Self, LimiterConfigError> {
        Self::build(config, Some(grants))
    }

    fn build(
        config: LimiterConfig,
        grants: Option<Arc<dyn TenantGrants>>,
    ) -> Result<Self, LimiterConfigError> {
        Ok(Self {
            inner: Arc::new(Inner {
                rules: Rules::try_from(config)?,
                grants,
                shards: Shards::new(),
                epoch: Instant::now(),
                sweeping: AtomicBool::new(false),
            }),
        })
    }

    /// The decision core by itself, without waiting and without a clock: counts the request if
    /// it may go at `now`, ahead of any waiters.
    ///
    /// `now` counts from the making of the limiter and must not run backwards. Whoever uses
    /// only this calls [`sweep_at`](Self::sweep_at) once in a while.
    pub fn decide_at(&self, ask: Ask<'_>, now: Moment) -> Decision {
        self.inner.shards.with(ask.tenant, |tenant| tenant.decide(self.inner.context(now), ask))
    }

    /// Forgets everything that no window can see at `now`. Runs by itself every minute once
    /// [`acquire`](Self::acquire) was used.
    pub fn sweep_at(&self, now: Moment) {
        self.inner.shards.sweep(&self.inner.rules, now);
    }

    /// Waits until the request may go, in order of priority and arrival; it is then counted.
    /// Returns how long it waited.
    ///
    /// Dropping the future gives up the place in the line.
    pub async fn acquire(&self, ask: Ask<'_>) -> Duration {
        let Some(mut waiting) = self.enter(ask) else { return Duration::ZERO };
        let since = Instant::now();
        let first = waiting.scope;
        // An error is no grant: whoever drove the queue is gone, and the queue with it, for
        // instance because its runtime was shut down. The line forms anew.
        while waiting.granted.await.is_err() {
            tokio::time::sleep(REGROUP).await;
            match self.enter(ask) {
                Some(again) => waiting = again,
                None => break,
            }
        }
        let waited = since.elapsed();
        let scope = match first {
            Some(Scope::Conversation) => "conversation",
            Some(Scope::Tenant) => "tenant",
            None => "queue",
        };
        metrics::histogram!("botframework_limiter_wait_seconds", "scope" => scope).record(waited);
        waited
    }

    /// Waits as [`acquire`](Self::acquire) does, but not longer than `patience`.
    ///
    /// # Errors
    ///
    /// [`Busy`], at once if the wait is known to be longer. Nothing was counted.
    pub async fn acquire_within(&self, ask: Ask<'_>, patience: Duration) -> Result<Duration, Busy> {
        let busy = |wait: Duration| Busy { retry_after: wait.max(SHORTEST_RETRY) };
        let wait = self.earliest(ask);
        if wait > patience {
            return Err(busy(wait));
        }
        let waited = tokio::time::timeout(patience, self.acquire(ask)).await;
        waited.map_err(|_| busy(self.earliest(ask)))
    }

    /// How long the request has to wait if nobody else asks for anything.
    fn earliest(&self, ask: Ask<'_>) -> Duration {
        let (now, inner) = (self.inner.now(), &*self.inner);
        let keeps_budget = inner.grants.is_none();
        inner
            .shards
            .peek(ask.tenant, |tenant| tenant.earliest(&inner.rules, keeps_budget, ask))
            .map_or(Duration::ZERO, |moment| moment.since(now))
    }

    /// Teams answered 429 to a request: holds its conversation, or the tenant when several of
    /// its conversations are throttled at once, for `retry_after`.
    ///
    /// A wait of more than an hour is taken for an hour.
    pub fn throttled(&self, ask: Ask<'_>, retry_after: Duration) {
        let now = self.inner.now();
        let until = now.after(retry_after.min(LONGEST_PAUSE));
        let widespread =
            self.inner.shards.with(ask.tenant, |tenant| tenant.throttled(ask, now, until));
        if widespread && let Some(grants) = &self.inner.grants {
            grants.paused(ask.tenant, now, until);
        }
        metrics::counter!("botframework_limiter_throttled_total").increment(1);
        self.start_sweeper();
    }

    /// Conversations remembered at this moment: those used within the last hour.
    pub fn tracked_conversations(&self) -> usize {
        self.inner.shards.tracked()
    }

    /// Grants at once, or queues the request and makes sure that somebody drives the queue.
    fn enter(&self, ask: Ask<'_>) -> Option<Waiting> {
        let now = self.inner.now();
        let context = self.inner.context(now);
        let (waiting, drive) = self.inner.shards.with(ask.tenant, |tenant| {
            let Some(queue) = &mut tenant.queue else {
                // Nobody is in line: no turn to wait for.
                let Decision::Wait { scope, .. } = tenant.decide(context, ask) else {
                    return (None, None);
                };
                let mut queue = Queue::default();
                let granted = queue.push(ask);
                let changed = Arc::clone(&queue.changed);
                tenant.queue = Some(Box::new(queue));
                return (Some(Waiting { granted, scope: Some(scope) }), Some(changed));
            };
            let granted = queue.push(ask);
            // The driver decides, in order; it finds the new one at its next look.
            queue.changed.notify_one();
            (Some(Waiting { granted, scope: None }), None)
        });
        if let Some(changed) = drive {
            let inner = Arc::clone(&self.inner);
            tokio::spawn(Driver { inner, tenant: ask.tenant.into(), changed }.run());
        }
        self.start_sweeper();
        waiting
    }

    /// Starts the task that forgets idle conversations, unless it runs.
    fn start_sweeper(&self) {
        // The plain load keeps the fast path free of writes to a shared cache line.
        let sweeping = &self.inner.sweeping;
        if !sweeping.load(Ordering::Relaxed) && !sweeping.swap(true, Ordering::AcqRel) {
            let duty = SweepDuty { inner: Arc::downgrade(&self.inner) };
            tokio::spawn(sweep(duty));
        }
    }
}

impl Inner {
    fn now(&self) -> Moment {
        Moment::default().after(self.epoch.elapsed())
    }

    fn context(&self, now: Moment) -> Context<'_> {
        Context { rules: &self.rules, grants: self.grants.as_deref(), now }
    }

    /// One look at a tenant's queue: grants what may go, removes the queue when it is empty.
    /// `None` means that nobody waits any more.
    fn pump(&self, name: &str) -> Option<Moment> {
        let context = self.context(self.now());
        self.shards.with(name, |tenant: &mut Tenant| {
            let mut queue = tenant.queue.take()?;
            let next = queue.pump(tenant, name, context);
            if !queue.is_empty() {
                tenant.queue = Some(queue);
            }
            next
        })
    }
}

/// A place in the line.
#[derive(Debug)]
struct Waiting {
    granted: oneshot::Receiver<()>,
    /// What held it back on arrival; `None` if others were in line before it.
    scope: Option<Scope>,
}

/// Drives one tenant's queue until it is empty. Exactly one runs for each queue: whoever makes
/// the queue starts it, and it ends in the same locked step that removes the queue.
#[derive(Debug)]
struct Driver {
    inner: Arc<Inner>,
    tenant: Box<str>,
    /// The queue's own: tells it from a later queue of the tenant.
    changed: Arc<Notify>,
}

impl Driver {
    async fn run(self) {
        while let Some(next) = self.inner.pump(&self.tenant) {
            let at = self.inner.epoch + Duration::from_nanos(next.as_nanos());
            tokio::select! {
                () = tokio::time::sleep_until(at) => {}
                () = self.changed.notified() => {}
            }
        }
    }
}

impl Drop for Driver {
    /// Takes the queue along if it is still there: nobody would drive it any more. Those who
    /// wait in it notice and form a new one.
    fn drop(&mut self) {
        let orphaned = self.inner.shards.with(&self.tenant, |tenant| {
            let own = |queue: &mut Box<Queue>| Arc::ptr_eq(&queue.changed, &self.changed);
            tenant.queue.take_if(own)
        });
        // Wakes the waiters, so not under the lock.
        drop(orphaned);
    }
}

/// The duty to sweep, which one task has at a time. Whoever is dropped with it, such as by the end
/// of its runtime, leaves it to the next who comes.
#[derive(Debug)]
struct SweepDuty {
    inner: Weak<Inner>,
}

impl SweepDuty {
    /// Another has the duty, or nobody needs to.
    fn hand_over(mut self) {
        self.inner = Weak::new();
    }
}

impl Drop for SweepDuty {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.upgrade() {
            inner.sweeping.store(false, Ordering::Release);
        }
    }
}

/// Forgets idle conversations every minute, and ends when nothing is left or the limiter is
/// gone: an idle limiter costs no wake-ups.
async fn sweep(duty: SweepDuty) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        let Some(inner) = duty.inner.upgrade() else { return };
        inner.shards.sweep(&inner.rules, inner.now());
        metrics::gauge!("botframework_limiter_conversations").set(inner.shards.tracked() as f64);
        if inner.shards.is_empty() {
            inner.sweeping.store(false, Ordering::Release);
            // Somebody may have come between the look and the store, seen the flag still up
            // and not started a sweeper: take the duty back if so.
            if inner.shards.is_empty() || inner.sweeping.swap(true, Ordering::AcqRel) {
                return duty.hand_over();
            }
        }
    }
}

#[cfg(test)]
mod tests;
