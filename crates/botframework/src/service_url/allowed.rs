//! The hosts a bot may talk to.

use std::collections::BTreeSet;

use url::Url;

use super::{ServiceUrl, host};
use crate::cloud::Cloud;

/// An exact list of hosts that may receive the bot's traffic and tokens.
///
/// There are no wildcards and no suffixes: `trafficmanager.net` is a name
/// space in which anybody can register, so only whole host names are compared.
/// An entry is `host`, which means the default port, or `host:port`. Everything
/// must be https, except entries on the loopback interface, which may be http.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHosts {
    /// Host in lower case; `None` stands for the scheme's default port.
    entries: BTreeSet<(String, Option<u16>)>,
    any_loopback: bool,
}

/// A service URL whose host is not on the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the service host {host}:{port} is not allowed")]
pub struct HostNotAllowed {
    /// The refused host.
    pub host: String,
    /// The refused port.
    pub port: u16,
}

/// An allow-list entry that is neither `host` nor `host:port`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an exact host or host:port")]
pub struct InvalidHost(String);

impl AllowedHosts {
    /// A list that allows nothing.
    pub const fn none() -> Self {
        Self { entries: BTreeSet::new(), any_loopback: false }
    }

    /// The hosts under which Teams serves `cloud`. Microsoft publishes none
    /// for [`Cloud::China`]: that list starts empty.
    pub fn for_cloud(cloud: Cloud) -> Self {
        let hosts = cloud.constants().service_hosts;
        let entries = hosts.iter().map(|host| ((*host).to_owned(), None)).collect();
        Self { entries, any_loopback: false }
    }

    /// Adds `host` or `host:port`. Schemes, paths, user info and wildcards are
    /// errors, and so are hosts not in their plain ASCII form.
    pub fn allow(mut self, entry: &str) -> Result<Self, InvalidHost> {
        let invalid = || InvalidHost(entry.to_owned());
        let url = Url::parse(&format!("https://{entry}/")).map_err(|_| invalid())?;
        let written = ServiceUrl::parse(url.as_str()).map_err(|_| invalid())?;
        let port = match entry.rsplit_once(':') {
            Some((_, port)) if !port.ends_with(']') => {
                Some(host::parse_port(port).ok_or_else(invalid)?)
            }
            _ => None,
        };
        let bare = match port {
            Some(port) => entry.strip_suffix(&format!(":{port}")).ok_or_else(invalid)?,
            None => entry,
        };
        if !bare.eq_ignore_ascii_case(written.host()) || bare.contains('*') {
            return Err(invalid());
        }
        self.entries.insert((written.host().to_owned(), port));
        Ok(self)
    }

    /// Allows every port of the loopback interface: for a development mode
    /// whose peers choose their ports themselves.
    #[must_use]
    pub fn allow_any_loopback(mut self) -> Self {
        self.any_loopback = true;
        self
    }

    /// Whether the bot may send to `url`.
    pub fn check(&self, url: &ServiceUrl) -> Result<(), HostNotAllowed> {
        let loopback = url.is_loopback();
        let listed = self.entries.iter().any(|(host, port)| {
            let default_port = if url.is_https() { 443 } else { 80 };
            host == url.host() && port.unwrap_or(default_port) == url.port()
        });
        if (url.is_https() || loopback) && (listed || (loopback && self.any_loopback)) {
            Ok(())
        } else {
            Err(HostNotAllowed { host: url.host().to_owned(), port: url.port() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(list: &AllowedHosts, url: &str) -> bool {
        ServiceUrl::parse(url).is_ok_and(|url| list.check(&url).is_ok())
    }

    #[test]
    fn only_exact_hosts_over_https_pass() {
        let list = AllowedHosts::for_cloud(Cloud::Public);
        for url in [
            "https://smba.trafficmanager.net/amer/",
            "https://SMBA.trafficmanager.net:443/emea",
            "https://smba.infra.gcc.teams.microsoft.com/teams",
        ] {
            assert!(allows(&list, url), "{url}");
        }
        for url in [
            "http://smba.trafficmanager.net/amer/",
            "https://smba.trafficmanager.net:8443/",
            "https://evil.trafficmanager.net/",
            "https://trafficmanager.net/",
            "https://smba.trafficmanager.net.evil.example/",
            "https://smba.trafficmanager.net./",
            "https://xsmba.trafficmanager.net/",
            "https://smba.infra.gov.teams.microsoft.us/teams",
            "http://127.0.0.1/",
        ] {
            assert!(!allows(&list, url), "{url}");
        }
    }

    #[test]
    fn the_operator_may_add_hosts_and_ports() {
        let list = AllowedHosts::none()
            .allow("Proxy.Example")
            .and_then(|list| list.allow("127.0.0.1:3979"))
            .and_then(|list| list.allow("[::1]:8080"))
            .and_then(|list| list.allow("bot.example:8443"))
            .unwrap();
        for url in [
            "https://proxy.example/x",
            "http://127.0.0.1:3979/",
            "https://127.0.0.1:3979/",
            "http://[::1]:8080",
            "https://bot.example:8443",
        ] {
            assert!(allows(&list, url), "{url}");
        }
        for url in [
            "http://proxy.example/x",
            "http://127.0.0.1:3980/",
            "http://127.0.0.1/",
            "http://localhost:3979/",
            "http://bot.example:8443",
            "https://bot.example/",
        ] {
            assert!(!allows(&list, url), "{url}");
        }
    }

    #[test]
    fn entries_that_are_not_exact_hosts_are_refused() {
        for entry in [
            "",
            "*",
            "*.example",
            "https://a.example",
            "a.example/",
            "a.example/x",
            "u@a.example",
            "a.example:",
            "a.example:0",
            "a.example:070",
            "a.example:65536",
            "a b",
            "0x7f.1",
            "bücher.example",
            "a.example?x",
            "a.example#x",
            "[::1",
            "a.example\\",
            " a.example",
        ] {
            assert!(AllowedHosts::none().allow(entry).is_err(), "{entry:?}");
        }
    }

    #[test]
    fn any_loopback_port_is_one_explicit_choice() {
        let list = AllowedHosts::none().allow_any_loopback();
        for url in ["http://localhost:56150/_connector", "http://127.0.0.1:1", "https://[::1]:2"] {
            assert!(allows(&list, url), "{url}");
            assert!(!allows(&AllowedHosts::none(), url), "{url}");
        }
        assert!(!allows(&list, "https://smba.trafficmanager.net/"));
    }
}
