//! Turns under way, so that a repeated delivery joins instead of acting twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use tokio::sync::oneshot;

use super::answer::Answer;
use crate::activity::Activity;

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

/// Those who wait for the answer to a turn that another request began.
type Waiters = Vec<oneshot::Sender<Answer>>;
type Turns = HashMap<Key, Waiters, RandomState>;

/// All turns under way that can be recognised.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    turns: Arc<Mutex<Turns>>,
}

/// How a request takes part in a turn.
#[derive(Debug)]
pub(super) enum Part {
    /// It runs the turn, and lands it.
    Lead(Landing),
    /// The turn is under way: its answer comes through here.
    Join(oneshot::Receiver<Answer>),
}

/// The duty to end a turn's entry. Dropping it does so as well: those who wait then learn that
/// there is no answer.
#[derive(Debug)]
pub(super) struct Landing {
    turns: Arc<Mutex<Turns>>,
    key: Key,
}

impl InFlight {
    /// Takes part in the turn with this key: as its first request, or as another one.
    pub(super) fn enter(&self, key: Key) -> Part {
        match lock(&self.turns).entry(key) {
            Entry::Occupied(mut entry) => {
                let (waiter, answer) = oneshot::channel();
                entry.get_mut().push(waiter);
                Part::Join(answer)
            }
            Entry::Vacant(entry) => {
                let key = entry.key().clone();
                entry.insert(Waiters::new());
                Part::Lead(Landing { turns: Arc::clone(&self.turns), key })
            }
        }
    }
}

impl Landing {
    /// Ends the turn: hands its answer to everybody who waits for it.
    pub(super) fn land(self, answer: &Answer) {
        for waiter in self.take() {
            // Fails for those who have left meanwhile.
            let _ = waiter.send(answer.clone());
        }
    }

    fn take(&self) -> Waiters {
        lock(&self.turns).remove(&self.key).unwrap_or_default()
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        drop(self.take());
    }
}

fn lock(turns: &Mutex<Turns>) -> MutexGuard<'_, Turns> {
    turns.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key(name.into())
    }

    #[tokio::test]
    async fn all_who_join_get_the_answer_and_the_next_one_leads_again() {
        let turns = InFlight::default();
        let Part::Lead(landing) = turns.enter(key("a")) else { panic!("the first leads") };
        let Part::Join(one) = turns.enter(key("a")) else { panic!("the second joins") };
        let Part::Join(left) = turns.enter(key("a")) else { panic!("the third joins") };
        assert!(matches!(turns.enter(key("b")), Part::Lead(_)), "another turn is its own");
        drop(left);
        landing.land(&Answer::done());
        assert_eq!(one.await.unwrap().status, ::http::StatusCode::OK);
        assert!(matches!(turns.enter(key("a")), Part::Lead(_)));
    }

    #[tokio::test]
    async fn a_turn_that_is_given_up_leaves_nobody_waiting() {
        let turns = InFlight::default();
        let Part::Lead(landing) = turns.enter(key("a")) else { panic!("the first leads") };
        let Part::Join(waiting) = turns.enter(key("a")) else { panic!("the second joins") };
        drop(landing);
        assert!(waiting.await.is_err());
        assert!(lock(&turns.turns).is_empty());
    }
}
