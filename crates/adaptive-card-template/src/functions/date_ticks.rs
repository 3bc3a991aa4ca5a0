//! Ticks: 100 ns since the year 1, exact beyond what a double can hold.

use std::rc::Rc;

use super::date_args::{FORMAT, iso, print};
use super::returns::{NUMBER, STRING};
use super::{Check, Function, UNARY_NUMBER, UNARY_STRING, verify};
use crate::date::clip;
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::{Val, number};

pub(super) static TABLE: &[Function] = &[
    Function::eager("ticks", NUMBER, UNARY_STRING, verify::string, ticks),
    Function::eager("ticksToDays", NUMBER, UNARY_NUMBER, verify::nothing, to_days),
    Function::eager("ticksToHours", NUMBER, UNARY_NUMBER, verify::nothing, to_hours),
    Function::eager("ticksToMinutes", NUMBER, UNARY_NUMBER, verify::nothing, to_minutes),
    Function::eager("dateTimeDiff", NUMBER, Check::Any(2, 2, STRING), verify::nothing, difference),
    Function::eager(
        "formatTicks",
        STRING,
        Check::Order(&[NUMBER], FORMAT),
        verify::nothing,
        format_ticks,
    ),
];

/// Ticks from the year 1 to 1970.
const EPOCH: i128 = 621_355_968_000_000_000;
/// Ticks of a millisecond.
const PER_MILLI: i128 = 10_000;
/// Ticks of a minute.
const PER_MINUTE: f64 = 600_000_000.0;

fn ticks<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Ticks(Rc::new(EPOCH + i128::from(iso(args, 0)?) * PER_MILLI)))
}

fn divided<'a>(args: &[Val<'a>], by: f64) -> Res<Val<'a>> {
    let ticks = match &args[0] {
        Val::Ticks(ticks) => Some(**ticks as f64),
        other => other.as_integer(),
    };
    ticks.map(|ticks| Val::Num(ticks / by)).ok_or_else(|| Fault::soft("a whole number of ticks"))
}

fn to_days<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    divided(args, PER_MINUTE * 60.0 * 24.0)
}

fn to_hours<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    divided(args, PER_MINUTE * 60.0)
}

fn to_minutes<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    divided(args, PER_MINUTE)
}

/// In ticks, but as a number.
fn difference<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let millis = iso(args, 0)? - iso(args, 1)?;
    Ok(Val::Num(millis as f64 * PER_MILLI as f64))
}

fn format_ticks<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let ticks = match &args[0] {
        Val::Ticks(ticks) => Some(**ticks),
        Val::Num(_) => args[0].as_integer().map(|ticks| ticks as i128),
        Val::Str(text) => parse(text),
        _ => None,
    };
    let ticks = ticks.ok_or_else(|| Fault::soft("a whole number of ticks"))?;
    let millis = ticks.saturating_sub(EPOCH) / PER_MILLI;
    let millis = clip(millis as f64).ok_or_else(|| Fault::soft("a date within range"))?;
    print(Some(millis), args, 3)
}

/// Whole numbers as text; those a double holds exactly in any notation.
fn parse(text: &str) -> Option<i128> {
    let value = number::from_text(text);
    if value.abs() < 9_007_199_254_740_992.0 {
        return number::is_whole(value).then_some(value as i128);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
