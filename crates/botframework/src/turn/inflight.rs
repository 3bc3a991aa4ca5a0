//! Turns under way, so that a repeated delivery joins instead of acting twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use futures_util::future::{BoxFuture, Shared};

use super::answer::Answer;
use crate::activity::Activity;

/// A turn under way, as all who wait for its answer see it.
pub(super) type Flight = Shared<BoxFuture<'static, Answer>>;

/// What makes two deliveries the same. The id alone does not: an edited message keeps its id,
/// so type, event and time belong to it; a redelivery has them all alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key(Arc<str>);

impl Key {
    /// The key of an activity; `None` for one without an id, which cannot be recognised.
    pub(super) fn of(activity: &Activity) -> Option<Self> {
        let id = activity.id.as_deref().filter(|id| !id.is_empty())?;
        let teams = activity.teams();
        let from = activity.from.as_ref().map_or("", |from| from.id.as_str());
        let parts = [
            activity.tenant_id().unwrap_or_default(),
            &activity.conversation.id,
            id,
            activity.kind.as_str(),
            activity.name.as_deref().unwrap_or_default(),
            teams.event_type().unwrap_or_default(),
            activity.timestamp.as_deref().unwrap_or_default(),
            from,
        ];
        // A separator that JSON text may hold, but these ids do not.
        Some(Self(parts.join("\u{1f}").into()))
    }
}

/// All turns under way that can be recognised.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    turns: Arc<Mutex<HashMap<Key, Flight, RandomState>>>,
}

/// Ends a turn's entry when it is dropped: also when the handler panics.
#[derive(Debug)]
pub(super) struct Landing {
    turns: Arc<Mutex<HashMap<Key, Flight, RandomState>>>,
    key: Key,
}

impl InFlight {
    /// The turn under way for `key`, or the one that `start` begins, which must hold on to the
    /// [`Landing`] until its effects are done. The flag says whether it was there before.
    pub(super) fn join_or_start(
        &self,
        key: Key,
        start: impl FnOnce(Landing) -> Flight,
    ) -> (Flight, bool) {
        let mut turns = lock(&self.turns);
        if let Some(flight) = turns.get(&key) {
            return (flight.clone(), true);
        }
        let landing = Landing { turns: Arc::clone(&self.turns), key: key.clone() };
        let flight = start(landing);
        turns.insert(key, flight.clone());
        (flight, false)
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let flight = lock(&self.turns).remove(&self.key);
        // Outside the lock: dropping the last handle of a flight may run other destructors.
        drop(flight);
    }
}

fn lock(
    turns: &Mutex<HashMap<Key, Flight, RandomState>>,
) -> MutexGuard<'_, HashMap<Key, Flight, RandomState>> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}
