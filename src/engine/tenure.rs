//! How much is left of what was claimed for a time, as the one who claimed it may believe.
//!
//! A process can be stopped, a machine can sleep and a clock can jump between the claim and the
//! send; meanwhile the lease runs out, and another node sends. So the holder looks at its own
//! clocks right before each send.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::Engine;

/// A lease as its holder sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tenure {
    lease: SignedDuration,
    since: Timestamp,
    /// Goes on when the clock is set back.
    started: Instant,
}

impl Tenure {
    /// A tenure that begins now. To be made before the store is asked: it then ends no later than
    /// the store's.
    pub(super) fn begin(engine: &Engine, lease: SignedDuration) -> Self {
        Self { lease, since: engine.clock.now(), started: Instant::now() }
    }

    /// Whether less than a third is left: nothing may be begun then. Of the two clocks the one that
    /// says more has passed is believed. The monotonic one may stand while the machine sleeps, the
    /// other may be set back.
    pub(super) fn is_short(&self, engine: &Engine) -> bool {
        let monotonic = SignedDuration::try_from(self.started.elapsed()).unwrap_or(self.lease);
        let passed = engine.clock.now().duration_since(self.since).max(monotonic);
        self.lease.saturating_sub(passed) < self.lease / 3
    }
}
