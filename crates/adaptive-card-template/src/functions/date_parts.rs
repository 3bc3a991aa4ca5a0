//! Dates: their parts, and how they are written.

use super::date_args::{DATE, FORMAT, full_year, iso, print};
use super::returns::{NUMBER, STRING};
use super::strings::or_empty;
use super::{Check, Function, UNARY_STRING, verify};
use crate::date::{self, Civil, MILLIS_PER_DAY, clip, make_time};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::Val;

pub(super) static TABLE: &[Function] = &[
    Function::eager("year", NUMBER, UNARY_STRING, verify::string, year),
    Function::eager("month", NUMBER, UNARY_STRING, verify::string, month),
    Function::eager("dayOfMonth", NUMBER, UNARY_STRING, verify::string, day_of_month),
    Function::eager("dayOfWeek", NUMBER, UNARY_STRING, verify::string, day_of_week),
    Function::eager("dayOfYear", NUMBER, UNARY_STRING, verify::string, day_of_year),
    Function::eager("date", STRING, UNARY_STRING, verify::string, date_of),
    Function::eager("getTimeOfDay", STRING, UNARY_STRING, verify::string, time_of_day),
    Function::eager(
        "dateReadBack",
        STRING,
        Check::Order(&[STRING, STRING], &[]),
        verify::string,
        read_back,
    ),
    Function::eager("formatDateTime", STRING, DATE, verify::nothing, format_date_time),
    Function::eager(
        "formatEpoch",
        STRING,
        Check::Order(&[NUMBER], FORMAT),
        verify::nothing,
        format_epoch,
    ),
];

fn part<'a>(args: &[Val<'a>], pick: fn(Civil) -> i64) -> Res<Val<'a>> {
    Ok(Val::Num(pick(Civil::new(iso(args, 0)?)) as f64))
}

fn year<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    part(args, |date| date.year)
}

fn month<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    part(args, |date| date.month)
}

fn day_of_month<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    part(args, |date| date.day)
}

/// 0 is Sunday.
fn day_of_week<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    part(args, |date| date.weekday as i64)
}

/// Days since the year began, which for years of two digits is one of the
/// 1900s.
fn day_of_year<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let millis = iso(args, 0)?;
    let year = full_year(Civil::new(millis).year);
    let start = make_time([year, 1, 1], [0; 4]).unwrap_or(millis);
    Ok(Val::Num(((millis - start).div_euclid(MILLIS_PER_DAY) + 1) as f64))
}

fn date_of<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(date::format(Civil::new(iso(args, 0)?), 0, "M/DD/YYYY")))
}

/// A date that is valid but written otherwise has no time of day at all.
fn time_of_day<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let text = or_empty(args, 0);
    let millis = match iso(args, 0) {
        Ok(millis) => millis,
        Err(fault) => {
            let millis = date::parse(text).ok_or(fault)?;
            let plain = date::format(Civil::new(millis), 0, "YYYY-MM-DDTHH:mm:ss.SSS0000");
            if plain != text {
                return Ok(Val::Undefined);
            }
            millis
        }
    };
    let date = Civil::new(millis);
    Ok(Val::text(match date.hour * 100 + date.minute {
        0 => "midnight",
        1..1200 => "morning",
        1200 => "noon",
        1201..1800 => "afternoon",
        1800..=2200 => "evening",
        _ => "night",
    }))
}

fn read_back<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(date::relative(iso(args, 0)?, iso(args, 1)?)))
}

/// Takes any date that JavaScript can read; without a zone it is UTC.
fn format_date_time<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let wrong = || Fault::soft("a date");
    let text = args[0].as_str().ok_or_else(wrong)?;
    if let Some(millis) = date::parse_iso(text) {
        return print(Some(millis), args, 3);
    }
    let plain = date::parse(text).ok_or_else(wrong)?;
    let millis =
        if text.ends_with('Z') { plain } else { date::parse(&format!("{text}Z")).unwrap_or(plain) };
    print(Some(millis), args, 3)
}

/// Seconds since 1970.
fn format_epoch<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let seconds = args[0].as_number().ok_or_else(|| Fault::soft("a number of seconds"))?;
    let millis = clip(seconds * 1000.0).ok_or_else(|| Fault::soft("a date within range"))?;
    print(Some(millis), args, 3)
}
