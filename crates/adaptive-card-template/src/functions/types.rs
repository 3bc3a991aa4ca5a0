//! What kind of value something is.
#![expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]

use super::returns::BOOLEAN;
use super::{Function, UNARY, verify};
use crate::date;
use crate::expr::Eval;
use crate::expr::fault::Res;
use crate::value::Val;

pub(super) static TABLE: &[Function] = &[
    Function::eager("isString", BOOLEAN, UNARY, verify::nothing, is_string),
    Function::eager("isInteger", BOOLEAN, UNARY, verify::nothing, is_integer),
    Function::eager("isFloat", BOOLEAN, UNARY, verify::nothing, is_float),
    Function::eager("isArray", BOOLEAN, UNARY, verify::nothing, is_array),
    Function::eager("isObject", BOOLEAN, UNARY, verify::nothing, is_object),
    Function::eager("isBoolean", BOOLEAN, UNARY, verify::nothing, is_boolean),
    Function::eager("isDateTime", BOOLEAN, UNARY, verify::nothing, is_date_time),
];

fn is_string<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(args[0].as_str().is_some()))
}

fn is_integer<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(args[0].as_integer().is_some()))
}

fn is_float<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(args[0].as_number().is_some() && args[0].as_integer().is_none()))
}

fn is_array<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(args[0].is_list()))
}

/// Lists and null are objects, too.
fn is_object<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(args[0].is_object_type()))
}

fn is_boolean<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(matches!(args[0], Val::Bool(_))))
}

fn is_date_time<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(args[0].as_str().is_some_and(|text| date::parse_iso(text).is_some())))
}
