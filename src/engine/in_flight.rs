//! What tasks of this process have in hand.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is in hand, each thing once.
#[derive(Debug)]
pub(super) struct InFlight<T: Eq + Hash>(Arc<Mutex<HashSet<T>>>);

/// A thing in hand, until this is dropped: also when the task that holds it panics.
#[derive(Debug)]
pub(super) struct Held<T: Eq + Hash> {
    item: T,
    all: InFlight<T>,
}

impl<T: Eq + Hash> Default for InFlight<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Eq + Hash + Clone> InFlight<T> {
    /// Takes a thing in hand; `None`: it is already.
    pub(super) fn take(&self, item: T) -> Option<Held<T>> {
        let fresh = self.lock().insert(item.clone());
        fresh.then(|| Held { item, all: Self(Arc::clone(&self.0)) })
    }
}

impl<T: Eq + Hash> InFlight<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Eq + Hash> Drop for Held<T> {
    fn drop(&mut self) {
        self.all.lock().remove(&self.item);
    }
}
