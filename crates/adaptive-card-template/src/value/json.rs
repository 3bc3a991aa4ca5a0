//! From a value to JSON, to JSON text, and to text as `toString` gives it.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::{Fields, Text, Val, number};
use crate::expr::fault::{Budget, Fault, NODE, Res};

/// A value as JSON. Undefined, NaN and the infinities become null; undefined
/// properties are left out.
pub(crate) fn to_json(value: Val<'_>, budget: &mut Budget) -> Res<Value> {
    match value {
        Val::Str(text) => {
            budget.output(NODE + text.len())?;
            Ok(Value::String(text.into_owned()))
        }
        other => convert(&other, budget, 0),
    }
}

fn convert(value: &Val<'_>, budget: &mut Budget, depth: u32) -> Res<Value> {
    budget.output(NODE)?;
    Ok(match value {
        Val::Undefined | Val::Null => Value::Null,
        Val::Bool(flag) => Value::Bool(*flag),
        Val::Num(number) => number::to_json(*number),
        Val::Str(text) => {
            budget.output(text.len())?;
            Value::String(text.as_ref().to_owned())
        }
        Val::Ticks(ticks) => Value::String(ticks.to_string()),
        Val::JsonList(items) => copy_list(items, budget, depth)?,
        Val::JsonMap(fields) => copy_map(fields, budget, depth)?,
        Val::List(items) => {
            budget.check_depth(depth)?;
            let items: Res<Vec<Value>> =
                items.iter().map(|item| convert(item, budget, depth + 1)).collect();
            Value::Array(items?)
        }
        Val::Map(fields) => {
            budget.check_depth(depth)?;
            let mut out = Map::with_capacity(fields.len());
            for (key, value) in fields.iter() {
                if !matches!(value, Val::Undefined) {
                    budget.output(key.len())?;
                    out.insert(key.as_ref().to_owned(), convert(value, budget, depth + 1)?);
                }
            }
            Value::Object(out)
        }
        Val::Bytes(bytes) => {
            budget.output(bytes.len() * (NODE + 4))?;
            let fields = bytes.iter().enumerate();
            Value::Object(fields.map(|(i, byte)| (i.to_string(), Value::from(*byte))).collect())
        }
    })
}

/// Copies a JSON value, paying for it.
pub(crate) fn copy(value: &Value, budget: &mut Budget, depth: u32) -> Res<Value> {
    budget.output(NODE)?;
    Ok(match value {
        Value::Null => Value::Null,
        Value::Bool(flag) => Value::Bool(*flag),
        // Through a double, as JavaScript would read it.
        Value::Number(number) => number::to_json(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => {
            budget.output(text.len())?;
            Value::String(text.clone())
        }
        Value::Array(items) => copy_list(items, budget, depth)?,
        Value::Object(fields) => copy_map(fields, budget, depth)?,
    })
}

fn copy_list(items: &[Value], budget: &mut Budget, depth: u32) -> Res<Value> {
    budget.check_depth(depth)?;
    let items: Res<Vec<Value>> = items.iter().map(|item| copy(item, budget, depth + 1)).collect();
    items.map(Value::Array)
}

fn copy_map(fields: &Map<String, Value>, budget: &mut Budget, depth: u32) -> Res<Value> {
    budget.check_depth(depth)?;
    let mut out = Map::with_capacity(fields.len());
    for (key, value) in fields {
        budget.output(key.len())?;
        out.insert(key.clone(), copy(value, budget, depth + 1)?);
    }
    Ok(Value::Object(out))
}

/// Copies whatever is borrowed, so that the value may outlive the expression
/// it came from.
pub(crate) fn detach<'b>(value: &Val<'_>, budget: &mut Budget, depth: u32) -> Res<Val<'b>> {
    budget.steps(1)?;
    budget.check_depth(depth)?;
    Ok(match value {
        Val::Undefined => Val::Undefined,
        Val::Null => Val::Null,
        Val::Bool(flag) => Val::Bool(*flag),
        Val::Num(number) => Val::Num(*number),
        Val::Str(text) => Val::text(text.as_ref()),
        Val::Ticks(ticks) => Val::Ticks(Rc::clone(ticks)),
        Val::Bytes(bytes) => Val::Bytes(Rc::clone(bytes)),
        Val::JsonList(_) | Val::List(_) => {
            let items = value.items().unwrap_or_default();
            let items: Res<Vec<Val<'b>>> =
                items.iter().map(|item| detach(item, budget, depth + 1)).collect();
            Val::list(items?)
        }
        Val::JsonMap(_) | Val::Map(_) => {
            let mut fields = Fields::new();
            for (key, value) in value.fields().unwrap_or_default() {
                let key = Text::Owned(key.into_owned()).shared();
                fields.insert(key, detach(&value, budget, depth + 1)?);
            }
            Val::map(fields)
        }
    })
}

