//! The inbound verifier: who may post to the messaging endpoint.
//!
//! A channel signs every request with a token of its own. [`Verifier`] decides
//! in two steps, so that nothing of a body is looked at before the token is
//! known to be genuine:
//!
//! 1. [`Verifier::authenticate`] takes the headers: one `Authorization` header,
//!    a token of bounded size, RS256, the channel issuer of the configured
//!    cloud, a signature by one of its published keys, lifetime, audience.
//! 2. [`Verifier::authorize`] takes the token and the parsed activity: service
//!    URL claim, service host, endorsement, channel, tenant.
//!
//! Three properties hold everywhere in here. Every token family that is not
//! enabled is refused, and only the channel family exists (CVE-2021-1725 was a
//! token family accepted by default). Nothing is open by accident: a bot
//! without credentials answers 401, and the one development mode is a type of
//! its own, [`DevelopmentMode`], that exists only on the loopback interface.
//! The caller learns a status and a fixed body; the [`Rejection`]'s reason goes
//! to logs and metrics.
//!
//! ```
//! use std::sync::Arc;
//!
//! use botframework::activity::Activity;
//! use botframework::auth::{Authenticator, Rejection, TenantPolicy, Verifier, VerifierConfig};
//! use botframework::clock::SystemClock;
//! use botframework::cloud::Cloud;
//! use botframework::http::{ClientOptions, client};
//!
//! async fn receive(
//!     guard: &Authenticator,
//!     headers: &http::HeaderMap,
//!     body: &[u8],
//! ) -> Result<Activity, Rejection> {
//!     let token = guard.authenticate(headers).await?;
//!     guard.admit(&token, body)
//! }
//!
//! let mut config = VerifierConfig::new("3f1b9c7e-8a52-4d0e-9f63-5b7d2c1a4e80", Cloud::Public);
//! config.tenants = TenantPolicy::Only(vec!["8d1f6f0a-52f3-4a57-b2a5-0f3f6f5f9a11".to_owned()]);
//! let http = client(&ClientOptions::default())?;
//! let guard = Authenticator::Channel(Verifier::new(config, Arc::new(SystemClock), http)?);
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! let refused = runtime.block_on(receive(&guard, &http::HeaderMap::new(), b"{}")).unwrap_err();
//! assert_eq!(refused, Rejection::AuthorizationMissing);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Another token family would be a variant of [`Authenticator`] with a verifier,
//! an issuer and keys of its own, enabled by name: never a further branch of
//! [`Verifier`].

mod authenticator;
mod cache;
mod claims;
mod config;
mod header;
mod jws;
mod keys;
mod observe;
mod rejection;
mod verifier;

pub use authenticator::{
    Authenticator, DevelopmentMode, DevelopmentModeError, OutboundCredentials,
};
pub use config::{ConfigError, Endorsements, TenantPolicy, VerifierConfig};
pub use header::bearer_token;
pub use keys::KeysError;
pub use rejection::Rejection;
pub use verifier::{VerifiedToken, Verifier};
