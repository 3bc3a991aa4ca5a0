//! From text to a tree of nodes, and back to the engine's normal form.

pub(crate) mod ast;
mod binding;
mod check;
mod fault;
mod lexer;
mod parser;
mod precedence;
pub(crate) mod print;
mod template_string;

pub(crate) use ast::{Arena, Const, Expr, Id, PathExpr};
pub(crate) use fault::ParseFault;
pub(crate) use parser::parse_expression;
pub(crate) use template_string::{Parsed, only_binding, parse_interpolation};
