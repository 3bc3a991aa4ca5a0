//! Randomness as a parameter: spreads retries and refreshes, and numbers assertions.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::Rng;

/// A source of small randomness that a test can seed.
///
/// It keeps many bots from acting in the same instant. It is predictable and must never make a
/// secret.
#[derive(Debug)]
pub struct Jitter(AtomicU64);

impl Jitter {
    /// The same numbers for the same seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Seeded by the operating system.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks for real randomness")]
    pub fn from_system() -> Self {
        Self::seeded(rand::rng().next_u64())
    }

    /// The next number: `SplitMix64`, which needs one atomic addition and no lock.
    pub fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A span between zero and `most`.
    pub fn up_to(&self, most: Duration) -> Duration {
        let share = (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        most.mul_f64(share)
    }

    /// `span`, up to a fifth longer or shorter: the spread the vendor advises for retries.
    pub fn around(&self, span: Duration) -> Duration {
        span.mul_f64(0.8) + self.up_to(span.mul_f64(0.4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let (a, b) = (Jitter::seeded(7), Jitter::seeded(7));
        let draw = |jitter: &Jitter| (0..10).map(|_| jitter.next_u64()).collect::<Vec<_>>();
        assert_eq!(draw(&a), draw(&b));
        assert_ne!(draw(&a), draw(&Jitter::seeded(8)));
    }

    #[test]
    fn spans_stay_in_their_bounds_and_differ() {
        let jitter = Jitter::seeded(1);
        let span = Duration::from_secs(10);
        let drawn: Vec<_> = (0..1000).map(|_| jitter.around(span)).collect();
        assert!(drawn.iter().all(|d| (8.0..=12.0).contains(&d.as_secs_f64())));
        assert!(drawn.iter().any(|d| *d < span) && drawn.iter().any(|d| *d > span));
        assert!((0..1000).all(|_| jitter.up_to(span) <= span));
    }
}
