//! Holding something back until the test lets it go: lateness without a clock.

use tokio_util::sync::CancellationToken;

/// A call or delivery that waits for [`release`](Self::release). Dropping it releases too.
#[derive(Debug)]
#[must_use = "dropping it lets the call go at once"]
pub struct Held {
    gate: Gate,
}

/// The side that waits.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    arrived: CancellationToken,
    open: CancellationToken,
}

/// A held call and the gate before which it will wait.
pub(crate) fn pair() -> (Held, Gate) {
    let gate = Gate { arrived: CancellationToken::new(), open: CancellationToken::new() };
    (Held { gate: gate.clone() }, gate)
}

impl Held {
    /// Waits until the call has come and stands before the gate.
    pub async fn arrived(&self) {
        self.gate.arrived.cancelled().await;
    }

    /// Lets it go.
    pub fn release(self) {}
}

impl Drop for Held {
    fn drop(&mut self) {
        self.gate.open.cancel();
    }
}

impl Gate {
    /// Waits until the test opens the gate.
    pub(crate) async fn pass(&self) {
        self.arrived.cancel();
        self.open.cancelled().await;
    }
}
