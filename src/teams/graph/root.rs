//! The one place that Graph's tokens go to.

use botframework::cloud::Cloud;
use thiserror::Error;
use url::{Host, Url};

/// The root of Microsoft Graph in one cloud. No token leaves for an address that is not below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphRoot {
    /// Without a slash at the end.
    text: String,
}

/// A stand-in for Graph that is not on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} must be an address on this machine, like http://127.0.0.1:3979/graph: whoever answers \
     there gets a token for the tenant's chats"
)]
pub struct NotLoopback(String);

impl GraphRoot {
    /// Graph in a cloud, by the table of national clouds in Graph's documentation.
    pub fn of(cloud: Cloud) -> Self {
        let scope = cloud.constants().graph_scope;
        Self { text: scope.strip_suffix("/.default").unwrap_or(scope).to_owned() }
    }

    /// A stand-in for tests, on loopback only.
    ///
    /// # Errors
    /// [`NotLoopback`] for anything else.
    pub fn stand_in(text: &str) -> Result<Self, NotLoopback> {
        let refused = || NotLoopback(text.to_owned());
        let url = Url::parse(text).map_err(|_| refused())?;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if loopback && plain && matches!(url.scheme(), "http" | "https") {
            Ok(Self { text: url.as_str().trim_end_matches('/').to_owned() })
        } else {
            Err(refused())
        }
    }

    /// Where version 1.0 of the interface is; references in bodies start with it, too.
    pub(super) fn v1(&self) -> String {
        format!("{}/v1.0", self.text)
    }

    /// Whether an address is below this root: same scheme, host and port, and not climbing out.
    pub(super) fn owns(&self, url: &Url) -> bool {
        let Ok(root) = Url::parse(&format!("{}/", self.v1())) else { return false };
        url.scheme() == root.scheme()
            && url.host() == root.host()
            && url.port_or_known_default() == root.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
            && url.path().starts_with(root.path())
    }
}

#[cfg(test)]
mod tests;
