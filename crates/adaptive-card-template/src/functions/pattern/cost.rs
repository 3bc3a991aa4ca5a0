//! What running a pattern costs.

/// A pattern's size, which every character of the text may have to be held
/// against: in the worst case each of its states is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// About the number of states, counted repeats multiplied out.
    states: usize,
    /// Whether some part may repeat without end, so that a search can read on
    /// far beyond the match that it reports.
    endless: bool,
}

impl Cost {
    /// Estimates the cost from the source of a pattern that compiles.
    pub(super) fn estimate(pattern: &str) -> Self {
        let bytes = pattern.as_bytes();
        let mut cost = Self { states: 0, endless: false };
        let mut outer = Vec::new();
        // The size of the last term, to which a count applies.
        let mut last = 0_usize;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let mut length = 1;
            let mut size = 1;
            match byte {
                b'\\' => {
                    length = 2;
                    // A property is a large set of characters.
                    if matches!(bytes.get(at + 1), Some(b'p' | b'P')) {
                        size = 16;
                    }
                }
                b'[' => {
                    length = class(&bytes[at..]);
                    size = 1 + length / 4;
                }
                b'(' => {
                    outer.push(cost.states);
                    cost.states = 0;
                }
                b')' => {
                    last = cost.states + 1;
                    cost.states = last.saturating_add(outer.pop().unwrap_or(0));
                    at += 1;
                    continue;
                }
                b'{' => {
                    if let Some(count) = Count::read(&bytes[at..]) {
                        let repeated = last.saturating_mul(count.times.max(1));
                        cost.states = cost.states.saturating_sub(last).saturating_add(repeated);
                        cost.endless |= count.endless;
                        last = repeated;
                        at += count.length;
                        continue;
                    }
                }
                b'*' | b'+' => cost.endless = true,
                _ => {}
            }
            cost.states = cost.states.saturating_add(size);
            last = size;
            at += length;
        }
        cost.states = outer.into_iter().fold(cost.states, usize::saturating_add);
        cost
    }

    /// Steps for a walk over so many bytes. A small pattern reads 16 bytes in
    /// the time of a step; a large one may take that time for each byte.
    pub(crate) fn of(self, bytes: usize) -> usize {
        bytes.saturating_mul(self.states.saturating_add(16)) / 256
    }

    /// Steps for one of many searches, with so many bytes ahead.
    pub(crate) fn of_search(self, bytes: usize) -> usize {
        self.of(if self.endless { bytes } else { bytes.min(self.states.saturating_mul(4)) })
    }
}

/// How many bytes a class takes up.
fn class(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b']' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

/// `{2}`, `{2,}` or `{2,4}`.
struct Count {
    times: usize,
    endless: bool,
    length: usize,
}

impl Count {
    fn read(bytes: &[u8]) -> Option<Self> {
        let inside = |byte: &&u8| byte.is_ascii_digit() || **byte == b',';
        let end = 1 + bytes.iter().skip(1).take_while(inside).count();
        if bytes.get(end) != Some(&b'}') {
            return None;
        }
        let text = std::str::from_utf8(bytes.get(1..end)?).ok()?;
        let (least, most) = text.split_once(',').unwrap_or((text, text));
        let least = number(least)?;
        let (times, endless) = if most.is_empty() { (least, true) } else { (number(most)?, false) };
        Some(Self { times, endless, length: end + 1 })
    }
}

/// A count, however large.
fn number(digits: &str) -> Option<usize> {
    let fine = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    fine.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counted_repeats_are_multiplied_out() {
        for (pattern, states, endless) in [
            ("abc", 3, false),
            ("a{200}", 200, false),
            ("((a{20}){20}){20}", 8_840, false),
            (r"\(a{3}", 4, false),
            ("[a{9}]x", 3, false),
            ("a{2,}", 2, true),
            ("a{x", 3, false),
            (r"\pL+", 18, true),
            ("(a", 2, false),
        ] {
            assert_eq!(Cost::estimate(pattern), Cost { states, endless }, "{pattern}");
        }
    }
}
