//! Time zones by their IANA or Windows names.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Windows names with their IANA names, and the IANA names that are known.
static ZONES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut zones = HashMap::new();
    for line in include_str!("zones.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some((windows, iana)) = line.split_once(" = ") {
            zones.insert(windows.to_owned(), iana.to_owned());
        } else if let Some((area, names)) = line.split_once(':') {
            for name in names.split_whitespace() {
                let separator = if area.is_empty() { "" } else { "/" };
                let name = format!("{area}{separator}{name}");
                zones.insert(name.clone(), name);
            }
        }
    }
    zones
});

/// Finds a zone; only the names that CLDR maps are known.
pub(crate) fn find_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(ZONES.get(name)?).ok()
}

/// Offset from UTC in seconds at a point in time.
pub(crate) fn offset_seconds(zone: &TimeZone, millis: i64) -> i64 {
    let at = Timestamp::from_millisecond(millis);
    let at = at.unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX });
    i64::from(zone.to_offset(at).seconds())
}

/// The offset as the engine's date library works it out. Before 1970 it loses
/// a second wherever there are milliseconds.
pub(crate) fn observed_offset(zone: &TimeZone, millis: i64) -> i64 {
    let lost = i64::from(millis < 0 && millis % 1000 != 0);
    offset_seconds(zone, millis) - lost
}

/// The point in time at which clocks in a zone show a time, and the offset
/// then. Which of two it is when clocks go back depends on `now`.
pub(crate) fn resolve_local(zone: &TimeZone, local: i64, now: i64) -> (i64, i64) {
    let first = observed_offset(zone, now);
    let guess = local - first * 1000;
    let second = observed_offset(zone, guess);
    if first == second {
        return (guess, first);
    }
    let guess = local - second * 1000;
    let third = observed_offset(zone, guess);
    if second == third {
        return (guess, second);
    }
    (local - second.min(third) * 1000, second.max(third))
}
