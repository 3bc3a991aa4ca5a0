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
mod tests {
    use super::*;

    fn owns(root: &GraphRoot, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| root.owns(&url))
    }

    #[test]
    fn every_cloud_has_its_root() {
        for (cloud, root) in [
            (Cloud::Public, "https://graph.microsoft.com/v1.0"),
            (Cloud::Gcc, "https://graph.microsoft.com/v1.0"),
            (Cloud::GccHigh, "https://graph.microsoft.us/v1.0"),
            (Cloud::Dod, "https://dod-graph.microsoft.us/v1.0"),
            (Cloud::China, "https://microsoftgraph.chinacloudapi.cn/v1.0"),
        ] {
            assert_eq!(GraphRoot::of(cloud).v1(), root);
        }
    }

    #[test]
    fn only_addresses_below_the_root_get_a_token() {
        let root = GraphRoot::of(Cloud::Public);
        assert!(owns(&root, "https://graph.microsoft.com/v1.0/chats"));
        assert!(owns(&root, "https://GRAPH.microsoft.com:443/v1.0/chats?$skiptoken=x"));
        for foreign in [
            "http://graph.microsoft.com/v1.0/chats",
            "https://graph.microsoft.com/beta/chats",
            "https://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com/v1.0/../beta/chats",
            "https://graph.microsoft.com:8443/v1.0/chats",
            "https://graph.microsoft.com.evil.example/v1.0/chats",
            "https://graph.microsoft.us/v1.0/chats",
            "https://graph.microsoft.com@evil.example/v1.0/chats",
            "https://user@graph.microsoft.com/v1.0/chats",
            "https://evil.example/v1.0/?https://graph.microsoft.com/v1.0/",
        ] {
            assert!(!owns(&root, foreign), "{foreign}");
        }
    }

    #[test]
    fn a_stand_in_is_on_this_machine() {
        for fine in ["http://127.0.0.1:3979/graph", "http://localhost:1/", "https://[::1]:2/graph/"]
        {
            let root = GraphRoot::stand_in(fine).unwrap();
            assert!(owns(&root, &format!("{}/chats", root.v1())), "{fine}");
        }
        for refused in [
            "http://graph.example/",
            "https://graph.microsoft.com",
            "http://10.0.0.1/graph",
            "http://127.0.0.1.evil.example/",
            "http://user:word@127.0.0.1/graph",
            "http://127.0.0.1/graph?x=1",
            "ftp://127.0.0.1/graph",
            "127.0.0.1:3979",
        ] {
            assert!(GraphRoot::stand_in(refused).is_err(), "{refused}");
        }
    }
}
