//! Regular expressions: `isMatch` and `replaceIgnoreCase`.
//!
//! `isMatch` takes the subset that all engines of the language share and
//! checks a literal pattern at compile time; `replaceIgnoreCase` takes what
//! JavaScript takes. Both run on the `regex` crate, in linear time, so
//! look-around and back-references are errors.

mod common;
mod replace;
mod translate;

use regex::{Regex, RegexBuilder};

use super::returns::BOOLEAN;
use super::{Check, Function, verify};
use crate::expr::Eval;
use crate::expr::fault::{Fault, Res};
use crate::value::Val;

pub(super) use replace::replace_all;

pub(super) static TABLE: &[Function] =
    &[Function::eager("isMatch", BOOLEAN, Check::Pattern, verify::string_or_undefined, is_match)];

/// What compiling one pattern costs, in steps; it is far more than a node.
const COMPILE_STEPS: usize = 2_000;

/// Options that may be written anywhere in a pattern and then hold for all.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

/// Compiles a pattern of the shared subset; the error says what was expected.
pub(crate) fn compile_common(source: &str, max_size: usize) -> Result<Regex, String> {
    if source.is_empty() || !common::is_common(source) {
        return Err("a regular expression of the common subset".to_owned());
    }
    let mut flags = Flags::default();
    let mut pattern = source.to_owned();
    for (option, flag) in [
        ("(?i)", &mut flags.ignore_case),
        ("(?m)", &mut flags.multi_line),
        ("(?s)", &mut flags.dot_all),
    ] {
        if pattern.contains(option) {
            *flag = true;
            pattern = pattern.replacen(option, "", 1);
        }
    }
    compile(&pattern, flags, max_size)
}

fn compile(pattern: &str, flags: Flags, max_size: usize) -> Result<Regex, String> {
    let translated = translate::translate(pattern, flags)?;
    RegexBuilder::new(&translated)
        .case_insensitive(flags.ignore_case)
        .size_limit(max_size)
        .dfa_size_limit(max_size)
        .nest_limit(100)
        .build()
        .map_err(|_| "a smaller regular expression".to_owned())
}

/// A pattern only known at run time; the last one is kept, for loops.
fn cached<'e>(
    eval: &'e mut Eval<'_>,
    key: String,
    compile: impl FnOnce(usize) -> Result<Regex, String>,
) -> Res<&'e Regex> {
    let hit = eval.last_regex.as_ref().is_some_and(|(last, _)| *last == key);
    if !hit {
        eval.budget.steps(COMPILE_STEPS + key.len())?;
        let regex = compile(eval.limits.max_regex_size).map_err(Fault::soft)?;
        eval.last_regex = Some((key, regex));
    }
    match &eval.last_regex {
        Some((_, regex)) => Ok(regex),
        None => Err(Fault::soft("a regular expression")),
    }
}

fn is_match<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let text = args[0].as_str().unwrap_or("");
    let source = args[1].as_str().ok_or_else(|| Fault::soft("a regular expression"))?;
    eval.budget.steps(text.len() / 16)?;
    let regex = cached(eval, format!("m{source}"), |size| compile_common(source, size))?;
    Ok(Val::Bool(regex.is_match(text)))
}
