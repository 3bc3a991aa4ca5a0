//! One receiver: how much it is asked at once, and whether it is asked at all.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many requests one receiver gets at once.
const CONCURRENT: usize = 8;
/// After so many failures in a row the receiver is left alone for a while.
const FAILURES: u32 = 5;
/// For how long; then one request tries again.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// A receiver's state in this process.
#[derive(Debug)]
pub(super) struct Endpoint {
    permits: Semaphore,
    breaker: Mutex<Breaker>,
}

#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    open_until: Option<Timestamp>,
}

/// Why a receiver is not asked now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NotNow {
    /// It is busy with our other requests.
    Busy,
    /// It failed again and again.
    Resting {
        /// Until when.
        until: Timestamp,
    },
}

impl Default for Endpoint {
    fn default() -> Self {
        Self { permits: Semaphore::new(CONCURRENT), breaker: Mutex::default() }
    }
}

impl Endpoint {
    /// Leave to ask, until the permit is dropped.
    pub(super) fn enter(&self, now: Timestamp) -> Result<SemaphorePermit<'_>, NotNow> {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(until) = breaker.open_until.filter(|until| now < *until) {
            return Err(NotNow::Resting { until });
        }
        let permit = self.permits.try_acquire().map_err(|_| NotNow::Busy)?;
        if breaker.open_until.is_some() {
            // The rest is over: this one tries, the others wait for what comes of it.
            breaker.open_until = now.checked_add(REST).ok();
        }
        Ok(permit)
    }

    /// It answered.
    pub(super) fn answered(&self) {
        *self.breaker.lock().unwrap_or_else(PoisonError::into_inner) = Breaker::default();
    }

    /// It did not answer, or with an error of its own.
    pub(super) fn failed(&self, now: Timestamp) {
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        breaker.failures = breaker.failures.saturating_add(1);
        if breaker.failures >= FAILURES {
            breaker.open_until = now.checked_add(REST).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn after_five_failures_it_rests_and_then_one_tries() {
        let endpoint = Endpoint::default();
        for _ in 0..4 {
            endpoint.failed(at(0));
        }
        assert!(endpoint.enter(at(0)).is_ok());
        endpoint.failed(at(0));
        assert_eq!(endpoint.enter(at(29)).unwrap_err(), NotNow::Resting { until: at(30) });
        let permit = endpoint.enter(at(30)).unwrap();
        assert_eq!(endpoint.enter(at(30)).unwrap_err(), NotNow::Resting { until: at(60) });
        endpoint.answered();
        assert!(endpoint.enter(at(30)).is_ok());
        drop(permit);
    }

    #[test]
    fn it_is_asked_eight_things_at_once_at_most() {
        let endpoint = Endpoint::default();
        let permits: Vec<_> = (0..8).map(|_| endpoint.enter(at(0)).unwrap()).collect();
        assert_eq!(endpoint.enter(at(0)).unwrap_err(), NotNow::Busy);
        drop(permits);
        assert!(endpoint.enter(at(0)).is_ok());
    }
}
