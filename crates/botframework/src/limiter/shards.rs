//! The tenants, spread over locks.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::config::Rules;
use super::tenant::Tenant;
use super::window::Moment;

/// A power of two well above the number of threads, so that two of them seldom meet.
const SHARDS: usize = 64;

type Tenants = HashMap<Box<str>, Tenant, RandomState>;

/// All tenants. One tenant lives in one shard, so whatever concerns it happens under one lock.
#[derive(Debug)]
pub(crate) struct Shards {
    hasher: RandomState,
    shards: Box<[Mutex<Tenants>]>,
}

impl Shards {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::default(),
            shards: (0..SHARDS).map(|_| Mutex::new(Tenants::default())).collect(),
        }
    }

    fn lock(&self, name: &str) -> MutexGuard<'_, Tenants> {
        // The upper half of the hash: the map inside the shard uses the lower one.
        let shard = (self.hasher.hash_one(name) >> 32) as usize % SHARDS;
        lock(&self.shards[shard])
    }

    /// Runs `work` on the tenant, which is made if it is not known yet.
    pub(crate) fn with<R>(&self, name: &str, work: impl FnOnce(&mut Tenant) -> R) -> R {
        let mut tenants = self.lock(name);
        if let Some(tenant) = tenants.get_mut(name) {
            return work(tenant);
        }
        work(tenants.entry(name.into()).or_default())
    }

    /// Looks at the tenant, if it is known.
    pub(crate) fn peek<R>(&self, name: &str, look: impl FnOnce(&Tenant) -> R) -> Option<R> {
        self.lock(name).get(name).map(look)
    }

    /// Forgets tenants and conversations that no window can see any more.
    ///
    /// One shard is locked at a time: a request waits for the sweep of a 64th at most.
    pub(crate) fn sweep(&self, rules: &Rules, now: Moment) {
        for shard in &self.shards {
            let mut tenants = lock(shard);
            tenants.retain(|_, tenant| !tenant.sweep(rules, now));
            let keep = tenants.len().saturating_mul(2);
            tenants.shrink_to(keep);
        }
    }

    /// Whether no tenant is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.shards.iter().all(|shard| lock(shard).is_empty())
    }

    /// Conversations known, over all tenants.
    pub(crate) fn tracked(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| lock(shard).values().map(Tenant::tracked).sum::<usize>())
            .sum()
    }
}

/// A panic inside the lock cannot leave a window half counted (grants are recorded last), so a
/// poisoned lock is used on.
fn lock(shard: &Mutex<Tenants>) -> MutexGuard<'_, Tenants> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
