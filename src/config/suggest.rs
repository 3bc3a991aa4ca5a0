//! "Did you mean …?" for a key that is not known.

/// How alike two keys have to be; 0 to 1.
const ALIKE: f64 = 0.7;

/// The message of a parser, with the known key that is most like the unknown one.
///
/// serde words it ``unknown field `a`, expected `b` `` or ``… expected one of `b`, `c` ``; a message
/// that is worded otherwise stays as it is.
pub(super) fn with_suggestion(message: &str) -> String {
    match suggestion(message) {
        Some(known) => format!("{message}\ndid you mean `{known}`?"),
        None => message.to_owned(),
    }
}

fn suggestion(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("unknown field `")?;
    let (unknown, rest) = rest.split_once("`, expected ")?;
    rest.split('`')
        // What stands between backticks is every second part.
        .skip(1)
        .step_by(2)
        .map(|known| (strsim::jaro_winkler(unknown, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_key_is_suggested_and_nothing_far_fetched() {
        let message = "unknown field `public_ulr`, expected `bind` or `public_url`";
        assert!(with_suggestion(message).ends_with("did you mean `public_url`?"));
        let message = "unknown field `colour`, expected one of `bind`, `public_url`";
        assert_eq!(with_suggestion(message), message);
        assert_eq!(with_suggestion("expected a string"), "expected a string");
    }
}
