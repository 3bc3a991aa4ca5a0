//! `Date.parse` as V8 has it: ISO 8601 first, then almost anything. Times
//! without a zone are UTC here.

use super::civil::make_time;
use super::scan::{Scanner, Token, Word};

/// Milliseconds since 1970, if the text is a date.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let mut scanner = Scanner::new(text);
    let mut parts = Parts::default();
    let token = iso(&mut scanner, &mut parts)?;
    legacy(&mut scanner, &mut parts, token)?;
    parts.finish()
}

/// What was read so far.
#[derive(Default)]
struct Parts {
    day: Vec<i64>,
    named_month: Option<i64>,
    is_iso: bool,
    time: Vec<i64>,
    hour_offset: Option<i64>,
    sign: Option<i64>,
    zone_hour: Option<i64>,
    zone_minute: Option<i64>,
}

impl Parts {
    fn set_zone(&mut self, hours: i64) {
        self.sign = Some(if hours < 0 { -1 } else { 1 });
        self.zone_hour = Some(hours.abs());
        self.zone_minute = Some(0);
    }

    fn is_utc(&self) -> bool {
        self.zone_hour == Some(0) && self.zone_minute == Some(0)
    }

    fn expects_zone_minute(&self, value: i64) -> bool {
        self.zone_hour.is_some() && self.zone_minute.is_none() && (0..60).contains(&value)
    }

    fn expects_time(&self, value: i64) -> bool {
        match self.time.len() {
            1 | 2 => (0..60).contains(&value),
            3 => (0..1000).contains(&value),
            _ => false,
        }
    }

    fn add_time(&mut self, value: i64) -> Option<()> {
        (self.time.len() < 4).then(|| self.time.push(value))
    }

    /// Adds the last part of a time; those after it are zero.
    fn end_time(&mut self, value: i64) {
        self.time.push(value);
        self.time.resize(4.max(self.time.len()), 0);
    }

    fn add_day(&mut self, value: i64) -> Option<()> {
        (self.day.len() < 3).then(|| self.day.push(value))
    }

    fn finish(mut self) -> Option<i64> {
        let [year, month, day] = self.date()?;
        self.time.resize(4.max(self.time.len()), 0);
        let (mut hour, minute) = (self.time[0], self.time[1]);
        let (second, millis) = (self.time[2], self.time[3]);
        if let Some(offset) = self.hour_offset {
            if !(0..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + offset;
        }
        let fine = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..1000).contains(&millis);
        if !fine && [hour, minute, second, millis] != [24, 0, 0, 0] {
            return None;
        }
        let zone = match self.sign {
            None => 0,
            Some(sign) => sign * (self.zone_hour.unwrap_or(0) * 60 + self.zone_minute.unwrap_or(0)),
        };
        make_time([year, month, day], [hour, minute - zone, second, millis])
    }

    /// Year, month and day, in whatever order makes sense of the numbers.
    fn date(&self) -> Option<[i64; 3]> {
        let is_day = |value: i64| (1..=31).contains(&value);
        let at = |index: usize| self.day.get(index).copied().unwrap_or(1);
        if self.day.is_empty() {
            return None;
        }
        let (mut year, month, day) = match self.named_month {
            Some(month) if is_day(at(0)) => (at(1), month, at(0)),
            Some(month) => (at(0), month, at(1)),
            None if self.is_iso || !is_day(at(0)) => (at(0), at(1), at(2)),
            None => (at(2), at(0), at(1)),
        };
        if !self.is_iso {
            year += match year {
                0..=49 => 2000,
                50..=99 => 1900,
                _ => 0,
            };
        }
        ((1..=12).contains(&month) && is_day(day)).then_some([year, month, day])
    }
}

