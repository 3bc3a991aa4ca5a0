//! Text as JavaScript counts and folds it: in UTF-16 code units.

use std::borrow::Cow;
use std::cmp::Ordering;

/// JavaScript's white space and line terminators.
pub(crate) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{feff}'
    )
}

/// `String.prototype.trim`.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// `String.prototype.trimStart`.
pub(crate) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

/// Length in UTF-16 code units.
pub(crate) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// The code unit at an index as text; half of a pair becomes U+FFFD, because
/// Rust's strings cannot hold it.
pub(crate) fn unit_at(text: &str, index: usize) -> Option<String> {
    if text.is_ascii() {
        return text.get(index..=index).map(str::to_owned);
    }
    text.encode_utf16().nth(index).map(|unit| String::from_utf16_lossy(&[unit]))
}

/// The code units from `start` up to `end`, which must not exceed the length.
pub(crate) fn slice(text: &str, start: usize, end: usize) -> Cow<'_, str> {
    if end <= start {
        return Cow::Borrowed("");
    }
    if text.is_ascii() {
        return Cow::Borrowed(text.get(start..end.min(text.len())).unwrap_or(""));
    }
    let units: Vec<u16> = text.encode_utf16().skip(start).take(end - start).collect();
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// Turns a byte offset into an index of code units.
pub(crate) fn unit_index(text: &str, byte: usize) -> usize {
    length(&text[..byte])
}

/// Orders by UTF-16 code units.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    if left.is_ascii() || right.is_ascii() {
        // A difference against an ASCII unit is the same in both encodings.
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}

/// Whether two names are equal in lower case.
#[inline]
pub(crate) fn same_ignoring_case(left: &str, right: &str) -> bool {
    if left == right || left.eq_ignore_ascii_case(right) {
        return true;
    }
    // Nearly all names differ in their first letter already.
    if let (Some(a), Some(b)) = (left.as_bytes().first(), right.as_bytes().first())
        && a.is_ascii()
        && b.is_ascii()
        && !a.eq_ignore_ascii_case(b)
    {
        return false;
    }
    // Letters outside of ASCII fold to letters within it, too: the Kelvin sign.
    if left.is_ascii() && right.is_ascii() {
        return false;
    }
    // The walk ends where they differ, however long they are. A sigma has two
    // forms, of which only folding the whole text finds the right one.
    let any_sigma = |c| if c == 'ς' { 'σ' } else { c };
    let left_folded = left.chars().flat_map(char::to_lowercase).map(any_sigma);
    let right_folded = right.chars().flat_map(char::to_lowercase).map(any_sigma);
    left_folded.eq(right_folded) && left.to_lowercase() == right.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_counted_in_code_units() {
        assert_eq!(length("Zoë 🎉"), 6);
        assert_eq!(slice("Zoë 🎉", 4, 6), "🎉");
        assert_eq!(slice("Zoë 🎉", 4, 5), "\u{fffd}");
        assert_eq!(unit_at("🎉", 2), None);
        assert_eq!(unit_index("ë🎉x", "ë🎉".len()), 3);
    }

    #[test]
    fn order_is_that_of_code_units() {
        // By code points, the emoji would be the greater.
        assert_eq!(compare("🎉", "\u{fffd}"), Ordering::Less);
        assert_eq!(compare("a", "é"), Ordering::Less);
    }

    #[test]
    fn names_fold_to_lower_case() {
        for (left, right, same) in [
            ("Name", "nAME", true),
            ("Ünï", "üNÏ", true),
            ("\u{212a}ey", "key", true),
            ("a", "ab", false),
            ("", "", true),
        ] {
            assert_eq!(same_ignoring_case(left, right), same, "{left} {right}");
        }
    }
}
