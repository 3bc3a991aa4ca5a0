//! The limiter as a whole, in virtual time.

mod orphans;
mod races;

use std::sync::Mutex;

use super::*;
use crate::limiter::{Operation, Priority};

fn limiter() -> Limiter {
    Limiter::new(LimiterConfig { margin: Duration::ZERO, ..LimiterConfig::default() })
        .expect("the windows can open")
}

fn ask<'a>(tenant: &'a str, conversation: &'a str, priority: Priority) -> Ask<'a> {
    Ask { tenant, conversation, operation: Operation::Send, priority }
}

fn person<'a>(tenant: &'a str, conversation: &'a str) -> Ask<'a> {
    ask(tenant, conversation, Priority::Interactive)
}

/// Lets every spawned task run as far as it can without time passing.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Starts `count` sends, to `spread` conversations in turn, that note when they were granted.
fn flood(
    limiter: &Limiter,
    tenant: &'static str,
    count: usize,
    spread: usize,
    priority: Priority,
) -> Arc<Mutex<Vec<Instant>>> {
    let times = Arc::new(Mutex::new(Vec::new()));
    for index in 0..count {
        let (limiter, times) = (limiter.clone(), Arc::clone(&times));
        tokio::spawn(async move {
            limiter.acquire(ask(tenant, &format!("c{}", index % spread), priority)).await;
            times.lock().expect("nobody panics while holding it").push(Instant::now());
        });
    }
    times
}