/// Reads as much of an ISO date as there is; gives the first token it has no
/// use for. `None` if the text cannot be a date any more.
fn iso(scanner: &mut Scanner<'_>, parts: &mut Parts) -> Option<Token> {
    if let sign @ Token::Symbol('+' | '-') = scanner.peek() {
        scanner.next();
        let Some(year) = scanner.fixed(6) else {
            return Some(sign);
        };
        scanner.next();
        let negative = sign == Token::Symbol('-');
        if negative && year == 0 {
            return Some(sign);
        }
        parts.day.push(if negative { -year } else { year });
    } else if let Some(year) = scanner.fixed(4) {
        scanner.next();
        parts.day.push(year);
    } else {
        return Some(scanner.next());
    }
    if scanner.skip('-') {
        match scanner.fixed(2) {
            Some(month) if (1..=12).contains(&month) => parts.day.push(month),
            _ => return Some(scanner.next()),
        }
        scanner.next();
        if scanner.skip('-') {
            match scanner.fixed(2) {
                Some(day) if (1..=31).contains(&day) => parts.day.push(day),
                _ => return Some(scanner.next()),
            }
            scanner.next();
        }
    }
    if let Token::Word(Word::Separator, _) = scanner.peek() {
        scanner.next();
        iso_time(scanner, parts)?;
    } else if scanner.peek() != Token::End {
        return Some(scanner.next());
    }
    parts.is_iso = true;
    Some(Token::End)
}

/// `HH:mm[:ss[.sss]][Z|±hh:mm]` up to the end of the text. After the `T` there
/// is no way back to other forms.
fn iso_time(scanner: &mut Scanner<'_>, parts: &mut Parts) -> Option<()> {
    let mut two = |scanner: &mut Scanner<'_>, most: i64| {
        let value = scanner.fixed(2).filter(|value| *value <= most)?;
        scanner.next();
        parts.time.push(value);
        Some(value)
    };
    let hour = two(scanner, 24)?;
    let most = if hour == 24 { 0 } else { 59 };
    if !scanner.skip(':') {
        return None;
    }
    two(scanner, most)?;
    if scanner.skip(':') {
        two(scanner, most)?;
        if scanner.skip('.') {
            match scanner.next() {
                Token::Number(value, _) if hour == 24 && value > 0 => return None,
                Token::Number(value, length) => parts.time.push(millis(value, length)),
                _ => return None,
            }
        }
    }
    match scanner.peek() {
        Token::Word(Word::Zone(_), 1) => {
            scanner.next();
            parts.set_zone(0);
        }
        Token::Symbol(sign @ ('+' | '-')) => {
            scanner.next();
            parts.sign = Some(if sign == '+' { 1 } else { -1 });
            let (hour, minute) = match (scanner.fixed(4), scanner.fixed(2)) {
                (Some(both), _) => (both / 100, both % 100),
                (None, Some(hour)) => {
                    scanner.next();
                    if !scanner.skip(':') {
                        return None;
                    }
                    (hour, scanner.fixed(2)?)
                }
                _ => return None,
            };
            scanner.next();
            if hour >= 24 || minute >= 60 {
                return None;
            }
            parts.zone_hour = Some(hour);
            parts.zone_minute = Some(minute);
        }
        _ => {}
    }
    (scanner.peek() == Token::End).then_some(())
}

/// The first three digits of a fraction.
fn millis(value: i64, length: usize) -> i64 {
    match length {
        1 => value * 100,
        2 => value * 10,
        3 => value,
        more => value / 10_i64.pow(more.min(9) as u32 - 3),
    }
}

/// Everything that is no ISO date: words, slashes, any order. Unknown words
/// are skipped up to the first number.
fn legacy(scanner: &mut Scanner<'_>, parts: &mut Parts, first: Token) -> Option<()> {
    let mut has_number = !parts.day.is_empty();
    let mut token = first;
    while token != Token::End {
        match token {
            Token::Number(value, _) => {
                has_number = true;
                number(scanner, parts, value)?;
            }
            Token::Word(Word::Meridiem(hours), _) if !parts.time.is_empty() => {
                parts.hour_offset = Some(hours);
            }
            Token::Word(Word::Month(month), _) => {
                parts.named_month = Some(month);
                scanner.skip('-');
            }
            Token::Word(Word::Zone(hours), _) if has_number => parts.set_zone(hours),
            Token::Word(..) if has_number || matches!(scanner.peek(), Token::Number(..)) => {
                return None;
            }
            Token::Symbol(sign @ ('+' | '-')) if parts.is_utc() || !parts.time.is_empty() => {
                has_number = true;
                offset(scanner, parts, sign)?;
            }
            Token::Symbol('+' | '-' | ')') if has_number => return None,
            _ => {}
        }
        token = scanner.next();
    }
    Some(())
}

