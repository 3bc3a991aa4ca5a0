//! The demo's clock: the machine's, ahead by as much as was let pass. Beckon and the stand-in for
//! Teams both read it, so tokens, timers, leases and days all agree.

use std::sync::atomic::{AtomicI64, Ordering};

use beckon::clock::{Clock, SystemClock};
use fake_teams::Clock as TeamsClock;
use jiff::{SignedDuration, Timestamp};

/// A clock that can be moved forward.
#[derive(Debug, Default)]
pub(crate) struct DemoClock {
    ahead_ms: AtomicI64,
}

impl DemoClock {
    /// By how much it is ahead of the machine's clock, in milliseconds.
    pub(crate) fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::SeqCst)
    }

    /// Moves it to an instant, rounded up to the next millisecond; never back.
    pub(crate) fn move_to(&self, instant: Timestamp) {
        let left = instant.duration_since(self.now());
        if left > SignedDuration::ZERO {
            let ms = i64::try_from(left.as_millis()).unwrap_or(0).saturating_add(1);
            self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
        }
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead_ms());
        let now = SystemClock.now();
        now.checked_add(ahead).unwrap_or(now)
    }

    fn random(&self, bytes: &mut [u8]) {
        SystemClock.random(bytes);
    }
}

impl TeamsClock for DemoClock {
    fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_forward_only() {
        let clock = DemoClock::default();
        let before = clock.now();
        clock.move_to(before - SignedDuration::from_hours(1));
        assert_eq!(clock.ahead_ms(), 0);
        let tomorrow = before + SignedDuration::from_hours(24);
        clock.move_to(tomorrow);
        assert!(clock.now() >= tomorrow && clock.now_ms() >= tomorrow.as_millisecond());
        assert!(clock.ahead_ms() <= 24 * 3_600_000);
    }
}
