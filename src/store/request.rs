//! A command on its way into a store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use beckon_domain::command::Envelope;
use beckon_domain::session::Session;
use uuid::Uuid;

/// A command with where it comes from.
#[derive(Clone, Debug)]
pub struct Request {
    /// The command and its key.
    pub envelope: Envelope,
    /// Where it comes from: what makes a repeat known.
    pub origin: Origin,
    /// Live traffic goes before maintenance (rule 9).
    pub class: Class,
    /// The sender's hold on it, for one that waits no longer than a deadline.
    pub slot: Option<Arc<Slot>>,
}

impl Request {
    /// A live command from outside; its key makes a repeat known.
    pub fn call(envelope: Envelope) -> Self {
        Self { envelope, origin: Origin::Call, class: Class::Live, slot: None }
    }

    /// A command of another origin.
    pub fn from_origin(envelope: Envelope, origin: Origin) -> Self {
        Self { origin, ..Self::call(envelope) }
    }

    /// The same, begun only while the slot is not cancelled.
    #[must_use]
    pub fn with_slot(self, slot: Arc<Slot>) -> Self {
        Self { slot: Some(slot), ..self }
    }

    /// The same, among those of a class.
    #[must_use]
    pub fn of_class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    /// Begins it. False: its sender cancelled it before.
    pub fn begin(&self) -> bool {
        self.slot.as_ref().is_none_or(|slot| slot.take())
    }
}

/// Where a command comes from. It decides by what a repeat is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// From outside, or a report of the dispatcher: its key is recorded with the reply.
    Call,
    /// A timer: its row, in the generation that was seen, is taken away in the transaction.
    Timer {
        /// The generation that was seen.
        generation: u64,
    },
    /// A follow-up of another command: its row is taken away in the transaction.
    FollowUp {
        /// The row.
        id: Uuid,
    },
}

/// Who goes first.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Class {
    /// People wait for it.
    #[default]
    Live,
    /// Nobody does: the sweep with what follows from it, pruning.
    Maintenance,
}

impl Class {
    /// Both, in the order in which they go.
    pub const ALL: [Self; 2] = [Self::Live, Self::Maintenance];

    /// The class of what a change of this session leaves to be sent: whatever comes after a quiet
    /// end waits for what people wait for (P6).
    pub fn of(session: Option<&Session>) -> Self {
        match session {
            Some(session) if session.ended_quietly() => Self::Maintenance,
            _ => Self::Live,
        }
    }

    /// As the stores keep it.
    pub(crate) fn is_quiet(self) -> bool {
        self == Self::Maintenance
    }
}

const PENDING: u8 = 0;
const TAKEN: u8 = 1;
const CANCELLED: u8 = 2;

/// The hold that a sender has on a command which waits for its turn: it is either taken by the
/// store or cancelled by the sender, never both. So at a deadline the sender knows which it is:
/// "working on it", or "busy, nothing was done".
#[derive(Debug, Default)]
pub struct Slot(AtomicU8);

impl Slot {
    /// The store begins the command. False: it was cancelled. A store that has to run a command
    /// again (a lost commit) takes a slot again; what was begun cannot be cancelled.
    pub fn take(&self) -> bool {
        let taken = self.0.compare_exchange(PENDING, TAKEN, Ordering::AcqRel, Ordering::Acquire);
        taken != Err(CANCELLED)
    }

    /// The sender gives up. False: too late, the store has begun.
    pub fn cancel(&self) -> bool {
        let cancelled =
            self.0.compare_exchange(PENDING, CANCELLED, Ordering::AcqRel, Ordering::Acquire);
        cancelled != Err(TAKEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_taken_or_cancelled_never_both() {
        let taken = Slot::default();
        assert!(taken.take() && !taken.cancel() && taken.take());
        let cancelled = Slot::default();
        assert!(cancelled.cancel() && !cancelled.take() && cancelled.cancel());
    }
}
