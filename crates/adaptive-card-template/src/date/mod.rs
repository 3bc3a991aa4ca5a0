//! Dates as JavaScript has them: milliseconds since 1970 in the proleptic
//! Gregorian calendar, parsed as V8 does and printed as the engine's date
//! library does.

mod civil;
mod csharp;
mod format;
mod lenient;
mod parse;
mod relative;
mod scan;
mod zone;

pub(crate) use civil::{Civil, MILLIS_PER_DAY, clip, make_time, to_iso};
pub(crate) use csharp::to_tokens;
pub(crate) use format::{INVALID, format};
pub(crate) use lenient::parse_lenient;
pub(crate) use parse::parse;
pub(crate) use relative::relative;
pub(crate) use zone::{find_zone, observed_offset, offset_seconds, resolve_local};

/// Parses a date that is written exactly as `toISOString` writes it.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    if !text.ends_with('Z') || !(24..=27).contains(&text.len()) {
        return None;
    }
    match plain(text.as_bytes()) {
        Some(millis) => Some(millis),
        None => parse(text).filter(|millis| to_iso(*millis) == text),
    }
}

/// The usual case of a year of four digits, without the way over tokens.
fn plain(text: &[u8]) -> Option<i64> {
    const LAYOUT: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
    let fits = |(byte, layout): (&u8, &u8)| match layout {
        b'0' => byte.is_ascii_digit(),
        other => byte == other,
    };
    if text.len() != LAYOUT.len() || !text.iter().zip(LAYOUT).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| {
        text[from..to].iter().fold(0_i64, |sum, byte| sum * 10 + i64::from(byte - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    let fine = (1..=12).contains(&month)
        && (1..=Civil::days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if fine { make_time([year, month, day], [hour, minute, second, number(20, 23)]) } else { None }
}
