//! How a template is compiled: strictness and limits.

use std::fmt;

/// Options of [`Template::compile_with`](crate::Template::compile_with).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Off (the default): exactly what Microsoft's JavaScript engine gives,
    /// which leaves `${path}` in the card where data is missing. On: a missing
    /// path, a failing part of an interpolation and `${` that is no binding
    /// are errors.
    pub strict: bool,
    /// Bounds on hostile templates and data.
    pub limits: Limits,
}

/// Bounds on hostile templates and data. Exceeding one is an error that names
/// the [`Limit`]; nothing hangs, overflows the stack or panics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep the template's JSON may be nested. Default 128, at most
    /// [`Limits::MAX_DEPTH`].
    pub max_template_depth: u32,
    /// How deep one expression may be nested. Default 100, at most
    /// [`Limits::MAX_DEPTH`].
    pub max_expression_depth: u32,
    /// How deep data may be nested where it is copied, compared or printed.
    /// Default 128, at most [`Limits::MAX_DEPTH`].
    pub max_data_depth: u32,
    /// How much work one expansion may do: one step per evaluated node and per
    /// visited item, more for a regular expression. Default 1,000,000.
    pub max_steps: u64,
    /// How much one expansion may build: one unit per byte of text and per
    /// JSON node, intermediate values included. Default 16 Mi.
    pub max_output: u64,
    /// Compiled size of one regular expression, in bytes. Default 1 MiB.
    pub max_regex_size: usize,
}

impl Limits {
    /// What the depth limits are capped at, whatever is asked for: deeper
    /// recursion would not be safe on a thread with a 2 MiB stack.
    pub const MAX_DEPTH: u32 = 200;

    /// The limits with the caps applied.
    pub(crate) fn capped(&self) -> Self {
        Self {
            max_template_depth: self.max_template_depth.min(Self::MAX_DEPTH),
            max_expression_depth: self.max_expression_depth.min(Self::MAX_DEPTH),
            max_data_depth: self.max_data_depth.min(Self::MAX_DEPTH),
            ..self.clone()
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_template_depth: 128,
            max_expression_depth: 100,
            max_data_depth: 128,
            max_steps: 1_000_000,
            max_output: 16 << 20,
            max_regex_size: 1 << 20,
        }
    }
}

/// A limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::max_template_depth`].
    TemplateDepth,
    /// [`Limits::max_expression_depth`].
    ExpressionDepth,
    /// [`Limits::max_data_depth`].
    DataDepth,
    /// [`Limits::max_steps`].
    Steps,
    /// [`Limits::max_output`].
    Output,
}

impl Limit {
    /// The limit in words.
    pub(crate) fn expectation(self) -> &'static str {
        match self {
            Self::TemplateDepth => "a template that is nested less deeply",
            Self::ExpressionDepth => "an expression that is nested less deeply",
            Self::DataDepth => "data that is nested less deeply",
            Self::Steps => "an expansion that takes fewer steps",
            Self::Output => "an expansion that builds less output",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TemplateDepth => "max_template_depth",
            Self::ExpressionDepth => "max_expression_depth",
            Self::DataDepth => "max_data_depth",
            Self::Steps => "max_steps",
            Self::Output => "max_output",
        })
    }
}
