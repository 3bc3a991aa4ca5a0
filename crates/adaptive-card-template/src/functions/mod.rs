//! The function table: every name and operator, what it takes and gives.

mod binary;
mod case;
mod collection;
mod compare;
mod convert;
mod date_args;
mod date_math;
mod date_parts;
mod date_ticks;
mod date_zone;
mod lambda;
mod locale;
mod logic;
mod math;
mod number_format;
mod object;
pub(crate) mod pattern;
mod search;
mod set;
mod sort;
mod special;
mod strings;
mod types;
mod unsupported;
mod uri;
mod verify;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::expr::Eval;
use crate::expr::fault::Res;
use crate::syntax::Id;
use crate::value::Val;

/// What a node may give, as bits of a set.
pub(crate) mod returns {
    /// `true` or `false`.
    pub(crate) const BOOLEAN: u8 = 1;
    /// A number.
    pub(crate) const NUMBER: u8 = 2;
    /// Anything at all.
    pub(crate) const OBJECT: u8 = 4;
    /// Text.
    pub(crate) const STRING: u8 = 8;
    /// A list.
    pub(crate) const ARRAY: u8 = 16;

    /// A set in words.
    pub(crate) fn describe(types: u8) -> String {
        let names = [
            (BOOLEAN, "a boolean"),
            (NUMBER, "a number"),
            (STRING, "text"),
            (ARRAY, "a list"),
            (OBJECT, "a value"),
        ];
        let chosen: Vec<&str> =
            names.iter().filter(|(bit, _)| types & bit != 0).map(|(_, name)| *name).collect();
        chosen.join(" or ")
    }
}

/// What can be checked about the arguments at compile time.
#[derive(Debug)]
pub(crate) enum Check {
    /// Least and most number of arguments, and the types of each.
    Any(usize, usize, u8),
    /// The types of the required and of the optional arguments.
    Order(&'static [u8], &'static [u8]),
    /// A collection, a plain name and an expression.
    Lambda,
    /// Text and a regular expression.
    Pattern,
    /// The function exists elsewhere but not here.
    Unsupported,
}

/// One argument of anything.
const UNARY: Check = Check::Any(1, 1, returns::OBJECT);
/// Two arguments of anything.
const BINARY: Check = Check::Any(2, 2, returns::OBJECT);
/// One argument or more of anything.
const AT_LEAST_ONE: Check = Check::Any(1, usize::MAX, returns::OBJECT);
/// One text.
const UNARY_STRING: Check = Check::Any(1, 1, returns::STRING);
/// One number.
const UNARY_NUMBER: Check = Check::Any(1, 1, returns::NUMBER);

/// Checks an argument's value; says what was expected if it is wrong.
type Verify = fn(&Val<'_>, usize) -> Option<&'static str>;
/// Works on evaluated arguments. Whatever goes wrong inside is an ordinary
/// error.
type EagerFn = for<'a> fn(&mut Eval<'a>, &mut [Val<'a>]) -> Res<Val<'a>>;
/// Evaluates its arguments itself; the flag says whether missing data turns
/// into text there.
type LazyFn = for<'a> fn(&mut Eval<'a>, &'a [Id], bool) -> Res<Val<'a>>;

/// How a function is evaluated.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    /// Arguments first.
    Eager(Verify, EagerFn),
    /// Arguments first, with missing data undefined; an error in one of them
    /// makes the result false.
    Guard(Verify, EagerFn),
    /// The function decides.
    Lazy(LazyFn),
}

/// A function or operator.
pub(crate) struct Function {
    /// The name it is called by.
    pub(crate) name: &'static str,
    /// The name it is printed by: `add` prints as `+`.
    pub(crate) symbol: &'static str,
    /// What it gives.
    pub(crate) returns: u8,
    /// What it takes.
    pub(crate) check: Check,
    /// What it does.
    pub(crate) body: Body,
}

impl Function {
    const fn eager(
        name: &'static str,
        returns: u8,
        check: Check,
        verify: Verify,
        run: EagerFn,
    ) -> Self {
        Self { name, symbol: name, returns, check, body: Body::Eager(verify, run) }
    }

    const fn guard(name: &'static str, check: Check, verify: Verify, run: EagerFn) -> Self {
        let body = Body::Guard(verify, run);
        Self { name, symbol: name, returns: returns::BOOLEAN, check, body }
    }

    const fn lazy(name: &'static str, returns: u8, check: Check, run: LazyFn) -> Self {
        Self { name, symbol: name, returns, check, body: Body::Lazy(run) }
    }

    /// The same function under a second name.
    const fn printed_as(mut self, symbol: &'static str) -> Self {
        self.symbol = symbol;
        self
    }

    /// Whether this is `concat`, alias `&`, which template strings use.
    pub(crate) fn is_concat(&self) -> bool {
        self.symbol == "concat"
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

static INDEX: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
    let tables: [&[Function]; 24] = [
        binary::TABLE,
        case::TABLE,
        collection::TABLE,
        compare::TABLE,
        convert::TABLE,
        date_math::TABLE,
        date_parts::TABLE,
        date_ticks::TABLE,
        date_zone::TABLE,
        lambda::TABLE,
        logic::TABLE,
        math::TABLE,
        math::AGGREGATES,
        number_format::TABLE,
        object::TABLE,
        pattern::TABLE,
        search::TABLE,
        set::TABLE,
        sort::TABLE,
        special::TABLE,
        strings::TABLE,
        types::TABLE,
        unsupported::TABLE,
        uri::TABLE,
    ];
    tables.into_iter().flatten().map(|function| (function.name, function)).collect()
});

/// Finds a function or operator; names are case-sensitive.
pub(crate) fn find(name: &str) -> Option<&'static Function> {
    INDEX.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_has_every_name_and_operator() {
        let operators = INDEX.keys().filter(|name| !name.as_bytes()[0].is_ascii_alphabetic());
        assert_eq!(operators.count(), 17);
        // The dot and the brackets are nodes of their own.
        assert_eq!(INDEX.len() - 17 + 2, 156);
    }
}
