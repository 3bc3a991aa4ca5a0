//! The client itself, and the calls that write activities.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call::{Answer, Call};
use super::endpoint::Endpoint;
use super::error::{ConnectorError, ErrorKind};
use super::failover::Failover;
use super::operation::Operation;
use super::path::Path;
use super::size::{MAX_ACTIVITY_UTF16_BYTES, utf16_bytes};
use crate::activity::{OutgoingActivity, ResourceResponse};
use crate::limiter::{Limiter, Priority};
use crate::service_url::{AllowedHosts, ServiceUrl};
use crate::token::TokenProvider;

/// Talks to the connector. Cheap to clone: all clones share connections, tokens and limiter.
///
/// See the [module](super) for what every call goes through.
#[derive(Debug, Clone)]
pub struct ConnectorClient {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) tokens: TokenProvider,
    pub(super) hosts: AllowedHosts,
    pub(super) limiter: Option<Limiter>,
    pub(super) failover: Failover,
    pub(super) longest_wait: Duration,
    pub(super) http: reqwest::Client,
}

/// How long a call waits for the limiter unless told otherwise.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl ConnectorClient {
    /// A client that sends tokens of `tokens` to `hosts` only, within `limiter`'s windows
    /// (`None` for no limits), over `http`, which must not follow redirects: build it with
    /// [`http::client`](crate::http::client).
    pub fn new(
        tokens: TokenProvider,
        hosts: AllowedHosts,
        limiter: impl Into<Option<Limiter>>,
        http: reqwest::Client,
    ) -> Self {
        let limiter = limiter.into();
        let failover = Failover::to_gcc();
        let longest_wait = LONGEST_WAIT;
        let shared = Shared { tokens, hosts, limiter, failover, longest_wait, http };
        Self { shared: Arc::new(shared) }
    }

    /// The same client with another fall-back for tenants whose host Teams refuses with
    /// `InvalidBotApiHost`: `None` for none, the GCC base by default. Its host must be allowed.
    #[must_use]
    pub fn with_failover(self, fallback: Option<ServiceUrl>) -> Self {
        self.with(|shared| shared.failover = Failover::to(fallback))
    }

    /// The same client with another limit to how long a call waits for the limiter, 30 s by
    /// default. A call that would wait longer fails at once with
    /// [`ErrorKind::Throttled`] and [`Retry::After`](super::Retry::After), and is not sent.
    #[must_use]
    pub fn with_longest_wait(self, longest_wait: Duration) -> Self {
        self.with(|shared| shared.longest_wait = longest_wait)
    }

    /// A client that differs in something; what it remembers of other hosts starts anew.
    fn with(self, change: impl FnOnce(&mut Shared)) -> Self {
        let Shared { tokens, hosts, limiter, failover, longest_wait, http } = &*self.shared;
        let mut shared = Shared {
            tokens: tokens.clone(),
            hosts: hosts.clone(),
            limiter: limiter.clone(),
            failover: failover.fresh(),
            longest_wait: *longest_wait,
            http: http.clone(),
        };
        change(&mut shared);
        Self { shared: Arc::new(shared) }
    }

    /// Sends an activity into a conversation. Returns its id, which Teams leaves out at times.
    ///
    /// # Errors
    ///
    /// A send is not idempotent: see [`ConnectorError::is_ambiguous`] before sending again.
    pub async fn send(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let operation = Operation::SendToConversation;
        let path = in_conversation(operation, conversation_id)?.then("activities");
        self.write(operation, to.into(), conversation_id, path, activity, priority).await
    }

    /// Sends an activity as the answer to another: in a channel, into its thread.
    ///
    /// # Errors
    ///
    /// A reply is not idempotent: see [`ConnectorError::is_ambiguous`] before sending again.
    pub async fn reply(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let operation = Operation::ReplyToActivity;
        let path = of_activity(operation, conversation_id, activity_id)?;
        self.write(operation, to.into(), conversation_id, path, activity, priority).await
    }

    /// Replaces an activity of the bot, wholly. Raises no new notification.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ActivityNotFound`] when it was deleted, and once in about a thousand calls
    /// although it is there: try once more before posting a new one.
    pub async fn update(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let operation = Operation::UpdateActivity;
        let path = of_activity(operation, conversation_id, activity_id)?;
        self.write(operation, to.into(), conversation_id, path, activity, priority).await
    }

    /// Deletes an activity of the bot.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ActivityNotFound`] when it was deleted before.
    pub async fn delete(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        activity_id: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        let operation = Operation::DeleteActivity;
        let path = of_activity(operation, conversation_id, activity_id)?;
        let endpoint = to.into();
        let counted_for = conversation_id;
        self.call(Call { operation, endpoint, path, body: None, counted_for, priority }).await?;
        Ok(())
    }

    /// Shows the "is typing" sign.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); safe to ignore.
    pub async fn typing(
        &self,
        to: impl Into<Endpoint<'_>>,
        conversation_id: &str,
        priority: Priority,
    ) -> Result<(), ConnectorError> {
        self.send(to, conversation_id, &OutgoingActivity::typing(), priority).await.map(drop)
    }

    /// Whether calls go out without a token.
    pub fn is_anonymous(&self) -> bool {
        self.shared.tokens.is_anonymous()
    }

    /// The provider of this client's tokens.
    pub fn tokens(&self) -> &TokenProvider {
        &self.shared.tokens
    }

    /// The hosts this client talks to.
    pub fn allowed_hosts(&self) -> &AllowedHosts {
        &self.shared.hosts
    }

    async fn write(
        &self,
        operation: Operation,
        endpoint: Endpoint<'_>,
        conversation_id: &str,
        path: Path,
        activity: &OutgoingActivity,
        priority: Priority,
    ) -> Result<Option<String>, ConnectorError> {
        let body = Some(serialised(operation, activity)?);
        let counted_for = conversation_id;
        let call = Call { operation, endpoint, path, body, counted_for, priority };
        let answer = self.call(call).await?;
        // The write has happened whatever the body says: no id is no error.
        Ok(answer.json::<ResourceResponse>().and_then(|response| response.id))
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

/// `/v3/conversations/{id}`.
pub(super) fn in_conversation(
    operation: Operation,
    conversation_id: &str,
) -> Result<Path, ConnectorError> {
    let path = Path::v3().then("conversations").id(conversation_id);
    path.map_err(|_| ConnectorError::local(operation, ErrorKind::InvalidId))
}

fn of_activity(
    operation: Operation,
    conversation_id: &str,
    activity_id: &str,
) -> Result<Path, ConnectorError> {
    let path = in_conversation(operation, conversation_id)?.then("activities").id(activity_id);
    path.map_err(|_| ConnectorError::local(operation, ErrorKind::InvalidId))
}

/// Serialises a body, and refuses here what Teams would refuse after a round trip.
pub(super) fn serialised(
    operation: Operation,
    value: &impl Serialize,
) -> Result<Bytes, ConnectorError> {
    let json = serde_json::to_vec(value)
        .map_err(|_| ConnectorError::local(operation, ErrorKind::BadRequest))?;
    // UTF-16 is at most twice as long: small bodies need no counting.
    if json.len() * 2 > MAX_ACTIVITY_UTF16_BYTES {
        let size = utf16_bytes(&json);
        if size > MAX_ACTIVITY_UTF16_BYTES {
            return Err(ConnectorError::too_large(operation, size));
        }
    }
    Ok(Bytes::from(json))
}
