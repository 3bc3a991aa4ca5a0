//! What the daily sweep asks of a store (P6): where silence may be, and how far it has come.

use async_trait::async_trait;
use beckon_domain::ids::{SessionId, TenantId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::StoreError;

/// The part of a [`Store`](super::Store) that the sweep works with.
#[async_trait]
pub trait SweepStore: Send + Sync {
    /// Open sessions of a tenant that may have been silent since `before`, those of the longest
    /// silence first, after a place. The store looks by the hour, so for some it may be less than
    /// an hour too early; none is left out.
    async fn silent_sessions(
        &self,
        tenant: TenantId,
        before: Timestamp,
        after: Option<SilentPlace>,
        limit: usize,
    ) -> Result<Vec<SilentPlace>, StoreError>;

    /// How many there are.
    async fn count_silent(&self, tenant: TenantId, before: Timestamp) -> Result<u64, StoreError>;

    /// How far the sweep of a tenant has come, and the version by which to change that. `None`: it
    /// was never looked at.
    async fn sweep(&self, tenant: TenantId) -> Result<Option<(SweepState, u64)>, StoreError>;

    /// Writes how far it has come, if nobody did since it was read: `seen` is the version that was
    /// read, 0 for none. False: somebody did, another node sweeps.
    async fn put_sweep(
        &self,
        tenant: TenantId,
        seen: u64,
        state: &SweepState,
    ) -> Result<bool, StoreError>;
}

/// The place of a session among those that may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SilentPlace {
    /// The beginning of the hour in which somebody wrote for the last time.
    pub hour: Timestamp,
    /// The session.
    pub session: SessionId,
}

/// How far the sweep of a tenant has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepState {
    /// The newest local date that is done. It and all before need no other run.
    pub done: Date,
    /// The run that has begun.
    pub run: Option<SweepRun>,
}

/// A run that has begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepRun {
    /// The local date that it is for.
    pub date: Date,
    /// When it began.
    pub began: Timestamp,
    /// What has been silent since then is looked at.
    pub before: Timestamp,
    /// The last place that was looked at; who takes over goes on behind it.
    pub after: Option<SilentPlace>,
    /// How many sessions it ended.
    pub ended: u64,
    /// How many it looked at and left alone, those included that could not be ended.
    pub spared: u64,
}
