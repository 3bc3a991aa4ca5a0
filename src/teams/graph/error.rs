//! Why a call to Graph failed, and whether to make it again.

use std::time::Duration;

use botframework::token::TokenError;
use thiserror::Error;

use super::operation::Operation;

/// A failed call to Graph.
///
/// [`may_have_happened`](Self::may_have_happened) is the question before anything is repeated, and
/// [`is_retryable`](Self::is_retryable) whether repeating can help.
#[derive(Debug, Error)]
pub enum GraphError {
    /// No byte left: repeating is safe.
    #[error("{operation}: nothing was sent to Graph: {why}")]
    NotSent {
        /// The call.
        operation: Operation,
        /// Why not.
        #[source]
        why: Unsent,
    },
    /// The call may have had its effect, and once more would be a second one.
    #[error("{operation}: it is unclear whether Graph did it: {reason}")]
    Unclear {
        /// The call.
        operation: Operation,
        /// What is known.
        reason: String,
    },
    /// Too many calls: Graph said so (429), or would have. Nothing was done.
    #[error("{operation}: Graph takes no more calls for {} s", after.as_secs())]
    Throttled {
        /// The call.
        operation: Operation,
        /// When to come back.
        after: Duration,
    },
    /// Graph said no; the same call would be refused again.
    #[error(
        "{operation}: Graph answered {status} {code}: {message} (request-id {})",
        request_id.as_deref().unwrap_or("none")
    )]
    Refused {
        /// The call.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// The innermost code of the error body; empty where there is none.
        code: String,
        /// Graph's explanation, in one line, cut. For people: it changes.
        message: String,
        /// What Microsoft's support finds the call by.
        request_id: Option<String>,
    },
    /// Graph could not answer now. Nothing was done, or doing it again comes to the same.
    #[error("{operation}: Graph is not available: {reason}")]
    Unavailable {
        /// The call.
        operation: Operation,
        /// How long Graph asked to wait (`Retry-After`).
        after: Option<Duration>,
        /// What is known.
        reason: String,
    },
}

/// Why nothing was sent.
#[derive(Debug, Error)]
pub enum Unsent {
    /// The tenant has no `[tenant.graph]`.
    #[error("the tenant has no section [tenant.graph]")]
    NotConfigured,
    /// An id is empty or cannot stand in an address.
    #[error("an id cannot stand in an address")]
    InvalidId,
    /// The address is not below Graph's root, and no token goes elsewhere.
    #[error("{0} is not below Graph's root")]
    Foreign(String),
    /// There is no token.
    #[error("there is no token: {0}")]
    Token(#[source] TokenError),
    /// The tenant's id cannot stand in the token endpoint's address.
    #[error("there is no token endpoint for this tenant")]
    NoEndpoint,
    /// No connection could be made.
    #[error("no connection could be made: {0}")]
    Connect(String),
}

impl Unsent {
    const fn may_pass(&self) -> bool {
        match self {
            Self::Token(error) => error.is_transient(),
            Self::Connect(_) => true,
            Self::NotConfigured | Self::InvalidId | Self::Foreign(_) | Self::NoEndpoint => false,
        }
    }
}

impl GraphError {
    pub(super) fn not_sent(operation: Operation, why: Unsent) -> Self {
        Self::NotSent { operation, why }
    }

    /// Sent, and no answer that can be understood.
    pub(super) fn unanswered(operation: Operation, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        if operation.is_repeatable() {
            Self::Unavailable { operation, after: None, reason }
        } else {
            Self::Unclear { operation, reason }
        }
    }

    /// The call that failed.
    pub const fn operation(&self) -> Operation {
        match self {
            Self::NotSent { operation, .. }
            | Self::Unclear { operation, .. }
            | Self::Throttled { operation, .. }
            | Self::Refused { operation, .. }
            | Self::Unavailable { operation, .. } => *operation,
        }
    }

    /// Whether the call may have had an effect that repeating it would double. Never repeat it
    /// then; only [`Operation::CreateChat`] comes to this.
    pub const fn may_have_happened(&self) -> bool {
        matches!(self, Self::Unclear { .. })
    }

