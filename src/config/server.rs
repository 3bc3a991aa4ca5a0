//! `[server]`: where Beckon listens and how it is reached.

use std::net::SocketAddr;

use serde::Deserialize;

use super::ConfigError;

/// The section `[server]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// The address to listen on. Default `127.0.0.1:3978`: put a reverse proxy with TLS before it.
    pub bind: SocketAddr,
    /// The address that people and Teams see, without a slash at the end. https, except on
    /// loopback. Default: `http://` and `bind`.
    pub public_url: Option<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self { bind: SocketAddr::from(([127, 0, 0, 1], 3978)), public_url: None }
    }
}

impl Server {
    /// The public address, without a slash at the end; `bound` is where the server listens.
    pub fn public_url(&self, bound: SocketAddr) -> String {
        let url = self.public_url.clone().unwrap_or_else(|| format!("http://{bound}"));
        url.trim_end_matches('/').to_owned()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Some(url) = &self.public_url else { return Ok(()) };
        let parsed = url.parse::<http::Uri>().ok();
        let fits = parsed.is_some_and(|uri| {
            let host = uri.host().unwrap_or_default();
            let loopback = matches!(host, "127.0.0.1" | "localhost");
            let scheme = uri.scheme_str();
            let secure = scheme == Some("https") || (scheme == Some("http") && loopback);
            secure && !host.is_empty() && uri.query().is_none()
        });
        if fits {
            Ok(())
        } else {
            Err(ConfigError::invalid(
                "server.public_url",
                format!(
                    "{url:?} must be like https://beckon.example.com, without a query (http:// is \
                     for 127.0.0.1 only)"
                ),
            ))
        }
    }
}
