//! Why a call to the connector failed, and what to do about it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use ::http::{HeaderMap, StatusCode};

use super::operation::Operation;
use crate::http::BodyError;
use crate::limiter::Busy;
use crate::service_url::HostNotAllowed;
use crate::text::clean;
use crate::token::TokenError;

/// A failed call: one type for everything that can go wrong, from a refused host to a 503.
///
/// [`kind`](Self::kind) says what it means, [`retry`](Self::retry) whether and when to call
/// again, and [`is_ambiguous`](Self::is_ambiguous) whether the effect may have happened
/// nevertheless.
pub struct ConnectorError(Box<Inner>);

struct Inner {
    operation: Operation,
    kind: ErrorKind,
    status: Option<StatusCode>,
    code: Option<String>,
    message: Option<String>,
    retry: Retry,
    ambiguous: bool,
    request_ids: RequestIds,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Not sent: the host of the service URL is not on the allow-list.
    HostNotAllowed,
    /// Not sent: an id is empty or cannot be a path segment.
    InvalidId,
    /// Too large; refused here before sending, or by Teams (413).
    TooLarge,
    /// Not sent: there is no token. The source is a [`TokenError`].
    Token,
    /// No connection could be made: nothing was sent.
    Connect,
    /// The connection broke or the time ran out after sending had begun.
    Transport,
    /// The payload or parameters are wrong (400).
    BadRequest,
    /// No such member for this bot (400 or 404): resolve the user again.
    MemberNotFound,
    /// The token was refused twice (401).
    Unauthorized,
    /// The app id is unknown or has no Teams channel (401).
    BotNotRegistered,
    /// Refused for another reason (403).
    Forbidden,
    /// A tenant admin blocked the app (403): stop until a user acts.
    BotDisabledByAdmin,
    /// The app is not installed there (403): wait until it is.
    BotNotInRoster,
    /// The user blocked or removed the bot (403): stop until the user writes.
    Blocked,
    /// Teams wants another host for this tenant (403), and the fall-back was of no use.
    WrongHost,
    /// The bot lacks a permission (403).
    NotEnoughPermissions,
    /// The activity is unknown or deleted (404): send a new one.
    ActivityNotFound,
    /// The conversation is gone (404): drop the reference.
    ConversationNotFound,
    /// Not found for another reason (404).
    NotFound,
    /// Concurrent operations in the conversation (412).
    Conflict,
    /// Too many requests: said by Teams (429), or not sent because it would have.
    Throttled,
    /// An internal error of the service (500).
    ServiceError,
    /// The service or a part of it is not available (502, 503, 504).
    Unavailable,
    /// The answer cannot be read although the call succeeded.
    Malformed,
    /// A status that the connector does not document, redirects included.
    UnexpectedStatus,
}

/// Whether and when to make the call again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Never: it would fail in the same way.
    No,
    /// After this long: the service said so.
    After(Duration),
    /// Later, with growing pauses; the vendor's example is 3 attempts from 2 s up to 20 s with
    /// a fifth of jitter.
    Backoff,
}

/// Ids under which Microsoft's support finds a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestIds {
    /// `MS-CV`: correlation vector.
    pub ms_cv: Option<String>,
    /// `X-Correlating-OperationId`.
    pub operation_id: Option<String>,
    /// `ContextId`.
    pub context_id: Option<String>,
}

impl RequestIds {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let read = |name| headers.get(name)?.to_str().ok().map(|text| clean(text, 128));
        Self {
            ms_cv: read("ms-cv"),
            operation_id: read("x-correlating-operationid"),
            context_id: read("contextid"),
        }
    }
}