fn most_in(times: &[Instant], period: Duration) -> usize {
    times
        .iter()
        .map(|start| times.iter().filter(|t| *t >= start && **t < *start + period).count())
        .max()
        .unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_one_tenant_does_not_delay_another() {
    let limiter = limiter();
    let flooded = flood(&limiter, "flooded", 1000, 200, Priority::Interactive);
    settle().await;
    let waited = limiter.acquire(person("quiet", "c")).await;
    assert!(waited < Duration::from_millis(50), "waited {waited:?}");
    assert!(
        flooded.lock().expect("nobody panics while holding it").len() < 1000,
        "the flood was still going on"
    );
}

#[tokio::test(start_paused = true)]
async fn a_flood_leaves_at_the_full_rate_and_never_above_it() {
    let limiter = limiter();
    let start = Instant::now();
    let times = flood(&limiter, "t", 1000, 200, Priority::Interactive);
    tokio::time::sleep(Duration::from_mins(1)).await;
    let times = times.lock().expect("nobody panics while holding it").clone();
    assert_eq!(times.len(), 1000);
    assert!(most_in(&times, Duration::from_secs(1)) <= 30);
    let took = times.iter().max().expect("a thousand went").duration_since(start);
    assert!(took <= Duration::from_secs(34), "1000 at 30/s need 33.3 s, took {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_person_passes_a_background_flood_at_once() {
    let limiter = limiter();
    let mass = flood(&limiter, "t", 1000, 200, Priority::Background);
    settle().await;
    assert_eq!(mass.lock().expect("nobody panics while holding it").len(), 21);
    for conversation in ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"] {
        let waited = limiter.acquire(person("t", conversation)).await;
        assert!(waited < Duration::from_millis(2), "waited {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_people_go_before_background_that_came_earlier() {
    let limiter = limiter();
    let mass = flood(&limiter, "t", 100, 100, Priority::Background);
    settle().await;
    let people = flood(&limiter, "t", 60, 60, Priority::Interactive);
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(people.lock().expect("nobody panics while holding it").len(), 60);
    // Two full seconds were the people's: of the background only the first 21 had gone before
    // and some of the third second may have.
    assert!(
        mass.lock().expect("nobody panics while holding it").len() <= 42,
        "{}",
        mass.lock().expect("nobody panics while holding it").len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_closed_conversation_holds_up_nobody_else() {
    let limiter = limiter();
    let busy = flood(&limiter, "t", 50, 1, Priority::Interactive);
    settle().await;
    assert_eq!(busy.lock().expect("nobody panics while holding it").len(), 7);
    let waited = limiter.acquire(person("t", "other")).await;
    assert!(waited < Duration::from_millis(2), "waited {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn one_conversation_is_served_in_order_of_arrival() {
    let limiter = limiter();
    let order = Arc::new(Mutex::new(Vec::new()));
    for index in 0..40 {
        let (limiter, order) = (limiter.clone(), Arc::clone(&order));
        tokio::spawn(async move {
            limiter.acquire(person("t", "c")).await;
            order.lock().expect("nobody panics while holding it").push(index);
        });
        settle().await;
    }
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(*order.lock().expect("nobody panics while holding it"), (0..40).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_uses_nothing() {
    let limiter = limiter();
    for _ in 0..7 {
        limiter.acquire(person("t", "c")).await;
    }
    for _ in 0..100 {
        let patience = Duration::from_millis(1);
        let given_up = tokio::time::timeout(patience, limiter.acquire(person("t", "c"))).await;
        assert!(given_up.is_err());
    }
    let waited = limiter.acquire(person("t", "c")).await;
    assert!(waited <= Duration::from_secs(1), "waited {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_pauses_the_conversation_it_was_said_to() {
    let limiter = limiter();
    limiter.throttled(person("t", "c"), Duration::from_secs(5));
    assert!(limiter.acquire(person("t", "other")).await < Duration::from_millis(2));
    let waited = limiter.acquire(person("t", "c")).await;
    assert!(waited >= Duration::from_secs(5), "waited {waited:?}");
    assert!(waited < Duration::from_millis(5002), "waited {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn patience_has_an_end_that_is_known_at_once() {
    let limiter = limiter();
    let patience = Duration::from_secs(3);
    limiter.throttled(person("t", "c"), Duration::from_mins(1));
    let start = Instant::now();
    let busy =
        limiter.acquire_within(person("t", "c"), patience).await.expect_err("the pause is longer");
    assert_eq!(busy.retry_after, Duration::from_mins(1));
    assert_eq!(start.elapsed(), Duration::ZERO);
    for _ in 0..7 {
        assert_eq!(limiter.acquire_within(person("t", "d"), patience).await, Ok(Duration::ZERO));
    }
    let waited = limiter.acquire_within(person("t", "d"), patience).await.expect("in time");
    assert!(waited >= Duration::from_secs(1) && waited < patience, "waited {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn patience_ends_in_a_long_line_too() {
    let limiter = limiter();
    let line = flood(&limiter, "t", 1000, 1000, Priority::Interactive);
    settle().await;
    let start = Instant::now();
    let busy = limiter.acquire_within(person("t", "late"), Duration::from_secs(3)).await;
    assert!(busy.expect_err("the line is too long").retry_after >= Duration::from_secs(1));
    assert!(start.elapsed() <= Duration::from_millis(3002), "{:?}", start.elapsed());
    assert!(
        line.lock().expect("nobody panics while holding it").len() <= 120,
        "the line went on at its rate"
    );
}

#[tokio::test(start_paused = true)]
async fn an_absurd_retry_after_is_cut_to_an_hour() {
    let limiter = limiter();
    limiter.throttled(person("t", "c"), Duration::MAX);
    let waited = limiter.acquire(person("t", "c")).await;
    assert!(waited <= Duration::from_secs(3601), "waited {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn an_idle_limiter_forgets_everything_and_stops_sweeping() {
    let limiter = limiter();
    for tenant in 0..100 {
        limiter.acquire(person(&tenant.to_string(), "c")).await;
    }
    assert_eq!(limiter.tracked_conversations(), 100);
    tokio::time::sleep(Duration::from_secs(3661)).await;
    assert_eq!(limiter.tracked_conversations(), 0);
    assert!(limiter.inner.shards.is_empty());
    assert!(!limiter.inner.sweeping.load(Ordering::Acquire));
    limiter.acquire(person("t", "c")).await;
    assert!(limiter.inner.sweeping.load(Ordering::Acquire), "it starts again when needed");
}
