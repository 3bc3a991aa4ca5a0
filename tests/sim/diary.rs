//! What people remember: what they sent, and what they were told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use beckon::store::{DueTimer, NodeId};
use beckon_domain::command::{Envelope, Reply};
use beckon_domain::ids::{SessionId, TenantId};
use jiff::Timestamp;

/// Shared by everybody. It outlives a crash.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<Pages>>);

#[derive(Default)]
pub(crate) struct Pages {
    pub(crate) letters: Vec<Letter>,
    pub(crate) clicks: Vec<Click>,
    /// Timers that were seen due.
    pub(crate) timers: Vec<DueTimer>,
    /// What the reader of each tenant's feed has seen, with its place.
    pub(crate) feed: BTreeMap<TenantId, (u64, Vec<(SessionId, u64)>)>,
    /// Who was told to hold the lease, and until when.
    pub(crate) lease: Option<(NodeId, Timestamp)>,
}

/// A message that somebody sent.
#[derive(Clone)]
pub(crate) struct Letter {
    pub(crate) envelope: Envelope,
    pub(crate) text: String,
    pub(crate) fate: Fate,
    pub(crate) sent: Timestamp,
    /// Its sender may give up, and then does not come again.
    pub(crate) hasty: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fate {
    /// No answer.
    Unknown,
    /// It was stored there.
    Stored { session: SessionId, seq: u64 },
    /// Nothing was done, and nothing will be.
    Never,
    /// The rules refused it. A repeat that is under way may fare better.
    Refused,
}

/// A click that was delivered.
#[derive(Clone)]
pub(crate) struct Click {
    pub(crate) envelope: Envelope,
    pub(crate) told: Option<Reply>,
    /// Whether it was carried out there and then, not known from before.
    pub(crate) fresh: bool,
    pub(crate) at: Timestamp,
}

impl Diary {
    /// Never kept over an await.
    pub(crate) fn open(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
