//! The nodes of an expression, kept in one arena per template.

use std::collections::HashMap;
use std::sync::Arc;

use crate::functions::Function;
use crate::functions::pattern::{COMPILE_STEPS, Pattern};

/// Index of a node in its [`Arena`].
pub(crate) type Id = u32;

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Const {
    Undefined,
    Null,
    Bool(bool),
    Num(f64),
    Str(Box<str>),
}

/// A chain of plain names, such as `$root.customer.name`.
#[derive(Clone, Debug)]
pub(crate) struct PathExpr {
    /// The path as written, which is what missing data is replaced with.
    pub(crate) text: Box<str>,
    /// The names.
    pub(crate) parts: Box<[Box<str>]>,
    /// Whether it was written as several names.
    pub(crate) is_chain: bool,
}

/// One node.
#[derive(Debug)]
pub(crate) enum Expr {
    /// A literal.
    Const(Const),
    /// A chain of plain names.
    Path(PathExpr),
    /// A name looked up in something that is no plain path.
    Member { name: Box<str>, of: Id },
    /// `of[at]`.
    Index { of: Id, at: Id },
    /// A call of a known function or operator.
    Call {
        function: &'static Function,
        args: Box<[Id]>,
        /// The compiled pattern, where it is a literal.
        regex: Option<Arc<Pattern>>,
    },
    /// A call of a name that no function has: an error, but not before it is
    /// evaluated.
    Unknown { name: Box<str>, args: Box<[Id]> },
}

/// All nodes of a template.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Expr>,
    /// Byte offset of each node in the template string it stands in.
    offsets: Vec<u32>,
    /// Height of the tree below each node, itself included.
    heights: Vec<u32>,
    /// How many bytes were looked at in search of bindings.
    pub(super) scanned: u64,
    /// The literal patterns.
    pub(super) patterns: HashMap<Box<str>, Arc<Pattern>>,
    /// What they take together, in bytes.
    pub(super) pattern_size: usize,
}

impl Arena {
    /// An arena with room for the expressions of an ordinary card.
    pub(crate) fn with_room() -> Self {
        const NODES: usize = 96;
        Self {
            nodes: Vec::with_capacity(NODES),
            offsets: Vec::with_capacity(NODES),
            heights: Vec::with_capacity(NODES),
            ..Self::default()
        }
    }

    /// Adds a node; `children` are what its height is counted from.
    pub(crate) fn add(&mut self, expr: Expr, offset: usize, children: &[Id]) -> Id {
        let below = children.iter().map(|id| self.height(*id)).max().unwrap_or(0);
        self.nodes.push(expr);
        self.offsets.push(offset as u32);
        self.heights.push(below + 1);
        (self.nodes.len() - 1) as Id
    }

    /// The node.
    #[inline]
    pub(crate) fn get(&self, id: Id) -> &Expr {
        &self.nodes[id as usize]
    }

    /// Byte offset of the node in its template string.
    pub(crate) fn offset(&self, id: Id) -> u32 {
        self.offsets[id as usize]
    }

    /// Height of the tree below the node, itself included.
    pub(crate) fn height(&self, id: Id) -> u32 {
        self.heights[id as usize]
    }

    /// What reading the expressions took, in the steps of an expansion: a
    /// pattern takes far more than its text, and so may a search for bindings.
    pub(crate) fn reading_steps(&self) -> usize {
        let patterns = self.patterns.len() * COMPILE_STEPS + self.pattern_size / 8;
        self.nodes.len() + self.scanned as usize / 64 + patterns
    }

    /// Whether any node is of a kind.
    pub(crate) fn any(&self, is: impl Fn(&Expr) -> bool) -> bool {
        self.nodes.iter().any(is)
    }

    /// Whether the node is a literal.
    pub(crate) fn is_const(&self, id: Id) -> bool {
        matches!(self.get(id), Expr::Const(_))
    }

    /// The text of a literal text node.
    pub(crate) fn const_text(&self, id: Id) -> Option<&str> {
        match self.get(id) {
            Expr::Const(Const::Str(text)) => Some(text),
            _ => None,
        }
    }
}

impl PathExpr {
    /// Splits a path at dots and brackets, dropping the quotes around names.
    pub(crate) fn new(text: &str) -> Self {
        let parts = split_path(text).map(Into::into).collect();
        Self { text: text.into(), parts, is_chain: false }
    }

    /// A chain of plain names.
    pub(crate) fn chain(names: &[&str]) -> Self {
        let parts = names.iter().map(|name| Box::from(*name)).collect();
        Self { text: names.join(".").into(), parts, is_chain: names.len() > 1 }
    }

    /// The path with more plain names.
    pub(crate) fn descend(&self, names: &[&str]) -> Self {
        let mut parts = self.parts.to_vec();
        parts.extend(names.iter().map(|name| Box::from(*name)));
        let text = format!("{}.{}", self.text, names.join(".")).into();
        Self { text, parts: parts.into(), is_chain: true }
    }
}

/// The names a path consists of. Everything is flattened to text first, so a
/// quoted name that holds a dot or a bracket falls apart, too.
pub(crate) fn split_path(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '[', ']']).filter(|part| !part.is_empty()).map(|part| {
        let quoted = |quote| part.starts_with(quote) && part.ends_with(quote);
        if !(quoted('"') || quoted('\'')) {
            part
        } else if part.len() > 1 {
            &part[1..part.len() - 1]
        } else {
            ""
        }
    })
}
