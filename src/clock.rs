//! The one place where time and randomness come from. Everything else takes a [`Clock`].

use std::fmt::Debug;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use uuid::Uuid;

/// Time, and the ids that are made of it.
pub trait Clock: Debug + Send + Sync {
    /// The time now, in microseconds: finer would be lost in the store.
    fn now(&self) -> Timestamp;

    /// Fills `bytes` with randomness fit for secrets.
    fn random(&self, bytes: &mut [u8]);

    /// A new UUID of version 7: ordered by time, to the millisecond.
    fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        self.random(&mut random);
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// A clock that is shared.
pub type SharedClock = Arc<dyn Clock>;

/// The same clock for the Bot Framework, so that tokens and keys age with everything else.
pub(crate) fn wall(clock: &SharedClock) -> Arc<dyn botframework::clock::Clock> {
    Arc::new(Wall(Arc::clone(clock)))
}

#[derive(Debug)]
struct Wall(SharedClock);

impl botframework::clock::Clock for Wall {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}

/// The system's clock and random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the product reads the time")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    fn random(&self, bytes: &mut [u8]) {
        // aws-lc's generator fails only when the operating system has none; ids made of zeros
        // would collide and secrets of zeros would be guessed, so that is where the process ends.
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}
