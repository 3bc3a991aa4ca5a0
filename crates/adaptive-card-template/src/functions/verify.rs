//! Checks of argument values.

use crate::value::Val;

/// Anything goes.
pub(super) fn nothing(_: &Val<'_>, _: usize) -> Option<&'static str> {
    None
}

fn unless(fine: bool, expected: &'static str) -> Option<&'static str> {
    (!fine).then_some(expected)
}

/// A number other than NaN.
pub(super) fn number(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(value.as_number().is_some(), "a number")
}

/// A number that is not zero, from the second argument on.
pub(super) fn divisor(value: &Val<'_>, position: usize) -> Option<&'static str> {
    number(value, position).or_else(|| {
        unless(position == 0 || value.as_number() != Some(0.0), "a divisor other than 0")
    })
}

/// A whole number.
pub(super) fn integer(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(value.as_integer().is_some(), "a whole number")
}

/// A list of numbers.
pub(super) fn numbers(value: &Val<'_>, _: usize) -> Option<&'static str> {
    let fine = value.items().is_some_and(|items| items.iter().all(|i| i.as_number().is_some()));
    unless(fine, "a list of numbers")
}

/// A number or a list of numbers.
pub(super) fn number_or_numbers(value: &Val<'_>, position: usize) -> Option<&'static str> {
    if value.as_number().is_some() { None } else { numbers(value, position) }
}

/// Text, a list, an object or null.
pub(super) fn container(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(is_container(value), "text, a list or an object")
}

/// The same, or undefined.
pub(super) fn container_or_nothing(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(value.is_nothing() || is_container(value), "text, a list or an object")
}

fn is_container(value: &Val<'_>) -> bool {
    !matches!(value, Val::Undefined | Val::Bool(_) | Val::Num(_))
}

/// Neither null nor undefined.
pub(super) fn something(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(!value.is_nothing(), "a value that is not null")
}

/// A list.
pub(super) fn list(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(value.is_list(), "a list")
}

/// Text.
pub(super) fn string(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(value.as_str().is_some(), "text")
}

/// Text or undefined; null is neither.
pub(super) fn string_or_undefined(value: &Val<'_>, _: usize) -> Option<&'static str> {
    unless(matches!(value, Val::Str(_) | Val::Undefined), "text")
}

/// A number, text or undefined.
pub(super) fn addend(value: &Val<'_>, _: usize) -> Option<&'static str> {
    let fine = matches!(value, Val::Str(_) | Val::Undefined) || value.as_number().is_some();
    unless(fine, "a number or text")
}