fn number(scanner: &mut Scanner<'_>, parts: &mut Parts, value: i64) -> Option<()> {
    if scanner.skip(':') {
        if scanner.skip(':') {
            if !parts.time.is_empty() {
                return None;
            }
            parts.time.extend([value, 0]);
        } else {
            parts.add_time(value)?;
            if scanner.peek() == Token::Symbol('.') {
                scanner.next();
            }
        }
        return Some(());
    }
    if scanner.skip('.') && parts.expects_time(value) {
        parts.add_time(value)?;
        let Token::Number(fraction, length) = scanner.next() else {
            return None;
        };
        parts.end_time(millis(fraction, length));
        return Some(());
    }
    if parts.expects_zone_minute(value) {
        parts.zone_minute = Some(value);
        return Some(());
    }
    if parts.expects_time(value) {
        parts.end_time(value);
        return match scanner.peek() {
            Token::End
            | Token::Space
            | Token::Symbol('+' | '-')
            | Token::Word(Word::Zone(_), 1) => Some(()),
            _ => None,
        };
    }
    parts.add_day(value)?;
    scanner.skip('-');
    Some(())
}

/// An offset from UTC: `+h`, `+hh`, `+hmm`, `+hhmm` or `+hh:mm`.
fn offset(scanner: &mut Scanner<'_>, parts: &mut Parts, sign: char) -> Option<()> {
    parts.sign = Some(if sign == '+' { 1 } else { -1 });
    let (mut value, mut length) = (0, 0);
    if let Token::Number(found, digits) = scanner.peek() {
        scanner.next();
        (value, length) = (found, digits);
    }
    if scanner.peek() == Token::Symbol(':') {
        parts.zone_hour = Some(value);
        parts.zone_minute = None;
        return Some(());
    }
    let (hour, minute) = match length {
        1 | 2 => (value, 0),
        3 | 4 => (value / 100, value % 100),
        _ => return None,
    };
    parts.zone_hour = Some(hour);
    parts.zone_minute = Some(minute);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::to_iso;
    use super::*;

    #[test]
    fn dates_are_read_in_many_forms() {
        let cases = [
            ("2024-03-05", "2024-03-05T00:00:00.000Z"),
            ("2024-03-05T09:07:03+02:00", "2024-03-05T07:07:03.000Z"),
            ("2024-03-05T24:00", "2024-03-06T00:00:00.000Z"),
            ("2024-02-31", "2024-03-02T00:00:00.000Z"),
            ("03/15/2018 12:00:00", "2018-03-15T12:00:00.000Z"),
            ("March 5, 2024 9:07 PM", "2024-03-05T21:07:00.000Z"),
            ("Tue Mar 5 2024 09:07:03 GMT+0200 (CEST)", "2024-03-05T07:07:03.000Z"),
            ("3/5/49", "2049-03-05T00:00:00.000Z"),
            ("3/5/50", "1950-03-05T00:00:00.000Z"),
            ("March 5", "2001-03-05T00:00:00.000Z"),
            ("2024-03-05T09:07:03.1239Z", "2024-03-05T09:07:03.123Z"),
        ];
        for (text, iso) in cases {
            assert_eq!(parse(text).map(to_iso).as_deref(), Some(iso), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_date() {
        for text in ["", "garbage", "2024-03-05T", "2024-03-05T9:7", "13/32/2024", "5 x 2024"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
