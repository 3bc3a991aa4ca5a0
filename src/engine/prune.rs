//! Retention: what is removed when, in which order.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Engine;
use crate::store::{Expired, StoreError};

/// For how long things are kept. What hangs on a session counts from its end; an open session loses
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Messages. Not longer than sessions.
    pub messages: SignedDuration,
    /// Sessions with their outcomes, events, reports and all the rest, and what agents did when.
    pub sessions: SignedDuration,
    /// Keys of commands, see [`Expired::Keys`].
    pub keys: SignedDuration,
    /// Deliveries that were given up. Not longer than the messages that they may refer to.
    pub dead_letters: SignedDuration,
}

/// What a round of pruning removed, or would remove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Deliveries that were given up.
    pub dead_letters: u64,
    /// Messages.
    pub messages: u64,
    /// Months of events, dropped as a whole (PostgreSQL).
    pub months: u64,
    /// Sessions.
    pub sessions: u64,
    /// Changes of what agents did.
    #[serde(default)]
    pub states: u64,
    /// Keys of commands.
    pub keys: u64,
}

fn days(count: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * count)
}

impl Default for Retention {
    fn default() -> Self {
        Self { messages: days(365), sessions: days(730), keys: days(30), dead_letters: days(90) }
    }
}

impl Retention {
    /// A retention in days.
    pub fn days(messages: u16, sessions: u16, keys: u16, dead_letters: u16) -> Self {
        Self {
            messages: days(messages.into()),
            sessions: days(sessions.into()),
            keys: days(keys.into()),
            dead_letters: days(dead_letters.into()),
        }
    }

    /// What is past at `now`, in the order in which it goes: dead letters before the messages and
    /// the keys that they need, messages before their sessions, whole months before rows.
    fn past(&self, now: Timestamp) -> [Expired; 6] {
        let before = |kept: SignedDuration| now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
        [
            Expired::DeadLetters(before(self.dead_letters)),
            Expired::Messages(before(self.messages)),
            Expired::Months(before(self.sessions)),
            Expired::Sessions(before(self.sessions)),
            Expired::States(before(self.sessions)),
            Expired::Keys {
                before: before(self.keys),
                given_up_before: before(self.keys.max(self.dead_letters)),
            },
        ]
    }
}

impl Removed {
    fn of(&mut self, what: Expired) -> &mut u64 {
        match what {
            Expired::DeadLetters(_) => &mut self.dead_letters,
            Expired::Messages(_) => &mut self.messages,
            Expired::Months(_) => &mut self.months,
            Expired::Sessions(_) => &mut self.sessions,
            Expired::States(_) => &mut self.states,
            Expired::Keys { .. } => &mut self.keys,
        }
    }
}

/// Removes what is past, in small transactions behind live traffic; with `dry_run` it is only
/// counted. Two that do it at the same time share the work.
///
/// # Errors
/// [`StoreError`]; what was removed so far stays removed, and the next round goes on.
pub async fn prune(engine: &Engine, dry_run: bool) -> Result<Removed, StoreError> {
    let mut removed = Removed::default();
    for what in engine.retention.past(engine.clock.now()) {
        if dry_run {
            *removed.of(what) = engine.store.expired(what).await?;
            continue;
        }
        loop {
            let pruned = engine.store.prune(what).await?;
            *removed.of(what) += pruned.count as u64;
            if pruned.rows == 0 {
                break;
            }
        }
    }
    Ok(removed)
}
