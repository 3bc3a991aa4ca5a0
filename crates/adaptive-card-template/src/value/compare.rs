//! Equality and order of values.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;

use super::{Val, json, number, text};
use crate::expr::fault::{Budget, Res};

/// The language's `==`: deep, without coercion; null equals undefined, and
/// numbers within the double's epsilon are equal.
pub(crate) fn equal(left: &Val<'_>, right: &Val<'_>, budget: &mut Budget) -> Res<bool> {
    loose(left, right, budget, 0)
}

fn loose(left: &Val<'_>, right: &Val<'_>, budget: &mut Budget, depth: u32) -> Res<bool> {
    budget.steps(1)?;
    budget.check_depth(depth)?;
    if left.is_nothing() || right.is_nothing() {
        return Ok(left.is_nothing() && right.is_nothing());
    }
    if let (Some(count), Some(other)) = (left.list_len(), right.list_len()) {
        if count != other {
            return Ok(false);
        }
        for index in 0..count {
            if !loose(&left.item(index), &right.item(index), budget, depth + 1)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if left.field_count().is_some() && right.field_count().is_some() {
        return exact(left, right, budget, depth);
    }
    if let (Val::Num(a), Val::Num(b)) = (left, right) {
        return Ok((a - b).abs() < f64::EPSILON || number::same(*a, *b));
    }
    identical(left, right, budget)
}

/// Deep equality inside objects: no epsilon, null differs from undefined, NaN
/// equals itself.
fn exact(left: &Val<'_>, right: &Val<'_>, budget: &mut Budget, depth: u32) -> Res<bool> {
    budget.steps(1)?;
    budget.check_depth(depth)?;
    if let (Val::Num(a), Val::Num(b)) = (left, right) {
        return Ok(number::same(*a, *b) || (a.is_nan() && b.is_nan()));
    }
    if let (Some(count), Some(other)) = (left.list_len(), right.list_len()) {
        if count != other {
            return Ok(false);
        }
        for index in 0..count {
            if !exact(&left.item(index), &right.item(index), budget, depth + 1)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if left.field_count().is_none() || left.field_count() != right.field_count() {
        return identical(left, right, budget);
    }
    // The order of the fields does not matter, so none is made.
    match left {
        Val::JsonMap(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.as_str(), Val::from_json(value)));
            same_fields(fields, right, budget, depth)
        }
        Val::Map(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.as_ref(), value.clone()));
            same_fields(fields, right, budget, depth)
        }
        _ => {
            if let (Val::Ticks(a), Val::Ticks(b)) = (left, right) {
                return Ok(a == b);
            }
            budget.steps(left.field_count().unwrap_or(0))?;
            let fields = left.fields().unwrap_or_default();
            let fields = fields.iter().map(|(key, value)| (key.as_ref(), value.clone()));
            same_fields(fields, right, budget, depth)
        }
    }
}

/// Whether an object has all these fields.
fn same_fields<'f, 'a: 'f>(
    fields: impl Iterator<Item = (&'f str, Val<'a>)>,
    right: &Val<'_>,
    budget: &mut Budget,
    depth: u32,
) -> Res<bool> {
    for (key, value) in fields {
        let Some(other) = right.own_field(key) else {
            return Ok(false);
        };
        if !exact(&value, &other, budget, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// JavaScript's `===`: objects and lists are equal only to themselves.
pub(crate) fn identical(left: &Val<'_>, right: &Val<'_>, budget: &mut Budget) -> Res<bool> {
    Ok(match (left, right) {
        (Val::Undefined, Val::Undefined) | (Val::Null, Val::Null) => true,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Num(a), Val::Num(b)) => number::same(*a, *b),
        (Val::Str(a), Val::Str(b)) => {
            // Only text of the same length has to be gone through.
            let same_length = a.len() == b.len();
            budget.text(if same_length { a.len() } else { 0 })?;
            same_length && a == b
        }
        (Val::JsonList(a), Val::JsonList(b)) => std::ptr::eq(*a, *b),
        (Val::JsonMap(a), Val::JsonMap(b)) => std::ptr::eq(*a, *b),
        (Val::List(a), Val::List(b)) => Rc::ptr_eq(a, b),
        (Val::Map(a), Val::Map(b)) => Rc::ptr_eq(a, b),
        (Val::Ticks(a), Val::Ticks(b)) => Rc::ptr_eq(a, b),
        (Val::Bytes(a), Val::Bytes(b)) => Rc::ptr_eq(a, b),
        _ => false,
    })
}

/// Membership in a JavaScript `Set`: as [`identical`], but NaN equals itself.
pub(crate) fn same_value(left: &Val<'_>, right: &Val<'_>, budget: &mut Budget) -> Res<bool> {
    match (left, right) {
        (Val::Num(a), Val::Num(b)) if a.is_nan() && b.is_nan() => Ok(true),
        _ => identical(left, right, budget),
    }
}

/// JavaScript's `<` and `>` on anything: two texts by code units, everything
/// else as numbers; `None` when neither holds nor equality can be told.
pub(crate) fn order(left: &Val<'_>, right: &Val<'_>, budget: &mut Budget) -> Res<Option<Ordering>> {
    let (left, right) = (primitive(left, budget)?, primitive(right, budget)?);
    budget.text(left.as_str().map_or(0, str::len) + right.as_str().map_or(0, str::len))?;
    if let (Val::Str(a), Val::Str(b)) = (&*left, &*right) {
        return Ok(Some(text::compare(a, b)));
    }
    Ok(to_number(&left).partial_cmp(&to_number(&right)))
}

/// A value without objects: those become text.
pub(crate) fn primitive<'v, 'a>(value: &'v Val<'a>, budget: &mut Budget) -> Res<Cow<'v, Val<'a>>> {
    if value.is_object_type() && !matches!(value, Val::Null | Val::Ticks(_)) {
        return json::coerce(value, budget).map(|text| Cow::Owned(Val::Str(text)));
    }
    Ok(Cow::Borrowed(value))
}

/// JavaScript's `Number(value)` of a primitive.
pub(crate) fn to_number(value: &Val<'_>) -> f64 {
    match value {
        Val::Null | Val::Bool(false) => 0.0,
        Val::Bool(true) => 1.0,
        Val::Num(number) => *number,
        Val::Str(text) => number::from_text(text),
        Val::Ticks(ticks) => **ticks as f64,
        _ => f64::NAN,
    }
}