impl ConnectorError {
    /// A failure before anything was sent that will not pass by itself.
    pub(super) fn local(operation: Operation, kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            operation,
            kind,
            status: None,
            code: None,
            message: None,
            retry: Retry::No,
            ambiguous: false,
            request_ids: RequestIds::default(),
            source: None,
        }))
    }

    pub(super) fn host(operation: Operation, source: HostNotAllowed) -> Self {
        Self::local(operation, ErrorKind::HostNotAllowed).caused_by(source)
    }

    pub(super) fn token(operation: Operation, source: TokenError) -> Self {
        let mut error = Self::local(operation, ErrorKind::Token);
        if source.is_transient() {
            error.0.retry = Retry::Backoff;
        }
        error.caused_by(source)
    }

    pub(super) fn transport(operation: Operation, source: BodyError) -> Self {
        let connect = matches!(&source, BodyError::Send(error) if error.is_connect());
        let kind = if connect { ErrorKind::Connect } else { ErrorKind::Transport };
        let mut error = Self::local(operation, kind);
        error.0.retry = Retry::Backoff;
        error.0.ambiguous = !connect;
        error.caused_by(source)
    }

    pub(super) fn too_large(operation: Operation, utf16_bytes: usize) -> Self {
        let mut error = Self::local(operation, ErrorKind::TooLarge);
        error.0.message = Some(format!("the activity has {utf16_bytes} bytes as UTF-16"));
        error
    }

    pub(super) fn busy(operation: Operation, source: Busy) -> Self {
        let mut error = Self::local(operation, ErrorKind::Throttled);
        error.0.retry = Retry::After(source.retry_after);
        error.caused_by(source)
    }

    /// The call succeeded, but what it returned cannot be read.
    pub(super) fn malformed(
        operation: Operation,
        status: StatusCode,
        request_ids: RequestIds,
    ) -> Self {
        let mut error = Self::local(operation, ErrorKind::Malformed);
        error.0.status = Some(status);
        error.0.ambiguous = !operation.is_idempotent();
        error.0.request_ids = request_ids;
        error
    }

    /// A failure that the service reported.
    pub(super) fn answered(answered: Answered) -> Self {
        let Answered { operation, kind, status, code, message, retry, ambiguous, request_ids } =
            answered;
        let status = Some(status);
        let source = None;
        Self(Box::new(Inner {
            operation,
            kind,
            status,
            code,
            message,
            retry,
            ambiguous,
            request_ids,
            source,
        }))
    }

    fn caused_by(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// Which call failed.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// What the failure means.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The service's error code, such as `BotNotInConversationRoster`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's explanation, cleaned and cut.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// Whether and when to make the call again.
    ///
    /// When [`is_ambiguous`](Self::is_ambiguous) and the operation is not
    /// [idempotent](Operation::is_idempotent), calling again may post twice: look first. [`retry_is_safe`](Self::retry_is_safe) says so
    /// in one word.
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// Whether the effect may have happened although the call failed.
    pub fn is_ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// Whether [`retry`](Self::retry) may be followed without looking first: it says to call
    /// again, and a second call cannot do a second time what the first may have done. False for
    /// a send that was answered 502 or not at all: Teams may have posted it, although
    /// Microsoft's table says to try again.
    pub fn retry_is_safe(&self) -> bool {
        let may_repeat = !self.0.ambiguous || self.0.operation.is_idempotent();
        self.0.retry != Retry::No && may_repeat
    }

    /// Ids to give to Microsoft's support.
    pub fn request_ids(&self) -> &RequestIds {
        &self.0.request_ids
    }
}

/// Parts of [`ConnectorError::answered`].
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) operation: Operation,
    pub(super) kind: ErrorKind,
    pub(super) status: StatusCode,
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) retry: Retry,
    pub(super) ambiguous: bool,
    pub(super) request_ids: RequestIds,
}

impl fmt::Display for ConnectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, kind, status, code, message, .. } = &*self.0;
        write!(f, "{operation} failed: {kind:?}")?;
        if let Some(status) = status {
            write!(f, ", status {}", status.as_u16())?;
        }
        if let Some(code) = code {
            write!(f, ", code {code}")?;
        }
        if let Some(message) = message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ConnectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorError")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("retry", &self.0.retry)
            .field("ambiguous", &self.0.ambiguous)
            .field("request_ids", &self.0.request_ids)
            .field("source", &self.0.source)
            .finish()
    }
}

impl Error for ConnectorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}
