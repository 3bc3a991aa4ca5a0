//! When to leave a failing service alone.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// So many failures …
const FAILURES: usize = 3;
/// … within this time open it …
const WITHIN: SignedDuration = SignedDuration::from_secs(60);
/// … for so long, after which one call may try.
const OPEN: SignedDuration = SignedDuration::from_secs(60);

/// Three failures in a minute open it: nobody waits for a service that is down. A minute later one
/// call may try; its success closes the breaker, its failure opens it for another minute (I6).
///
/// It knows no clock: whoever holds it, one for each tenant, says what time it is. Count
/// [outages](super::GraphError::is_outage), not refusals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// The latest failures, oldest first.
    failures: VecDeque<Timestamp>,
    /// Open until then; afterwards one may try.
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Whether a call may be made. When the breaker was open long enough the one who asks first is
    /// the trial, and all others wait for its outcome, or another minute if it never comes.
    pub fn allows(&mut self, now: Timestamp) -> bool {
        match self.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(after(now, OPEN));
                true
            }
        }
    }

    /// Whether calls are held back at the moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }

    /// A call succeeded. True if that closed the breaker.
    pub fn succeeded(&mut self) -> bool {
        self.failures.clear();
        self.open_until.take().is_some()
    }

    /// A call failed. True if that opened the breaker, which is the moment for an alert; not for
    /// the trial of one that is open already.
    pub fn failed(&mut self, now: Timestamp) -> bool {
        if self.open_until.is_some() {
            self.open_until = Some(after(now, OPEN));
            return false;
        }
        self.failures.push_back(now);
        self.failures.retain(|at| now.duration_since(*at) < WITHIN);
        let opens = self.failures.len() >= FAILURES;
        if opens {
            self.failures.clear();
            self.open_until = Some(after(now, OPEN));
        }
        opens
    }
}

fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.saturating_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    /// Opened by failures at 0, 1 and 2 s.
    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        assert_eq!([0, 1, 2].map(|second| breaker.failed(at(second))), [false, false, true]);
        breaker
    }

    #[test]
    fn three_failures_in_a_minute_open_it_once() {
        let mut breaker = Breaker::default();
        assert_eq!([0, 30, 59].map(|second| breaker.failed(at(second))), [false, false, true]);
        assert!(breaker.is_open(at(60)) && !breaker.allows(at(60)));
        assert!(!breaker.failed(at(61)), "the alert was raised");
    }

    #[test]
    fn failures_apart_or_between_successes_do_not() {
        let mut breaker = Breaker::default();
        assert!([0, 30, 60, 90, 120].iter().all(|second| !breaker.failed(at(*second))));
        let mut breaker = Breaker::default();
        for second in 0..9 {
            assert!(!breaker.failed(at(second)));
            if second % 2 == 1 {
                assert!(!breaker.succeeded(), "it was closed");
            }
            assert!(breaker.allows(at(second)));
        }
    }

    #[test]
    fn after_a_minute_one_may_try_and_decides_for_all() {
        let mut breaker = opened();
        assert!(!breaker.allows(at(61)));
        assert!(breaker.allows(at(62)));
        assert!(!breaker.allows(at(62)), "one only");
        assert!(!breaker.failed(at(65)));
        assert!(!breaker.allows(at(124)) && breaker.allows(at(125)));
        assert!(breaker.succeeded());
        assert!(breaker.allows(at(126)) && breaker.allows(at(126)) && !breaker.is_open(at(126)));
    }

    #[test]
    fn a_trial_that_never_ends_is_followed_by_another() {
        let mut breaker = opened();
        assert!(breaker.allows(at(62)));
        assert!(!breaker.allows(at(121)));
        assert!(breaker.allows(at(122)));
    }
}
