//! Tasks that go on for as long as the process does.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::SAFETY_SCAN;

/// Runs a task to its end, and again when it panics: a bug in one turn must not be the end of all
/// later ones, while the server goes on to accept what they have to carry out. What they know is in
/// the store, so there is nothing that a panic could have left half done.
pub(super) async fn keep<F: Future<Output = ()>>(name: &'static str, task: impl Fn() -> F) {
    while AssertUnwindSafe(task()).catch_unwind().await.is_err() {
        tracing::error!(target: "engine", task = name, "a task panicked; it begins anew");
        tokio::time::sleep(SAFETY_SCAN).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_begins_anew_and_one_that_ends_does_not() {
        let runs = Cell::new(0);
        keep("fragile", async || {
            runs.set(runs.get() + 1);
            assert!(runs.get() > 2, "the first two runs break, as this test wants them to");
        })
        .await;
        assert_eq!(runs.get(), 3);
    }
}
