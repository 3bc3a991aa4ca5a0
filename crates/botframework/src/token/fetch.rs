//! One request for a token, and the patience around it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::access_token::AccessToken;
use super::config::Target;
use super::credentials::{Credentials, Federated, ManagedIdentity};
use super::error::TokenError;
use super::response::{self, Granted};
use crate::clock::Clock;
use crate::http::read_capped;
use crate::jitter::Jitter;
use crate::retry_after::retry_after;

/// Token answers are a few KiB.
const MAX_BODY: usize = 256 * 1024;
/// Well-known address of the instance metadata service.
const INSTANCE_METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
/// The resource of identity tokens that federated credentials accept.
const TOKEN_EXCHANGE: &str = "api://AzureADTokenExchange";
/// No token is trusted for longer, whatever the endpoint says.
const LONGEST_LIFE: Duration = Duration::from_hours(24);

/// How often a token endpoint is asked before giving up, and how long the pauses are.
#[derive(Debug, Clone, Copy)]
pub struct TokenRetry {
    /// Requests in all, the first included: 1 or more, 3 by default.
    pub attempts: u32,
    /// First pause, doubled each time: 500 ms by default, a fifth more or less.
    pub base: Duration,
    /// Longest pause, also for `Retry-After`: 20 s by default.
    pub cap: Duration,
}

impl Default for TokenRetry {
    fn default() -> Self {
        Self { attempts: 3, base: Duration::from_millis(500), cap: Duration::from_secs(20) }
    }
}

impl TokenRetry {
    /// The pause before the `attempt`-th retry (counted from 0).
    fn pause(self, attempt: u32, error: &TokenError, jitter: &Jitter) -> Duration {
        let asked = match error {
            TokenError::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        };
        asked
            .unwrap_or_else(|| jitter.around(self.base.saturating_mul(1 << attempt.min(16))))
            .min(self.cap)
    }
}

/// Everything one fetch needs; owned, because it outlives the caller who started it.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) http: reqwest::Client,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) jitter: Arc<Jitter>,
    pub(super) retry: TokenRetry,
    pub(super) credentials: Arc<Credentials>,
    pub(super) target: Arc<Target>,
}

impl Fetch {
    /// Asks until there is a token, the endpoint refuses for good, or patience is at its end.
    pub(super) async fn run(&self) -> Result<(AccessToken, Duration), TokenError> {
        let mut attempt = 0;
        loop {
            let outcome = self.once().await;
            let label = outcome.as_ref().map_or_else(TokenError::reason, |_| "granted");
            metrics::counter!("botframework_token_requests_total", "outcome" => label).increment(1);
            match outcome {
                Err(error) if error.is_transient() && attempt + 1 < self.retry.attempts => {
                    let pause = self.retry.pause(attempt, &error, &self.jitter);
                    tracing::debug!(%error, pause_ms = pause.as_millis() as u64, "token request will be repeated");
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn once(&self) -> Result<(AccessToken, Duration), TokenError> {
        let target = &*self.target;
        let (asked_at, granted) = match &*self.credentials {
            Credentials::None => return Ok((AccessToken::none(), LONGEST_LIFE)),
            Credentials::ManagedIdentity(identity) => {
                let client_id = Some(target.app_id.as_str());
                self.exchange(self.identity_request(identity, client_id, target.resource())?)
                    .await?
            }
            Credentials::ClientSecret(secret) => {
                self.exchange(self.proven_by(&[("client_secret", secret.expose_secret())])).await?
            }
            Credentials::Certificate(certificate) => {
                let endpoint = target.token_url.as_str();
                let assertion = certificate
                    .assertion(&target.app_id, endpoint, self.clock.now(), &self.jitter)
                    .map_err(|error| TokenError::Signing(Arc::new(error)))?;
                self.exchange(self.asserted(&assertion)).await?
            }
            Credentials::Federated(federated) => {
                let assertion = self.federated_assertion(federated).await?;
                self.exchange(self.asserted(&assertion)).await?
            }
        };
        let lifetime = granted.lifetime.min(LONGEST_LIFE);
        AccessToken::bearer(granted.token.expose_secret(), asked_at + lifetime)
            .map(|token| (token, lifetime))
            .ok_or(TokenError::Malformed("the token cannot stand in a header"))
    }

    /// Sends a request and reads what was granted. The lifetime counts from before the request:
    /// a slow answer has already used some.
    async fn exchange(&self, request: RequestBuilder) -> Result<(SystemTime, Granted), TokenError> {
        let asked_at = self.clock.now();
        let answer = request.send().await?;
        let (status, wait) = (answer.status(), retry_after(answer.headers()));
        let body = read_capped(answer, MAX_BODY).await?;
        Ok((asked_at, response::read(status, wait, &body)?))
    }

    /// A client credentials request with these proofs of identity.
    fn proven_by(&self, proof: &[(&str, &str)]) -> RequestBuilder {
        let target = &*self.target;
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", &target.app_id),
            ("scope", &target.scope),
        ];
        form.extend(proof);
        self.http.post(target.token_url.clone()).form(&form)
    }

    /// A client credentials request with a signed assertion instead of a secret.
    fn asserted(&self, assertion: &SecretString) -> RequestBuilder {
        self.proven_by(&[
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.expose_secret()),
        ])
    }

    async fn federated_assertion(&self, federated: &Federated) -> Result<SecretString, TokenError> {
        match federated {
            Federated::TokenFile(path) => {
                // A few KiB of a file system in memory, once an hour: not worth a thread.
                let token = std::fs::read_to_string(path)
                    .map_err(|error| TokenError::TokenFile(Arc::new(error)))?;
                Ok(SecretString::from(token.trim()))
            }
            Federated::ManagedIdentity { identity, client_id } => {
                let client_id = client_id.as_deref();
                let request = self.identity_request(identity, client_id, TOKEN_EXCHANGE)?;
                Ok(self.exchange(request).await?.1.token)
            }
        }
    }

    fn identity_request(
        &self,
        identity: &ManagedIdentity,
        client_id: Option<&str>,
        resource: &str,
    ) -> Result<RequestBuilder, TokenError> {
        let (request, version) = match identity {
            ManagedIdentity::InstanceMetadata { endpoint } => {
                let endpoint = match endpoint {
                    Some(endpoint) => endpoint.clone(),
                    None => Url::parse(INSTANCE_METADATA)
                        .map_err(|_| TokenError::Malformed("metadata address"))?,
                };
                (self.http.get(endpoint).header("Metadata", "true"), "2018-02-01")
            }
            ManagedIdentity::AppService { endpoint, header } => {
                let request = self.http.get(endpoint.clone());
                (request.header("X-IDENTITY-HEADER", header.expose_secret()), "2019-08-01")
            }
        };
        let request = request.query(&[("api-version", version), ("resource", resource)]);
        Ok(match client_id {
            Some(client_id) => request.query(&[("client_id", client_id)]),
            None => request,
        })
    }
}
