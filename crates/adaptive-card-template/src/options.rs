//! How a template is compiled: strictness and limits.

use std::fmt;

/// Options of [`Template::compile_with`](crate::Template::compile_with):
/// `Options::default().with_strict(true)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Off (the default): exactly what Microsoft's JavaScript engine gives,
    /// which leaves `${path}` in the card where data is missing. On: a missing
    /// path, a failing part of an interpolation and `${` that is no binding,
    /// or stands in a key, are errors.
    pub strict: bool,
    /// Bounds on hostile templates and data.
    pub limits: Limits,
}

impl Options {
    /// These options with [`strict`](Self::strict) changed.
    #[must_use]
    pub fn with_strict(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// These options with other [`limits`](Self::limits).
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

/// Bounds on hostile templates and data. Exceeding one is an error that names
/// the [`Limit`]; nothing hangs, overflows the stack or panics.
///
/// ```
/// use adaptive_card_template::Limits;
///
/// let limits = Limits::default().with_max_steps(10_000).with_max_output(1 << 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How deep the template's JSON may be nested. Default 128, at most
    /// [`Limits::MAX_DEPTH`].
    pub max_template_depth: u32,
    /// How deep one expression may be nested. Default 100, at most
    /// [`Limits::MAX_DEPTH`].
    pub max_expression_depth: u32,
    /// How long a text of the template may be that holds `${`, in bytes.
    /// Default 64 Ki.
    pub max_text_len: usize,
    /// How many bytes may be looked at in search of bindings, over all texts of
    /// a template; only unfinished bindings and escaped quotes make it look at
    /// any more than a few times. Default 4 Mi.
    pub max_scan: u64,
    /// How deep data may be nested where it is copied, compared or printed.
    /// Default 128, at most [`Limits::MAX_DEPTH`].
    pub max_data_depth: u32,
    /// How much work one expansion may do: one step per evaluated node, per
    /// visited item, per 64 bytes of text and per 16 names that a function or a
    /// path looks through, more for a regular expression. Default 1,000,000.
    pub max_steps: u64,
    /// How much one expansion may build, in bytes: those of its texts and keys
    /// and 64 for each JSON node, which is about what memory it takes.
    /// Intermediate values and warnings are included. Default 16 Mi.
    pub max_output: u64,
    /// Compiled size of one regular expression, in bytes, and the length of its
    /// source. Default 64 KiB.
    pub max_regex_size: usize,
    /// Compiled size of all literal regular expressions of a template, in bytes;
    /// each counts for at least 4 KiB, equal ones once. Default 1 MiB.
    pub max_regex_total: usize,
}

impl Limits {
    /// What each depth limit is capped at, whatever is asked for. At the cap a
    /// template, an expression or data alone fits a thread with a 2 MiB stack;
    /// a deep expression in a deep template adds up, so raise limits with care.
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

/// One `with_…` method per limit, so that later limits break nobody.
macro_rules! with_methods {
    ($($with:ident, $limit:ident: $type:ty;)*) => {
        impl Limits {
            $(
                #[doc = concat!("These limits with [`", stringify!($limit), "`](Self::", stringify!($limit), ") changed.")]
                #[must_use]
                pub fn $with(self, $limit: $type) -> Self {
                    Self { $limit, ..self }
                }
            )*
        }
    };
}

with_methods! {
    with_max_template_depth, max_template_depth: u32;
    with_max_expression_depth, max_expression_depth: u32;
    with_max_text_len, max_text_len: usize;
    with_max_scan, max_scan: u64;
    with_max_data_depth, max_data_depth: u32;
    with_max_steps, max_steps: u64;
    with_max_output, max_output: u64;
    with_max_regex_size, max_regex_size: usize;
    with_max_regex_total, max_regex_total: usize;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_template_depth: 128,
            max_expression_depth: 100,
            max_text_len: 64 << 10,
            max_scan: 4 << 20,
            max_data_depth: 128,
            max_steps: 1_000_000,
            max_output: 16 << 20,
            max_regex_size: 64 << 10,
            max_regex_total: 1 << 20,
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
    /// [`Limits::max_text_len`].
    TextLength,
    /// [`Limits::max_scan`].
    Scan,
    /// [`Limits::max_data_depth`].
    DataDepth,
    /// [`Limits::max_steps`].
    Steps,
    /// [`Limits::max_output`].
    Output,
    /// [`Limits::max_regex_size`].
    RegexSize,
    /// [`Limits::max_regex_total`].
    RegexTotal,
}

impl Limit {
    /// The limit in words.
    pub(crate) fn expectation(self) -> &'static str {
        match self {
            Self::TemplateDepth => "a template that is nested less deeply",
            Self::ExpressionDepth => "an expression that is nested less deeply",
            Self::TextLength => "a shorter text",
            Self::Scan => "fewer unfinished bindings or escaped quotes",
            Self::DataDepth => "data that is nested less deeply",
            Self::Steps => "an expansion that takes fewer steps",
            Self::Output => "an expansion that builds less output",
            Self::RegexSize => "a smaller regular expression",
            Self::RegexTotal => "fewer or smaller regular expressions",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TemplateDepth => "max_template_depth",
            Self::ExpressionDepth => "max_expression_depth",
            Self::TextLength => "max_text_len",
            Self::Scan => "max_scan",
            Self::DataDepth => "max_data_depth",
            Self::Steps => "max_steps",
            Self::Output => "max_output",
            Self::RegexSize => "max_regex_size",
            Self::RegexTotal => "max_regex_total",
        })
    }
}
