//! One call: host check, limiter, token, request, and the two repetitions that are certain to
//! be harmless.

use std::borrow::Cow;
use std::time::Duration;

use ::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use ::http::{HeaderValue, Method, StatusCode};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tracing::Instrument;

use super::classify;
use super::client::ConnectorClient;
use super::endpoint::Endpoint;
use super::error::{ConnectorError, ErrorKind, RequestIds};
use super::error_body;
use super::operation::Operation;
use super::path::{InvalidId, Path};
use super::size::{MAX_ACTIVITY_UTF16_BYTES, utf16_bytes};
use crate::http::{BodyError, read_capped};
use crate::limiter::{Ask, Priority};
use crate::retry_after::retry_after;
use crate::service_url::ServiceUrl;
use crate::token::AccessToken;

/// Pause after a 429 that does not say how long: the vendor's smallest back-off.
const DEFAULT_THROTTLE: Duration = Duration::from_secs(2);
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// A call, ready to be made.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) operation: Operation,
    pub(super) endpoint: Endpoint<'a>,
    pub(super) path: Path,
    pub(super) body: Option<Bytes>,
    /// Whose windows it counts in: a conversation, or the member one is created with.
    pub(super) counted_for: &'a str,
    pub(super) priority: Priority,
}

/// A successful answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) request_ids: RequestIds,
    /// The body's media type, if it is named.
    pub(super) content_type: Option<String>,
    /// `None` if the connection broke while it was read. The status is known, so the call has
    /// succeeded all the same.
    pub(super) body: Option<Bytes>,
}

impl ConnectorClient {
    /// Makes a call. It is repeated at most twice, both times because it was refused before it
    /// had any effect: once with a fresh token (401), once at the host that Teams asks for.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Answer, ConnectorError> {
        let span = tracing::debug_span!(
            "bot.connector.call",
            operation = call.operation.as_str(),
            tenant = call.endpoint.tenant,
            status = tracing::field::Empty,
            ms_cv = tracing::field::Empty,
            operation_id = tracing::field::Empty,
            context_id = tracing::field::Empty,
        );
        let started = Instant::now();
        let operation = call.operation;
        let outcome = self.call_within(call).instrument(span.clone()).await;
        metrics::histogram!("botframework_connector_seconds", "operation" => operation.as_str())
            .record(started.elapsed());
        let ids = match &outcome {
            Ok(answer) => {
                span.record("status", answer.status.as_u16());
                &answer.request_ids
            }
            Err(error) => {
                span.record("status", error.status().map(|status| status.as_u16()));
                error.request_ids()
            }
        };
        span.record("ms_cv", ids.ms_cv.as_deref());
        span.record("operation_id", ids.operation_id.as_deref());
        span.record("context_id", ids.context_id.as_deref());
        outcome
    }

    async fn call_within(&self, call: Call<'_>) -> Result<Answer, ConnectorError> {
        let operation = call.operation;
        let shared = &*self.shared;
        let requested = call.endpoint.service_url;
        let mut base = shared.failover.base(call.endpoint);
        let (mut token_renewed, mut failed_over) = (false, false);
        loop {
            self.check(operation, base)?;
            let token = self.admitted(&call).await?;
            let error = match self.once(&call, base, &token).await {
                Ok(answer) => {
                    if failed_over && base != requested {
                        shared.failover.remember(call.endpoint);
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match error.kind() {
                // A connector that refuses even a new token is not convinced by the next one.
                ErrorKind::Unauthorized if !token_renewed && shared.tokens.drop_refused(&token) => {
                    token_renewed = true;
                }
                ErrorKind::WrongHost if !failed_over => {
                    if base != requested {
                        shared.failover.forget(call.endpoint);
                    }
                    let Some(alternative) = shared.failover.alternative(call.endpoint, base) else {
                        return Err(error);
                    };
                    tracing::warn!(
                        host = base.host(),
                        to = alternative.host(),
                        "another host is asked for"
                    );
                    failed_over = true;
                    base = alternative;
                }
                _ => return Err(error),
            }
        }
    }

    /// The guard in front of every request: no token leaves for a host that is not listed.
    fn check(&self, operation: Operation, base: &ServiceUrl) -> Result<(), ConnectorError> {
        self.shared.hosts.check(base).map_err(|refused| ConnectorError::host(operation, refused))
    }

    /// Waits for the limiter and returns a token to go with.
    ///
    /// The token comes first: if it had to be fetched after the limiter's consent, sends that
    /// were let through one after the other would all leave together.
    async fn admitted(&self, call: &Call<'_>) -> Result<AccessToken, ConnectorError> {
        let refused = |error| ConnectorError::token(call.operation, error);
        let token = self.shared.tokens.token().await.map_err(refused)?;
        let Some(limiter) = &self.shared.limiter else { return Ok(token) };
        let tenant = call.tenant();
        let waited = limiter.acquire_within(call.ask(&tenant), self.shared.longest_wait).await;
        if waited.map_err(|busy| ConnectorError::busy(call.operation, busy))?.is_zero() {
            return Ok(token);
        }
        self.shared.tokens.token().await.map_err(refused)
    }

    async fn once(
        &self,
        call: &Call<'_>,
        base: &ServiceUrl,
        token: &AccessToken,
    ) -> Result<Answer, ConnectorError> {
        let operation = call.operation;
        let mut request = self.shared.http.request(operation.method(), call.path.under(base));
        if let Some(authorization) = token.authorization() {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, JSON).body(body.clone());
        } else if operation.method() == Method::PUT {
            // Nothing is a length too (RFC 9110, 8.6): gateways answer 411 to a PUT without one.
            request = request.header(CONTENT_LENGTH, 0);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                count(operation, "none");
                // The URL holds conversation ids, which have no place in logs.
                let error = BodyError::Send(error.without_url());
                return Err(ConnectorError::transport(operation, error));
            }
        };
        let status = answer.status();
        count(operation, status.as_str());
        let request_ids = RequestIds::of(answer.headers());
        let wait = retry_after(answer.headers());
        let content_type = answer.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let body = read_capped(answer, operation.largest_answer()).await;
        if status.is_success() {
            return Ok(Answer { status, request_ids, content_type, body: body.ok() });
        }
        if status == StatusCode::TOO_MANY_REQUESTS
            && let Some(limiter) = &self.shared.limiter
        {
            limiter.throttled(call.ask(&call.tenant()), wait.unwrap_or(DEFAULT_THROTTLE));
        }
        let detail = error_body::read(&body.unwrap_or_default());
        Err(classify::error(operation, status, wait, request_ids, detail))
    }
}

