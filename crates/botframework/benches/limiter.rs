//! What one decision of the limiter costs. Target: below 300 ns at 8 threads over three windows.

use std::cell::Cell;
use std::sync::LazyLock;

use botframework::limiter::{
    Ask, Decision, Limiter, LimiterConfig, Moment, Operation, Priority, Window,
};

/// Enough conversations that threads meet as they would in a busy bot: seldom on one tenant,
/// often on one shard.
const TENANTS: usize = 256;
const CONVERSATIONS: usize = 16;

static NAMES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    (0..TENANTS * CONVERSATIONS)
        .map(|index| {
            let tenant = format!("aaaabbbb-0000-cccc-1111-{:012x}", index % TENANTS);
            (tenant, format!("19:{index:032x}@thread.tacv2;messageid=1776390257332"))
        })
        .collect()
});

fn main() {
    divan::main();
}

fn three_windows() -> LimiterConfig {
    let send = vec![
        Window::per_seconds(7, 1),
        Window::per_seconds(60, 30),
        Window::per_seconds(1800, 3600),
    ];
    LimiterConfig { send, ..LimiterConfig::default() }
}

thread_local! {
    /// Each thread's own position, so that a shared counter is not what is measured.
    static TURN: Cell<u64> = const { Cell::new(0) };
}

/// Decisions on conversations that are all known, `step_nanos` apart on each thread.
fn decide(bencher: divan::Bencher, config: LimiterConfig, step_nanos: u64) {
    let limiter = Limiter::new(config).unwrap_or_else(|error| panic!("{error}"));
    let names = &*NAMES;
    let ask = |index: usize| Ask {
        tenant: &names[index].0,
        conversation: &names[index].1,
        operation: Operation::Send,
        priority: Priority::Interactive,
    };
    for index in 0..names.len() {
        limiter.decide_at(ask(index), Moment::default());
    }
    bencher.bench(|| {
        let turn = TURN.get() + 1;
        TURN.set(turn);
        // A stride coprime to the number of names visits them all, out of order.
        let index = (turn as usize).wrapping_mul(7919) % names.len();
        let now = Moment::from_nanos(turn * step_nanos);
        matches!(limiter.decide_at(ask(index), now), Decision::Granted)
    });
}

#[divan::bench(threads = [1, 8], sample_size = 1000, min_time = 1)]
fn three_windows_mostly_granted(bencher: divan::Bencher) {
    decide(bencher, three_windows(), 200_000);
}

#[divan::bench(threads = [1, 8], sample_size = 1000, min_time = 1)]
fn three_windows_mostly_refused(bencher: divan::Bencher) {
    decide(bencher, three_windows(), 1_000);
}

#[divan::bench(threads = [1, 8], sample_size = 1000, min_time = 1)]
fn all_windows_of_teams(bencher: divan::Bencher) {
    decide(bencher, LimiterConfig::default(), 200_000);
}
