//! A token, as it goes into a request.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use ::http::HeaderValue;

/// A bearer token for one target. Cheap to clone; never printed.
#[derive(Clone)]
pub struct AccessToken(Arc<Inner>);

struct Inner {
    authorization: Option<HeaderValue>,
    expires_at: Option<SystemTime>,
}

impl AccessToken {
    /// `None` if the token holds characters that no header may carry.
    pub(super) fn bearer(token: &str, expires_at: SystemTime) -> Option<Self> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        authorization.set_sensitive(true);
        let authorization = Some(authorization);
        Some(Self(Arc::new(Inner { authorization, expires_at: Some(expires_at) })))
    }

    /// What [`Credentials::None`](super::Credentials::None) gives: no header at all.
    pub(super) fn none() -> Self {
        Self(Arc::new(Inner { authorization: None, expires_at: None }))
    }

    /// Value of the `Authorization` header, marked sensitive; `None` without credentials.
    pub fn authorization(&self) -> Option<&HeaderValue> {
        self.0.authorization.as_ref()
    }

    /// When the token stops working; `None` without credentials.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.expires_at
    }

    /// Whether both are clones of one token.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("authorization", &"redacted")
            .field("expires_at", &self.0.expires_at)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_token_never_prints_and_its_header_is_sensitive() {
        let token = AccessToken::bearer("eyJ-secret", UNIX_EPOCH).unwrap();
        assert!(!format!("{token:?}").contains("secret"));
        let header = token.authorization().unwrap();
        assert!(header.is_sensitive());
        assert_eq!(header, "Bearer eyJ-secret");
    }

    #[test]
    fn a_token_that_would_split_the_header_is_no_token() {
        assert!(AccessToken::bearer("a\r\nX-Evil: 1", UNIX_EPOCH).is_none());
    }
}
