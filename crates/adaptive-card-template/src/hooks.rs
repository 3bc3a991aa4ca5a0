//! Time and randomness, injected.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock.
pub trait Clock {
    /// Milliseconds since the start of 1970, UTC.
    fn now_millis(&self) -> i64;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine's clock")]
    fn now_millis(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as i64)
    }
}

/// A source of random bits.
pub trait Randomness {
    /// Sixty-four random bits.
    fn next_u64(&self) -> u64;
}

/// Random bits from the operating system, good enough for `rand` and
/// `newGuid`; not for secrets.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn next_u64(&self) -> u64 {
        // Each new state is keyed with randomness of the operating system.
        RandomState::new().build_hasher().finish()
    }
}
