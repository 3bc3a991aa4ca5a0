//! Conversion between kinds of values.

use super::returns::{NUMBER, OBJECT, STRING};
use super::{Check, Function, UNARY, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Res};
use crate::value::{Val, json, number};

pub(super) static TABLE: &[Function] = &[
    Function::eager("float", NUMBER, UNARY, verify::nothing, float),
    Function::eager("int", NUMBER, UNARY, verify::nothing, int),
    Function::eager("jsonStringify", STRING, UNARY, verify::nothing, json_stringify),
    Function::eager("json", OBJECT, Check::Order(&[STRING], &[]), verify::nothing, parse_json),
];

/// Numbers stay, text is parsed as far as it goes, anything else is undefined.
fn float<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(match &args[0] {
        Val::Ticks(ticks) => Val::Num(**ticks as f64),
        Val::Str(text) => Val::Num(parsed(number::parse_float(text))?),
        other => other.as_number().map_or(Val::Undefined, Val::Num),
    })
}

/// As `float`, but parses the number's text as far as it is whole: 1e21 is 1.
fn int<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(match &args[0] {
        Val::Ticks(ticks) => Val::Num(**ticks as f64),
        Val::Str(text) => Val::Num(parsed(number::parse_int(text, false))?),
        other => match other.as_number() {
            Some(value) => {
                let whole = number::parse_int(&number::print(value), false);
                Val::Num(whole.unwrap_or(f64::NAN))
            }
            None => Val::Undefined,
        },
    })
}

fn parsed(number: Option<f64>) -> Res<f64> {
    number.ok_or_else(|| Fault::soft("text that is a number").leaving(Leaves::NotANumber))
}

fn json_stringify<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(json::stringify(&args[0], &mut eval.budget)?.map_or(Val::Undefined, Val::text))
}

fn parse_json<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let text = args[0].as_str().ok_or_else(|| Fault::soft("JSON text"))?;
    eval.budget.steps(text.len() / 4)?;
    let value: serde_json::Value = serde_json::from_str(crate::value::text::trim(text))
        .map_err(|_| Fault::soft("valid JSON"))?;
    json::detach(&Val::from_json(&value), &mut eval.budget, 0)
}
