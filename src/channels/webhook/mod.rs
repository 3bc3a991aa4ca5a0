//! Pushes to other programs: answers to the customers of an API channel account (C4), and notices
//! to a tenant's own systems.
//!
//! Every delivery is signed (see [`SigningKey`]) and carries `webhook-id`, the same each time it is
//! tried. A receiver may be told something twice, after a failure between its answer and our
//! record of it; messages carry their session and their `seq`, by which it tells.

mod body;
mod endpoint;
mod sign;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use beckon_domain::effect::LaneKey;
use beckon_domain::ids::TenantId;
use reqwest::{Response, StatusCode, Url, header};

use self::body::{Delivery, delivery};
use self::endpoint::{Endpoint, NotNow};
pub use self::sign::SigningKey;
use crate::clock::SharedClock;
use crate::directory::Directory;
use crate::engine::{EffectSender, Sent};
use crate::store::{LaneClaim, OutboxEntry};

/// How long to wait when a receiver is busy with our other requests.
const BUSY: Duration = Duration::from_secs(1);

/// Delivers effects by signed HTTP requests.
pub struct WebhookSender {
    directory: Arc<Directory>,
    clock: SharedClock,
    http: reqwest::Client,
    key: Option<SigningKey>,
    endpoints: Mutex<HashMap<Url, Arc<Endpoint>>>,
}

impl WebhookSender {
    /// A sender to the receivers that the directory names. Without a key nothing leaves.
    pub fn new(
        directory: Arc<Directory>,
        clock: SharedClock,
        http: reqwest::Client,
        key: Option<SigningKey>,
    ) -> Self {
        Self { directory, clock, http, key, endpoints: Mutex::default() }
    }

    fn receiver(&self, tenant: TenantId, lane: &LaneKey) -> Option<&Url> {
        let tenant = self.directory.tenant(tenant)?;
        match lane {
            LaneKey::Customer { account, .. } => tenant.webhook(account),
            LaneKey::Notice { .. } => tenant.notices(),
            LaneKey::Room { .. } => None,
        }
    }

    fn endpoint(&self, url: &Url) -> Arc<Endpoint> {
        let mut endpoints = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(endpoints.entry(url.clone()).or_default())
    }

    async fn post(&self, url: &Url, key: &SigningKey, delivery: Delivery) -> Sent {
        let endpoint = self.endpoint(url);
        let now = self.clock.now();
        let permit = match endpoint.enter(now) {
            Ok(permit) => permit,
            Err(NotNow::Busy) => return not_now("the receiver is busy with others", BUSY),
            Err(NotNow::Resting { until }) => {
                let rest = Duration::try_from(until.duration_since(now)).unwrap_or_default();
                return not_now("the receiver failed again and again", rest);
            }
        };
        let body = delivery.body.to_string().into_bytes();
        let signature = key.sign(&delivery.id, now, &body);
        let answer = self
            .http
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", delivery.id)
            .header("webhook-timestamp", now.as_second())
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await;
        drop(permit);
        let sent = match &answer {
            Ok(response) => judge(response),
            // The address stands in the log of its own field; what it asks for may be secret.
            Err(error) => {
                later(if error.is_timeout() { "no answer in time" } else { "no connection" })
            }
        };
        match &sent {
            Sent::Later { counted: true, .. } => endpoint.failed(self.clock.now()),
            _ => endpoint.answered(),
        }
        sent
    }
}

#[async_trait]
impl EffectSender for WebhookSender {
    async fn send(&self, claim: &LaneClaim, batch: &[OutboxEntry]) -> Sent {
        let Some(url) = self.receiver(claim.tenant, &claim.lane) else {
            return Sent::Refused { error: "its webhook is no longer configured".to_owned() };
        };
        let Some(key) = &self.key else {
            return not_now("BECKON_WEBHOOK_SECRET is not set", Duration::from_mins(1));
        };
        match delivery(claim.tenant, &claim.lane, batch) {
            Some(delivery) => self.post(url, key, delivery).await,
            None => Sent::Refused { error: "the message is no longer kept".to_owned() },
        }
    }
}

/// What an answer means. A receiver that is broken or wrongly set up may be mended, so what it
/// refuses is tried again, but for what it says about this very delivery.
fn judge(response: &Response) -> Sent {
    let status = response.status();
    let asked = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    match status {
        _ if status.is_success() => Sent::Delivered,
        // What the convention of webhooks (standardwebhooks.com) has it mean: send nothing more.
        StatusCode::GONE => Sent::Gone { error: format!("the receiver answered {status}") },
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNPROCESSABLE_ENTITY => {
            Sent::Refused { error: format!("the receiver answered {status}") }
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE if asked.is_some() => {
            Sent::Later {
                error: format!("the receiver answered {status}"),
                after: asked,
                counted: false,
            }
        }
        _ => later(&format!("the receiver answered {status}")),
    }
}

fn later(error: &str) -> Sent {
    Sent::Later { error: error.to_owned(), after: None, counted: true }
}

fn not_now(error: &str, after: Duration) -> Sent {
    Sent::Later { error: error.to_owned(), after: Some(after), counted: false }
}
