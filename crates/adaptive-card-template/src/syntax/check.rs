//! What can be told wrong about a call before it is evaluated.

use super::{Arena, Const, Expr, Id};
use crate::functions::pattern::{self, Pattern};
use crate::functions::{Check, Function, returns};

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

/// Checks the number and the static types of a call's arguments; what was
/// expected is the error. The outcome is the compiled pattern of `isMatch`.
pub(super) fn check(
    arena: &Arena,
    function: &'static Function,
    args: &[Id],
    max_regex_size: usize,
) -> Result<Option<Box<Pattern>>, String> {
    let name = function.symbol;
    let count = args.len();
    match function.check {
        Check::Any(min, max, types) => {
            if count < min || count > max {
                return Err(arity(name, min, max));
            }
            for arg in args {
                fits(arena, *arg, types, name)?;
            }
        }
        Check::Order(required, optional) => {
            if count < required.len() || count > required.len() + optional.len() {
                return Err(arity(name, required.len(), required.len() + optional.len()));
            }
            for (arg, types) in args.iter().zip(required.iter().chain(optional)) {
                fits(arena, *arg, *types, name)?;
            }
        }
        Check::Lambda => {
            if count != 3 {
                return Err(arity(name, 3, 3));
            }
            if !matches!(arena.get(args[1]), Expr::Path(path) if !path.is_chain) {
                return Err(format!("a plain name as second argument of {name}"));
            }
        }
        Check::Pattern => {
            check_types(arena, args, name)?;
            if let Some(source) = arena.const_text(args[1]) {
                let regex = pattern::compile_common(source, max_regex_size);
                return regex.map(|regex| Some(Box::new(regex)));
            }
        }
        Check::Unsupported => return Err(format!("a supported function instead of {name}")),
    }
    Ok(None)
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
