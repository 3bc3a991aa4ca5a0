//! What tasks of this process have in hand, and how much of it at once.

use std::collections::HashSet;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::Class;

/// How many cards, and how many lanes, of a class are sent at once. Live traffic has its slots for
/// itself; what the sweep left behind has half as many, in which it waits for the budget of its
/// tenant.
pub(super) const fn slots(class: Class) -> usize {
    match class {
        Class::Live => 64,
        Class::Maintenance => 32,
    }
}

/// What is in hand, each thing once.
#[derive(Debug)]
pub(super) struct InFlight<T: Eq + Hash> {
    all: Arc<Mutex<HashSet<T>>>,
    own: Arc<AtomicUsize>,
}

/// A thing in hand, until this is dropped: also when the task that holds it panics.
#[derive(Debug)]
pub(super) struct Held<T: Eq + Hash> {
    item: T,
    from: InFlight<T>,
}

impl<T: Eq + Hash> Clone for InFlight<T> {
    fn clone(&self) -> Self {
        Self { all: Arc::clone(&self.all), own: Arc::clone(&self.own) }
    }
}

impl<T: Eq + Hash> Default for InFlight<T> {
    fn default() -> Self {
        Self { all: Arc::default(), own: Arc::default() }
    }
}

impl<T: Eq + Hash + Clone> InFlight<T> {
    /// Takes a thing in hand; `None`: it is already.
    pub(super) fn take(&self, item: T) -> Option<Held<T>> {
        let fresh = self.lock().insert(item.clone());
        fresh.then(|| {
            self.own.fetch_add(1, Ordering::Relaxed);
            Held { item, from: self.clone() }
        })
    }
}

impl<T: Eq + Hash> InFlight<T> {
    /// Somebody else who takes the same things in hand, and counts their own.
    pub(super) fn beside(&self) -> Self {
        Self { all: Arc::clone(&self.all), own: Arc::default() }
    }

    /// How many there are, of one's own.
    pub(super) fn len(&self) -> usize {
        self.own.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<T>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Eq + Hash> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T: Eq + Hash> Drop for Held<T> {
    fn drop(&mut self) {
        self.from.lock().remove(&self.item);
        self.from.own.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_who_share_what_is_in_hand_hold_nothing_twice_and_count_their_own() {
        let one = InFlight::default();
        let other = one.beside();
        let held = one.take("card").unwrap();
        assert_eq!(*held, "card");
        assert!(other.take("card").is_none(), "it is in hand");
        let more = other.take("another").unwrap();
        assert_eq!((one.len(), other.len()), (1, 1));
        drop(held);
        let again = other.take("card").unwrap();
        assert_eq!((one.len(), other.len()), (0, 2));
        drop((more, again));
        assert_eq!((one.len(), other.len()), (0, 0));
    }
}
