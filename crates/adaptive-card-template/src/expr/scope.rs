//! What `$data`, `$root`, `$host` and `$index` stand for.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::fault::{Budget, Res};
use crate::value::{Val, number, text};

/// `$_acTemplateVersion`: the version of the engine whose behaviour this is.
static VERSION: LazyLock<Value> =
    LazyLock::new(|| json!({ "major": 2, "minor": 3, "patch": 1, "suffix": "" }));

/// The variables of one place in a card.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) root: Val<'a>,
    pub(crate) host: Val<'a>,
    /// Undefined where no `$data` was set; then `$data` is `$root`.
    pub(crate) data: Val<'a>,
    pub(crate) index: Option<usize>,
}

impl<'a> Scope<'a> {
    /// Looks a path up; undefined if it leads to nothing. A path that does not
    /// start with `$` is looked up in `$data`, the others name a variable.
    pub(crate) fn resolve<P: AsRef<str>>(
        &self,
        path: &str,
        parts: &[P],
        budget: &mut Budget,
    ) -> Res<Val<'a>> {
        if !path.starts_with('$') {
            return walk(self.current(), parts, budget);
        }
        let Some((first, rest)) = parts.split_first() else {
            return Ok(Val::Undefined);
        };
        let first = first.as_ref();
        let is = |name: &str| text::same_ignoring_case(first, name);
        let variable = if is("$data") {
            self.current()
        } else if is("$root") {
            self.root.clone()
        } else if is("$index") {
            self.index.map_or(Val::Undefined, |index| Val::Num(index as f64))
        } else if is("$host") {
            self.host.clone()
        } else if is("$_acTemplateVersion") {
            Val::from_json(&VERSION)
        } else {
            Val::Undefined
        };
        walk(variable, rest, budget)
    }

    fn current(&self) -> Val<'a> {
        match &self.data {
            Val::Undefined => self.root.clone(),
            data => data.clone(),
        }
    }
}

/// Follows names from a value. A name that begins with digits is an index
/// where it meets a list.
pub(crate) fn walk<'a, P: AsRef<str>>(
    from: Val<'a>,
    parts: &[P],
    budget: &mut Budget,
) -> Res<Val<'a>> {
    let mut value = from;
    let mut parts = parts.iter();
    // Plain data is walked by reference: most paths never leave it.
    if let Val::JsonMap(mut fields) = value {
        loop {
            let Some(part) = parts.next() else {
                return Ok(Val::JsonMap(fields));
            };
            let name = part.as_ref();
            budget.search_fields(fields.len(), name)?;
            match fields.iter().find(|(key, _)| text::same_ignoring_case(key, name)) {
                None => return Ok(Val::Undefined),
                Some((_, Value::Object(inner))) => fields = inner,
                Some((_, other)) => {
                    value = Val::from_json(other);
                    break;
                }
            }
        }
    }
    for part in parts {
        let part = part.as_ref();
        if let Some(count) = value.list_len()
            && let Some(index) = index_of(part)
        {
            if index < 0.0 || index >= count as f64 {
                return Ok(Val::Undefined);
            }
            value = value.item(index as usize);
        } else {
            value = property(&value, part, budget)?;
        }
    }
    Ok(value)
}

/// Only texts that can be numbers are worth parsing: names start otherwise.
fn index_of(part: &str) -> Option<f64> {
    let first = *part.as_bytes().first()?;
    if first.is_ascii_alphabetic() || first == b'_' {
        return None;
    }
    number::parse_int(part, true)
}

/// A property whatever the case of its letters; undefined if there is none.
pub(crate) fn property<'a>(value: &Val<'a>, name: &str, budget: &mut Budget) -> Res<Val<'a>> {
    if !value.is_truthy() {
        return Ok(Val::Undefined);
    }
    budget.search(value, name)?;
    Ok(value.field_ignoring_case(name).unwrap_or(Val::Undefined))
}
