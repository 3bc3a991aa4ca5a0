//! Dates: adding and subtracting, starts of periods, now.

use super::date_args::{DATE, DATE_AND_NUMBER, FORMAT, full_year, iso, print};
use super::returns::{NUMBER, STRING};
use super::{Check, Function, verify};
use crate::date::{Civil, clip, make_time};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::{Val, number};

/// A date, a number and a unit.
const WITH_UNIT: Check = Check::Order(&[STRING, NUMBER, STRING], FORMAT);
/// A number and a unit.
const FROM_NOW: Check = Check::Order(&[NUMBER, STRING], FORMAT);

pub(super) static TABLE: &[Function] = &[
    Function::eager("addDays", STRING, DATE_AND_NUMBER, verify::nothing, add_days),
    Function::eager("addHours", STRING, DATE_AND_NUMBER, verify::nothing, add_hours),
    Function::eager("addMinutes", STRING, DATE_AND_NUMBER, verify::nothing, add_minutes),
    Function::eager("addSeconds", STRING, DATE_AND_NUMBER, verify::nothing, add_seconds),
    Function::eager("addToTime", STRING, WITH_UNIT, verify::nothing, add_to_time),
    Function::eager("subtractFromTime", STRING, WITH_UNIT, verify::nothing, subtract_from_time),
    Function::eager("getFutureTime", STRING, FROM_NOW, verify::nothing, future_time),
    Function::eager("getPastTime", STRING, FROM_NOW, verify::nothing, past_time),
    Function::eager("utcNow", STRING, Check::Order(&[], FORMAT), verify::nothing, utc_now),
    Function::eager("startOfDay", STRING, DATE, verify::nothing, start_of_day),
    Function::eager("startOfHour", STRING, DATE, verify::nothing, start_of_hour),
    Function::eager("startOfMonth", STRING, DATE, verify::nothing, start_of_month),
];

/// A unit of time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Milli,
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

/// A unit by its name; a week is seven days.
fn unit(name: &str) -> Option<(Unit, f64)> {
    Some(match name {
        "Second" => (Unit::Second, 1.0),
        "Minute" => (Unit::Minute, 1.0),
        "Hour" => (Unit::Hour, 1.0),
        "Day" => (Unit::Day, 1.0),
        "Week" => (Unit::Day, 7.0),
        "Month" => (Unit::Month, 1.0),
        "Year" => (Unit::Year, 1.0),
        _ => return None,
    })
}

/// Moves a date. In a shorter month, the day is the last one.
fn shift(millis: i64, amount: f64, unit: Unit) -> Option<i64> {
    let scale = match unit {
        Unit::Milli => 1.0,
        Unit::Second => 1e3,
        Unit::Minute => 6e4,
        Unit::Hour => 3.6e6,
        Unit::Day => return clip(millis as f64 + number::round(amount) * 8.64e7),
        Unit::Month => return shift_months(millis, amount),
        Unit::Year => return shift_months(millis, amount * 12.0),
    };
    clip(millis as f64 + amount * scale)
}

fn shift_months(millis: i64, months: f64) -> Option<i64> {
    if months.abs() > 1e7 {
        return None;
    }
    let c = Civil::new(millis);
    let month = c.month - 1 + months as i64;
    let (year, month) = (c.year + month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = c.day.min(Civil::days_in_month(year, month));
    make_time([year, month, day], [c.hour, c.minute, c.second, c.millis])
}

/// Adds to one part of the clock: a fraction is cut off towards zero after it
/// is added, not before.
fn add_part<'a>(args: &[Val<'a>], part: fn(&mut ([i64; 3], [i64; 4])) -> &mut i64) -> Res<Val<'a>> {
    let (Some(_), Some(amount)) = (args[0].as_str(), args[1].as_number()) else {
        return Err(Fault::soft("a date and a number"));
    };
    let c = Civil::new(iso(args, 0)?);
    let mut parts = ([c.year, c.month, c.day], [c.hour, c.minute, c.second, c.millis]);
    let part = part(&mut parts);
    let sum = *part as f64 + amount;
    // Far beyond any date, and still safe to calculate with.
    *part = sum.clamp(-1e17, 1e17) as i64;
    let moved = if amount.is_finite() { make_time(parts.0, parts.1) } else { None };
    print(moved, args, 4)
}

fn add_days<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    add_part(args, |parts| &mut parts.0[2])
}

fn add_hours<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    add_part(args, |parts| &mut parts.1[0])
}

fn add_minutes<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    add_part(args, |parts| &mut parts.1[1])
}

fn add_seconds<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    add_part(args, |parts| &mut parts.1[2])
}

/// A whole number and the name of a unit.
fn interval<'v>(number: &Val<'_>, unit: &'v Val<'_>) -> Res<(f64, &'v str)> {
    match (number.as_integer(), unit.as_str()) {
        (Some(amount), Some(unit)) => Ok((amount, unit)),
        _ => Err(Fault::soft("a whole number and a unit of time")),
    }
}

/// A unit that does not exist counts as milliseconds here, and only here.
fn add_to_time<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let (amount, name) = interval(&args[1], &args[2])?;
    let (unit, factor) = unit(name).unwrap_or((Unit::Milli, 1.0));
    print(shift(iso(args, 0)?, amount * factor, unit), args, 5)
}

fn subtract_from_time<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let (amount, name) = interval(&args[1], &args[2])?;
    let (unit, factor) = unit(name).ok_or_else(|| Fault::soft("a unit of time"))?;
    print(shift(iso(args, 0)?, -amount * factor, unit), args, 5)
}

fn from_now<'a>(eval: &Eval<'a>, args: &[Val<'a>], sign: f64) -> Res<Val<'a>> {
    let (amount, name) = interval(&args[0], &args[1])?;
    let (unit, factor) = unit(name).ok_or_else(|| Fault::soft("a unit of time"))?;
    let now = eval.context.clock.now_millis();
    print(shift(now, sign * amount * factor, unit), args, 4)
}

fn future_time<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    from_now(eval, args, 1.0)
}

fn past_time<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    from_now(eval, args, -1.0)
}

fn utc_now<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let now = eval.context.clock.now_millis();
    print(clip(now as f64), args, 2)
}

fn start_of_day<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let c = Civil::new(iso(args, 0)?);
    print(make_time([c.year, c.month, c.day], [0; 4]), args, 3)
}

fn start_of_hour<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let c = Civil::new(iso(args, 0)?);
    print(make_time([c.year, c.month, c.day], [c.hour, 0, 0, 0]), args, 3)
}

fn start_of_month<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let c = Civil::new(iso(args, 0)?);
    print(make_time([full_year(c.year), c.month, 1], [0; 4]), args, 3)
}
