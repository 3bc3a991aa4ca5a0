use proptest::prelude::*;

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

proptest! {
    /// Whoever asks before each call and tells how it went is let through at most three times
    /// in a minute to a service that is down, and always to one that is well.
    #[test]
    fn a_service_that_is_down_gets_three_calls_in_a_minute(
        pauses in proptest::collection::vec(0_i64..30, 1..100),
    ) {
        let (mut breaker, mut well) = (Breaker::default(), Breaker::default());
        let (mut now, mut calls) = (0, Vec::new());
        for pause in pauses {
            now += pause;
            if breaker.allows(at(now)) {
                calls.push(now);
                breaker.failed(at(now));
            }
            prop_assert!(well.allows(at(now)));
            well.succeeded();
        }
        for window in calls.windows(4) {
            prop_assert!(window[3] - window[0] >= 60, "{:?}", window);
        }
    }
}
