//! Evaluation of expressions.

mod eval;
pub(crate) mod fault;
mod path;
mod scope;

pub(crate) use eval::Eval;
pub(crate) use scope::Scope;
