//! Service URLs: where a bot sends its answers, and its bearer token with them.
//!
//! Whoever controls the service URL receives a token that is good for an hour
//! against the real connector. Two independent guards therefore stand in front
//! of it: the URL in a request's body must equal the `serviceurl` claim of the
//! token that came with it ([`ServiceUrl`] defines equality), and its host must
//! be one the operator allows ([`AllowedHosts`]), both for live requests and
//! for stored conversation references.
//!
//! ```
//! use botframework::cloud::Cloud;
//! use botframework::service_url::{AllowedHosts, ServiceUrl};
//!
//! let claimed = ServiceUrl::parse("https://SMBA.trafficmanager.net:443/amer/")?;
//! assert_eq!(claimed, ServiceUrl::parse("https://smba.trafficmanager.net/amer")?);
//!
//! let hosts = AllowedHosts::for_cloud(Cloud::Public);
//! assert!(hosts.check(&claimed).is_ok());
//! let evil = ServiceUrl::parse("https://smba.trafficmanager.net.evil.example/amer/")?;
//! assert!(hosts.check(&evil).is_err());
//! # Ok::<(), botframework::service_url::ServiceUrlError>(())
//! ```

mod allowed;
mod host;

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

pub use allowed::{AllowedHosts, HostNotAllowed, InvalidHost};

/// Longest accepted service URL, in bytes. Real ones stay below 100.
pub const MAX_SERVICE_URL_BYTES: usize = 2048;

/// A parsed service URL that compares by meaning.
///
/// Two service URLs are equal when scheme and host agree without regard to
/// case, the ports agree after a default port is dropped, and the paths are
/// the same byte for byte after **one** trailing slash is dropped.
///
/// Parsing is strict on purpose: a URL that two parsers could read differently
/// (user info, query, fragment, backslashes, dot segments, escapes or
/// whitespace that a parser would repair, non-ASCII or numeric-trick hosts) is
/// refused and not repaired.
#[derive(Clone)]
pub struct ServiceUrl {
    /// As received; what serialisation writes.
    raw: Box<str>,
    /// Scheme, host, port unless default, path without one trailing slash.
    normal: Box<str>,
    host: Box<str>,
    port: u16,
    https: bool,
}

/// Why a string is not a usable service URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceUrlError {
    /// Longer than [`MAX_SERVICE_URL_BYTES`].
    #[error("the service URL is too long")]
    TooLong,
    /// Not an absolute URL with a host, or the scheme is neither https nor http.
    #[error("the service URL is not an absolute http(s) URL")]
    NotHttp,
    /// Carries a user name, password, query or fragment.
    #[error("the service URL has parts a base URL must not have")]
    ExtraParts,
    /// Not in the form its own parser would write it; see [`ServiceUrl`].
    #[error("the service URL is ambiguous")]
    Ambiguous,
}

impl ServiceUrl {
    /// Parses and normalises `raw`.
    pub fn parse(raw: &str) -> Result<Self, ServiceUrlError> {
        if raw.len() > MAX_SERVICE_URL_BYTES {
            return Err(ServiceUrlError::TooLong);
        }
        let url = Url::parse(raw).map_err(|_| ServiceUrlError::NotHttp)?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(ServiceUrlError::NotHttp),
        };
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(ServiceUrlError::NotHttp);
        };
        if !url.username().is_empty()
            || url.password().is_some()
            || raw.contains(['@', '?', '#'])
            || raw.bytes().any(|byte| byte.is_ascii_control())
        {
            return Err(ServiceUrlError::ExtraParts);
        }
        host::ensure_verbatim(raw, &url, host)?;
        let path = url.path().strip_suffix('/').unwrap_or(url.path());
        let normal = match url.port() {
            // `Url` has already dropped a default port.
            Some(port) => format!("{}://{host}:{port}{path}", url.scheme()),
            None => format!("{}://{host}{path}", url.scheme()),
        };
        Ok(Self { raw: raw.into(), normal: normal.into(), host: host.into(), port, https })
    }

    /// The normalised URL, without a trailing slash: append `/v3/…` to it.
    pub fn as_str(&self) -> &str {
        &self.normal
    }

    /// The URL as it was received.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The host in lower case; IPv6 addresses in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, whether written or implied by the scheme.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the host names this machine itself.
    pub fn is_loopback(&self) -> bool {
        host::is_loopback(&self.host)
    }
}

impl PartialEq for ServiceUrl {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for ServiceUrl {}

impl Hash for ServiceUrl {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal.hash(state);
    }
}

impl fmt::Debug for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceUrl").field(&self.normal).finish()
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.normal)
    }
}

impl std::str::FromStr for ServiceUrl {
    type Err = ServiceUrlError;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::parse(raw)
    }
}

impl Serialize for ServiceUrl {
    /// Writes the URL as it was received, so that a round trip changes nothing.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.raw)
    }
}

impl<'de> Deserialize<'de> for ServiceUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
