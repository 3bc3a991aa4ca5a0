//! Beckon's REST API as any other program uses it: a channel with an API key, and signing in.

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long Beckon may hold an answer when there is nothing new, in seconds.
const WAIT_SECONDS: u32 = 25;

/// Why a call brought no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// Beckon refused, with an RFC 9457 problem.
    #[error("Beckon answered {status}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The problem document, or null if the body was none.
        problem: Value,
    },
    /// No answer, or one that could not be read.
    #[error("Beckon cannot be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
}

/// A message as the channel shows it to the customer.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ChannelMessage {
    /// `customer`, `agent` or `system`.
    pub(crate) from: String,
    /// Of the agent; the system has none, and the customer knows their own.
    pub(crate) name: Option<String>,
    pub(crate) text: String,
    /// RFC 3339.
    pub(crate) at: String,
    /// The place in the customer's conversation, to ask after.
    pub(crate) cursor: String,
}

/// What became of a customer's message.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    /// The session it is part of.
    pub(crate) session: String,
}

/// A page of messages.
#[derive(Debug, Deserialize)]
pub(crate) struct Page {
    pub(crate) messages: Vec<ChannelMessage>,
    /// What to ask after next; none as long as there is no message at all.
    pub(crate) cursor: Option<String>,
}

/// Somebody who signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) token: String,
}

/// Beckon at one address.
#[derive(Debug, Clone)]
pub(crate) struct BeckonApi {
    http: Client,
    base: String,
    channel_key: String,
}

impl BeckonApi {
    /// `base` without a slash at the end; `channel_key` of role `integration`.
    pub(crate) fn new(http: Client, base: String, channel_key: String) -> Self {
        Self { http, base, channel_key }
    }

    /// Exchanges a key for a token of a page: `console` or `results`.
    pub(crate) async fn sign_in(&self, key: &str, page: &str) -> Result<SignIn, ApiError> {
        let request = self.http.post(format!("{}/api/v1/sign-in", self.base));
        let answer = send(request.json(&json!({ "key": key, "page": page }))).await?;
        Ok(answer.json().await?)
    }

    /// Writes as the customer of `address`. The same `client_message_id` arrives once.
    pub(crate) async fn write(
        &self,
        account: &str,
        customer: (&str, &str),
        client_message_id: &str,
        text: &str,
    ) -> Result<Written, ApiError> {
        let (name, address) = customer;
        let body = json!({
            "address": address,
            "name": name,
            "client_message_id": client_message_id,
            "text": text,
        });
        let request = self.http.post(self.channel(account, "messages"));
        Ok(send(request.bearer_auth(&self.channel_key).json(&body)).await?.json().await?)
    }

    /// The customer of a session leaves.
    pub(crate) async fn leave(&self, account: &str, session: &str) -> Result<(), ApiError> {
        let request = self.http.post(self.channel(account, "leave"));
        let request = request.bearer_auth(&self.channel_key).json(&json!({ "session": session }));
        send(request).await.map(drop)
    }

    /// What the customer of `address` sees after `cursor`; held until there is something.
    pub(crate) async fn read(
        &self,
        account: &str,
        address: &str,
        cursor: Option<&str>,
    ) -> Result<Page, ApiError> {
        let mut query = vec![("address", address)];
        query.extend(cursor.map(|cursor| ("after", cursor)));
        let request = self.http.get(self.channel(account, "messages")).query(&query);
        let request = request.header("Prefer", format!("wait={WAIT_SECONDS}"));
        Ok(send(request.bearer_auth(&self.channel_key)).await?.json().await?)
    }

    fn channel(&self, account: &str, what: &str) -> String {
        format!("{}/api/v1/channels/{account}/{what}", self.base)
    }
}

async fn send(request: RequestBuilder) -> Result<Response, ApiError> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let problem = answer.json().await.unwrap_or(Value::Null);
    Err(ApiError::Refused { status, problem })
}
