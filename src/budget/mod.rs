//! A node's part of what all nodes together may send to a tenant.
//!
//! The limiter asks under its lock and must be answered from memory. So a node keeps a slice of the
//! shared budget in its hand for a moment, and gets the next one in the background when somebody
//! wants to send and the hand is empty. A slice grows with the demand: a node that sends one card
//! now and then holds one send, one that floods a quarter of the tenant's second.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use botframework::limiter::{LimiterConfig, Moment, Priority, TenantGrants};
use tokio::time::Instant;

use crate::store::sends::{Portion, SendBudget, SendLimits, SendsGiven, SendsWanted};

/// Per cent of what a tenant may be sent that stays free for what people wait for: half, so that
/// however much the sweep left to be repainted, half a second's worth leaves at once (P6).
const RESERVED: u8 = 50;
/// For how long a slice is good, from when it is asked for. Longer ones waste more of the budget:
/// a slice counts for as long, and a second.
const LASTS: Duration = Duration::from_millis(150);
/// The longest slice, for a store that takes long to answer.
const LONGEST: Duration = Duration::from_secs(5);
/// When the limiter asks again while a slice is on its way.
const ON_ITS_WAY: Duration = Duration::from_millis(2);
/// Who was given the last of what there was lets the others ask before them.
const COURTESY: Duration = Duration::from_millis(5);
/// When a store that could not answer is asked again.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// The limits that Beckon keeps in each tenant: those of the platform, half of them for live traffic
/// alone.
pub fn limits() -> LimiterConfig {
    LimiterConfig { reserved_percent: RESERVED, ..LimiterConfig::default() }
}

/// The grants of a node, out of a shared budget.
pub struct SharedBudget {
    inner: Arc<Inner>,
}

struct Inner {
    store: Arc<dyn SendBudget>,
    limits: SendLimits,
    purses: Mutex<HashMap<Box<str>, Purse>>,
}

/// What a node has for a tenant: for what people wait for, and for background work.
#[derive(Default)]
struct Purse {
    hands: [Hand; 2],
    fetching: bool,
    /// How long the store took to answer.
    journey: Duration,
}

#[derive(Default)]
struct Hand {
    left: u32,
    /// How many it had at first.
    given: u32,
    until: Moment,
    closed_until: Moment,
    wished: bool,
}

impl fmt::Debug for SharedBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedBudget").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}

impl SharedBudget {
    /// Grants out of this store, within the tenant's limits of this configuration.
    pub fn new(store: Arc<dyn SendBudget>, config: &LimiterConfig) -> Self {
        let limits = SendLimits {
            total: config.tenant_per_second.max(1),
            background: config.background_per_second(),
            window: Duration::from_secs(1).saturating_add(config.margin),
        };
        Self { inner: Arc::new(Inner { store, limits, purses: Mutex::default() }) }
    }
}

impl TenantGrants for SharedBudget {
    fn try_take(&self, tenant: &str, priority: Priority, now: Moment) -> Result<(), Moment> {
        let mut purses = self.inner.purses();
        if !purses.contains_key(tenant) {
            purses.insert(tenant.into(), Purse::default());
        }
        let Some(purse) = purses.get_mut(tenant) else { return Err(now.after(ON_ITS_WAY)) };
        if purse.take(priority, now) {
            return Ok(());
        }
        let hand = &mut purse.hands[place(priority)];
        if hand.closed_until > now {
            return Err(hand.closed_until);
        }
        hand.wished = true;
        if !purse.fetching {
            let wanted = purse.wanted(self.inner.limits, now);
            purse.fetching = true;
            let (inner, started) = (Arc::clone(&self.inner), Instant::now());
            let fetching = Fetching { inner, tenant: tenant.into(), started };
            tokio::spawn(fetching.run(wanted, now));
        }
        Err(now.after(ON_ITS_WAY))
    }

