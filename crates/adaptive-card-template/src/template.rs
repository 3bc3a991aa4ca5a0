//! A compiled template.

use serde_json::Value;

use crate::card::{self, Compiler, Node};
use crate::context::Context;
use crate::error::{CompileError, ExpandError};
use crate::options::Options;
use crate::syntax::Arena;
use crate::warning::Warning;

/// A compiled template: immutable, shareable between threads, expanded as
/// often as there is data.
#[derive(Debug)]
pub struct Template {
    pub(crate) root: Node,
    pub(crate) arena: Arena,
    pub(crate) options: Options,
}

/// A card and what was odd about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Expansion {
    /// The card; `None` where the template gives nothing at all, which only a
    /// template that is one single binding can do.
    pub card: Option<Value>,
    /// Objects left out, in the order they were met.
    pub warnings: Vec<Warning>,
}

impl Template {
    /// Compiles a template with the default [`Options`].
    ///
    /// # Errors
    ///
    /// One wrong expression spoils the whole template; the error says where.
    pub fn compile(template: &Value) -> Result<Self, CompileError> {
        Self::compile_with(template, &Options::default())
    }

    /// Compiles a template.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile); with [`Options::strict`] also where `${`
    /// begins no binding.
    pub fn compile_with(template: &Value, options: &Options) -> Result<Self, CompileError> {
        let options = Options { limits: options.limits.capped(), ..options.clone() };
        let mut compiler = Compiler::new(&options);
        let root = compiler.compile(template)?;
        let arena = compiler.finish();
        Ok(Self { root, arena, options })
    }

    /// Makes a card. Null stands also for a template that gives nothing at all
    /// (one single binding such as `${first(list)}` of an empty list), for which
    /// Microsoft's engine gives undefined;
    /// [`expand_with_warnings`](Self::expand_with_warnings) tells them apart.
    ///
    /// # Errors
    ///
    /// A binding that is a whole string fails the card if it fails; a part of
    /// an interpolation does so only if it is null. The error names the place
    /// in the template.
    pub fn expand(&self, context: &Context<'_>) -> Result<Value, ExpandError> {
        card::expand(self, context, None).map(Option::unwrap_or_default)
    }

    /// Makes a card, and collects warnings.
    ///
    /// # Errors
    ///
    /// As [`expand`](Self::expand).
    pub fn expand_with_warnings(&self, context: &Context<'_>) -> Result<Expansion, ExpandError> {
        let mut warnings = Vec::new();
        let card = card::expand(self, context, Some(&mut warnings))?;
        Ok(Expansion { card, warnings })
    }
}
