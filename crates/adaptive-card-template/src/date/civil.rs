//! The calendar.

/// Milliseconds of a day.
pub(crate) const MILLIS_PER_DAY: i64 = 86_400_000;
/// How far a date may be from 1970, in milliseconds (ECMA-262, 21.4.1.1).
const MAX_MILLIS: f64 = 8.64e15;

/// A point in time as calendar and clock show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
    /// 0 is Sunday.
    pub(crate) weekday: usize,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) millis: i64,
}

impl Civil {
    /// Splits milliseconds since 1970.
    pub(crate) fn new(millis: i64) -> Self {
        let days = millis.div_euclid(MILLIS_PER_DAY);
        let time = millis.rem_euclid(MILLIS_PER_DAY);
        let (year, month, day) = from_days(days);
        Self {
            year,
            month,
            day,
            weekday: (days + 4).rem_euclid(7) as usize,
            hour: time / 3_600_000,
            minute: time / 60_000 % 60,
            second: time / 1000 % 60,
            millis: time % 1000,
        }
    }

    /// Number of days in the month.
    pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
        days_from(year, month + 1, 1) - days_from(year, month, 1)
    }
}

/// Days from 1970 to a date; month and day may lie outside their ranges.
fn days_from(year: i64, month: i64, day: i64) -> i64 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    // Years that start in March end with the leap day.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + days - 719_468 + day - 1
}

fn from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Milliseconds of a date whose parts may lie outside their ranges; `None`
/// beyond what JavaScript can hold.
pub(crate) fn make_time(date: [i64; 3], time: [i64; 4]) -> Option<i64> {
    // Beyond these bounds no date can be valid, and arithmetic could overflow.
    let fine = date.iter().chain(&time).all(|part| part.unsigned_abs() < 1 << 53);
    if !fine || date[0].abs() > 1_000_000 || date[1].abs() > 10_000_000 || date[2].abs() > 1 << 40 {
        return None;
    }
    let days = days_from(date[0], date[1], date[2]) as f64;
    let [hour, minute, second, millis] = time.map(|part| part as f64);
    let of_day = hour * 3.6e6 + minute * 6e4 + second * 1e3 + millis;
    clip(days * MILLIS_PER_DAY as f64 + of_day)
}

/// `TimeClip` (ECMA-262, 21.4.1.31): whole milliseconds within range.
pub(crate) fn clip(millis: f64) -> Option<i64> {
    (millis.abs() <= MAX_MILLIS).then_some(millis as i64)
}

/// `Date.prototype.toISOString`.
pub(crate) fn to_iso(millis: i64) -> String {
    let c = Civil::new(millis);
    let year = if (0..=9999).contains(&c.year) {
        format!("{:04}", c.year)
    } else {
        format!("{}{:06}", if c.year < 0 { '-' } else { '+' }, c.year.abs())
    };
    format!(
        "{year}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        c.month, c.day, c.hour, c.minute, c.second, c.millis
    )
}
