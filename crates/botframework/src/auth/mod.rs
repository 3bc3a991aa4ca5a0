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
