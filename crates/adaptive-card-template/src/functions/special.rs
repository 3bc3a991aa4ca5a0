//! Functions for hosts of the language rather than for cards.

use super::returns::{BOOLEAN, OBJECT};
use super::{Check, Function, UNARY_STRING};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::options::Limits;
use crate::syntax::{Arena, Expr, Id, only_binding, parse_expression};
use crate::value::Val;

/// One boolean.
const UNARY_BOOLEAN: Check = Check::Order(&[BOOLEAN], &[]);

pub(super) static TABLE: &[Function] = &[
    Function::lazy("ignore", BOOLEAN, UNARY_BOOLEAN, ignore),
    Function::lazy("optional", BOOLEAN, UNARY_BOOLEAN, optional),
    Function::lazy("stringOrValue", OBJECT, UNARY_STRING, string_or_value),
];

fn ignore<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    eval.tail(args[0], substitute)
}

/// Registered without an implementation, and so it fails.
fn optional<'a>(_: &mut Eval<'a>, _: &'a [Id], _: bool) -> Res<Val<'a>> {
    Err(Fault::throw("a function other than optional"))
}

/// Expands a template string that is only known at run time. It may hold
/// another one, even itself, so what is left of the depth is handed down.
fn string_or_value<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let value = eval.child(args[0], substitute)?;
    let text = value.as_str().ok_or_else(|| Fault::soft("text"))?;
    eval.budget.steps(text.len())?;
    let mut arena = Arena::default();
    let limits = Limits { max_expression_depth: eval.nesting, ..eval.limits.clone() };
    let id = parse_expression(&mut arena, &format!("`{text}`"), &limits)
        .map_err(|fault| fault.limit.map_or_else(|| Fault::throw(fault.expected), Fault::limit))?;
    eval.budget.steps(arena.reading_steps())?;
    let id = only_binding(&arena, id).unwrap_or(id);
    if arena.any(|expr| matches!(expr, Expr::Unknown { .. })) {
        return Err(Fault::throw("the name of a function"));
    }
    eval.nested(&arena, id, substitute)
}
