//! Who guards the endpoint: a verifier, nobody's permission, or development.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::HeaderMap;
use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;

use super::verifier::Origin;
use super::{Rejection, VerifiedToken, Verifier, observe};
use crate::activity::{Activity, ParseError};
use crate::service_url::{AllowedHosts, ServiceUrl};

/// The guard of a messaging endpoint. There is no variant that lets everybody
/// in.
#[derive(Debug, Clone)]
pub enum Authenticator {
    /// The channel service's tokens are verified.
    Channel(Verifier),
    /// The bot has no credentials yet: everybody is answered 401.
    Unconfigured,
    /// Unauthenticated requests on the loopback interface.
    Development(DevelopmentMode),
}

impl Authenticator {
    /// See [`Verifier::authenticate`]. Headers do not tell who calls, so in
    /// development mode this refuses everybody: that needs
    /// [`authenticate_request`](Self::authenticate_request).
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<VerifiedToken, Rejection> {
        self.check(headers, None, None).await
    }

    /// Like [`authenticate`](Self::authenticate), for the head of a request.
    ///
    /// Development mode also looks at the authority in the URI, which HTTP/2
    /// has in place of the `Host` header, and at the peer's address, which the
    /// server has to provide as [`ConnectInfo<SocketAddr>`].
    pub async fn authenticate_request(&self, parts: &Parts) -> Result<VerifiedToken, Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
        self.check(&parts.headers, parts.uri.authority(), peer).await
    }

    async fn check(
        &self,
        headers: &HeaderMap,
        authority: Option<&Authority>,
        peer: Option<SocketAddr>,
    ) -> Result<VerifiedToken, Rejection> {
        match self {
            Self::Channel(verifier) => verifier.authenticate(headers).await,
            Self::Unconfigured => Err(Rejection::Unconfigured),
            Self::Development(mode) => mode.authenticate(headers, authority, peer),
        }
        .inspect_err(|rejection| {
            if !matches!(self, Self::Channel(_)) {
                observe::rejected(rejection, "");
            }
        })
    }

    /// Reads the activity of an authenticated request and authorizes it: the
    /// two steps after [`authenticate`](Self::authenticate) in one.
    pub fn admit(&self, token: &VerifiedToken, body: &[u8]) -> Result<Activity, Rejection> {
        let activity = Activity::parse(body).map_err(|error| self.refuse_body(error))?;
        self.authorize(token, &activity)?;
        Ok(activity)
    }

    /// Counts and logs a body that could not be read, such as one that grew
    /// over the cap while it arrived.
    pub fn refuse_body(&self, error: ParseError) -> Rejection {
        let detail = error.to_string();
        let rejection = Rejection::Body(error);
        observe::rejected(&rejection, &detail);
        rejection
    }

    /// See [`Verifier::authorize`].
    pub fn authorize(&self, token: &VerifiedToken, activity: &Activity) -> Result<(), Rejection> {
        match self {
            Self::Channel(verifier) => verifier.authorize(token, activity),
            Self::Unconfigured => Err(Rejection::Unconfigured),
            Self::Development(mode) => mode.authorize(token, activity),
        }
    }
}

/// Whether the process holds credentials for the real connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboundCredentials {
    /// It holds none.
    Absent,
    /// It holds some.
    Present,
}

/// Serving a local tool, such as Microsoft 365 Agents Playground, without
/// authentication.
///
/// In this mode the sender of a request decides who it says it is and where
/// answers go. So it exists only for a server bound to the loopback interface
/// and without real credentials, answers only to loopback service URLs, and
/// refuses requests that a web page on this machine could have caused.
///
/// The address it is told is not proof of where the server listens, so peers
/// that are not on the loopback interface are refused one by one. Serve the
/// bot's router with `into_make_service_with_connect_info::<SocketAddr>()`:
/// without it nobody's address is known, and everybody is refused.
#[derive(Debug, Clone)]
pub struct DevelopmentMode {
    allowed_hosts: AllowedHosts,
}

/// Development mode was asked for where it must not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DevelopmentModeError {
    /// The server is reachable from other machines.
    #[error("development mode must be bound to the loopback interface, not to {0}")]
    NotLoopback(SocketAddr),
    /// The process holds real credentials.
    #[error("development mode must not carry real credentials")]
    Credentials,
}

impl DevelopmentMode {
    /// Development mode for a server bound to `bound_to`.
    pub fn new(
        bound_to: SocketAddr,
        credentials: OutboundCredentials,
    ) -> Result<Self, DevelopmentModeError> {
        if !bound_to.ip().is_loopback() {
            return Err(DevelopmentModeError::NotLoopback(bound_to));
        }
        if credentials == OutboundCredentials::Present {
            return Err(DevelopmentModeError::Credentials);
        }
        tracing::warn!(%bound_to, "development mode: inbound requests are not authenticated");
        Ok(Self { allowed_hosts: AllowedHosts::none().allow_any_loopback() })
    }

    /// The hosts that may be answered to: loopback, any port.
    pub fn allowed_hosts(&self) -> &AllowedHosts {
        &self.allowed_hosts
    }

    fn authenticate(
        &self,
        headers: &HeaderMap,
        authority: Option<&Authority>,
        peer: Option<SocketAddr>,
    ) -> Result<VerifiedToken, Rejection> {
        let local_peer = peer.ok_or(Rejection::PeerUnknown)?.ip().to_canonical().is_loopback();
        // A page from elsewhere reaches loopback ports from the user's browser,
        // by its origin or by a name that resolves here: both show.
        let mut hosts = headers
            .get_all(HOST)
            .iter()
            .map(|host| host.to_str().ok())
            .chain(authority.map(|authority| Some(authority.as_str())))
            .peekable();
        let local_host = hosts.peek().is_some()
            && hosts.all(|host| host.is_some_and(|host| self.is_local(&format!("http://{host}/"))));
        let local_origin = headers
            .get_all(ORIGIN)
            .iter()
            .all(|origin| origin.to_str().is_ok_and(|origin| self.is_local(origin)));
        if local_peer && local_host && local_origin {
            Ok(VerifiedToken(Origin::Development))
        } else {
            Err(Rejection::NotLoopback)
        }
    }

    fn is_local(&self, url: &str) -> bool {
        ServiceUrl::parse(url).is_ok_and(|url| self.allowed_hosts.check(&url).is_ok())
    }

    fn authorize(&self, token: &VerifiedToken, activity: &Activity) -> Result<(), Rejection> {
        let outcome = match token.0 {
            Origin::Channel { .. } => Err(Rejection::FamilyNotEnabled),
            Origin::Development => self
                .allowed_hosts
                .check(&activity.service_url)
                .map_err(|_| Rejection::ServiceHostNotAllowed),
        };
        match &outcome {
            Ok(()) => observe::accepted(),
            Err(rejection) => observe::rejected(rejection, activity.service_url.as_str()),
        }
        outcome
    }
}
