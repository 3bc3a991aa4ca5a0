//! The tests: which seeds are run.

use crate::run::{happen, many, of};

/// A number out of the environment: `make sim` says which seeds it wants.
#[expect(clippy::disallowed_methods, reason = "how long to look is decided outside")]
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn the_rules_hold_whatever_happens() {
    let from = number("BECKON_SIM_FROM", 0);
    let seeds = number("BECKON_SIM_SEEDS", 2_000);
    if let Err(report) = many(from..from + seeds, 2) {
        panic!("{report}");
    }
}

#[test]
fn a_seed_gives_the_same_history_each_time() {
    for seed in [1, 7, 42] {
        assert_eq!(of(seed), of(seed));
        let (first, second) = (happen(seed, &of(seed)), happen(seed, &of(seed)));
        assert_eq!(first.expect("the rules hold"), second.expect("the rules hold"), "seed {seed}");
    }
}
