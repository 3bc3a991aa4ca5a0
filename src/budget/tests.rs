//! Two nodes over one budget, in virtual time.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use botframework::limiter::{Ask, Limiter, Operation};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::store::StoreError;
use crate::store::sends::Bucket;

/// A budget whose clock is the runtime's, and which is some way off.
struct Elsewhere {
    buckets: Mutex<HashMap<String, Bucket>>,
    began: Instant,
    journey: Duration,
    asked: Mutex<u32>,
    broken: Mutex<bool>,
}

impl Elsewhere {
    fn new(journey: u64) -> Arc<Self> {
        Arc::new(Self {
            buckets: Mutex::default(),
            began: Instant::now(),
            journey: Duration::from_millis(journey),
            asked: Mutex::default(),
            broken: Mutex::default(),
        })
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::try_from(self.began.elapsed()).unwrap()
    }

    fn with<T>(&self, tenant: &str, work: impl FnOnce(&mut Bucket) -> T) -> T {
        work(self.buckets.lock().unwrap().entry(tenant.to_owned()).or_default())
    }

    /// A node's limiter.
    fn node(self: &Arc<Self>) -> Limiter {
        let config = limits();
        let grants = SharedBudget::new(Arc::clone(self) as _, &config);
        Limiter::with_grants(config, Arc::new(grants)).unwrap()
    }
}

#[async_trait]
impl SendBudget for Elsewhere {
    async fn take(
        &self,
        tenant: &str,
        limits: SendLimits,
        wanted: SendsWanted,
    ) -> Result<SendsGiven, StoreError> {
        *self.asked.lock().unwrap() += 1;
        tokio::time::sleep(self.journey / 2).await;
        if *self.broken.lock().unwrap() {
            return Err(StoreError::Unavailable("a test"));
        }
        let given = self.with(tenant, |bucket| bucket.take(self.now(), limits, wanted));
        tokio::time::sleep(self.journey / 2).await;
        Ok(given)
    }

    async fn pause(&self, tenant: &str, pause: Duration) -> Result<(), StoreError> {
        let until = self.now() + pause;
        self.with(tenant, |bucket| bucket.pause(until));
        Ok(())
    }
}

fn ask<'a>(tenant: &'a str, conversation: &'a str, priority: Priority) -> Ask<'a> {
    Ask { tenant, conversation, operation: Operation::Send, priority }
}

/// Sends to so many conversations of a tenant at once; when each left.
async fn flood(
    node: &Limiter,
    tenant: &str,
    name: &str,
    count: usize,
    priority: Priority,
) -> Vec<Instant> {
    join_all((0..count).map(|number| async move {
        node.acquire(ask(tenant, &format!("{name}-{number}"), priority)).await;
        Instant::now()
    }))
    .await
}

fn within_limits(mut sends: Vec<Instant>) {
    sends.sort_unstable();
    for window in sends.windows(31) {
        assert!(window[30] - window[0] >= Duration::from_secs(1), "31 within a second");
    }
}

#[tokio::test(start_paused = true)]
async fn two_nodes_that_flood_a_tenant_stay_within_its_limit_and_slow_no_other() {
    let store = Elsewhere::new(4);
    let (one, two) = (store.node(), store.node());
    let began = Instant::now();
    let other = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let sent = Instant::now();
        one.acquire(ask("other", "chat", Priority::Interactive)).await;
        sent.elapsed()
    };
    let (first, second, other) = tokio::join!(
        flood(&one, "flooded", "one", 150, Priority::Interactive),
        flood(&two, "flooded", "two", 150, Priority::Interactive),
        other,
    );
    let last = |sends: &[Instant]| sends.iter().max().unwrap().duration_since(began);
    let (ended, apart) = (last(&first).max(last(&second)), last(&first).abs_diff(last(&second)));
    within_limits([first, second].concat());
    assert!(other < Duration::from_millis(20), "another tenant waited {other:?}");
    assert!(ended < Duration::from_secs(14), "300 at 25 a second at least: {ended:?}");
    assert!(apart < Duration::from_secs(4), "neither node starves: {apart:?} apart");
}

