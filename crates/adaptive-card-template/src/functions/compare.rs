//! Comparison.

use std::cmp::Ordering;

use super::{BINARY, Function, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::{Val, compare, text};

pub(super) static TABLE: &[Function] = &[
    Function::guard("==", BINARY, verify::nothing, equal),
    Function::guard("equals", BINARY, verify::nothing, equal).printed_as("=="),
    Function::guard("!=", BINARY, verify::nothing, not_equal),
    Function::guard("<", BINARY, verify::something, less),
    Function::guard("less", BINARY, verify::something, less).printed_as("<"),
    Function::guard("<=", BINARY, verify::something, less_or_equal),
    Function::guard("lessOrEquals", BINARY, verify::something, less_or_equal).printed_as("<="),
    Function::guard(">", BINARY, verify::something, greater),
    Function::guard("greater", BINARY, verify::something, greater).printed_as(">"),
    Function::guard(">=", BINARY, verify::something, greater_or_equal),
    Function::guard("greaterOrEquals", BINARY, verify::something, greater_or_equal)
        .printed_as(">="),
];

fn equal<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    compare::equal(&args[0], &args[1], &mut eval.budget).map(Val::Bool)
}

fn not_equal<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    compare::equal(&args[0], &args[1], &mut eval.budget).map(|equal| Val::Bool(!equal))
}

/// Two numbers or two texts; nothing else has an order.
fn order<'a>(args: &[Val<'a>], holds: fn(Ordering) -> bool) -> Res<Val<'a>> {
    let order = match (&args[0], &args[1]) {
        (Val::Str(a), Val::Str(b)) => text::compare(a, b),
        (Val::Num(a), Val::Num(b)) => {
            a.partial_cmp(b).ok_or_else(|| Fault::soft("numbers other than NaN"))?
        }
        _ => return Err(Fault::soft("two numbers or two texts")),
    };
    Ok(Val::Bool(holds(order)))
}

fn less<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    order(args, Ordering::is_lt)
}

fn less_or_equal<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    order(args, Ordering::is_le)
}

fn greater<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    order(args, Ordering::is_gt)
}

fn greater_or_equal<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    order(args, Ordering::is_ge)
}
