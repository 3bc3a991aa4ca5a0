//! What can be wrong with cards. Each message names the file, the place in it, and the mend.

use beckon_domain::ids::{ServiceId, TenantId};
use thiserror::Error;

use super::check::MAX_BYTES;

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
    /// With the codes of a service a card can be larger than Teams takes.
    #[error(
        "tenant {tenant}, service {service}, wrap_up.{list}: list: with all its codes the card \
         {card} could have {bytes} bytes in {language:?}, and Teams takes {MAX_BYTES}; leave codes \
         away, or shorten ids and labels, by {} characters in all", (bytes - MAX_BYTES).div_ceil(2)
    )]
    TooLarge {
        /// The tenant.
        tenant: TenantId,
        /// The service.
        service: ServiceId,
        /// The list that takes the most of it: `codes` or `codes2`.
        list: &'static str,
        /// The name of the card.
        card: &'static str,
        /// The language in which it is the largest.
        language: String,
        /// How large it can be, in bytes of UTF-16; more than Teams takes.
        bytes: usize,
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
