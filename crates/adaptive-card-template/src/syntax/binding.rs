//! Where `${…}` begins and ends inside a string.

/// Longest search for an end that is not the nearest, which only strings with
/// escaped quotes ask for. It also bounds the recursion.
const MAX_RETRIES: u32 = 2_000;

/// A piece of a template string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Characters that stand for themselves, from one offset to another.
    Text(usize, usize),
    /// `\$` or an escaped backtick; the offset is that of the character.
    Escape(usize),
    /// `${…}` with both braces.
    Binding(usize, usize),
}

/// Splits text, from `from` to the next bare backtick or the end, into pieces;
/// returns where it stopped as well. `left` is how many bytes may be looked at.
pub(super) fn split(text: &str, from: usize, left: &mut u64) -> Result<(Vec<Piece>, usize), Spent> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    *left = left.checked_sub((bytes.len() - from) as u64).ok_or(Spent)?;
    let mut plain = from;
    let mut at = from;
    while at < bytes.len() && bytes[at] != b'`' {
        let found = match bytes[at] {
            b'\\' if matches!(bytes.get(at + 1), Some(b'`' | b'$')) => {
                Some((Piece::Escape(at + 1), at + 2))
            }
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                binding_end(bytes, at + 2, left)?.map(|end| (Piece::Binding(at, end), end))
            }
            _ => None,
        };
        if let Some((piece, end)) = found {
            if plain < at {
                pieces.push(Piece::Text(plain, at));
            }
            pieces.push(piece);
            at = end;
            plain = end;
        } else {
            at += 1;
        }
    }
    if plain < at {
        pieces.push(Piece::Text(plain, at));
    }
    Ok((pieces, at))
}

/// The text between the braces of a binding, trimmed, and its offset. One
/// leading `=` is dropped, as it is from any expression.
pub(super) fn inner(text: &str, start: usize, end: usize) -> (&str, usize) {
    let content = &text[start + 2..end - 1];
    let inner = crate::value::text::trim(content);
    let leading = content.len() - crate::value::text::trim_start(content).len();
    let skip = usize::from(inner.starts_with('='));
    (&inner[skip..], start + 2 + leading + skip)
}

/// Looking for bindings took too long.
#[derive(Debug)]
pub(super) struct Spent;

/// The end of the binding whose content starts at `from`, if it is one.
fn binding_end(bytes: &[u8], from: usize, left: &mut u64) -> Result<Option<usize>, Spent> {
    let mut search = Search { bytes, retries: MAX_RETRIES, left: *left, is_spent: false };
    let end = search.run(State { at: from, depth: 0, need: true });
    *left = search.left;
    if search.is_spent { Err(Spent) } else { Ok(end) }
}

#[derive(Clone, Copy)]
struct State {
    at: usize,
    /// How many object literals are open.
    depth: u32,
    /// Whether the innermost brace still lacks its first piece of content.
    need: bool,
}

struct Search<'a> {
    bytes: &'a [u8],
    retries: u32,
    /// How many bytes may still be looked at.
    left: u64,
    /// Whether the search was given up.
    is_spent: bool,
}

/// Where a walk through a binding stops.
enum Stop {
    End(usize),
    /// At a string with several possible ends, which is a key or not.
    Retry(bool),
}

