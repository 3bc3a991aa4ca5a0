//! What all nodes together may send to a tenant.
//!
//! The platform counts an app's requests to a tenant in a sliding second, whichever node they come
//! from. Nodes therefore take *slices*: so many sends, to be used within so long. A slice counts
//! from when it is taken until its last send has left the platform's window; so whatever the nodes
//! do with their slices, no window ever sees more than the limit.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;

/// A budget that several nodes take from.
#[async_trait]
pub trait SendBudget: Send + Sync {
    /// Takes a slice for a tenant.
    ///
    /// # Errors
    /// [`StoreError`]; something may have been taken then, which nobody uses.
    async fn take(
        &self,
        tenant: &str,
        limits: SendLimits,
        wanted: SendsWanted,
    ) -> Result<SendsGiven, StoreError>;

    /// Gives nothing for this tenant for so long: the platform asked to wait.
    ///
    /// # Errors
    /// [`StoreError`]; the other nodes find out by themselves then.
    async fn pause(&self, tenant: &str, pause: Duration) -> Result<(), StoreError>;
}

/// How much a tenant may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendLimits {
    /// Sends in any window, at least 1.
    pub total: u32,
    /// Background work is given something only while fewer than these are in the window: the rest
    /// stays free for what people wait for.
    pub background: u32,
    /// The length of the window, with what the network may push together.
    pub window: Duration,
}

/// What a node asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendsWanted {
    /// Sends that people wait for.
    pub interactive: u32,
    /// Sends that nobody waits for.
    pub background: u32,
    /// Within how long of asking it uses them.
    pub lasts: Duration,
}

/// What it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendsGiven {
    /// When, by the budget's clock.
    pub at: Timestamp,
    /// For what people wait for.
    pub interactive: Portion,
    /// For background work.
    pub background: Portion,
}

/// Some sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// How many; no more than was wanted.
    pub sends: u32,
    /// For how long it is no use to ask for more.
    pub wait: Duration,
}

/// The budget of one tenant: a pure function of what was taken and the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// The slices that count, and until when.
    pub slices: Vec<(Timestamp, u32)>,
    /// Nothing is given before.
    pub paused_until: Timestamp,
}

impl Bucket {
    /// Takes a slice at `now`.
    pub fn take(&mut self, now: Timestamp, limits: SendLimits, wanted: SendsWanted) -> SendsGiven {
        self.slices.retain(|(until, _)| *until > now);
        if self.paused_until > now {
            let nothing = Portion { sends: 0, wait: between(now, self.paused_until) };
            return SendsGiven { at: now, interactive: nothing, background: nothing };
        }
        let used = self.used();
        let interactive = wanted.interactive.min(limits.total.saturating_sub(used));
        let left = limits.background.saturating_sub(used.saturating_add(interactive));
        let background = wanted.background.min(left);
        if interactive + background > 0 {
            let counts = wanted.lasts.saturating_add(limits.window);
            let until = now.checked_add(counts).unwrap_or(Timestamp::MAX);
            self.slices.push((until, interactive + background));
        }
        let portion = |sends, limit| Portion { sends, wait: self.wait(now, limit) };
        SendsGiven {
            at: now,
            interactive: portion(interactive, limits.total),
            background: portion(background, limits.background),
        }
    }

    /// Gives nothing before `until`.
    pub fn pause(&mut self, until: Timestamp) {
        self.paused_until = self.paused_until.max(until);
    }

    fn used(&self) -> u32 {
        self.slices.iter().fold(0, |used, (_, sends)| used.saturating_add(*sends))
    }

    /// How long until fewer than `limit` count.
    fn wait(&self, now: Timestamp, limit: u32) -> Duration {
        let mut used = self.used();
        let mut slices = self.slices.clone();
        slices.sort_unstable();
        let mut free_at = now;
        for (until, sends) in slices {
            if used < limit {
                break;
            }
            used -= sends;
            free_at = until;
        }
        between(now, free_at)
    }
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
