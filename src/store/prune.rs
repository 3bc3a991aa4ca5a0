//! What is removed once nobody needs it.

use jiff::Timestamp;

/// The most rows that one call of [`Store::prune`](super::Store::prune) touches: one transaction,
/// so that live traffic never waits long behind it.
pub const PRUNED_AT_ONCE: usize = 500;

/// What may be removed, and by which age.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expired {
    /// Whole months of events of sessions that ended before then; only where events are kept by
    /// month (PostgreSQL).
    Months(Timestamp),
    /// Messages of sessions that ended before then.
    Messages(Timestamp),
    /// Sessions that ended before then and have no messages any more, with their invitations,
    /// rooms, events and reports.
    Sessions(Timestamp),
    /// What agents did before then; what they were doing at that time stays.
    States(Timestamp),
    /// Deliveries given up that were put into the outbox before then.
    DeadLetters(Timestamp),
    /// Keys of commands: what makes a repeat known.
    ///
    /// A repeat of what came before `before` is taken for new, so a key has to stay as long as
    /// somebody may repeat in good faith, or as long as a repeat would do harm that nothing else
    /// prevents:
    ///
    /// - `message:` and `agent:`: a repeat would be said twice in a conversation. The key stays
    ///   while that session is open, however old it is; when it is over, a program that repeats
    ///   a message after so long means a new one.
    /// - `click:` and everything that agents do: the state guards it too, a key only gives the same
    ///   words again.
    /// - `offer:`, `card:`, `new:`, `stray:`: fresh ids or state; a repeat comes within seconds,
    ///   when a commit's answer was lost.
    /// - `given-up:`: guards that a failure is told once, though an administrator has the delivery
    ///   tried again. It stays as long as a dead letter can: `given_up_before`.
    Keys {
        /// Keys recorded before then go.
        before: Timestamp,
        /// Those that guard dead letters go when recorded before then; not later than `before`.
        given_up_before: Timestamp,
    },
}

/// What one transaction removed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Pruned {
    /// Rows that were touched; 0: there is nothing left to do.
    pub rows: usize,
    /// How many of what was asked for are gone: messages, sessions, states, keys, dead letters, months.
    pub count: usize,
}
