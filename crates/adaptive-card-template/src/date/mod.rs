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
    parse(text).filter(|millis| to_iso(*millis) == text)
}
