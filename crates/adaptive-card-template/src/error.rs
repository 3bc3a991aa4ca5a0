//! What can be wrong with a template, and with an expansion.

use crate::options::Limit;

/// Why a template does not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("template at \"{pointer}\"{}: expected {expected}", at(*.position))]
pub struct CompileError {
    /// JSON pointer (RFC 6901) of the node in the template.
    pub pointer: String,
    /// Where in the node's text, in bytes; absent where it is no text.
    pub position: Option<usize>,
    /// What was expected there.
    pub expected: String,
    /// What sort of error it is.
    pub kind: CompileErrorKind,
}

/// Sorts of [`CompileError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompileErrorKind {
    /// An expression does not parse, or a call has the wrong number or types
    /// of arguments.
    Syntax,
    /// A [`Limit`] is exceeded.
    Limit(Limit),
    /// Text looks like a binding but is none; only with
    /// [`Options::strict`](crate::Options::strict).
    Strict,
}

/// Why a template does not expand with the data given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("card at \"{pointer}\"{}: expected {expected}", at(*.position))]
pub struct ExpandError {
    /// JSON pointer (RFC 6901) of the node in the template.
    pub pointer: String,
    /// Where in the node's text, in bytes; absent where it is no text.
    pub position: Option<usize>,
    /// What was expected there.
    pub expected: String,
    /// What sort of error it is.
    pub kind: ExpandErrorKind,
}

/// Sorts of [`ExpandError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpandErrorKind {
    /// An expression fails: a value of the wrong kind, an unknown function, a
    /// null in an interpolation.
    Evaluation,
    /// A [`Limit`] is exceeded.
    Limit(Limit),
    /// Data is missing, or part of an interpolation fails; only with
    /// [`Options::strict`](crate::Options::strict).
    Strict,
}

fn at(position: Option<usize>) -> String {
    position.map_or(String::new(), |position| format!(", byte {position}"))
}

/// A step of a JSON pointer.
#[derive(Clone, Debug)]
pub(crate) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// A JSON pointer from its steps, outermost first.
pub(crate) fn pointer<'s>(steps: impl Iterator<Item = &'s Step<'s>>) -> String {
    let mut out = String::new();
    for step in steps {
        out.push('/');
        match step {
            Step::Key(key) => out.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => out.push_str(&index.to_string()),
        }
    }
    out
}
