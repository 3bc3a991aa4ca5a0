//! Numbers of things, as people say them.

use std::fmt::Display;

/// `1 agent`, `2 agents`, `0 agents`: the word for one, in the singular, becomes that for several by
/// its `s`.
pub(super) fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {one}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one_and_all_else_is_several() {
        let said = [0_u64, 1, 2, 21].map(|number| count(number, "dead letter"));
        assert_eq!(said, ["0 dead letters", "1 dead letter", "2 dead letters", "21 dead letters"]);
        assert_eq!(count(1_usize, "agent"), "1 agent");
    }
}
