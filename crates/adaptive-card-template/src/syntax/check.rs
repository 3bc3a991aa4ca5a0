//! What can be told wrong about a call before it is evaluated.

use std::sync::Arc;

use super::{Arena, Const, Expr, Id};
use crate::functions::pattern::{self, Pattern, PatternFault};
use crate::functions::{Check, Function, returns};
use crate::options::{Limit, Limits};

/// What is wrong with a call.
pub(super) enum Refusal {
    /// This was expected.
    Call(String),
    /// The pattern of a literal is too large.
    Limit(Limit),
}

impl From<String> for Refusal {
    fn from(expected: String) -> Self {
        Self::Call(expected)
    }
}

/// What a node gives, as a set of [`returns`].
pub(super) fn returns_of(arena: &Arena, id: Id) -> u8 {
    match arena.get(id) {
        Expr::Const(Const::Str(_)) | Expr::Unknown { .. } => returns::STRING,
        Expr::Const(Const::Bool(_)) => returns::BOOLEAN,
        Expr::Const(Const::Num(_)) => returns::NUMBER,
        Expr::Call { function, .. } => function.returns,
        _ => returns::OBJECT,
    }
}

/// Checks the number and the static types of a call's arguments. The outcome is
/// the compiled pattern of `isMatch`.
pub(super) fn check(
    arena: &mut Arena,
    function: &'static Function,
    args: &[Id],
    limits: &Limits,
) -> Result<Option<Arc<Pattern>>, Refusal> {
    let name = function.symbol;
    let count = args.len();
    match function.check {
        Check::Any(min, max, types) => {
            if count < min || count > max {
                return Err(arity(name, min, max).into());
            }
            for arg in args {
                fits(arena, *arg, types, name)?;
            }
        }
        Check::Order(required, optional) => {
            if count < required.len() || count > required.len() + optional.len() {
                return Err(arity(name, required.len(), required.len() + optional.len()).into());
            }
            for (arg, types) in args.iter().zip(required.iter().chain(optional)) {
                fits(arena, *arg, *types, name)?;
            }
        }
        Check::Lambda => {
            if count != 3 {
                return Err(arity(name, 3, 3).into());
            }
            if !matches!(arena.get(args[1]), Expr::Path(path) if !path.is_chain) {
                return Err(format!("a plain name as second argument of {name}").into());
            }
        }
        Check::Pattern => {
            check_types(arena, args, name)?;
            if let Some(source) = arena.const_text(args[1]).map(Box::from) {
                return literal_pattern(arena, source, limits).map(Some);
            }
        }
        Check::Unsupported => {
            return Err(format!("no unsupported function such as {name}").into());
        }
    }
    Ok(None)
}

/// A literal pattern; equal ones are compiled once per template.
fn literal_pattern(
    arena: &mut Arena,
    source: Box<str>,
    limits: &Limits,
) -> Result<Arc<Pattern>, Refusal> {
    if let Some(regex) = arena.patterns.get(&source) {
        return Ok(Arc::clone(regex));
    }
    let left = limits.max_regex_total.saturating_sub(arena.pattern_size);
    let max = limits.max_regex_size;
    let (regex, size) =
        pattern::compile_measured(&source, max.min(left)).map_err(|fault| match fault {
            PatternFault::Invalid(expected) => Refusal::Call(expected),
            PatternFault::TooLarge if left < max => Refusal::Limit(Limit::RegexTotal),
            PatternFault::TooLarge => Refusal::Limit(Limit::RegexSize),
        })?;
    arena.pattern_size += size;
    let regex = Arc::new(regex);
    arena.patterns.insert(source, Arc::clone(&regex));
    Ok(regex)
}

fn check_types(arena: &Arena, args: &[Id], name: &str) -> Result<(), String> {
    if args.len() != 2 {
        return Err(arity(name, 2, 2));
    }
    args.iter().try_for_each(|arg| fits(arena, *arg, returns::STRING, name))
}

/// A node that may give an object may give anything.
fn fits(arena: &Arena, arg: Id, types: u8, name: &str) -> Result<(), String> {
    let given = returns_of(arena, arg);
    if (types | given) & returns::OBJECT == 0 && types & given == 0 {
        return Err(format!("{} as argument of {name}", returns::describe(types)));
    }
    Ok(())
}

fn arity(name: &str, min: usize, max: usize) -> String {
    match (min, max) {
        (min, usize::MAX) => format!("at least {min} arguments for {name}"),
        (min, max) if min == max => format!("{min} arguments for {name}"),
        (min, max) => format!("{min} to {max} arguments for {name}"),
    }
}
