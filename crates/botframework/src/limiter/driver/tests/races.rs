//! The limiter under real threads, and its waiting line under random histories.

use std::collections::HashMap;
use std::sync::{Barrier, Mutex};

use proptest::prelude::*;
use tokio::time::Instant;

use super::super::*;
use crate::limiter::{Decision, LimiterConfig, Operation, Priority, Window};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn config() -> LimiterConfig {
    LimiterConfig {
        send: vec![Window::per_seconds(3, 1), Window::per_seconds(8, 5)],
        tenant_per_second: 6,
        margin: Duration::ZERO,
        ..LimiterConfig::default()
    }
}

fn ask(conversation: &str, priority: Priority) -> Ask<'_> {
    Ask { tenant: "t", conversation, operation: Operation::Send, priority }
}

/// The most grants in any half-open span of `period`; `times` in nanoseconds.
fn most_in(times: &mut [u64], period: Duration) -> usize {
    times.sort_unstable();
    let period = period.as_nanos() as u64;
    let inside = |(first, start): (usize, &u64)| {
        times[first..].iter().take_while(|time| **time < start + period).count()
    };
    times.iter().enumerate().map(inside).max().unwrap_or(0)
}

/// Threads ask at the same moments, all at once: the barrier gives every round one time, so
/// that a grant's time is known exactly whatever the scheduler does.
#[test]
fn eight_threads_together_never_exceed_a_window() {
    const THREADS: usize = 8;
    const ROUNDS: u64 = 1500;
    const STEP: Duration = Duration::from_millis(20);
    let limiter = Limiter::new(config()).expect("the windows can open");
    let barrier = Barrier::new(THREADS);
    let granted: Mutex<Vec<(u64, usize)>> = Mutex::default();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (limiter, barrier, granted) = (&limiter, &barrier, &granted);
            scope.spawn(move || {
                let mut own = Vec::new();
                for round in 0..ROUNDS {
                    barrier.wait();
                    let now = round * STEP.as_nanos() as u64;
                    for turn in 0..2 {
                        let name = (thread + turn) % NAMES.len();
                        let ask = ask(NAMES[name], Priority::Interactive);
                        let decision = limiter.decide_at(ask, Moment::from_nanos(now));
                        if decision == Decision::Granted {
                            own.push((now, name));
                        }
                    }
                }
                granted.lock().expect("nobody panics while holding it").extend(own);
            });
        }
    });
    let granted = granted.into_inner().expect("nobody panics while holding it");
    let mut all: Vec<u64> = granted.iter().map(|(time, _)| *time).collect();
    assert!(most_in(&mut all, Duration::from_secs(1)) <= 6);
    assert!(all.len() > 120, "30 s at 6/s, and no window stayed shut: {}", all.len());
    for name in 0..NAMES.len() {
        let of_name = granted.iter().filter(|(_, of)| *of == name).map(|(time, _)| *time);
        let mut of_name: Vec<u64> = of_name.collect();
        assert!(most_in(&mut of_name, Duration::from_secs(1)) <= 3);
        assert!(most_in(&mut of_name, Duration::from_secs(5)) <= 8);
    }
}

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// Asks in a conversation; gives up after some milliseconds, or never.
    Ask {
        name: usize,
        urgent: bool,
        patience: Option<u64>,
    },
    Throttled {
        name: usize,
        millis: u64,
    },
    Pause {
        millis: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let name = 0..NAMES.len();
    prop_oneof![
        6 => (name.clone(), any::<bool>(), prop::option::weighted(0.3, 0u64..2000))
            .prop_map(|(name, urgent, patience)| Step::Ask { name, urgent, patience }),
        1 => (name, 0u64..3000).prop_map(|(name, millis)| Step::Throttled { name, millis }),
        2 => (0u64..1500).prop_map(|millis| Step::Pause { millis }),
    ]
}

/// Runs a history; returns who was granted when, and how many were left waiting at the end.
async fn run(steps: Vec<Step>) -> (Vec<(u64, usize)>, usize) {
    let limiter = Limiter::new(config()).expect("the windows can open");
    let start = Instant::now();
    let granted: Arc<Mutex<Vec<(u64, usize)>>> = Arc::default();
    let mut tasks = tokio::task::JoinSet::new();
    for step in steps {
        match step {
            Step::Pause { millis } => tokio::time::sleep(Duration::from_millis(millis)).await,
            Step::Throttled { name, millis } => {
                let ask = ask(NAMES[name], Priority::Interactive);
                limiter.throttled(ask, Duration::from_millis(millis));
            }
            Step::Ask { name, urgent, patience } => {
                let (limiter, granted) = (limiter.clone(), Arc::clone(&granted));
                let priority = if urgent { Priority::Interactive } else { Priority::Background };
                tasks.spawn(async move {
                    let patience = Duration::from_millis(patience.unwrap_or(u64::from(u32::MAX)));
                    let acquired = limiter.acquire(ask(NAMES[name], priority));
                    if tokio::time::timeout(patience, acquired).await.is_ok() {
                        let time = start.elapsed().as_nanos() as u64;
                        granted.lock().expect("nobody panics while holding it").push((time, name));
                    }
                });
            }
        }
    }
    // More than the slowest window needs for everything that was asked.
    let enough = Duration::from_hours(1);
    let rest = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(enough, rest).await;
    let granted = granted.lock().expect("nobody panics while holding it").clone();
    (granted, tasks.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nobody_is_forgotten_in_the_line_and_no_window_is_exceeded(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let patient = steps.iter().filter(|s| matches!(s, Step::Ask { patience: None, .. })).count();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let (granted, waiting) = runtime.block_on(run(steps));
        prop_assert_eq!(waiting, 0, "everybody was served or gave up");
        prop_assert!(granted.len() >= patient, "whoever waited was served");
        let mut all: Vec<u64> = granted.iter().map(|(time, _)| *time).collect();
        prop_assert!(most_in(&mut all, Duration::from_secs(1)) <= 6);
        let mut each: HashMap<usize, Vec<u64>> = HashMap::new();
        for (time, name) in granted {
            each.entry(name).or_default().push(time);
        }
        for times in each.values_mut() {
            prop_assert!(most_in(times, Duration::from_secs(1)) <= 3);
            prop_assert!(most_in(times, Duration::from_secs(5)) <= 8);
        }
    }
}
