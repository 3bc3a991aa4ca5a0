//! A refusal on command.

/// How a call is refused: with a status, and if wanted with a code, a body and a `Retry-After` of
/// one's own.
///
/// ```
/// use fake_teams::Refuse;
/// let vanished = Refuse::with(404).code("ActivityNotFoundInConversation");
/// let throttled = Refuse::with(429).retry_after(17);
/// let gateway = Refuse::with(502).body("<html>Bad Gateway</html>");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Refuse {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) retry_after: Option<u64>,
}

impl Refuse {
    /// A refusal with this status, in the shape and with the usual code of the service.
    pub fn with(status: u16) -> Self {
        Self { status, code: None, body: None, retry_after: None }
    }

    /// Sets the error code, such as `BotDisabledByAdmin`.
    pub fn code(self, code: &str) -> Self {
        Self { code: Some(code.to_owned()), ..self }
    }

    /// Replaces the whole body with a text that need not be JSON.
    pub fn body(self, body: &str) -> Self {
        Self { body: Some(body.to_owned()), ..self }
    }

    /// Sets `Retry-After`, in seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }
}