    /// Whether the same call may succeed later and is safe to make again.
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::NotSent { why, .. } => why.may_pass(),
            Self::Throttled { .. } | Self::Unavailable { .. } => true,
            Self::Unclear { .. } | Self::Refused { .. } => false,
        }
    }

    /// How long Graph asked to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { after, .. } => Some(*after),
            Self::Unavailable { after, .. } => *after,
            _ => None,
        }
    }

    /// Whether it says that Graph or the way to it is ill, rather than that this call is wrong or
    /// early: what a [`Breaker`](super::Breaker) counts.
    pub const fn is_outage(&self) -> bool {
        match self {
            Self::Unclear { .. } | Self::Unavailable { .. } => true,
            Self::NotSent { why, .. } => why.may_pass(),
            // Whoever is throttled is held back by the limiter for as long as Graph asked.
            Self::Throttled { .. } | Self::Refused { .. } => false,
        }
    }

    /// The HTTP status of a refusal.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The permission to grant, if that is what is missing: the one that suffices, or where it is
    /// not among those that Graph's text names, the first of these.
    pub fn missing_permission(&self) -> Option<&str> {
        let Self::Refused { operation, status: 401 | 403, message, .. } = self else {
            return None;
        };
        let least = operation.permission();
        // The only text that is ever read; without it the least permission is the best guess.
        let Some((_, rest)) = message.split_once("equires one of '") else {
            return Some(least);
        };
        let named: Vec<&str> =
            rest.split('\'').next().unwrap_or_default().split(',').map(str::trim).collect();
        match named.first() {
            Some(first) if !first.is_empty() && !named.contains(&least) => Some(first),
            _ => Some(least),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, message: &str) -> GraphError {
        GraphError::Refused {
            operation: Operation::CreateChat,
            status,
            code: "Forbidden".to_owned(),
            message: message.to_owned(),
            request_id: Some("r-1".to_owned()),
        }
    }

    #[test]
    fn only_an_unclear_creation_may_have_happened_and_is_not_repeated() {
        let lost = |operation| GraphError::unanswered(operation, "the connection closed");
        let created = lost(Operation::CreateChat);
        assert!(created.may_have_happened() && !created.is_retryable() && created.is_outage());
        let installed = lost(Operation::InstallApp);
        assert!(!installed.may_have_happened() && installed.is_retryable());
    }

    #[test]
    fn a_refusal_is_neither_repeated_nor_an_outage() {
        let error = refused(403, "No.");
        assert!(!error.is_retryable() && !error.is_outage() && !error.may_have_happened());
        assert!(error.to_string().contains("403 Forbidden: No. (request-id r-1)"), "{error}");
    }

    #[test]
    fn what_was_not_sent_is_repeated_where_that_can_help() {
        let unsent = |why| GraphError::not_sent(Operation::CreateChat, why);
        assert!(unsent(Unsent::Connect("refused".to_owned())).is_retryable());
        for why in [Unsent::NotConfigured, Unsent::InvalidId, Unsent::Foreign(String::new())] {
            let error = unsent(why);
            assert!(!error.is_retryable() && !error.is_outage() && !error.may_have_happened());
        }
    }

    #[test]
    fn the_missing_permission_is_named() {
        for (message, permission) in [
            ("API requires one of 'Chat.Create'. Roles on the request ''.", "Chat.Create"),
            ("API requires one of 'Chat.X, Chat.Create'. Roles 'A'.", "Chat.Create"),
            ("Requires one of 'Chat.Other, Chat.More'.", "Chat.Other"),
            ("Insufficient privileges to complete the operation.", "Chat.Create"),
            ("API requires one of ''.", "Chat.Create"),
        ] {
            assert_eq!(refused(403, message).missing_permission(), Some(permission), "{message}");
        }
        assert_eq!(refused(404, "API requires one of 'Chat.Create'.").missing_permission(), None);
    }
}
