//! Objects. The engine changes the caller's own object where a property is
//! set, added or removed; here that is a copy, which only later bindings of
//! the same expansion could tell apart.

use std::rc::Rc;

use super::returns::{OBJECT, STRING};
use super::{AT_LEAST_ONE, BINARY, Check, Function, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Leaves, Res};
use crate::syntax::{Expr, Id};
use crate::value::{Fields, Text, Val, compare, json, number};

/// An object, a name and a value.
const WITH_VALUE: Check = Check::Order(&[OBJECT, STRING, OBJECT], &[]);

pub(super) static TABLE: &[Function] = &[
    Function::lazy("getProperty", OBJECT, Check::Order(&[OBJECT], &[STRING]), get_property),
    Function::eager("setProperty", OBJECT, WITH_VALUE, verify::nothing, set_property),
    Function::eager("addProperty", OBJECT, WITH_VALUE, verify::nothing, add_property),
    Function::eager(
        "removeProperty",
        OBJECT,
        Check::Order(&[OBJECT, STRING], &[]),
        verify::nothing,
        remove_property,
    ),
    Function::eager("merge", OBJECT, AT_LEAST_ONE, verify::nothing, merge),
    Function::lazy("setPathToValue", OBJECT, BINARY, set_path_to_value),
];

/// What every JavaScript object has, and `addProperty` therefore refuses.
const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// With one argument, a path from `$data`; with two, a path from an object.
fn get_property<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let first = eval.child(args[0], substitute)?;
    let Some(path) = args.get(1) else {
        let path = first.as_str().ok_or_else(|| Fault::soft("text"))?;
        return eval.text_path(path, substitute);
    };
    let path = eval.child(*path, substitute)?;
    let path = json::to_text(&path, &mut eval.budget)?;
    eval.text_path_in(first, &path, substitute)
}

fn key<'a>(eval: &mut Eval<'a>, args: &[Val<'a>]) -> Res<Text<'a>> {
    json::coerce(&args[1], &mut eval.budget).map(Text::shared)
}

/// The object's own copy of its properties.
fn fields<'a>(eval: &mut Eval<'a>, object: Val<'a>) -> Res<Rc<Fields<'a>>> {
    if let Val::Map(fields) = object {
        if Rc::strong_count(&fields) > 1 {
            eval.budget.steps(fields.len())?;
        }
        return Ok(fields);
    }
    let fields = object.fields().ok_or_else(|| Fault::soft("an object"))?;
    eval.budget.steps(fields.len())?;
    Ok(Rc::new(fields.into_iter().collect()))
}

fn set_property<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let key = key(eval, args)?;
    let value = std::mem::replace(&mut args[2], Val::Undefined);
    match &args[0] {
        list if list.is_list() => return set_item(eval, list, &key, value),
        Val::Bytes(bytes) if number::array_index(&key).is_some() => {
            return set_byte(eval, bytes, &key, &value);
        }
        // What is set there is no property of the object's own, or does not show.
        object @ (Val::JsonMap(_) | Val::Map(_) | Val::Bytes(_)) if key.as_ref() == "__proto__" => {
            return Ok(object.clone());
        }
        ticks @ Val::Ticks(_) => return Ok(ticks.clone()),
        _ => {}
    }
    let mut object = fields(eval, std::mem::replace(&mut args[0], Val::Undefined))?;
    Rc::make_mut(&mut object).insert(key, value.shared());
    Ok(Val::Map(object))
}

/// A list takes properties that are indices; JSON shows no others.
fn set_item<'a>(eval: &mut Eval<'a>, list: &Val<'a>, key: &str, value: Val<'a>) -> Res<Val<'a>> {
    let mut items = list.items().unwrap_or_default();
    if key == "length" {
        let length = compare::to_number(&*compare::primitive(&value, &mut eval.budget)?);
        let fine = number::is_whole(length) && (0.0..=f64::from(u32::MAX)).contains(&length);
        if !fine {
            return Err(Fault::soft("a length"));
        }
        let length = length as usize;
        eval.budget.steps(length)?;
        items.resize(length, Val::Undefined);
    } else if let Some(index) = number::array_index(key) {
        let index = index as usize;
        eval.budget.steps(index.max(items.len()))?;
        if index >= items.len() {
            items.resize(index + 1, Val::Undefined);
        }
        items[index] = value;
    }
    Ok(Val::list(items))
}

