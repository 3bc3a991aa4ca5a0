//! Time that passes only when the simulation says so, and ids that are the same in every run.

use std::sync::Mutex;

use beckon::clock::Clock;
use jiff::{SignedDuration, Timestamp};

use crate::dice::Dice;

#[derive(Debug)]
pub(crate) struct ManualClock(Mutex<(Timestamp, Dice)>);

impl ManualClock {
    pub(crate) fn new(seed: u64) -> Self {
        let start = "2026-03-02T08:00:00Z".parse().unwrap();
        Self(Mutex::new((start, Dice::new(seed))))
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.0.lock().unwrap().0 += time;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }

    fn random(&self, bytes: &mut [u8]) {
        let mut inner = self.0.lock().unwrap();
        for chunk in bytes.chunks_mut(8) {
            let random = inner.1.throw().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}
