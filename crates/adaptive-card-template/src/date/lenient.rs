//! The date library's own reading of dates, which `convertToUTC` uses.

use std::sync::LazyLock;

use regex::Regex;

use super::civil::make_time;
use super::parse::parse;

/// Digits with or without separators, such as `20240305`.
static PARTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^([0-9]{4})[-/]?([0-9]{1,2})?[-/]?([0-9]{0,2})[Tt\s]*",
        r"([0-9]{1,2})?:?([0-9]{1,2})?:?([0-9]{1,2})?[.:]?([0-9]+)?$"
    ))
    .ok()
});

/// Milliseconds since 1970 of a local time, if it were UTC.
pub(crate) fn parse_lenient(text: &str) -> Option<i64> {
    if text.ends_with(['Z', 'z']) {
        return parse(text);
    }
    let Some(parts) = PARTS.as_ref().and_then(|regex| regex.captures(text)) else {
        return parse(text);
    };
    let part = |index: usize| {
        let text = parts.get(index).map_or("", |part| part.as_str());
        text.parse::<i64>().ok()
    };
    let year = part(1).unwrap_or(0);
    let year = if year < 100 { year + 1900 } else { year };
    // A fraction counts as milliseconds as it stands: `.5` is five of them.
    let fraction = parts.get(7).map_or("0", |part| part.as_str());
    let millis = fraction.get(..3).unwrap_or(fraction).parse().unwrap_or(0);
    make_time(
        [year, part(2).unwrap_or(1), part(3).unwrap_or(1)],
        [part(4).unwrap_or(0), part(5).unwrap_or(0), part(6).unwrap_or(0), millis],
    )
}
