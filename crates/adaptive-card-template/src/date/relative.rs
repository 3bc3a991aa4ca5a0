//! A date as one would say it on another day: `dateReadBack`.

use super::civil::{Civil, MILLIS_PER_DAY, make_time};
use super::format::{MONTHS, WEEKDAYS};

/// Says a date, given today's. Weeks start on Sunday. Only years of four
/// digits are understood; others give empty text.
pub(crate) fn relative(today: i64, date: i64) -> String {
    let civil = Civil::new(date);
    if !(0..=9999).contains(&civil.year) {
        return String::new();
    }
    // A year of two digits is compared as one of the 1900s.
    let near = match civil.year {
        year @ 0..100 => make_time([year + 1900, civil.month, civil.day], [0; 4]).unwrap_or(date),
        _ => date,
    };
    let day = near.div_euclid(MILLIS_PER_DAY);
    let today = today.div_euclid(MILLIS_PER_DAY);
    // 1970 started on a Thursday.
    let week = |day: i64| (day + 4).div_euclid(7);
    let which = match (day - today, week(day) - week(today)) {
        (0, _) => return "today".to_owned(),
        (1, _) => return "tomorrow".to_owned(),
        (-1, _) => return "yesterday".to_owned(),
        (_, 0) => "this",
        (_, 1) => "next",
        (_, -1) => "last",
        _ => {
            let month = match civil.month {
                // Spelt as the reference engine spells it here.
                2 => "Februrary",
                other => MONTHS[(other - 1) as usize],
            };
            return format!("{}{} {month} {}", civil.day, ordinal(civil.day), civil.year);
        }
    };
    format!("{which} {}", WEEKDAYS[Civil::new(near).weekday])
}

/// By the last digit alone, so the 12th is the 12nd.
fn ordinal(day: i64) -> &'static str {
    match day % 10 {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    }
}
