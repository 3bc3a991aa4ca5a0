//! What can be wrong with an expression.

use crate::options::Limit;

/// Why text is no expression.
#[derive(Clone, Debug)]
pub(crate) struct ParseFault {
    /// Byte offset in the template string.
    pub(crate) at: usize,
    /// What was expected there.
    pub(crate) expected: String,
    /// The limit that was exceeded, if that is what happened.
    pub(crate) limit: Option<Limit>,
    /// Whether only the strict mode minds.
    pub(crate) strict: bool,
}

impl ParseFault {
    /// An exceeded limit.
    pub(crate) fn limit(limit: Limit, at: usize) -> Self {
        let expected = limit.expectation().to_owned();
        Self { at, expected, limit: Some(limit), strict: false }
    }
}
