//! Prints a date after a format of tokens.

use super::civil::Civil;
use crate::value::number;

/// What an impossible date prints as.
pub(crate) const INVALID: &str = "Invalid Date";

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// No token is longer.
const LONGEST: usize = 4;

/// Length of the token that text starts with, given the letter and how often it
/// stands there in a row.
fn token_length(letter: u8, run: usize) -> usize {
    match letter {
        b'Y' if run >= 4 => 4,
        b'Y' if run >= 2 => 2,
        b'M' | b'd' => run.min(4),
        b'D' | b'H' | b'h' | b'm' | b's' | b'Z' => run.min(2),
        b'S' if run >= 3 => 3,
        b'a' | b'A' => 1,
        _ => 0,
    }
}

/// Prints a date at an offset from UTC, in seconds. Text in square brackets
/// stands for itself.
pub(crate) fn format(date: Civil, offset: i64, format: &str) -> String {
    let mut out = String::with_capacity(format.len() + 24);
    let mut rest = format;
    // Without one ahead, no bracket has to look for it.
    let last_bracket = format.rfind(']').unwrap_or(0);
    while let Some(c) = rest.chars().next() {
        if c == '['
            && format.len() - rest.len() < last_bracket
            && let Some(end) = rest.find(']').filter(|end| *end > 1)
        {
            out.push_str(&rest[1..end]);
            rest = &rest[end + 1..];
            continue;
        }
        let run = rest.bytes().take(LONGEST).take_while(|byte| char::from(*byte) == c).count();
        let length = token_length(rest.as_bytes()[0], run);
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            push_token(date, offset, &rest[..length], &mut out);
            rest = &rest[length..];
        }
    }
    out
}

fn push_token(date: Civil, offset: i64, token: &str, out: &mut String) {
    let month = MONTHS[(date.month - 1) as usize];
    let weekday = WEEKDAYS[date.weekday];
    let hour12 = if date.hour % 12 == 0 { 12 } else { date.hour % 12 };
    let (value, width) = match token {
        "YYYY" if (0..=9999).contains(&date.year) => (date.year, 4),
        "YYYY" => return push_padded(&date.year.to_string(), 4, out),
        "YY" => {
            let year = date.year.to_string();
            return out.push_str(&year[year.len().saturating_sub(2)..]);
        }
        "MMMM" => return out.push_str(month),
        "MMM" => return out.push_str(&month[..3]),
        "dddd" => return out.push_str(weekday),
        "ddd" => return out.push_str(&weekday[..3]),
        "dd" => return out.push_str(&weekday[..2]),
        "a" => return out.push_str(if date.hour < 12 { "am" } else { "pm" }),
        "A" => return out.push_str(if date.hour < 12 { "AM" } else { "PM" }),
        "Z" => return out.push_str(&zone(offset)),
        "ZZ" => return out.push_str(&zone(offset).replacen(':', "", 1)),
        "MM" => (date.month, 2),
        "M" => (date.month, 1),
        "DD" => (date.day, 2),
        "D" => (date.day, 1),
        "d" => (date.weekday as i64, 1),
        "HH" => (date.hour, 2),
        "H" => (date.hour, 1),
        "hh" => (hour12, 2),
        "h" => (hour12, 1),
        "mm" => (date.minute, 2),
        "m" => (date.minute, 1),
        "ss" => (date.second, 2),
        "s" => (date.second, 1),
        _ => (date.millis, 3),
    };
    push_digits(value, width, out);
}

/// A number of at most four digits that is not negative.
fn push_digits(value: i64, width: usize, out: &mut String) {
    for (place, scale) in [(4, 1000), (3, 100), (2, 10), (1, 1)] {
        if place <= width || value >= scale {
            out.push(char::from(b'0' + (value / scale % 10) as u8));
        }
    }
}

fn push_padded(text: &str, width: usize, out: &mut String) {
    out.extend(std::iter::repeat_n('0', width.saturating_sub(text.len())));
    out.push_str(text);
}

/// An offset as `+hh:mm`. Offsets from before standard time have seconds,
/// which make for odd fractions of a minute.
fn zone(offset: i64) -> String {
    let minutes = offset.unsigned_abs() as f64 / 60.0;
    let mut out = String::new();
    out.push(if offset >= 0 { '+' } else { '-' });
    push_padded(&number::print((minutes / 60.0).floor()), 2, &mut out);
    out.push(':');
    push_padded(&number::print(minutes % 60.0), 2, &mut out);
    out
}
