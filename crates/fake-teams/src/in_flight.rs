//! Which messages are being changed right now: a second change meanwhile is answered 412.

use std::{collections::HashSet, sync::Arc};

use crate::world::World;

/// Conversation and message id of every change under way.
#[derive(Debug, Default)]
pub(crate) struct InFlight(HashSet<(String, String)>);

/// A change under way; it ends when dropped.
#[derive(Debug)]
pub(crate) struct Changing {
    world: Arc<World>,
    message: (String, String),
}

impl Changing {
    /// Begins a change unless one is under way.
    pub(crate) fn begin(world: &Arc<World>, conversation: &str, message: &str) -> Option<Self> {
        let message = (conversation.to_owned(), message.to_owned());
        let begun = world.change(|state| state.in_flight.0.insert(message.clone()));
        begun.then(|| Self { world: Arc::clone(world), message })
    }
}

impl Drop for Changing {
    fn drop(&mut self) {
        self.world.change(|state| state.in_flight.0.remove(&self.message));
    }
}