/// A byte keeps the lowest eight bits of a whole number, and there are no more
/// bytes than there are.
fn set_byte<'a>(eval: &mut Eval<'a>, bytes: &[u8], key: &str, value: &Val<'a>) -> Res<Val<'a>> {
    let number = compare::to_number(&*compare::primitive(value, &mut eval.budget)?);
    let mut bytes = bytes.to_vec();
    if let Some(byte) = number::array_index(key).and_then(|i| bytes.get_mut(i as usize)) {
        *byte = if number.is_finite() { number.trunc().rem_euclid(256.0) as u8 } else { 0 };
    }
    Ok(Val::Bytes(Rc::new(bytes)))
}

fn add_property<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let key = key(eval, args)?;
    let inherited =
        INHERITED.contains(&key.as_ref()) || (args[0].is_list() && key.as_ref() == "length");
    if args[0].as_str().is_some() || inherited || args[0].own_field(&key).is_some() {
        let fault = Fault::soft("an object without that property");
        let fails = args[0].is_nothing() || !args[0].is_object_type();
        return Err(if fails { fault } else { fault.leaving(Leaves::Something) });
    }
    set_property(eval, args)
}

fn remove_property<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let key = key(eval, args)?;
    let object = std::mem::replace(&mut args[0], Val::Undefined);
    match &object {
        Val::Undefined | Val::Null => Err(Fault::soft("an object")),
        Val::Str(_) if object.own_field(&key).is_some() || key.as_ref() == "length" => {
            Err(Fault::soft("an object"))
        }
        Val::Bool(_) | Val::Num(_) | Val::Str(_) => Ok(object),
        list if list.is_list() && key.as_ref() == "length" => {
            Err(Fault::soft("a property to remove"))
        }
        list if list.is_list() => {
            let mut items = list.items().unwrap_or_default();
            if let Some(item) = number::array_index(&key).and_then(|i| items.get_mut(i as usize)) {
                *item = Val::Undefined;
            }
            Ok(Val::list(items))
        }
        Val::Bytes(_) if object.own_field(&key).is_some() => {
            Err(Fault::soft("a property to remove"))
        }
        Val::Ticks(_) | Val::Bytes(_) => Ok(object),
        _ => {
            let mut object = fields(eval, object)?;
            Rc::make_mut(&mut object).shift_remove(key.as_ref());
            Ok(Val::Map(object))
        }
    }
}

/// Later properties win; a list stands for the objects in it.
fn merge<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let mut merged = Fields::new();
    for arg in args.iter() {
        let objects = match arg.items() {
            Some(items) => items,
            None if matches!(arg, Val::Null) => return Err(Fault::soft("an object")),
            None => vec![arg.clone()],
        };
        // All of them are checked before any is merged, but the outcome is the
        // same error either way.
        for object in objects {
            if !object.is_object_type() || object.is_list() {
                return Err(Fault::soft("an object"));
            }
            let fields = object.fields().unwrap_or_default();
            eval.budget.steps(1 + fields.len())?;
            merged.extend(fields.into_iter().filter(|(key, _)| key.as_ref() != "__proto__"));
        }
    }
    Ok(Val::map(merged))
}

/// Gives the value; the engine would also write it into the caller's data.
fn set_path_to_value<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let mut at = args[0];
    loop {
        at = match eval.arena.get(at) {
            Expr::Path(_) => break,
            Expr::Member { of, .. } => *of,
            Expr::Index { of, at: index } => {
                eval.child(*index, substitute)?;
                *of
            }
            _ => return Err(Fault::soft("a path")),
        };
    }
    let value = eval.child(args[1], substitute)?;
    if eval.locals.is_empty() { Ok(value) } else { Err(Fault::throw("a path outside of lambdas")) }
}
