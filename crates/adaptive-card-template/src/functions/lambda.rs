//! Functions that evaluate an expression for each item.

use super::returns::{ARRAY, BOOLEAN};
use super::{Check, Function};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Reach, Res};
use crate::syntax::{Expr, Id};
use crate::value::{Fields, PAIR_STEPS, Val};

pub(super) static TABLE: &[Function] = &[
    Function::lazy("foreach", ARRAY, Check::Lambda, foreach),
    Function::lazy("select", ARRAY, Check::Lambda, foreach),
    Function::lazy("where", ARRAY, Check::Lambda, filter),
    Function::lazy("any", BOOLEAN, Check::Lambda, any),
    Function::lazy("all", BOOLEAN, Check::Lambda, all),
];

/// The items of a list, or an object's properties as `{key, value}`.
fn items<'a>(eval: &mut Eval<'a>, value: &Val<'a>) -> Res<Vec<Val<'a>>> {
    let pairs = value.field_count().unwrap_or(0).saturating_mul(PAIR_STEPS);
    eval.budget.steps(value.list_len().unwrap_or(pairs))?;
    let items = match value {
        Val::Null => return Err(Fault::throw("a list or an object")),
        list if list.is_list() => list.items(),
        object => object.fields().map(|fields| {
            let pair = |(key, value)| Val::pair(("key", Val::Str(key)), ("value", value));
            fields.into_iter().map(pair).collect()
        }),
    };
    items.ok_or_else(|| Fault::soft("a list or an object"))
}

/// Evaluates the expression with the name standing for the item.
fn apply<'a>(eval: &mut Eval<'a>, args: &'a [Id], item: Val<'a>, substitute: bool) -> Res<Val<'a>> {
    let arena = eval.arena;
    let Expr::Path(name) = arena.get(args[1]) else {
        return Err(Fault::soft("a plain name"));
    };
    eval.locals.push((&name.text, item.shared()));
    let result = eval.child(args[2], substitute);
    eval.locals.pop();
    result
}

fn foreach<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let value = eval.child(args[0], substitute)?;
    if !value.is_truthy() {
        return Err(Fault::soft("a list or an object"));
    }
    let items = items(eval, &value)?;
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let result = apply(eval, args, item, substitute);
        out.push(result.map_err(|fault| fault.leaving(Leaves::Something))?);
    }
    Ok(Val::list(out))
}

/// Whether the expression holds for the item; an ordinary error says no.
fn holds<'a>(eval: &mut Eval<'a>, args: &'a [Id], item: Val<'a>, substitute: bool) -> Res<bool> {
    match apply(eval, args, item, substitute) {
        Ok(value) => Ok(value.is_true()),
        Err(fault) if fault.reach == Reach::Soft => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Gives a list for a list and an object for an object.
fn filter<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let value = eval.child(args[0], substitute)?;
    let mut kept = Vec::new();
    for item in items(eval, &value)? {
        if holds(eval, args, item.clone(), substitute)? {
            kept.push(item);
        }
    }
    if value.is_list() {
        return Ok(Val::list(kept));
    }
    let mut fields = Fields::with_capacity(kept.len());
    for pair in kept {
        if let (Some(Val::Str(key)), Some(value)) = (pair.own_field("key"), pair.own_field("value"))
        {
            fields.insert(key, value);
        }
    }
    Ok(Val::map(fields))
}

fn any<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let items = eval.child(args[0], substitute).and_then(|value| items(eval, &value));
    for item in items.map_err(|fault| fault.leaving(Leaves::False))? {
        if holds(eval, args, item, substitute)? {
            return Ok(Val::Bool(true));
        }
    }
    Ok(Val::Bool(false))
}

/// Holds unless shown otherwise, even where it fails.
fn all<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let items = eval.child(args[0], substitute).and_then(|value| items(eval, &value));
    for item in items.map_err(|fault| fault.leaving(Leaves::True))? {
        if !holds(eval, args, item, substitute)? {
            return Ok(Val::Bool(false));
        }
    }
    Ok(Val::Bool(true))
}
