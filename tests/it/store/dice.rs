//! Randomness that a seed decides.

use super::place::mix;

/// Draws from a seed: the same seed, the same draws.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(mix(seed.wrapping_add(1)))
    }

    /// Dice of their own for a part of the whole.
    pub(super) fn part(&self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number.wrapping_add(1))))
    }

    /// A number below `sides`.
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0) % sides
    }

    /// True once in `sides` throws.
    pub(super) fn once_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }

    /// One of these, if there are any.
    pub(super) fn pick<'p, T>(&mut self, from: &'p [T]) -> Option<&'p T> {
        let place = self.below(from.len().max(1) as u64);
        from.get(usize::try_from(place).expect("a small number"))
    }
}
