//! Text: length, parts, joining and replacing.
#![expect(clippy::unnecessary_wraps, reason = "all functions have one signature")]

use super::returns::{ARRAY, NUMBER, OBJECT, STRING};
use super::{AT_LEAST_ONE, Check, Function, UNARY_STRING, pattern, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::syntax::Id;
use crate::value::{Text, Val, json, number, text};

/// Three texts.
const THREE_STRINGS: Check = Check::Any(3, 3, STRING);

pub(super) static TABLE: &[Function] = &[
    Function::eager("concat", STRING | ARRAY, AT_LEAST_ONE, verify::nothing, concat),
    Function::eager("&", STRING | ARRAY, AT_LEAST_ONE, verify::nothing, concat)
        .printed_as("concat"),
    Function::eager("length", NUMBER, UNARY_STRING, verify::string_or_undefined, length),
    Function::eager("replace", STRING, THREE_STRINGS, verify::string_or_undefined, replace),
    Function::eager(
        "replaceIgnoreCase",
        STRING,
        THREE_STRINGS,
        verify::string_or_undefined,
        replace_ignore_case,
    ),
    Function::eager("split", ARRAY, Check::Any(1, 2, STRING), verify::string_or_undefined, split),
    Function::lazy("substring", STRING, Check::Order(&[STRING, NUMBER], &[NUMBER]), substring),
    Function::eager("trim", STRING, UNARY_STRING, verify::string_or_undefined, trim),
    Function::eager("countWord", NUMBER, UNARY_STRING, verify::string_or_undefined, count_word),
    Function::eager("addOrdinal", STRING, Check::Any(1, 1, NUMBER), verify::integer, add_ordinal),
    Function::eager("EOL", STRING, Check::Any(0, 0, OBJECT), verify::nothing, eol),
    Function::eager("newGuid", STRING, Check::Any(0, 0, OBJECT), verify::nothing, new_guid),
];

/// Undefined counts as empty text.
pub(super) fn or_empty<'v>(args: &'v [Val<'_>], index: usize) -> &'v str {
    args.get(index).and_then(Val::as_str).unwrap_or("")
}

/// Joins two at a time: lists with lists, otherwise texts; null is empty.
fn concat<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let mut so_far = std::mem::replace(&mut args[0], Val::Undefined);
    for next in &args[1..] {
        so_far = concat_two(eval, so_far, next)?;
    }
    Ok(so_far)
}

fn concat_two<'a>(eval: &mut Eval<'a>, first: Val<'a>, second: &Val<'a>) -> Res<Val<'a>> {
    match (&first, second) {
        (a, b) if a.is_nothing() && b.is_nothing() => Ok(Val::Undefined),
        (a, b) if a.is_nothing() && b.is_list() => Ok(b.clone()),
        (a, b) if b.is_nothing() && a.is_list() => Ok(first),
        (a, b) if a.is_list() && b.is_list() => {
            let mut items = a.items().unwrap_or_default();
            items.extend(b.items().unwrap_or_default());
            eval.budget.steps(items.len())?;
            Ok(Val::list(items))
        }
        (a, b) => {
            let mut out = printed(eval, a)?;
            out.push_str(&printed(eval, b)?);
            eval.budget.output(out.len())?;
            Ok(Val::text(out))
        }
    }
}

/// Objects as JSON without the quotes at either end, null as nothing.
pub(super) fn printed<'a>(eval: &mut Eval<'a>, value: &Val<'a>) -> Res<String> {
    if value.is_nothing() {
        return Ok(String::new());
    }
    if value.is_object_type() {
        let json = json::stringify(value, &mut eval.budget)?.unwrap_or_default();
        return Ok(json.trim_matches(['\'', '"']).to_owned());
    }
    json::coerce(value, &mut eval.budget).map(Text::into_owned)
}

fn length<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::Num(text::length(or_empty(args, 0)) as f64))
}

fn replace<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let (subject, old, new) = (or_empty(args, 0), or_empty(args, 1), or_empty(args, 2));
    if old.is_empty() {
        return Err(Fault::soft("text to replace that is not empty"));
    }
    // Paid for before it is built: the result may be far longer than its parts.
    eval.budget.output(subject.matches(old).count().saturating_mul(new.len()))?;
    Ok(Val::text(subject.replace(old, new)))
}

/// The text to replace is a regular expression, really.
fn replace_ignore_case<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    if or_empty(args, 1).is_empty() {
        return Err(Fault::soft("text to replace that is not empty"));
    }
    pattern::replace_all(eval, or_empty(args, 0), or_empty(args, 1), or_empty(args, 2))
}

fn split<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let (subject, separator) = (or_empty(args, 0), or_empty(args, 1));
    eval.budget.steps(subject.len())?;
    let parts: Vec<Val<'a>> = if separator.is_empty() {
        subject.encode_utf16().map(|unit| Val::text(String::from_utf16_lossy(&[unit]))).collect()
    } else {
        subject.split(separator).map(Val::text).collect()
    };
    Ok(Val::list(parts))
}

fn substring<'a>(eval: &mut Eval<'a>, args: &'a [Id], substitute: bool) -> Res<Val<'a>> {
    let subject = match eval.child(args[0], substitute)? {
        Val::Undefined => return Ok(Val::text("")),
        Val::Str(subject) => subject,
        _ => return Err(Fault::soft("text")),
    };
    eval.budget.text(subject.len())?;
    let size = text::length(&subject) as f64;
    let start = eval.child(args[1], substitute)?;
    let start = start.as_integer().ok_or_else(|| Fault::soft("a whole number as start"))?;
    if start < 0.0 || start > size {
        return Err(Fault::soft("a start within the text"));
    }
    let count = match args.get(2) {
        None => size - start,
        Some(id) => {
            let count = eval.child(*id, substitute)?;
            count.as_integer().ok_or_else(|| Fault::soft("a whole number as length"))?
        }
    };
    if count < 0.0 || start + count > size {
        return Err(Fault::soft("a length within the text"));
    }
    let part = text::slice(&subject, start as usize, (start + count) as usize);
    eval.budget.output(part.len())?;
    Ok(Val::text(part))
}

fn trim<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text(text::trim(or_empty(args, 0))))
}

/// Empty text has one word.
fn count_word<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let subject = text::trim(or_empty(args, 0));
    let words = subject.split(text::is_space).filter(|word| !word.is_empty()).count();
    Ok(Val::Num(words.max(1) as f64))
}

fn add_ordinal<'a>(_: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let value = args[0].as_number().unwrap_or(0.0);
    let suffix = match (value % 100.0, value % 10.0) {
        _ if value <= 0.0 => "",
        (11.0..=13.0, _) => "th",
        (_, 1.0) => "st",
        (_, 2.0) => "nd",
        (_, 3.0) => "rd",
        _ => "th",
    };
    Ok(Val::text(number::print(value) + suffix))
}

fn eol<'a>(_: &mut Eval<'a>, _: &mut [Val<'a>]) -> Res<Val<'a>> {
    Ok(Val::text("\n"))
}

/// A random UUID, version 4 (RFC 9562, section 5.4).
fn new_guid<'a>(eval: &mut Eval<'a>, _: &mut [Val<'a>]) -> Res<Val<'a>> {
    let random = eval.context.randomness;
    let (high, low) = (random.next_u64(), random.next_u64());
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    Ok(Val::text(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )))
}
