//! Why there is no token.

use std::sync::Arc;
use std::time::Duration;

use ::http::StatusCode;

use crate::http::BodyError;

/// Why no token could be had. Cheap to clone: everybody who waited for it gets the same.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The endpoint refused the request itself: asking again cannot help until an operator has
    /// changed something.
    #[error("the token endpoint refused: {code}: {description}")]
    Refused {
        /// OAuth error code, such as `invalid_client` or `unauthorized_client`.
        code: String,
        /// The endpoint's explanation, cleaned and cut; starts with an `AADSTS` number.
        description: String,
    },
    /// The endpoint could not answer now; asking again later can help.
    #[error("the token endpoint answered {status}")]
    Unavailable {
        /// HTTP status.
        status: StatusCode,
        /// How long the endpoint asked to wait.
        retry_after: Option<Duration>,
    },
    /// No answer came, or not a whole one.
    #[error("the token endpoint could not be reached")]
    Transport(#[source] Arc<BodyError>),
    /// The answer is not a token response.
    #[error("the token endpoint's answer is not understood: {0}")]
    Malformed(&'static str),
    /// The assertion could not be signed.
    #[error("the client assertion could not be signed")]
    Signing(#[source] Arc<jsonwebtoken::errors::Error>),
    /// The file with the federated token cannot be read.
    #[error("the federated token file cannot be read")]
    TokenFile(#[source] Arc<std::io::Error>),
    /// The task that fetched the token ended early: the runtime is shutting down.
    #[error("the token request was abandoned")]
    Abandoned,
}

impl TokenError {
    /// Whether asking again, without any change by an operator, can help.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable { .. }
            | Self::Transport(_)
            | Self::TokenFile(_)
            | Self::Abandoned => true,
            Self::Refused { .. } | Self::Malformed(_) | Self::Signing(_) => false,
        }
    }

    /// Label for metrics and logs.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Unavailable { .. } => "unavailable",
            Self::Transport(_) => "transport",
            Self::Malformed(_) => "malformed",
            Self::Signing(_) => "signing",
            Self::TokenFile(_) => "token_file",
            Self::Abandoned => "abandoned",
        }
    }
}

impl From<BodyError> for TokenError {
    fn from(error: BodyError) -> Self {
        Self::Transport(Arc::new(error))
    }
}

impl From<reqwest::Error> for TokenError {
    fn from(error: reqwest::Error) -> Self {
        Self::from(BodyError::Send(error))
    }
}
