//! The channel's keys, the token endpoint and a connector that accepts everything.

#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../../tests/it/world/signing.rs"]
mod signing;

use std::net::SocketAddr;
use std::time::UNIX_EPOCH;

use axum::routing::{get, post};
use axum::{Json, Router};
use botframework::auth::{Authenticator, TenantPolicy, Verifier, VerifierConfig};
use botframework::clock::Clock;
use botframework::cloud::Cloud;
use botframework::connector::ConnectorClient;
use botframework::http::{ClientOptions, client};
use botframework::limiter::Limiter;
use botframework::service_url::AllowedHosts;
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;
use signing::SigningKey;

use super::{Failure, serve, system_clock};

const APP_ID: &str = "8d7c6b5a-1111-4222-8333-444455556666";

/// Everything a bot talks to.
pub(crate) struct Peers {
    addr: SocketAddr,
    key: SigningKey,
}

impl Peers {
    pub(crate) async fn start() -> Result<Self, Failure> {
        let key = SigningKey::generate("bench")?;
        let keys = json!({ "keys": [key.jwk()] });
        let accept =
            |_: Bytes| async { (StatusCode::CREATED, Json(json!({ "id": "1776390257332" }))) };
        let token = json!({ "access_token": "t", "token_type": "Bearer", "expires_in": 3600 });
        // The document names its own port, which is known only once it is served.
        let documents = Router::new()
            .route("/keys", get(|| async move { Json(keys) }))
            .route(
                "/openid",
                get(|headers: http::HeaderMap| async move {
                    let host = headers.get("host").and_then(|host| host.to_str().ok());
                    Json(json!({ "jwks_uri": format!("http://{}/keys", host.unwrap_or_default()) }))
                }),
            )
            .route("/token", post(|| async move { Json(token) }))
            .fallback(accept);
        Ok(Self { addr: serve(documents).await?, key })
    }

    pub(crate) fn service_url(&self) -> String {
        format!("http://{}/amer/", self.addr)
    }

    fn hosts(&self) -> Result<AllowedHosts, Failure> {
        Ok(AllowedHosts::none().allow(&self.addr.to_string())?)
    }

    pub(crate) fn authenticator(&self) -> Result<Authenticator, Failure> {
        let mut config = VerifierConfig::new(APP_ID, Cloud::Public);
        config.openid_metadata_url = Some(format!("http://{}/openid", self.addr).parse()?);
        config.allowed_hosts = self.hosts()?;
        config.tenants = TenantPolicy::Any;
        let http = client(&ClientOptions::default())?;
        Ok(Authenticator::Channel(Verifier::new(config, system_clock(), http)?))
    }

    pub(crate) fn connector(&self, limiter: Option<Limiter>) -> Result<ConnectorClient, Failure> {
        let http = client(&ClientOptions::default())?;
        let config = TokenConfig {
            token_url: Some(format!("http://{}/token", self.addr).parse()?),
            ..TokenConfig::single_tenant(APP_ID, "tenant", Credentials::client_secret("s"))
        };
        let tokens = TokenProvider::new(config, system_clock(), http.clone())?;
        Ok(ConnectorClient::new(tokens, self.hosts()?, limiter, http))
    }

    /// One token for all requests, as the channel uses one for many.
    pub(crate) fn channel_token(&self) -> Result<String, Failure> {
        let now = system_clock().now().duration_since(UNIX_EPOCH)?.as_secs();
        Ok(self.key.sign(&json!({
            "iss": "https://api.botframework.com",
            "aud": APP_ID,
            "serviceurl": self.service_url(),
            "nbf": now - 60,
            "exp": now + 3600,
        }))?)
    }
}