/// `JSON.stringify`; `None` for undefined.
pub(crate) fn stringify(value: &Val<'_>, budget: &mut Budget) -> Res<Option<String>> {
    if matches!(value, Val::Undefined) {
        return Ok(None);
    }
    let mut out = String::new();
    write_json(value, &mut out, budget, 0)?;
    Ok(Some(out))
}

fn write_json(value: &Val<'_>, out: &mut String, budget: &mut Budget, depth: u32) -> Res<()> {
    budget.steps(1)?;
    match value {
        Val::Num(number) if number.is_finite() => number::print_into(*number, out),
        Val::Undefined | Val::Null | Val::Num(_) => out.push_str("null"),
        Val::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Val::Str(text) => write_quoted(text, out, budget)?,
        Val::Ticks(ticks) => write_quoted(&ticks.to_string(), out, budget)?,
        _ => {
            budget.check_depth(depth)?;
            if let Some(items) = value.items() {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_json(item, out, budget, depth + 1)?;
                }
                out.push(']');
            } else {
                out.push('{');
                let fields = value.fields().unwrap_or_default();
                let present = fields.iter().filter(|(_, v)| !matches!(v, Val::Undefined));
                for (index, (key, item)) in present.enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_quoted(key, out, budget)?;
                    out.push(':');
                    write_json(item, out, budget, depth + 1)?;
                }
                out.push('}');
            }
        }
    }
    Ok(())
}

fn write_quoted(text: &str, out: &mut String, budget: &mut Budget) -> Res<()> {
    budget.output(text.len() + 2)?;
    // A string always serialises.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
    Ok(())
}

/// JavaScript's `value.toString()`, which null and undefined do not have.
pub(crate) fn to_text<'a>(value: &Val<'a>, budget: &mut Budget) -> Res<Text<'a>> {
    match value {
        Val::Undefined | Val::Null => Err(Fault::throw("a value that is not null")),
        other => coerce(other, budget),
    }
}

/// JavaScript's `String(value)`.
pub(crate) fn coerce<'a>(value: &Val<'a>, budget: &mut Budget) -> Res<Text<'a>> {
    Ok(match value {
        Val::Str(text) => text.clone(),
        Val::Undefined => Text::Borrowed("undefined"),
        Val::Null => Text::Borrowed("null"),
        Val::Bool(flag) => Text::Borrowed(if *flag { "true" } else { "false" }),
        Val::Num(number) => Text::Owned(number::print(*number)),
        Val::Ticks(ticks) => Text::Owned(ticks.to_string()),
        // A property of that name hides the method, and is none itself.
        Val::JsonMap(_) | Val::Map(_) if value.own_field("toString").is_some() => {
            return Err(Fault::throw("an object that can be text"));
        }
        Val::JsonMap(_) | Val::Map(_) => Text::Borrowed("[object Object]"),
        Val::JsonList(_) | Val::List(_) | Val::Bytes(_) => {
            let mut out = String::new();
            join_into(value, ",", &mut out, budget, 0)?;
            Text::Owned(out)
        }
    })
}

/// `Array.prototype.join`, for lists within lists too: null is nothing.
pub(crate) fn join_into(
    list: &Val<'_>,
    separator: &str,
    out: &mut String,
    budget: &mut Budget,
    depth: u32,
) -> Res<()> {
    budget.check_depth(depth)?;
    if let Val::Bytes(bytes) = list {
        let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
        out.push_str(&numbers.join(separator));
        return Ok(());
    }
    for index in 0..list.list_len().unwrap_or(0) {
        budget.steps(1)?;
        if index > 0 {
            budget.output(separator.len())?;
            out.push_str(separator);
        }
        match list.item(index) {
            Val::Undefined | Val::Null => {}
            nested @ (Val::JsonList(_) | Val::List(_)) => {
                join_into(&nested, ",", out, budget, depth + 1)?;
            }
            other => {
                let text = coerce(&other, budget)?;
                budget.output(text.len())?;
                out.push_str(&text);
            }
        }
    }
    Ok(())
}
