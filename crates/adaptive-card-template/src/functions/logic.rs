//! Truth: `and`, `or`, `not`, `if` and what tests for something.

use super::returns::{BOOLEAN, OBJECT};
use super::{AT_LEAST_ONE, Check, Function, UNARY, verify};
use crate::expr::Eval;
use crate::expr::fault::{Reach, Res};
use crate::syntax::Id;
use crate::value::{Val, json};

pub(super) static TABLE: &[Function] = &[
    Function::lazy("&&", BOOLEAN, AT_LEAST_ONE, and),
    Function::lazy("and", BOOLEAN, AT_LEAST_ONE, and).printed_as("&&"),
    Function::lazy("||", BOOLEAN, AT_LEAST_ONE, or),
    Function::lazy("or", BOOLEAN, AT_LEAST_ONE, or).printed_as("||"),
    Function::lazy("!", BOOLEAN, UNARY, not),
    Function::lazy("not", BOOLEAN, UNARY, not).printed_as("!"),
    Function::lazy("if", OBJECT, Check::Any(3, 3, OBJECT), choose),
    Function::guard("exists", UNARY, verify::something, exists),
    Function::guard("empty", UNARY, verify::container_or_nothing, empty),
    Function::guard("bool", UNARY, verify::nothing, bool_of),
    Function::eager("coalesce", OBJECT, AT_LEAST_ONE, verify::nothing, coalesce),
    Function::eager("??", OBJECT, AT_LEAST_ONE, verify::nothing, coalesce).printed_as("coalesce"),
];

/// An ordinary error counts as what it leaves, which is never true.
fn guarded<'a>(eval: &mut Eval<'a>, id: Id) -> Res<(Val<'a>, bool)> {
    match eval.tail(id, false) {
        Err(fault) if fault.reach == Reach::Soft => Ok((fault.leaves.value(), false)),
        Ok(value) => {
            let holds = value.is_true();
            Ok((value, holds))
        }
        Err(fault) => Err(fault),
    }
}

fn and<'a>(eval: &mut Eval<'a>, args: &'a [Id], _: bool) -> Res<Val<'a>> {
    for id in args {
        if !guarded(eval, *id)?.1 {
            return Ok(Val::Bool(false));
        }
    }
    Ok(Val::Bool(true))
}

/// True, or else whatever the last operand is.
fn or<'a>(eval: &mut Eval<'a>, args: &'a [Id], _: bool) -> Res<Val<'a>> {
    let mut last = Val::Bool(false);
    for id in args {
        let (value, holds) = guarded(eval, *id)?;
        if holds {
            return Ok(Val::Bool(true));
        }
        last = value;
    }
    Ok(last)
}

fn not<'a>(eval: &mut Eval<'a>, args: &'a [Id], _: bool) -> Res<Val<'a>> {
    Ok(Val::Bool(!guarded(eval, args[0])?.1))
}

fn choose<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let chosen = if guarded(eval, args[0])?.1 { args[1] } else { args[2] };
    eval.tail(chosen, substitute)
}

#[expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]
fn exists<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(!args[0].is_nothing()))
}

#[expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]
fn empty<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let value = &args[0];
    let size = value.as_str().map(str::len).or(value.list_len()).or(value.field_count());
    Ok(Val::Bool(size.unwrap_or(0) == 0))
}

/// Any text with "false" in it is false; of numbers, 0 is.
fn bool_of<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    if let Some(number) = args[0].as_number() {
        return Ok(Val::Bool(number != 0.0));
    }
    let text = json::coerce(&args[0], &mut eval.budget)?;
    let says_false = text.as_bytes().windows(5).any(|part| part.eq_ignore_ascii_case(b"false"));
    Ok(Val::Bool(!says_false && args[0].is_true()))
}

#[expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]
fn coalesce<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(args.iter().find(|arg| !arg.is_nothing()).cloned().unwrap_or(Val::Undefined))
}
