//! One call: host check, rate limit, token, request, and what the answer means.

use std::time::Duration;

use beckon_domain::ids::TenantId;
use botframework::http::{BodyError, read_capped};
use botframework::limiter::{Ask, Priority};
use botframework::token::AccessToken;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::client::{GraphClient, locked};
use super::error::{GraphError, Unsent};
use super::error_body;
use super::operation::Operation;
use super::path::{NoSegment, Path};

/// The longest wait for the tenant's rate limit; a call that would wait longer is not made.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pause after a 429 that names none.
const DEFAULT_PAUSE: Duration = Duration::from_secs(2);
/// No `Retry-After` is believed beyond this.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// How often a token is thrown away at most because Graph refused it. Without a limit a Graph that
/// refuses everything would cost a token request for each call.
const RENEWAL_PAUSE: Duration = Duration::from_mins(1);

/// A call, ready to be made.
#[derive(Debug)]
pub(super) struct Call {
    operation: Operation,
    tenant: TenantId,
    method: Method,
    url: Result<Url, Unsent>,
    body: Option<Value>,
}

/// A successful answer.
#[derive(Debug)]
pub(super) struct Answer {
    operation: Operation,
    /// `None` when it could not be read. The status is known, so the call has succeeded.
    body: Option<Bytes>,
}

impl Answer {
    /// The body, without which the call was in vain.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, GraphError> {
        let body = self.body.as_deref();
        body.and_then(|body| serde_json::from_slice(body).ok()).ok_or_else(|| {
            GraphError::unanswered(self.operation, "it succeeded, but the answer cannot be read")
        })
    }
}

impl Call {
    /// A call below `root`'s version 1.0.
    pub(super) fn new(
        client: &GraphClient,
        operation: Operation,
        tenant: TenantId,
        method: Method,
        path: &Result<Path, NoSegment>,
    ) -> Self {
        let url = match path {
            Ok(path) => {
                let text = format!("{}{}", client.shared.root.v1(), path.as_str());
                Url::parse(&text).map_err(|_| Unsent::Foreign(text))
            }
            Err(NoSegment) => Err(Unsent::InvalidId),
        };
        Self { operation, tenant, method, url, body: None }
    }

    /// Reads an address that Graph itself gave (`@odata.nextLink`).
    pub(super) fn follow(operation: Operation, tenant: TenantId, link: &str) -> Self {
        let url = Url::parse(link).map_err(|_| Unsent::Foreign(link.to_owned()));
        Self { operation, tenant, method: Method::GET, url, body: None }
    }

    /// The same with a JSON body.
    pub(super) fn with_body(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }
}

