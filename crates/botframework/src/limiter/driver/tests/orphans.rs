//! A line whose driver dies grants nothing and forms anew.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::AtomicUsize;
use std::task::{Context as Waking, Waker};

use super::super::*;
use crate::limiter::{LimiterConfig, Operation, Priority, Window};

const ASK: Ask<'static> = Ask {
    tenant: "t",
    conversation: "c",
    operation: Operation::Send,
    priority: Priority::Interactive,
};

/// Refuses at first, panics once when the driver asks, and is open from a moment on.
#[derive(Debug)]
struct Shaky {
    calls: AtomicUsize,
    granted: AtomicUsize,
    open_from: Moment,
}

impl TenantGrants for Shaky {
    fn try_take(&self, _: &str, _: Priority, now: Moment) -> Result<(), Moment> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        assert_ne!(call, 1, "as the test asks");
        if now < self.open_from {
            return Err(self.open_from);
        }
        self.granted.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_grants_grants_nobody() {
    let open_from = Moment::default().after(Duration::from_secs(10));
    let shaky =
        Arc::new(Shaky { calls: AtomicUsize::new(0), granted: AtomicUsize::new(0), open_from });
    let config = LimiterConfig { send: vec![Window::per_seconds(1000, 1)], ..Default::default() };
    let limiter =
        Limiter::with_grants(config, Arc::clone(&shaky) as _).expect("the windows can open");
    let waits = futures_util::future::join_all((0..100).map(|_| limiter.acquire(ASK))).await;
    assert!(waits.iter().all(|wait| *wait >= Duration::from_secs(10)), "{waits:?}");
    assert_eq!(shaky.granted.load(Ordering::SeqCst), 100);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
}

#[test]
fn whoever_waits_when_the_drivers_runtime_ends_goes_on_waiting() {
    const PERIOD: Duration = Duration::from_millis(500);
    let config = LimiterConfig {
        send: vec![Window::new(1, PERIOD)],
        margin: Duration::ZERO,
        ..LimiterConfig::default()
    };
    let limiter = Limiter::new(config).expect("the windows can open");
    let (short, long) = (runtime(), runtime());
    short.block_on(limiter.acquire(ASK));
    let since = Instant::now();
    let waking = &mut Waking::from_waker(Waker::noop());
    let mut first = pin!(limiter.acquire(ASK));
    {
        let _entered = short.enter();
        assert!(first.as_mut().poll(waking).is_pending(), "it starts the driver");
    }
    let mut second = pin!(limiter.acquire(ASK));
    {
        let _entered = long.enter();
        assert!(second.as_mut().poll(waking).is_pending());
    }
    drop(short);
    long.block_on(async {
        let patience = Duration::from_secs(10);
        tokio::time::timeout(patience, second).await.expect("somebody drives the line");
    });
    assert!(since.elapsed() >= PERIOD / 2, "it was let through at once");
}

/// Otherwise nothing would ever be forgotten any more.
#[test]
fn a_sweeper_that_dies_with_its_runtime_makes_room_for_another() {
    let limiter = Limiter::new(LimiterConfig::default()).expect("the windows can open");
    let sweeping = || limiter.inner.sweeping.load(Ordering::SeqCst);
    for _ in 0..2 {
        let short = runtime();
        short.block_on(limiter.acquire(ASK));
        assert!(sweeping());
        drop(short);
        assert!(!sweeping());
    }
}
