//! The one place that builds HTTP clients.
//!
//! Every request this crate makes may carry a bearer token or bring keys that
//! decide about trust, so every client refuses redirects (a redirect would
//! carry the token to a host nobody checked), has finite timeouts, and takes
//! no proxy from the environment. Bodies are read through [`read_capped`],
//! which bounds memory whatever the peer claims.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

/// How a client behaves. The default suits Microsoft's endpoints.
#[derive(Clone)]
pub struct ClientOptions {
    /// Longest wait for a connection, TLS included. Default 5 s.
    pub connect_timeout: Duration,
    /// Longest wait for a whole exchange, body included. Default 10 s.
    pub total_timeout: Duration,
    /// How long an idle connection is kept. Default 90 s.
    pub pool_idle_timeout: Duration,
    /// Proxy for all requests, named by the operator; the environment is not
    /// consulted. Default none.
    pub proxy: Option<reqwest::Url>,
}

/// Without the proxy's user name and password.
impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connect_timeout, total_timeout, pool_idle_timeout, proxy } = self;
        let proxy = proxy.as_ref().map(|url| (url.scheme(), url.host_str(), url.port()));
        f.debug_struct("ClientOptions")
            .field("connect_timeout", connect_timeout)
            .field("total_timeout", total_timeout)
            .field("pool_idle_timeout", pool_idle_timeout)
            .field("proxy", &proxy)
            .finish()
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(90),
            proxy: None,
        }
    }
}

/// Builds a client. Fails only when TLS cannot be set up or the proxy's scheme
/// is not supported.
#[expect(clippy::disallowed_methods, reason = "the one place that builds HTTP clients")]
pub fn client(options: &ClientOptions) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(options.connect_timeout)
        .timeout(options.total_timeout)
        .pool_idle_timeout(options.pool_idle_timeout)
        .user_agent(concat!("botframework-rs/", env!("CARGO_PKG_VERSION")))
        .no_proxy();
    match &options.proxy {
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone())?).build(),
        None => builder.build(),
    }
}

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The body is longer than the cap, in bytes.
    #[error("the response body exceeds {cap} bytes")]
    TooLarge {
        /// The cap that was exceeded.
        cap: usize,
    },
    /// No answer came: no connection, or none in time.
    #[error("the request was not answered")]
    Send(#[source] reqwest::Error),
    /// The connection failed while the body was read.
    #[error("the response body could not be read")]
    Transport(#[from] reqwest::Error),
}

/// Reads a response body of at most `cap` bytes; reading stops at the first
/// byte beyond, whether or not the peer declared a length.
pub async fn read_capped(mut response: reqwest::Response, cap: usize) -> Result<Bytes, BodyError> {
    let declared = response.content_length().unwrap_or(0);
    if declared > cap as u64 {
        return Err(BodyError::TooLarge { cap });
    }
    let mut body = BytesMut::with_capacity(declared as usize);
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > cap {
            return Err(BodyError::TooLarge { cap });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
