//! The bot's own tokens: what it shows the connector (and other services) to be let in.
//!
//! A [`TokenProvider`] obtains tokens by client credentials (secret, certificate or federated
//! credential) or from a managed identity, and keeps them:
//!
//! - one cache entry for each (cloud, tenant, app id, scope, endpoint, credentials), so tokens
//!   of two tenants or of a replaced secret are never mixed up;
//! - renewal in the background, five minutes or a tenth of the life before the end, while the
//!   old token is still handed out: an outage of the token endpoint is not felt at once;
//! - a single request at a time, shared by all who wait, that survives any of them giving up;
//! - repetition only where it helps: overload and outages yes, `invalid_client` never.
//!
//! Tokens, secrets and keys are redacted in every `Debug` output.
//!
//! ```
//! use std::sync::Arc;
//!
//! use botframework::clock::SystemClock;
//! use botframework::http::{ClientOptions, client};
//! use botframework::token::{Credentials, TokenConfig, TokenProvider};
//!
//! let secret = Credentials::client_secret("from a vault, not from the source");
//! let config = TokenConfig::single_tenant("bot's app id", "home tenant's id", secret);
//! let http = client(&ClientOptions::default())?;
//! let connector = TokenProvider::new(config, Arc::new(SystemClock), http)?;
//! let graph = connector.for_scope("https://graph.microsoft.com/.default");
//! assert!(!format!("{graph:?}").contains("vault"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access_token;
mod certificate;
mod config;
mod credentials;
mod error;
mod fetch;
mod response;
mod slot;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub use access_token::AccessToken;
pub use certificate::{Certificate, CertificateError};
pub use config::{Registration, TokenConfig, TokenConfigError};
pub use credentials::{Credentials, Federated, ManagedIdentity};
pub use error::TokenError;
pub use fetch::TokenRetry;

use crate::clock::Clock;
use crate::jitter::Jitter;
use config::Target;
use credentials::Fingerprint;
use fetch::Fetch;
use slot::Slot;

/// Hands out valid tokens. Cheap to clone: all clones share one cache.
#[derive(Debug, Clone)]
pub struct TokenProvider {
    shared: Arc<Shared>,
    target: Arc<Target>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    jitter: Arc<Jitter>,
    retry: TokenRetry,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    credentials: Arc<Credentials>,
    fingerprint: Fingerprint,
    slots: HashMap<(Fingerprint, Arc<Target>), Arc<Slot>>,
}

impl TokenProvider {
    /// A provider of tokens for the connector of the configured cloud.
    ///
    /// # Errors
    ///
    /// What is missing or unsafe in `config`, see [`TokenConfigError`].
    pub fn new(
        config: TokenConfig,
        clock: Arc<dyn Clock>,
        http: reqwest::Client,
    ) -> Result<Self, TokenConfigError> {
        let target = Arc::new(Target::new(&config)?);
        let fingerprint = config.credentials.fingerprint();
        let credentials = Arc::new(config.credentials);
        let state = State { credentials, fingerprint, slots: HashMap::new() };
        let shared = Shared {
            http,
            clock,
            jitter: Arc::new(Jitter::from_system()),
            retry: TokenRetry::default(),
            state: Mutex::new(state),
        };
        Ok(Self { shared: Arc::new(shared), target })
    }

    /// The same provider with other patience.
    #[must_use]
    pub fn with_retry(self, retry: TokenRetry) -> Self {
        let shared = Shared {
            http: self.shared.http.clone(),
            clock: Arc::clone(&self.shared.clock),
            jitter: Arc::clone(&self.shared.jitter),
            retry,
            state: Mutex::new(self.shared.lock().fresh()),
        };
        Self { shared: Arc::new(shared), target: self.target }
    }

    /// The same credentials for another scope, such as Microsoft Graph's.
    #[must_use]
    pub fn for_scope(&self, scope: impl Into<String>) -> Self {
        let target = Target { scope: scope.into(), ..(*self.target).clone() };
        Self { shared: Arc::clone(&self.shared), target: Arc::new(target) }
    }

    /// The same credentials and scope in another tenant, where the app was consented to; for
    /// Graph calls, never for the connector, whose tokens come from the home tenant.
    ///
    /// # Errors
    ///
    /// [`TokenConfigError::NoTenantId`] for an empty tenant id.
    pub fn for_tenant(&self, tenant_id: &str) -> Result<Self, TokenConfigError> {
        let target = self.target.in_tenant(tenant_id)?;
        Ok(Self { shared: Arc::clone(&self.shared), target: Arc::new(target) })
    }

    /// A valid token: from the cache, or fetched.
    ///
    /// # Errors
    ///
    /// Why none could be had; for five seconds after a failure everybody gets the same error
    /// without another request.
    pub async fn token(&self) -> Result<AccessToken, TokenError> {
        let (slot, credentials) = self.slot();
        let now = self.shared.clock.now();
        let fetch = || Fetch {
            http: self.shared.http.clone(),
            clock: Arc::clone(&self.shared.clock),
            jitter: Arc::clone(&self.shared.jitter),
            retry: self.shared.retry,
            credentials,
            target: Arc::clone(&self.target),
        };
        slot.get(now, fetch).await
    }

    /// Forgets `token` because it was refused. A token that has replaced it meanwhile stays.
    pub fn invalidate(&self, token: &AccessToken) {
        self.slot().0.invalidate(token);
    }

    /// Forgets `token` because the connector refused it, unless it is so young that another one
    /// would hardly be better: without that limit a connector that refuses everything would
    /// cause a token request for each call. Says whether asking for a token can give another.
    pub(crate) fn drop_refused(&self, token: &AccessToken) -> bool {
        let now = self.shared.clock.now();
        token.authorization().is_some() && self.slot().0.drop_refused(token, now)
    }

    /// Replaces the credentials, for all clones: a rotated secret takes effect with the next
    /// token, and tokens of the old one are not used any more.
    ///
    /// # Errors
    ///
    /// [`TokenConfigError::Anonymity`] for [`Credentials::None`] in place of others or the
    /// reverse; nothing changes then. Whether a bot may be let run in development mode depends
    /// on it and is checked once, when the bot is built.
    pub fn replace_credentials(&self, credentials: Credentials) -> Result<(), TokenConfigError> {
        let mut state = self.shared.lock();
        if state.credentials.is_none() != credentials.is_none() {
            return Err(TokenConfigError::Anonymity);
        }
        state.fingerprint = credentials.fingerprint();
        state.credentials = Arc::new(credentials);
        state.slots.clear();
        Ok(())
    }

    /// Whether calls go out without a token.
    pub fn is_anonymous(&self) -> bool {
        self.shared.lock().credentials.is_none()
    }

    /// The bot's application id; empty without credentials.
    pub fn app_id(&self) -> &str {
        &self.target.app_id
    }

    fn slot(&self) -> (Arc<Slot>, Arc<Credentials>) {
        let mut state = self.shared.lock();
        let key = (state.fingerprint, Arc::clone(&self.target));
        let slot = Arc::clone(state.slots.entry(key).or_default());
        (slot, Arc::clone(&state.credentials))
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fresh(&self) -> Self {
        Self {
            credentials: Arc::clone(&self.credentials),
            fingerprint: self.fingerprint,
            slots: HashMap::new(),
        }
    }
}
