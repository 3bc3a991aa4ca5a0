//! Text: upper and lower case.

use super::returns::STRING;
use super::strings::or_empty;
use super::{Check, Function, locale, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::Val;

/// Text and a locale.
const WITH_LOCALE: Check = Check::Any(1, 2, STRING);

pub(super) static TABLE: &[Function] = &[
    Function::eager("toLower", STRING, WITH_LOCALE, verify::string_or_undefined, to_lower),
    Function::eager("toUpper", STRING, WITH_LOCALE, verify::string_or_undefined, to_upper),
    Function::eager("sentenceCase", STRING, WITH_LOCALE, verify::string_or_undefined, sentence),
    Function::eager("titleCase", STRING, WITH_LOCALE, verify::string_or_undefined, title),
];

/// Languages whose letters change case by rules of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Casing {
    Root,
    /// Turkish and Azeri: dotted and dotless i.
    Turkic,
}

fn casing<'a>(eval: &Eval<'a>, args: &[Val<'a>]) -> Res<Casing> {
    let locale = args.get(1).and_then(Val::as_str).unwrap_or(eval.context.locale);
    if !locale::is_well_formed(locale) {
        return Err(Fault::soft("a language tag"));
    }
    let language = locale.split('-').next().unwrap_or("").to_ascii_lowercase();
    Ok(if matches!(language.as_str(), "tr" | "az" | "tur" | "aze") {
        Casing::Turkic
    } else {
        Casing::Root
    })
}

fn lower(text: &str, casing: Casing) -> String {
    match casing {
        Casing::Root => text.to_lowercase(),
        Casing::Turkic => {
            text.replace("I\u{307}", "i").replace('İ', "i").replace('I', "ı").to_lowercase()
        }
    }
}

fn upper(text: &str, casing: Casing) -> String {
    match casing {
        Casing::Root => text.to_uppercase(),
        Casing::Turkic => text.replace('i', "İ").to_uppercase(),
    }
}

fn to_lower<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let casing = casing(eval, args)?;
    Ok(Val::text(lower(or_empty(args, 0), casing)))
}

fn to_upper<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let casing = casing(eval, args)?;
    Ok(Val::text(upper(or_empty(args, 0), casing)))
}

fn sentence<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let casing = casing(eval, args)?;
    let mut out = String::new();
    push_capitalised(&lower(or_empty(args, 0), casing), casing, &mut out);
    Ok(Val::text(out))
}

/// A word starts at an ASCII letter, digit or underscore and ends at white
/// space; so `élan` becomes `éLan`.
fn title<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let casing = casing(eval, args)?;
    let subject = lower(or_empty(args, 0), casing);
    let mut out = String::with_capacity(subject.len());
    let mut rest = subject.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(crate::value::text::is_space).unwrap_or(rest.len());
        push_capitalised(&rest[..end], casing, &mut out);
        rest = &rest[end..];
    }
    out.push_str(rest);
    Ok(Val::text(out))
}

/// The first letter is raised without regard to the locale, and only if it is
/// a single code unit.
fn push_capitalised(word: &str, casing: Casing, out: &mut String) {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) if first.len_utf16() == 1 => out.extend(first.to_uppercase()),
        Some(first) => out.push(first),
        None => {}
    }
    out.push_str(&lower(chars.as_str(), casing));
}
