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
mod tests;
