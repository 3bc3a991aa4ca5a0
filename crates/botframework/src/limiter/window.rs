//! Points in time, sliding windows, and the log that checks them.

use std::collections::VecDeque;
use std::time::Duration;

/// A point in time: nanoseconds since the limiter was made.
///
/// A bare number instead of an `Instant`, so that the decision core is a pure function of its
/// inputs and a property test can walk through hours in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(u64);

impl Moment {
    /// The moment `nanos` nanoseconds after the limiter was made.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the limiter was made.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// This moment moved on by `span`; saturates at the end of time (584 years).
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }

    /// How long it takes from `earlier` until this moment; zero if it lies before.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// One sliding window: at most `limit` requests in any span of `period`.
///
/// Sliding means *any* span, wherever it starts. A token bucket of the same rate would let a
/// full burst and the refill of the same second through, which is nearly twice the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Requests allowed in any one period; at least 1.
    pub limit: u32,
    /// Length of the window.
    pub period: Duration,
}

impl Window {
    /// A window of `limit` requests in any span of `period`.
    pub const fn new(limit: u32, period: Duration) -> Self {
        Self { limit, period }
    }

    /// A window of `limit` requests in any span of `seconds` seconds.
    pub const fn per_seconds(limit: u32, seconds: u64) -> Self {
        Self::new(limit, Duration::from_secs(seconds))
    }
}

/// When each grant was made, oldest first.
///
/// Grants only ever append "now", so the log is sorted and a window of *n* needs a single look:
/// one more grant fits exactly when the *n*-th last one has left the window. Any number of
/// windows share one log, and a decision costs one comparison a window however full it is.
#[derive(Debug, Default)]
pub(crate) struct GrantLog {
    times: VecDeque<Moment>,
}

impl GrantLog {
    /// The earliest moment at which one more grant fits into all `windows`; the past if it
    /// fits already.
    pub(crate) fn next_free(&self, windows: &[Window]) -> Moment {
        windows.iter().fold(Moment::default(), |latest, window| latest.max(self.next_in(*window)))
    }

    fn next_in(&self, window: Window) -> Moment {
        self.times
            .len()
            .checked_sub(window.limit as usize)
            .and_then(|nth_last| self.times.get(nth_last))
            .map_or(Moment::default(), |time| time.after(window.period))
    }

    /// Notes a grant at `now` and forgets what no window longer than `horizon` can see.
    pub(crate) fn record(&mut self, now: Moment, horizon: Duration) {
        self.forget(now, horizon);
        // Threads may read the clock in one order and arrive in another: keep the log sorted
        // by counting the late comer at the newest known time, which is the stricter choice.
        let time = self.times.back().map_or(now, |last| now.max(*last));
        self.times.push_back(time);
    }

    /// Forgets grants that are `horizon` or more in the past.
    pub(crate) fn forget(&mut self, now: Moment, horizon: Duration) {
        while self.times.front().is_some_and(|time| time.after(horizon) <= now) {
            self.times.pop_front();
        }
    }

    /// Gives back the memory of a burst that has passed.
    pub(crate) fn shrink(&mut self) {
        self.times.shrink_to(self.times.len().saturating_mul(2));
    }

    /// Whether no grant is remembered.
    pub(crate) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::default().after(Duration::from_millis(millis))
    }

    #[test]
    fn a_window_is_free_until_it_is_full_and_again_when_the_oldest_grant_leaves_it() {
        let windows = [Window::per_seconds(2, 1)];
        let mut log = GrantLog::default();
        assert_eq!(log.next_free(&windows), at(0));
        log.record(at(100), Duration::from_secs(1));
        assert_eq!(log.next_free(&windows), at(0));
        log.record(at(400), Duration::from_secs(1));
        assert_eq!(log.next_free(&windows), at(1100));
        log.record(at(1100), Duration::from_secs(1));
        assert_eq!(log.next_free(&windows), at(1400), "the burst does not get its refill early");
    }

    #[test]
    fn the_strictest_of_several_windows_decides() {
        let windows = [Window::per_seconds(3, 1), Window::per_seconds(4, 60)];
        let mut log = GrantLog::default();
        for millis in [0, 2000, 4000, 6000] {
            log.record(at(millis), Duration::from_mins(1));
        }
        assert_eq!(log.next_free(&windows), at(60_000));
    }

    #[test]
    fn a_late_clock_reading_never_unsorts_the_log() {
        let mut log = GrantLog::default();
        log.record(at(500), Duration::from_secs(1));
        log.record(at(400), Duration::from_secs(1));
        assert_eq!(log.next_free(&[Window::per_seconds(1, 1)]), at(1500));
    }

    #[test]
    fn what_no_window_can_see_is_forgotten() {
        let mut log = GrantLog::default();
        log.record(at(0), Duration::from_secs(1));
        log.forget(at(999), Duration::from_secs(1));
        assert!(!log.is_empty());
        log.forget(at(1000), Duration::from_secs(1));
        assert!(log.is_empty());
    }
}
