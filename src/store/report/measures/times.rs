//! Which days and hours of a zone a span has, and when each begins.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use super::Grouping;
use crate::store::codec::micros;

/// A quarter of an hour in microseconds.
const QUARTER: i64 = 15 * 60 * 1_000_000;

/// When a day or an hour begins, and which one it is, as far as they are told apart.
pub(super) type Begin = (i64, Option<Date>, Option<i8>);

/// When each day or hour begins that is told apart, from the one that `from` lies in.
pub(super) fn times(
    by: Grouping,
    zone: &TimeZone,
    from: Timestamp,
    until: Timestamp,
) -> Vec<Begin> {
    match (by.hour, by.day) {
        (false, false) => Vec::new(),
        (false, true) => days(zone, from, until),
        (true, day) => hours(day, zone, from, until),
    }
}

fn days(zone: &TimeZone, from: Timestamp, until: Timestamp) -> Vec<Begin> {
    let one: Span = 1.day();
    let mut days = Vec::new();
    let mut date = Some(from.to_zoned(zone.clone()).date());
    while let Some(today) = date {
        let Ok(begin) = today.to_zoned(zone.clone()) else { break };
        if begin.timestamp() >= until {
            break;
        }
        days.push((micros(begin.timestamp()), Some(today), None));
        date = today.checked_add(one).ok();
    }
    days
}

/// Hours are looked for at each quarter of one: whatever a zone is away from UTC, and whenever its
/// clocks change, that is where they begin.
fn hours(day: bool, zone: &TimeZone, from: Timestamp, until: Timestamp) -> Vec<Begin> {
    let (mut at, end) = (micros(from), micros(until));
    let mut hours: Vec<Begin> = Vec::new();
    while at < end {
        let Ok(instant) = Timestamp::from_microsecond(at) else { break };
        let local = instant.to_zoned(zone.clone());
        let (date, hour) = (day.then(|| local.date()), Some(local.hour()));
        if hours.last().is_none_or(|last| (last.1, last.2) != (date, hour)) {
            hours.push((at, date, hour));
        }
        at = (at.div_euclid(QUARTER) + 1) * QUARTER;
    }
    hours
}
