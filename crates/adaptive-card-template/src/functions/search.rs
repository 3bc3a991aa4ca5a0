//! Looking for something in text or in a list.
#![expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]

use super::returns::{ARRAY, BOOLEAN, NUMBER, OBJECT, STRING};
use super::strings::or_empty;
use super::{BINARY, Check, Function, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Reach, Res};
use crate::syntax::Id;
use crate::value::{Val, compare, text};

/// Two texts.
const TWO_STRINGS: Check = Check::Any(2, 2, STRING);
/// Text or a list, and what to look for.
const HAYSTACK: Check = Check::Order(&[STRING | ARRAY, OBJECT], &[]);

pub(super) static TABLE: &[Function] = &[
    Function::eager("endsWith", BOOLEAN, TWO_STRINGS, verify::string_or_undefined, ends_with),
    Function::eager("startsWith", BOOLEAN, TWO_STRINGS, verify::string_or_undefined, starts_with),
    Function::lazy("indexOf", NUMBER, HAYSTACK, index_of),
    Function::lazy("lastIndexOf", NUMBER, HAYSTACK, last_index_of),
    Function::lazy("contains", BOOLEAN, BINARY, contains),
];

fn ends_with<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(or_empty(args, 0).ends_with(or_empty(args, 1))))
}

fn starts_with<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Bool(or_empty(args, 0).starts_with(or_empty(args, 1))))
}

fn index_of<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let args = haystack(eval, args, substitute)?;
    find(
        eval,
        &args,
        |haystack, needle| haystack.find(needle).map(|byte| text::unit_index(haystack, byte)),
        false,
    )
}

/// In text, a match may not start at the very end: not even an empty one.
fn last_index_of<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let args = haystack(eval, args, substitute)?;
    find(
        eval,
        &args,
        |haystack, needle| {
            if needle.is_empty() {
                return Some(text::length(haystack).saturating_sub(1));
            }
            haystack.rfind(needle).map(|byte| text::unit_index(haystack, byte))
        },
        true,
    )
}

fn haystack<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Vec<Val<'a>>> {
    eval.children(args, substitute).map_err(|fault| fault.leaving(Leaves::MinusOne))
}

fn find<'a>(
    eval: &mut Eval<'a>,
    args: &[Val<'a>],
    in_text: fn(&str, &str) -> Option<usize>,
    backwards: bool,
) -> Res<Val<'a>> {
    let found = match (&args[0], &args[1]) {
        (Val::Undefined | Val::Null | Val::Str(_), Val::Undefined | Val::Str(_)) => {
            let (haystack, needle) = (or_empty(args, 0), or_empty(args, 1));
            eval.budget.text(haystack.len() + needle.len())?;
            in_text(haystack, needle)
        }
        (Val::Undefined | Val::Null | Val::Str(_), _) => {
            return Err(Fault::soft("text to look for").leaving(Leaves::MinusOne));
        }
        (list, needle) => {
            let count = list
                .list_len()
                .ok_or_else(|| Fault::soft("text or a list").leaving(Leaves::MinusOne))?;
            let mut found = None;
            for step in 0..count {
                eval.budget.steps(1)?;
                let index = if backwards { count - 1 - step } else { step };
                if compare::identical(&list.item(index), needle, &mut eval.budget)? {
                    found = Some(index);
                    break;
                }
            }
            found
        }
    };
    Ok(Val::Num(found.map_or(-1.0, |index| index as f64)))
}

/// An error in an argument counts as not found.
fn contains<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let args = match eval.children(args, substitute) {
        Ok(args) => args,
        Err(fault) if fault.reach == Reach::Soft => return Ok(Val::Bool(false)),
        Err(fault) => return Err(fault),
    };
    let found = match (&args[0], &args[1]) {
        (Val::Str(haystack), Val::Str(needle)) => {
            eval.budget.text(haystack.len() + needle.len())?;
            haystack.contains(needle.as_ref())
        }
        (list, needle) if list.is_list() => {
            let mut found = false;
            for index in 0..list.list_len().unwrap_or(0) {
                if compare::equal(&list.item(index), needle, &mut eval.budget)? {
                    found = true;
                    break;
                }
            }
            found
        }
        (object, Val::Str(name)) => {
            eval.budget.search(object, name)?;
            object.is_truthy()
                && object
                    .field_ignoring_case(name)
                    .is_some_and(|value| !matches!(value, Val::Undefined))
        }
        _ => false,
    };
    Ok(Val::Bool(found))
}