#[tokio::test(start_paused = true)]
async fn what_people_wait_for_goes_beside_background_work_of_other_nodes() {
    let store = Elsewhere::new(4);
    let (one, two) = (store.node(), store.node());
    let person = async {
        tokio::time::sleep(Duration::from_millis(2500)).await;
        let mut longest = Duration::ZERO;
        for number in 0..5 {
            let asked = Instant::now();
            let conversation = format!("person-{number}");
            two.acquire(ask("tenant", &conversation, Priority::Interactive)).await;
            longest = longest.max(asked.elapsed());
        }
        longest
    };
    let (first, second, longest) = tokio::join!(
        flood(&one, "tenant", "one", 60, Priority::Background),
        flood(&two, "tenant", "two", 60, Priority::Background),
        person,
    );
    within_limits([first, second].concat());
    assert!(longest < Duration::from_millis(20), "a person waited {longest:?}");
}

#[tokio::test(start_paused = true)]
async fn one_node_is_asked_to_wait_and_all_do() {
    let store = Elsewhere::new(4);
    let (one, two) = (store.node(), store.node());
    two.acquire(ask("tenant", "chat", Priority::Interactive)).await;
    for conversation in ["a", "b"] {
        let throttled = ask("tenant", conversation, Priority::Interactive);
        one.throttled(throttled, Duration::from_secs(20));
    }
    let told = Instant::now();
    tokio::time::sleep(LASTS).await;
    let (tenant, other) = tokio::join!(
        two.acquire(ask("tenant", "chat", Priority::Interactive)),
        two.acquire(ask("other", "chat", Priority::Interactive)),
    );
    assert!(told.elapsed() >= Duration::from_secs(20), "{tenant:?}");
    assert!(other < Duration::from_millis(20), "{other:?}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_far_away_gives_longer_slices() {
    let store = Elsewhere::new(400);
    let (one, two) = (store.node(), store.node());
    let (first, second) = tokio::join!(
        flood(&one, "tenant", "one", 40, Priority::Interactive),
        flood(&two, "tenant", "two", 40, Priority::Interactive),
    );
    within_limits([first, second].concat());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_answer_is_asked_again() {
    let store = Elsewhere::new(4);
    let node = store.node();
    *store.broken.lock().unwrap() = true;
    let mend = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        *store.broken.lock().unwrap() = false;
    };
    let (waited, ()) =
        tokio::join!(node.acquire(ask("tenant", "chat", Priority::Interactive)), mend);
    assert!(waited >= Duration::from_secs(3) && waited < Duration::from_millis(3600), "{waited:?}");
    let asked = *store.asked.lock().unwrap();
    assert!(asked < 20, "it was asked {asked} times");
}

#[tokio::test(start_paused = true)]
async fn a_slice_grows_with_the_demand() {
    let store = Elsewhere::new(4);
    let node = store.node();
    for _ in 0..3 {
        node.acquire(ask("tenant", "chat", Priority::Interactive)).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    assert_eq!(*store.asked.lock().unwrap(), 3, "one at a time");
    flood(&node, "tenant", "many", 28, Priority::Interactive).await;
    let asked = *store.asked.lock().unwrap() - 3;
    assert!((4..=8).contains(&asked), "{asked} slices for 28 sends");
}

/// The worst day: the cards of 10,000 swept sessions want to leave at once, from each of two nodes,
/// while people come one by one and, now and then, ten together.
#[tokio::test(start_paused = true)]
async fn live_sends_never_starve_beside_a_sweep_nor_the_sweep_beside_them() {
    let store = Elsewhere::new(4);
    let (one, two) = (store.node(), store.node());
    let alone = Limiter::new(limits()).unwrap();
    for (live, nodes) in [(&alone, vec![&alone]), (&two, vec![&one, &two])] {
        let repainted = AtomicUsize::new(0);
        let sweeps = nodes.iter().enumerate().map(|(number, node)| {
            let repainted = &repainted;
            let cards = (0..10_000).map(move |card| async move {
                let conversation = format!("swept-{number}-{card}");
                node.acquire(ask("tenant", &conversation, Priority::Background)).await;
                repainted.fetch_add(1, Ordering::Relaxed);
            });
            tokio::time::timeout(Duration::from_mins(1), join_all(cards))
        });
        let mut longest = Duration::ZERO;
        let people = async {
            for second in 0..60 {
                let together = if second % 10 == 0 { 10 } else { 3 };
                let name = format!("live-{second}");
                let asked = Instant::now();
                let sent = flood(live, "tenant", &name, together, Priority::Interactive).await;
                longest = longest.max(sent.iter().max().unwrap().duration_since(asked));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        tokio::join!(join_all(sweeps), people);
        assert!(longest < Duration::from_millis(300), "a person waited {longest:?}");
        let repainted = repainted.into_inner();
        assert!(repainted > 60 * 4, "{repainted} cards were repainted in a minute");
    }
}