impl Search<'_> {
    fn run(&mut self, mut state: State) -> Option<usize> {
        let from = state.at;
        let stop = self.walk(&mut state);
        self.charge(state.at - from)?;
        match stop? {
            Stop::End(at) => Some(at),
            Stop::Retry(key) => self.retry(state, key),
        }
    }

    fn charge(&mut self, count: usize) -> Option<()> {
        let left = self.left.checked_sub(count as u64);
        self.is_spent |= left.is_none();
        self.left = left.unwrap_or(0);
        left.map(|_| ())
    }

    fn walk(&mut self, state: &mut State) -> Option<Stop> {
        loop {
            match *self.bytes.get(state.at)? {
                b'\r' | b'\n' | b'`' => return None,
                b'}' if state.need => return None,
                b'}' if state.depth == 0 => return Some(Stop::End(state.at + 1)),
                b'}' => {
                    *state = State { at: state.at + 1, depth: state.depth - 1, need: false };
                }
                b'{' => {
                    let open = State { at: state.at + 1, depth: state.depth + 1, need: true };
                    match self.object_start(open.at)? {
                        Start::Empty(at) => *state = State { at, need: false, ..*state },
                        Start::Content(at) => *state = State { at, ..open },
                        Start::Quoted => {
                            *state = open;
                            return Some(Stop::Retry(true));
                        }
                    }
                }
                b'\'' | b'"' => match self.ends(state.at)?[..] {
                    [at] => *state = State { at, need: false, ..*state },
                    _ => return Some(Stop::Retry(false)),
                },
                _ => *state = State { at: state.at + 1, need: false, ..*state },
            }
        }
    }

    fn ends(&mut self, from: usize) -> Option<Vec<usize>> {
        let (ends, seen) = string_ends(self.bytes, from);
        self.charge(seen - from)?;
        Some(ends)
    }

    /// Tries each end of the string at hand, nearest to the grammar first.
    fn retry(&mut self, state: State, key: bool) -> Option<usize> {
        for end in self.ends(state.at)? {
            let Some(retries) = self.retries.checked_sub(1) else {
                self.is_spent = true;
                return None;
            };
            self.retries = retries;
            let next = if key {
                if self.bytes.get(end) != Some(&b':') {
                    continue;
                }
                State { at: end + 1, ..state }
            } else {
                State { at: end, need: false, ..state }
            };
            // Each retry costs one of a bounded number, so this recursion is
            // bounded, too.
            if let Some(found) = self.run(next) {
                return Some(found);
            }
            if self.is_spent {
                return None;
            }
        }
        None
    }

    fn object_start(&self, at: usize) -> Option<Start> {
        match self.bytes.get(at)? {
            b'}' => Some(Start::Empty(at + 1)),
            b'\'' | b'"' => Some(Start::Quoted),
            _ => {
                let end = at + identifier_length(&self.bytes[at..])?;
                (self.bytes.get(end) == Some(&b':')).then_some(Start::Content(end + 1))
            }
        }
    }
}

enum Start {
    /// `{}`.
    Empty(usize),
    /// A plain key and its colon.
    Content(usize),
    /// A quoted key.
    Quoted,
}

/// Every offset at which the string starting at `from` may end. The first is
/// the closing quote that is not escaped; without one, or where the rest then
/// makes no sense, a quote after a backslash ends it as well. The other result
/// is how far the search went.
pub(super) fn string_ends(bytes: &[u8], from: usize) -> (Vec<usize>, usize) {
    let quote = bytes[from];
    let mut escaped = Vec::new();
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == quote {
            escaped.push(at + 1);
            break;
        }
        if byte == b'\\' && bytes.get(at + 1) == Some(&quote) {
            escaped.push(at + 2);
            at += 2;
        } else if byte == b'\\' && bytes.get(at + 1) == Some(&b'\\') {
            at += 2;
        } else {
            at += 1;
        }
    }
    escaped.reverse();
    (escaped, at.min(bytes.len()))
}

/// Length of the identifier that the bytes start with.
pub(super) fn identifier_length(bytes: &[u8]) -> Option<usize> {
    let start = match bytes {
        [b'@', b'@', ..] => 2,
        [b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'#' | b'@' | b'$' | b'%', ..] => 1,
        _ => return None,
    };
    let rest = bytes[start..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
    Some(start + rest.count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bindings(text: &str) -> Vec<&str> {
        let (pieces, _) = split(text, 0, &mut 10_000).expect("cheap");
        let binding = |piece: &Piece| match *piece {
            Piece::Binding(start, end) => Some(&text[start..end]),
            _ => None,
        };
        pieces.iter().filter_map(binding).collect()
    }

    #[test]
    fn braces_inside_quotes_and_objects_belong_to_the_binding() {
        assert_eq!(bindings("a ${'}'} b ${{a:1}.a}"), ["${'}'}", "${{a:1}.a}"]);
        assert_eq!(bindings("${{a:{'b':2}}}"), ["${{a:{'b':2}}}"]);
    }

    #[test]
    fn what_does_not_close_is_text() {
        for text in ["${", "${}", "${n", "${'abc}", "${{n}}", "${n\n}", "${ {a : 1} }", "\\${n}"] {
            assert_eq!(bindings(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn an_escaped_quote_ends_the_string_where_nothing_else_makes_sense() {
        assert_eq!(bindings(r"${'a\'b'}"), [r"${'a\'b'}"]);
        assert_eq!(bindings(r"${'a\'}"), [r"${'a\'}"]);
        assert_eq!(string_ends(br"'a\'b' c", 0), (vec![6, 4], 5));
    }

    #[test]
    fn the_inside_is_trimmed_and_loses_an_equals_sign() {
        assert_eq!(inner("x ${ = n } y", 2, 10), (" n", 6));
        assert_eq!(inner("${n}", 0, 4), ("n", 2));
    }
}