impl GraphClient {
    /// Makes a call. It is repeated once, with a fresh token, when Graph refused the first: such a
    /// call had no effect.
    pub(super) async fn call(&self, call: Call) -> Result<Answer, GraphError> {
        let Call { operation, tenant, method, url, body } = call;
        let unsent = |why| GraphError::not_sent(operation, why);
        let url = url.map_err(unsent)?;
        if !self.shared.apps.contains_key(&tenant) {
            return Err(unsent(Unsent::NotConfigured));
        }
        // A link that leads elsewhere is found before there is a token to go with it.
        if !self.shared.root.owns(&url) {
            return Err(unsent(Unsent::Foreign(url.to_string())));
        }
        let tokens = self.shared.tokens.for_tenant(&tenant.to_string());
        let tokens = tokens.map_err(|_| unsent(Unsent::NoEndpoint))?;
        let mut renewed = false;
        loop {
            let token = tokens.token().await.map_err(|error| unsent(Unsent::Token(error)))?;
            self.admitted(operation, tenant).await?;
            let outcome = self.once(operation, tenant, &method, &url, body.as_ref(), &token).await;
            match outcome {
                Err(GraphError::Refused { status: 401, .. })
                    if !renewed && self.may_renew(tenant) =>
                {
                    tokens.invalidate(&token);
                    renewed = true;
                }
                // Permissions stand in the token: one that was granted since is in the next.
                Err(refused @ GraphError::Refused { status: 403, .. }) => {
                    if self.may_renew(tenant) {
                        tokens.invalidate(&token);
                    }
                    return Err(refused);
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits until the tenant's limit has room.
    async fn admitted(&self, operation: Operation, tenant: TenantId) -> Result<(), GraphError> {
        let name = tenant.to_string();
        let waited = self.shared.limiter.acquire_within(ask(operation, &name), PATIENCE).await;
        waited
            .map(|_| ())
            .map_err(|busy| GraphError::Throttled { operation, after: busy.retry_after })
    }

    fn may_renew(&self, tenant: TenantId) -> bool {
        let now = Instant::now();
        let mut refused = locked(&self.shared.refused_tokens);
        let free = refused.get(&tenant).is_none_or(|at| now.duration_since(*at) >= RENEWAL_PAUSE);
        if free {
            refused.insert(tenant, now);
        }
        free
    }

    async fn once(
        &self,
        operation: Operation,
        tenant: TenantId,
        method: &Method,
        url: &Url,
        body: Option<&Value>,
        token: &AccessToken,
    ) -> Result<Answer, GraphError> {
        let id = self.shared.clock.new_id();
        let mut request = self
            .shared
            .http
            .request(method.clone(), url.clone())
            .header("client-request-id", id.to_string());
        if let Some(authorization) = token.authorization() {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let started = Instant::now();
        let answer = request.send().await;
        let status = answer.as_ref().map_or("none", |answer| class(answer.status()));
        metrics::histogram!("beckon_graph_seconds",
            "operation" => operation.as_str(), "status" => status)
        .record(started.elapsed());
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let connect = error.is_connect();
                let reason = BodyError::Send(error.without_url());
                tracing::warn!(target: "teams.graph", %tenant, %operation, client_request_id = %id,
                    reason = %chain(&reason), "Graph did not answer");
                return Err(if connect {
                    GraphError::not_sent(operation, Unsent::Connect(chain(&reason)))
                } else {
                    GraphError::unanswered(operation, chain(&reason))
                });
            }
        };
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = read_capped(answer, operation.largest_answer()).await;
        let request_id = headers.get("request-id").and_then(|id| id.to_str().ok());
        tracing::debug!(target: "teams.graph", %tenant, %operation, client_request_id = %id,
            request_id, status = status.as_u16(), "Graph answered");
        if status.is_success() {
            return Ok(Answer { operation, body: body.ok() });
        }
        let error = self.refusal(operation, tenant, status, &headers, &body.unwrap_or_default());
        tracing::warn!(target: "teams.graph", %tenant, client_request_id = %id, %error,
            "Graph refused");
        Err(error)
    }

    /// What an answer that is no success means.
    fn refusal(
        &self,
        operation: Operation,
        tenant: TenantId,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> GraphError {
        let wait = retry_after(headers);
        let body = error_body::read(body);
        let request_id = headers
            .get("request-id")
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned)
            .or(body.request_id);
        let reason = || {
            let id = request_id.as_deref().unwrap_or("none");
            format!("{status} {}: {} (request-id {id})", body.code, body.message)
        };
        match status.as_u16() {
            429 => {
                let after = wait.unwrap_or(DEFAULT_PAUSE);
                self.shared.limiter.throttled(ask(operation, &tenant.to_string()), after);
                GraphError::Throttled { operation, after }
            }
            // Turned away at the door, by the vendor's table of errors; other failures of the
            // server may come after the effect.
            503 | 509 => GraphError::Unavailable { operation, after: wait, reason: reason() },
            408 | 500.. if !operation.is_repeatable() => {
                GraphError::Unclear { operation, reason: reason() }
            }
            408 | 500.. => GraphError::Unavailable { operation, after: wait, reason: reason() },
            status => GraphError::Refused {
                operation,
                status,
                code: body.code,
                message: body.message,
                request_id,
            },
        }
    }
}

/// What the limiter is asked.
fn ask(operation: Operation, tenant: &str) -> Ask<'_> {
    let (family, windows) = operation.family();
    Ask { tenant, conversation: family, operation: windows, priority: Priority::Interactive }
}

/// How long Graph asks to wait, in whole seconds as it sends them.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// The status for metrics: each that means something of its own, or its class.
fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "401",
        403 => "403",
        404 => "404",
        409 => "409",
        429 => "429",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// An error with its causes, in one line: reqwest's own text says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
