//! Lists: counting, ends, slices, joining.
#![expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]

use super::returns::{ARRAY, NUMBER, OBJECT, STRING};
use super::{Check, Function, UNARY, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::syntax::Id;
use crate::value::{PAIR_STEPS, Val, json, text};

pub(super) static TABLE: &[Function] = &[
    Function::eager(
        "count",
        NUMBER,
        Check::Order(&[STRING | ARRAY], &[]),
        verify::container,
        count,
    ),
    Function::eager("first", OBJECT, UNARY, verify::nothing, first),
    Function::eager("last", OBJECT, UNARY, verify::nothing, last),
    Function::lazy("skip", ARRAY, Check::Order(&[ARRAY, NUMBER], &[]), skip),
    Function::lazy("take", ARRAY | STRING, Check::Order(&[ARRAY | STRING, NUMBER], &[]), take),
    Function::lazy("subArray", ARRAY, Check::Order(&[ARRAY, NUMBER], &[NUMBER]), sub_array),
    Function::lazy("join", STRING, Check::Order(&[ARRAY, STRING], &[STRING]), join),
    Function::lazy("indicesAndValues", ARRAY, UNARY, indices_and_values),
    Function::eager("flatten", ARRAY, Check::Order(&[ARRAY], &[NUMBER]), verify::nothing, flatten),
    Function::eager(
        "reverse",
        STRING | ARRAY,
        Check::Order(&[STRING | ARRAY], &[]),
        verify::container,
        reverse,
    ),
];

fn count<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let value = &args[0];
    let count = match value {
        Val::Str(subject) => Some(text::length(subject)),
        _ => value.list_len().or(value.field_count()),
    };
    count.map(|count| Val::Num(count as f64)).ok_or_else(|| Fault::soft("a list or an object"))
}

fn first<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(match &args[0] {
        Val::Str(subject) => text::unit_at(subject, 0).map_or(Val::Undefined, Val::text),
        other => other.item(0),
    })
}

fn last<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(match &args[0] {
        Val::Str(subject) => {
            let index = text::length(subject).wrapping_sub(1);
            text::unit_at(subject, index).map_or(Val::Undefined, Val::text)
        }
        other => other.item(other.list_len().unwrap_or(0).wrapping_sub(1)),
    })
}

/// The whole number that an argument evaluates to.
fn integer(eval: &mut Eval<'_>, id: Id, substitute: bool) -> Res<f64> {
    let value = eval.child(id, substitute)?;
    value.as_integer().ok_or_else(|| Fault::soft("a whole number"))
}

fn list<'a>(eval: &mut Eval<'a>, id: Id, substitute: bool) -> Res<Vec<Val<'a>>> {
    let value = eval.child(id, substitute)?;
    eval.budget.steps(value.list_len().unwrap_or(0))?;
    value.items().ok_or_else(|| Fault::soft("a list"))
}

fn skip<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let items = list(eval, args[0], substitute)?;
    let start = integer(eval, args[1], substitute)?;
    Ok(Val::list(items.into_iter().skip(start.max(0.0) as usize).collect()))
}

fn take<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let value = eval.child(args[0], substitute)?;
    if !value.is_list() && value.as_str().is_none() {
        return Err(Fault::soft("a list or text"));
    }
    let count = integer(eval, args[1], substitute)?.max(0.0) as usize;
    if let Val::Str(subject) = &value {
        eval.budget.text(subject.len())?;
        let part = text::slice(subject, 0, text::length(subject).min(count));
        eval.budget.output(part.len())?;
        return Ok(Val::text(part));
    }
    eval.budget.steps(value.list_len().unwrap_or(0))?;
    let items = value.items().unwrap_or_default();
    Ok(Val::list(items.into_iter().take(count).collect()))
}

