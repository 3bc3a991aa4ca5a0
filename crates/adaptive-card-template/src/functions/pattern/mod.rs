//! Regular expressions: `isMatch` and `replaceIgnoreCase`.
//!
//! `isMatch` takes the subset that all engines of the language share and
//! checks a literal pattern at compile time; `replaceIgnoreCase` takes what
//! JavaScript takes. Both run on the `regex` crate, in linear time, so
//! look-around and back-references are errors.

mod common;
mod cost;
mod replace;
mod translate;

use regex::{Regex, RegexBuilder};

use super::returns::BOOLEAN;
use super::{Check, Function, verify};
use crate::expr::Eval;
use crate::expr::fault::{Budget, Fault, Res};
use crate::options::Limit;
use crate::value::Val;

use cost::Cost;
pub(super) use replace::replace_all;

pub(super) static TABLE: &[Function] =
    &[Function::eager("isMatch", BOOLEAN, Check::Pattern, verify::string_or_undefined, is_match)];

/// What compiling one pattern costs, in steps; it is far more than a node.
pub(crate) const COMPILE_STEPS: usize = 2_000;

/// What the automaton that a pattern runs on may cache, in bytes.
const CACHE_SIZE: usize = 64 << 10;

/// The size that most patterns do not exceed, in bytes.
const SMALL_SIZE: usize = 4 << 10;

/// Why a pattern does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PatternFault {
    /// It makes no sense; this was expected.
    Invalid(String),
    /// It compiles to more than it may.
    TooLarge,
}

impl From<PatternFault> for Fault {
    fn from(fault: PatternFault) -> Self {
        match fault {
            PatternFault::Invalid(expected) => Self::soft(expected),
            PatternFault::TooLarge => Self::limit(Limit::RegexSize),
        }
    }
}

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    cost: Cost,
}

impl Pattern {
    /// Whether the pattern is found in the text; pays for the search first.
    pub(crate) fn is_match(&self, text: &str, budget: &mut Budget) -> Res<bool> {
        budget.steps(self.cost.of(text.len()))?;
        Ok(self.regex.is_match(text))
    }
}

/// Options that may be written anywhere in a pattern and then hold for all.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

/// Compiles a pattern of the shared subset and tells its size, which the
/// library only does by being too large or not: up to four times too much.
pub(crate) fn compile_measured(
    source: &str,
    max_size: usize,
) -> Result<(Pattern, usize), PatternFault> {
    let mut size = SMALL_SIZE.min(max_size);
    loop {
        match compile_common(source, size) {
            Err(PatternFault::TooLarge) if size < max_size => size = (4 * size).min(max_size),
            outcome => return outcome.map(|pattern| (pattern, size)),
        }
    }
}

/// Compiles a pattern of the shared subset.
fn compile_common(source: &str, max_size: usize) -> Result<Pattern, PatternFault> {
    if source.is_empty() || !common::is_common(source) {
        let expected = "a regular expression of the common subset";
        return Err(PatternFault::Invalid(expected.to_owned()));
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

fn compile(pattern: &str, flags: Flags, max_size: usize) -> Result<Pattern, PatternFault> {
    // What it compiles to is hardly ever smaller, and reading it takes memory.
    if pattern.len() > max_size {
        return Err(PatternFault::TooLarge);
    }
    let translated = translate::translate(pattern, flags).map_err(PatternFault::Invalid)?;
    RegexBuilder::new(&translated)
        .case_insensitive(flags.ignore_case)
        .size_limit(max_size)
        .dfa_size_limit(CACHE_SIZE)
        .nest_limit(100)
        .build()
        .map(|regex| Pattern { regex, cost: Cost::estimate(pattern) })
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => PatternFault::TooLarge,
            _ => {
                PatternFault::Invalid("a regular expression that is nested less deeply".to_owned())
            }
        })
}

/// A pattern only known at run time; the last one is kept, for loops. Its own
/// parts of the evaluator are borrowed, so that nobody has to clone a pattern.
fn cached<'e>(
    last: &'e mut Option<(String, Pattern)>,
    budget: &mut Budget,
    key: String,
    compile: impl FnOnce() -> Result<Pattern, PatternFault>,
) -> Res<&'e Pattern> {
    if last.as_ref().is_none_or(|(known, _)| *known != key) {
        budget.steps(COMPILE_STEPS + key.len())?;
        let pattern = compile()?;
        *last = Some((key, pattern));
    }
    match last {
        Some((_, pattern)) => Ok(pattern),
        None => Err(Fault::soft("a regular expression")),
    }
}

fn is_match<'a>(eval: &mut Eval<'a>, args: &mut [Val<'a>]) -> Res<Val<'a>> {
    let text = args[0].as_str().unwrap_or("");
    let source = args[1].as_str().ok_or_else(|| Fault::soft("a regular expression"))?;
    let max_size = eval.limits.max_regex_size;
    let (last, budget) = (&mut eval.last_pattern, &mut eval.budget);
    let compile = || compile_common(source, max_size);
    let pattern = cached(last, budget, format!("m{source}"), compile)?;
    pattern.is_match(text, budget).map(Val::Bool)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 1 << 20;

    fn matches(pattern: &str, text: &str) -> Option<bool> {
        compile_common(pattern, SIZE).ok().map(|pattern| pattern.regex.is_match(text))
    }

    #[test]
    fn patterns_mean_what_they_do_in_javascript() {
        for (pattern, text, found) in [
            (r"^\d+$", "42", true),
            (r"^\d+$", "٤٢", false),
            (r"^\w+$", "é", false),
            ("a.c", "a\nc", false),
            ("(?s)a.c", "a\nc", true),
            ("^b$", "a\nb", false),
            ("(?m)^b$", "a\nb", true),
            ("(?i)STR", "a str", true),
            ("a{,2}", "a{,2}", true),
            ("[^]", "x", true),
            (r"\Qx", "x", false),
        ] {
            let got = matches(pattern, text);
            assert_eq!(
                got,
                if pattern.starts_with(r"\Q") { None } else { Some(found) },
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_is_not_common_to_all_engines_is_refused() {
        for pattern in
            ["", "[", "*", "a++", "(?=a)", r"\b", r"(a)\1", "a{2,1}", "[z-a]", "(a", "a)"]
        {
            assert_eq!(matches(pattern, "a"), None, "{pattern}");
        }
    }

    #[test]
    fn replacing_takes_more_but_no_look_around() {
        let flags = Flags { ignore_case: true, ..Flags::default() };
        assert!(compile(r"\bx\u0041[\b]", flags, SIZE).is_ok());
        for pattern in ["(?=a)", "(?<!a)", r"(a)\1", r"(?<n>a)\k<n>"] {
            assert!(compile(pattern, flags, SIZE).is_err(), "{pattern}");
        }
    }
}
