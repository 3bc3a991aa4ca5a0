//! The card around the expressions: what is literal, what is bound, what is
//! repeated and what is left out.

mod compile;
mod expand;
mod pointer;

use serde_json::{Map, Value};

pub(crate) use compile::Compiler;
pub(crate) use expand::expand;

use crate::syntax::Id;

/// A node of a template.
#[derive(Debug)]
pub(crate) enum Node {
    /// JSON without any binding, ready to be copied; and what it costs.
    Fixed(Value, usize),
    /// A string that is or holds a binding.
    Binding(Id),
    /// A list with a binding somewhere in it.
    List(Vec<Node>),
    /// An object with a binding, a `$data` or a `$when`.
    Object(Box<Object>),
}

/// An object of a template.
#[derive(Debug)]
pub(crate) struct Object {
    /// The object without reserved keys; null stands where `bound` says what
    /// comes instead. Copying it whole is cheaper than building it anew.
    fixed: Map<String, Value>,
    /// What copying `fixed` costs.
    cost: usize,
    /// Positions in `fixed` and what belongs there, ascending.
    bound: Vec<(usize, Node)>,
    data: Option<Data>,
    when: Option<When>,
    /// Where the object is, for warnings about its `$when`.
    pointer: pointer::Pointer,
}

/// What an object is bound to.
#[derive(Debug)]
enum Data {
    Binding(Id),
    Fixed(Value),
}

/// When an object is shown. A literal that JavaScript takes for false shows
/// it always.
#[derive(Debug)]
enum When {
    Binding(Id),
    /// A literal of any other kind hides it.
    Never,
}
