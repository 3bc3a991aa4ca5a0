//! Sending activities to the bot.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    Error,
    clock::iso,
    faults::DuplicateKind,
    record::{Delivery, readable},
    world::World,
};

impl World {
    /// Where the bot listens.
    pub(crate) fn bot_endpoint(&self) -> Result<String, Error> {
        self.read(|state| state.bot_endpoint.clone()).ok_or(Error::NoBotEndpoint)
    }

    /// Sends `activity` with whatever faults are armed; the first delivery is the original, the
    /// others are duplicates. Each runs in a task of its own and outlives a caller who gives up.
    pub(crate) async fn deliver(self: &Arc<Self>, activity: Value) -> Result<Vec<Delivery>, Error> {
        let endpoint = self.bot_endpoint()?;
        let token = if self.config.allow_anonymous { None } else { Some(self.channel_token()?) };
        let (fault, delay) =
            self.change(|state| (state.faults.of_delivery(), state.faults.delivery_delay));
        let mut copies = vec![activity];
        if let Some((kind, times)) = fault.duplicates {
            for number in 0..times {
                let copy = self.copy_of(&copies[0], kind, number);
                copies.push(copy);
            }
        }
        let tasks = copies.into_iter().enumerate().map(|(copy, activity)| {
            let (world, endpoint) = (Arc::clone(self), endpoint.clone());
            let (headers, hold) = (headers(token.as_deref(), &activity), fault.hold.clone());
            tokio::spawn(async move {
                if let Some(gate) = hold {
                    gate.pass().await;
                }
                if delay > Duration::ZERO {
                    sleep(delay).await;
                }
                world.post(&endpoint, headers, activity.to_string(), copy as u32).await
            })
        });
        Ok(join_all(tasks).await.into_iter().flatten().collect())
    }

    fn copy_of(&self, activity: &Value, kind: DuplicateKind, number: u32) -> Value {
        let mut copy = activity.clone();
        if kind == DuplicateKind::NewId {
            let later = self.now_ms() + i64::from(number) + 1;
            let is_event = activity["id"].as_str().is_some_and(|id| id.starts_with("f:"));
            let id = self.change(|state| {
                if is_event { format!("f:{}", state.ids.guid()) } else { state.ids.message(later) }
            });
            copy["id"] = Value::from(id);
            copy["timestamp"] = Value::from(iso(later));
        }
        copy
    }

    /// One POST to the bot.
    pub(crate) async fn post(
        &self,
        endpoint: &str,
        headers: Vec<(String, String)>,
        body: String,
        copy: u32,
    ) -> Delivery {
        let at_ms = self.now_ms();
        let started = Instant::now();
        let activity = readable(body.as_bytes());
        let mut request = self.http.post(endpoint).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>((status, response.bytes().await?))
        };
        let (status, answer, error) = match answer.await {
            Ok((status, bytes)) => (Some(status), readable(&bytes), None),
            Err(error) => (None, Value::Null, Some(error.to_string())),
        };
        let latency = started.elapsed();
        let delivery =
            Delivery { number: 0, at_ms, activity, copy, status, answer, error, latency };
        self.change(|state| state.record.delivery(delivery))
    }
}

/// The headers Teams sends; the two `x-ms` ones are hints and not authenticated
/// (Teams docs, request headers of the bot).
fn headers(token: Option<&str>, activity: &Value) -> Vec<(String, String)> {
    let hint = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut headers = vec![
        ("content-type".to_owned(), "application/json; charset=utf-8".to_owned()),
        ("x-ms-conversation-id".to_owned(), hint(&activity["conversation"]["id"])),
        ("x-ms-tenant-id".to_owned(), hint(&activity["conversation"]["tenantId"])),
    ];
    if let Some(token) = token {
        headers.push(("authorization".to_owned(), format!("Bearer {token}")));
    }
    headers
}
