//! Named points where a test may kill the process: the moments between two durable things.
//!
//! Compiled to nothing unless the feature `crash-points` is on, which only tests turn on.
//! `BECKON_CRASH_AT=lane.sent:3` ends the process, without any clean-up, the third time that
//! point is reached.

/// Every point. Each is hit by a test.
pub const POINTS: &[&str] = &[
    // A batch of commands: written, not committed; committed, nobody told; everybody told.
    "execute.written",
    "execute.committed",
    "execute.answered",
    "card.claimed",
    "card.sent",
    "card.reported",
    "lane.claimed",
    "lane.sent",
    "lane.given_up",
    "lane.settled",
    "timer.due",
    "timer.fired",
    "follow_up.due",
    "follow_up.done",
    "offer.waiting",
    "offer.made",
    // The making of a room: a step is done and kept; Graph is asked; Graph answered; and a message
    // is posted there.
    "room.step",
    "room.asked",
    "room.made",
    "room.posted",
    // What is too long for one post: a part stands there, the next one does not.
    "room.part",
    // Somebody wrote what was not sent, and was not told yet.
    "room.answer",
    // The closing line stands there, and the room is not closed.
    "room.closed",
    "upkeep.leased",
    "upkeep.pruned",
    "sweep.leased",
    "sweep.begun",
    // A session of a page; a page, not noted; noted; the whole run.
    "sweep.session",
    "sweep.ended",
    "sweep.noted",
    "sweep.done",
];

/// Passes a point.
#[cfg(not(feature = "crash-points"))]
pub(crate) fn point(_name: &'static str) {}

/// Passes a point, or ends the process there.
#[cfg(feature = "crash-points")]
pub(crate) fn point(name: &'static str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct Wanted {
        name: String,
        left: AtomicU64,
    }
    #[expect(clippy::disallowed_methods, reason = "only tests turn this on, from outside")]
    fn wanted() -> Option<Wanted> {
        let value = std::env::var("BECKON_CRASH_AT").ok()?;
        let (name, times) = value.rsplit_once(':')?;
        Some(Wanted { name: name.to_owned(), left: AtomicU64::new(times.parse().ok()?) })
    }
    static WANTED: OnceLock<Option<Wanted>> = OnceLock::new();

    debug_assert!(POINTS.contains(&name), "{name} is not in the list of points");
    if let Some(wanted) = WANTED.get_or_init(wanted)
        && wanted.name == name
        && wanted.left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        // No unwinding, no destructors: as if the power went.
        std::process::abort();
    }
}