fn sub_array<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let items = list(eval, args[0], substitute)?;
    let size = items.len() as f64;
    let within = |index: f64| {
        if (0.0..=size).contains(&index) {
            Ok(index as usize)
        } else {
            Err(Fault::soft("an index within the list"))
        }
    };
    let start = within(integer(eval, args[1], substitute)?)?;
    let end = match args.get(2) {
        None => items.len(),
        Some(id) => within(integer(eval, *id, substitute)?)?,
    };
    let count = end.saturating_sub(start);
    Ok(Val::list(items.into_iter().skip(start).take(count).collect()))
}

/// With a third argument, that one joins the last pair.
fn join<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let args = eval.children(args, substitute)?;
    let count = args[0].list_len().ok_or_else(|| Fault::soft("a list"))?;
    let mut out = String::new();
    match args.get(2) {
        Some(last) if count >= 3 => {
            let mut items = args[0].items().unwrap_or_default();
            let final_item = items.pop().unwrap_or(Val::Undefined);
            push_joined(eval, &Val::list(items), &args[1], &mut out)?;
            out.push_str(&json::coerce(last, &mut eval.budget)?);
            out.push_str(&json::coerce(&final_item, &mut eval.budget)?);
        }
        Some(last) => push_joined(eval, &args[0], last, &mut out)?,
        None => push_joined(eval, &args[0], &args[1], &mut out)?,
    }
    eval.budget.output(out.len())?;
    Ok(Val::text(out))
}

fn push_joined<'a>(
    eval: &mut Eval<'a>,
    list: &Val<'a>,
    separator: &Val<'a>,
    out: &mut String,
) -> Res<()> {
    let separator = match separator {
        Val::Undefined => ",".into(),
        other => json::coerce(other, &mut eval.budget)?,
    };
    json::join_into(list, &separator, out, &mut eval.budget, 0)
}

fn indices_and_values<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let value = eval.child(args[0], substitute)?;
    let pair = |index, value| Val::pair(("index", index), ("value", value));
    let count = value.list_len().or(value.field_count()).unwrap_or(0);
    eval.budget.steps(count.saturating_mul(PAIR_STEPS))?;
    if let Some(items) = value.items() {
        let pairs = items.into_iter().enumerate();
        return Ok(Val::list(pairs.map(|(i, item)| pair(Val::Num(i as f64), item)).collect()));
    }
    if matches!(value, Val::Null) {
        return Err(Fault::throw("a list or an object"));
    }
    let fields = value.fields().ok_or_else(|| Fault::soft("a list or an object"))?;
    Ok(Val::list(fields.into_iter().map(|(key, item)| pair(Val::Str(key), item)).collect()))
}

/// Flattens to a depth, by default 100. What is in the list is turned into
/// JSON first, so undefined becomes null.
fn flatten<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    if !args[0].is_list() {
        return Err(Fault::soft("a list"));
    }
    let depth = args.get(1).map_or(100.0, |depth| depth.as_number().unwrap_or(1.0)).max(1.0);
    let mut out = Vec::new();
    flatten_into(eval, &args[0], (depth.ceil(), 0), &mut out)?;
    Ok(Val::list(out))
}

fn flatten_into<'a>(
    eval: &mut Eval<'a>,
    list: &Val<'a>,
    (most, depth): (f64, u32),
    out: &mut Vec<Val<'a>>,
) -> Res<()> {
    eval.budget.check_depth(depth)?;
    for item in list.items().unwrap_or_default() {
        eval.budget.steps(1)?;
        match item {
            nested if nested.is_list() && f64::from(depth) < most => {
                flatten_into(eval, &nested, (most, depth + 1), out)?;
            }
            Val::Undefined => out.push(Val::Null),
            Val::Num(number) if !number.is_finite() => out.push(Val::Null),
            other => out.push(other),
        }
    }
    Ok(())
}

/// The engine turns the caller's own list around; here it is a copy.
fn reverse<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    if let Val::Str(subject) = &args[0] {
        let mut units: Vec<u16> = subject.encode_utf16().collect();
        units.reverse();
        return Ok(Val::text(String::from_utf16_lossy(&units)));
    }
    let mut items = args[0].items().ok_or_else(|| Fault::soft("text or a list"))?;
    eval.budget.steps(items.len())?;
    items.reverse();
    Ok(Val::list(items))
}
