//! What can be wrong with cards. Each message names the file, the place in it, and the mend.

use beckon_domain::ids::ServiceId;
use thiserror::Error;

/// Cards that cannot be loaded, or one that cannot be drawn.
#[derive(Debug, Error)]
pub enum CardError {
    /// A file cannot be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something in a file is wrong.
    #[error("{file}{}: {problem}", at(pointer))]
    Invalid {
        /// The file; built-in ones begin with `cards/`.
        file: String,
        /// JSON pointer (RFC 6901) of the place; empty for the whole file.
        pointer: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// The template failed on this data.
    #[error("{file}: {problem}")]
    Expand {
        /// The template's file.
        file: String,
        /// What is wrong and where.
        problem: String,
    },
    /// The session's service is no longer configured, so there is nothing to draw it with.
    #[error("the service {0} is no longer configured")]
    NoService(ServiceId),
}

impl CardError {
    pub(super) fn invalid(
        file: impl Into<String>,
        pointer: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self::Invalid { file: file.into(), pointer: pointer.into(), problem: problem.into() }
    }
}

fn at(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!(" at {pointer}") }
}
