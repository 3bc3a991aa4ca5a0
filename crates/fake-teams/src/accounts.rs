//! Exact counting against the rate limits: a call fits when fewer than the allowed number came in
//! the window that ends with it. A token bucket would let burst and refill through together.

use std::collections::{HashMap, VecDeque};

use crate::limits::{Budgets, LimitReport, Overrun, Peak, Scope, Window};

/// The calls of one scope, as far back as its longest window reaches, oldest first.
#[derive(Debug, Default)]
struct Ledger {
    times: VecDeque<i64>,
    peaks: Vec<usize>,
}

impl Ledger {
    /// Where in `times` the window that ends at `now` begins.
    fn start(&self, window: Window, now: i64) -> usize {
        self.times.partition_point(|&at| at <= now - window.ms)
    }

    /// How long until `window` has room for one more call; zero if it has room now.
    fn wait(&self, window: Window, now: i64) -> i64 {
        let start = self.start(window, now);
        let held = self.times.len() - start;
        if held < window.calls {
            return 0;
        }
        // Room comes when so many of the oldest have left that one more fits.
        let last_to_leave = self.times.get(start + held - window.calls);
        last_to_leave.map_or(window.ms, |at| at + window.ms - now)
    }

    fn note_peaks(&mut self, windows: &[Window], now: i64) {
        self.peaks.resize(windows.len(), 0);
        for (place, &window) in windows.iter().enumerate() {
            let seen = self.times.len() - self.start(window, now) + 1;
            self.peaks[place] = self.peaks[place].max(seen);
        }
    }

    fn count(&mut self, windows: &[Window], now: i64) {
        // A clock set back must not break the order the search relies on.
        let now = self.times.back().map_or(now, |&last| last.max(now));
        self.times.push_back(now);
        let longest = windows.iter().map(|window| window.ms).max().unwrap_or(0);
        while self.times.front().is_some_and(|&at| at <= now - longest) {
            self.times.pop_front();
        }
    }
}

/// All ledgers and what went wrong.
#[derive(Debug)]
pub(crate) struct Accounts {
    budgets: Budgets,
    ledgers: HashMap<Scope, Ledger>,
    overruns: Vec<Overrun>,
}

impl Accounts {
    pub(crate) fn new(budgets: Budgets) -> Self {
        Self { budgets, ledgers: HashMap::new(), overruns: Vec::new() }
    }

    /// Counts a call under all its scopes, or under none and answers the milliseconds to wait. A
    /// refused call uses up nothing; with enforcement off every call is counted.
    pub(crate) fn take(&mut self, scopes: &[Scope], now: i64) -> Result<(), i64> {
        let mut longest_wait = 0;
        for scope in scopes {
            let windows = self.budgets.windows(scope.family);
            let ledger = self.ledgers.entry(scope.clone()).or_default();
            ledger.note_peaks(windows, now);
            for &window in windows {
                let wait_ms = ledger.wait(window, now);
                if wait_ms > 0 {
                    let scope = scope.clone();
                    self.overruns.push(Overrun { scope, window, at_ms: now, wait_ms });
                    longest_wait = longest_wait.max(wait_ms);
                }
            }
        }
        if longest_wait > 0 && self.budgets.enforce {
            return Err(longest_wait);
        }
        for scope in scopes {
            let windows = self.budgets.windows(scope.family);
            self.ledgers.entry(scope.clone()).or_default().count(windows, now);
        }
        Ok(())
    }

    pub(crate) fn report(&self) -> LimitReport {
        let mut peaks: Vec<Peak> = Vec::new();
        for (scope, ledger) in &self.ledgers {
            let windows = self.budgets.windows(scope.family);
            peaks.extend(windows.iter().zip(&ledger.peaks).map(|(&window, &seen)| Peak {
                scope: scope.clone(),
                window,
                seen,
            }));
        }
        peaks.sort_by(|a, b| (&a.scope, a.window.ms).cmp(&(&b.scope, b.window.ms)));
        LimitReport { overruns: self.overruns.clone(), peaks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accounts() -> (Accounts, Scope) {
        (Accounts::new(Budgets::default()), Scope::new("send", "chat"))
    }

    #[test]
    fn the_eighth_send_in_a_second_waits_for_the_first_to_leave_the_window() {
        let (mut accounts, scope) = accounts();
        let scopes = std::slice::from_ref(&scope);
        for at in 0..7 {
            assert_eq!(accounts.take(scopes, at), Ok(()));
        }
        assert_eq!(accounts.take(scopes, 10), Err(990));
        assert_eq!(accounts.take(scopes, 999), Err(1));
        assert_eq!(accounts.take(scopes, 1_000), Ok(()));
        // Eight in two seconds: the longer window is full although the shorter has room.
        assert_eq!(accounts.take(scopes, 1_500), Err(500));
        let report = accounts.report();
        assert_eq!(report.overruns.len(), 3);
        assert_eq!(report.overruns[0].window, Window { ms: 1_000, calls: 7 });
        assert_eq!(report.overruns[2].window, Window { ms: 2_000, calls: 8 });
        assert_eq!(report.peaks[0].seen, 8);
    }

    #[test]
    fn a_refusal_in_one_scope_uses_up_nothing_in_another() {
        let (mut accounts, scope) = accounts();
        let tenant = Scope::new("tenant", "");
        for _ in 0..7 {
            accounts.take(&[scope.clone(), tenant.clone()], 0).unwrap();
        }
        accounts.take(&[scope, tenant.clone()], 0).unwrap_err();
        for _ in 7..50 {
            accounts.take(std::slice::from_ref(&tenant), 0).unwrap();
        }
        accounts.take(&[tenant], 0).unwrap_err();
    }

    #[test]
    fn without_enforcement_all_is_counted_and_reported() {
        let budgets = Budgets { enforce: false, ..Budgets::default() };
        let mut accounts = Accounts::new(budgets);
        let scope = Scope::new("send", "chat");
        for _ in 0..9 {
            accounts.take(std::slice::from_ref(&scope), 0).unwrap();
        }
        let report = accounts.report();
        assert_eq!(report.peaks[0].seen, 9);
        // The eighth broke one window, the ninth two.
        assert_eq!(report.overruns.len(), 3);
    }

    proptest! {
        /// Whatever the arrivals, no window ever holds more accepted calls than it allows, and a
        /// refused call would have fitted after exactly the wait that was named.
        #[test]
        fn no_window_is_ever_overfull(gaps in prop::collection::vec(0_i64..700, 1..300)) {
            let (mut accounts, scope) = accounts();
            let scopes = std::slice::from_ref(&scope);
            let windows = Budgets::default().send;
            let (mut now, mut accepted) = (0, Vec::<i64>::new());
            let fits = |accepted: &[i64], at: i64| windows.iter().all(|window| {
                accepted.iter().filter(|&&then| then > at - window.ms).count() < window.calls
            });
            for gap in gaps {
                now += gap;
                match accounts.take(scopes, now) {
                    Ok(()) => {
                        prop_assert!(fits(&accepted, now));
                        accepted.push(now);
                    }
                    Err(wait) => {
                        prop_assert!(fits(&accepted, now + wait));
                        prop_assert!(!fits(&accepted, now + wait - 1));
                    }
                }
            }
        }
    }
}