    /// The limiter holds this node's own sends itself.
    fn paused(&self, tenant: &str, now: Moment, until: Moment) {
        let (inner, tenant, pause) = (Arc::clone(&self.inner), tenant.to_owned(), until.since(now));
        tokio::spawn(async move {
            if let Err(error) = inner.store.pause(&tenant, pause).await {
                tracing::warn!(target: "budget", tenant, %error, "other nodes were not told to wait");
            }
        });
    }
}

impl Inner {
    fn purses(&self) -> MutexGuard<'_, HashMap<Box<str>, Purse>> {
        self.purses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(priority: Priority) -> usize {
    match priority {
        Priority::Interactive => 0,
        Priority::Background => 1,
    }
}

impl Purse {
    /// Takes one send. What people wait for may use background work's.
    fn take(&mut self, priority: Priority, now: Moment) -> bool {
        let [interactive, background] = &mut self.hands;
        match priority {
            Priority::Interactive => interactive.take(now) || background.take(now),
            Priority::Background => background.take(now),
        }
    }

    /// What to ask for: as much as was wished for and used last time, and more.
    fn wanted(&mut self, limits: SendLimits, now: Moment) -> SendsWanted {
        let most = (limits.total / 4).max(1);
        let [interactive, background] = &mut self.hands;
        SendsWanted {
            interactive: interactive.appetite(most, now),
            background: background.appetite(most, now),
            lasts: self.journey.saturating_mul(4).clamp(LASTS, LONGEST),
        }
    }
}

impl Hand {
    fn take(&mut self, now: Moment) -> bool {
        let has = self.left > 0 && self.until > now;
        self.left -= u32::from(has);
        has
    }

    fn appetite(&mut self, most: u32, now: Moment) -> u32 {
        if !std::mem::take(&mut self.wished) || (self.left > 0 && self.until > now) {
            return 0;
        }
        let used = self.given - self.left;
        (if self.left == 0 { used.saturating_mul(2) } else { used }).clamp(1, most)
    }

    fn fill(&mut self, portion: Portion, asked: Moment, lasts: Duration) {
        if !portion.wait.is_zero() {
            let after_you = if portion.sends > 0 { COURTESY } else { Duration::ZERO };
            self.closed_until = asked.after(portion.wait.saturating_add(after_you));
        }
        if portion.sends > 0 {
            *self = Self {
                left: portion.sends,
                given: portion.sends,
                until: asked.after(lasts),
                ..std::mem::take(self)
            };
        }
    }
}

/// A slice that is on its way.
struct Fetching {
    inner: Arc<Inner>,
    tenant: Box<str>,
    started: Instant,
}

impl Fetching {
    /// Gets what was wanted at `asked`. The slice is good from then: before the store gave it.
    async fn run(self, wanted: SendsWanted, asked: Moment) {
        let Inner { store, limits, .. } = &*self.inner;
        let given = store.take(&self.tenant, *limits, wanted).await;
        let mut purses = self.inner.purses();
        let Some(purse) = purses.get_mut(&self.tenant) else { return };
        purse.journey = self.started.elapsed();
        match given {
            Ok(SendsGiven { interactive, background, .. }) => {
                for (hand, portion) in purse.hands.iter_mut().zip([interactive, background]) {
                    hand.fill(portion, asked, wanted.lasts);
                }
            }
            Err(error) => {
                tracing::warn!(target: "budget", tenant = &*self.tenant, %error, "sends wait for the store");
                for hand in &mut purse.hands {
                    hand.closed_until = hand.closed_until.max(asked.after(AFTER_FAILURE));
                }
            }
        }
        drop(purses);
    }
}

impl Drop for Fetching {
    /// However it ended: the next one who wants to send may ask again.
    fn drop(&mut self) {
        if let Some(purse) = self.inner.purses().get_mut(&self.tenant) {
            purse.fetching = false;
        }
    }
}

#[cfg(test)]
mod tests;