impl Answer {
    /// The body, if it is what is expected.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body.as_deref()?).ok()
    }

    /// The body, without which the call was in vain.
    pub(super) fn require<T: DeserializeOwned>(
        self,
        operation: Operation,
    ) -> Result<T, ConnectorError> {
        self.json()
            .ok_or_else(|| ConnectorError::malformed(operation, self.status, self.request_ids))
    }
}

impl<'a> Call<'a> {
    /// A call without a body.
    pub(super) fn new(
        operation: Operation,
        endpoint: Endpoint<'a>,
        path: Result<Path, InvalidId>,
        counted_for: &'a str,
        priority: Priority,
    ) -> Result<Self, ConnectorError> {
        let path = path.map_err(|_| ConnectorError::local(operation, ErrorKind::InvalidId))?;
        Ok(Self { operation, endpoint, path, body: None, counted_for, priority })
    }

    /// A call about one activity, counted for its conversation.
    pub(super) fn about(
        operation: Operation,
        endpoint: Endpoint<'a>,
        conversation_id: &'a str,
        activity_id: &str,
        priority: Priority,
    ) -> Result<Self, ConnectorError> {
        let path = Path::activity(conversation_id, activity_id);
        Self::new(operation, endpoint, path, conversation_id, priority)
    }

    /// The call, of something that one member alone sees.
    pub(super) fn targeted(mut self) -> Self {
        self.path = self.path.query("isTargetedActivity", "true");
        self
    }

    /// The call with a body, which is refused here if Teams would refuse its size after a round
    /// trip.
    pub(super) fn with_body(self, body: &impl Serialize) -> Result<Self, ConnectorError> {
        let json = serde_json::to_vec(body)
            .map_err(|_| ConnectorError::local(self.operation, ErrorKind::BadRequest))?;
        // UTF-16 is at most twice as long: small bodies need no counting.
        if json.len() * 2 > MAX_ACTIVITY_UTF16_BYTES {
            let size = utf16_bytes(&json);
            if size > MAX_ACTIVITY_UTF16_BYTES {
                return Err(ConnectorError::too_large(self.operation, size));
            }
        }
        Ok(Self { body: Some(Bytes::from(json)), ..self })
    }

    /// The tenant as the limiter knows it: an id in capitals is the same tenant.
    fn tenant(&self) -> Cow<'a, str> {
        let tenant = self.endpoint.tenant.unwrap_or_default();
        if tenant.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(tenant.to_ascii_lowercase())
        } else {
            Cow::Borrowed(tenant)
        }
    }

    /// What the limiter is asked. Teams counts a channel as one conversation, so the thread
    /// that a channel's conversation id may end in is cut off.
    fn ask<'b>(&'b self, tenant: &'b str) -> Ask<'b> {
        let conversation = self.counted_for.split_once(";messageid=");
        Ask {
            tenant,
            conversation: conversation.map_or(self.counted_for, |(channel, _)| channel),
            operation: self.operation.windows(),
            priority: self.priority,
        }
    }
}

/// Counts a request by its outcome. The statuses of good days need no allocation.
fn count(operation: Operation, status: &str) {
    const USUAL: [&str; 8] = ["none", "200", "201", "202", "204", "404", "412", "429"];
    let operation = operation.as_str();
    match USUAL.into_iter().find(|usual| *usual == status) {
        Some(status) => {
            metrics::counter!("botframework_connector_requests_total",
                "operation" => operation, "status" => status)
        }
        None => {
            metrics::counter!("botframework_connector_requests_total",
                "operation" => operation, "status" => status.to_owned())
        }
    }
    .increment(1);
}
