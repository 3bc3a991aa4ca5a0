//! The client itself: what it is made of.

use std::sync::Arc;
use std::time::Duration;

use super::failover::Failover;
use crate::limiter::Limiter;
use crate::service_url::{AllowedHosts, ServiceUrl};
use crate::token::TokenProvider;

/// Talks to the connector. Cheap to clone: all clones share connections, tokens and limiter.
///
/// See the [module](super) for what every call goes through.
#[derive(Debug, Clone)]
pub struct ConnectorClient {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) tokens: TokenProvider,
    pub(super) hosts: AllowedHosts,
    pub(super) limiter: Option<Limiter>,
    pub(super) failover: Failover,
    pub(super) longest_wait: Duration,
    pub(super) http: reqwest::Client,
}

/// How long a call waits for the limiter unless told otherwise.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl ConnectorClient {
    /// A client that sends tokens of `tokens` to `hosts` only, within `limiter`'s windows
    /// (`None` for no limits), over `http`, which must not follow redirects: build it with
    /// [`http::client`](crate::http::client).
    pub fn new(
        tokens: TokenProvider,
        hosts: AllowedHosts,
        limiter: impl Into<Option<Limiter>>,
        http: reqwest::Client,
    ) -> Self {
        let limiter = limiter.into();
        let failover = Failover::to_gcc();
        let longest_wait = LONGEST_WAIT;
        let shared = Shared { tokens, hosts, limiter, failover, longest_wait, http };
        Self { shared: Arc::new(shared) }
    }

    /// The same client with another fall-back for tenants whose host Teams refuses with
    /// `InvalidBotApiHost`: `None` for none, the GCC base by default. Its host must be allowed.
    #[must_use]
    pub fn with_failover(self, fallback: Option<ServiceUrl>) -> Self {
        self.with(|shared| shared.failover = Failover::to(fallback))
    }

    /// The same client with another limit to how long a call waits for the limiter, 30 s by
    /// default. A call that would wait longer fails at once with
    /// [`ErrorKind::Throttled`](super::ErrorKind::Throttled) and [`Retry::After`](super::Retry::After), and is not sent.
    #[must_use]
    pub fn with_longest_wait(self, longest_wait: Duration) -> Self {
        self.with(|shared| shared.longest_wait = longest_wait)
    }

    /// A client that differs in something; what it remembers of other hosts starts anew.
    fn with(self, change: impl FnOnce(&mut Shared)) -> Self {
        let Shared { tokens, hosts, limiter, failover, longest_wait, http } = &*self.shared;
        let mut shared = Shared {
            tokens: tokens.clone(),
            hosts: hosts.clone(),
            limiter: limiter.clone(),
            failover: failover.fresh(),
            longest_wait: *longest_wait,
            http: http.clone(),
        };
        change(&mut shared);
        Self { shared: Arc::new(shared) }
    }

    /// Whether calls go out without a token.
    pub fn is_anonymous(&self) -> bool {
        self.shared.tokens.is_anonymous()
    }

    /// The provider of this client's tokens.
    pub fn tokens(&self) -> &TokenProvider {
        &self.shared.tokens
    }

    /// The hosts this client talks to.
    pub fn allowed_hosts(&self) -> &AllowedHosts {
        &self.shared.hosts
    }
}
