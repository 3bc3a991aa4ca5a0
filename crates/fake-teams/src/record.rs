//! All traffic, kept for assertions and for the demo page.

use std::{collections::VecDeque, time::Duration};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::Service;

/// A request the bot made.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Call {
    /// Place in the record, counting calls and deliveries together from 1.
    pub number: u64,
    /// When it came, in epoch milliseconds.
    pub at_ms: i64,
    /// The service called.
    pub service: Service,
    /// The operation, such as `sendToConversation`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path and query, percent-encoded as sent.
    pub path: String,
    /// The body: JSON, or text where it is none, or null.
    pub body: Value,
    /// The status answered.
    pub status: u16,
    /// The body answered.
    pub answer: Value,
    /// Whether the connection was closed without passing the answer on.
    pub lost: bool,
}

/// An activity sent to the bot.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Delivery {
    /// Place in the record, counting calls and deliveries together from 1.
    pub number: u64,
    /// When it was sent, in epoch milliseconds.
    pub at_ms: i64,
    /// The activity.
    pub activity: Value,
    /// 0 for the first sending, 1 and up for duplicates.
    pub copy: u32,
    /// The status the bot answered; `None` if it did not answer.
    pub status: Option<u16>,
    /// The body the bot answered: JSON, or text where it is none, or null.
    pub answer: Value,
    /// Why there was no answer.
    pub error: Option<String>,
    /// From sending to the last byte of the answer; in JSON `latencyMs`, a number.
    #[serde(rename = "latencyMs", serialize_with = "in_ms")]
    pub latency: Duration,
}

fn in_ms<S: Serializer>(latency: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(latency.as_secs_f64() * 1e3)
}

impl Delivery {
    /// Whether the bot answered with a status from 200 to 299.
    pub fn accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Entry {
    /// The bot called.
    Call(Call),
    /// The bot was called.
    Delivery(Delivery),
}

impl Entry {
    /// Place in the record.
    pub fn number(&self) -> u64 {
        match self {
            Self::Call(call) => call.number,
            Self::Delivery(delivery) => delivery.number,
        }
    }
}

/// The record: a ring of the newest entries.
#[derive(Debug)]
pub(crate) struct Record {
    entries: VecDeque<Entry>,
    capacity: usize,
    last: u64,
}

impl Record {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { entries: VecDeque::new(), capacity: capacity.max(1), last: 0 }
    }

    fn push(&mut self, entry: impl FnOnce(u64) -> Entry) {
        self.last += 1;
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(entry(self.last));
    }

    pub(crate) fn call(&mut self, call: Call) {
        self.push(|number| Entry::Call(Call { number, ..call }));
    }

    pub(crate) fn delivery(&mut self, delivery: Delivery) -> Delivery {
        let delivery = Delivery { number: self.last + 1, ..delivery };
        self.push(|_| Entry::Delivery(delivery.clone()));
        delivery
    }

    /// The entries after place `since`, oldest first.
    pub(crate) fn since(&self, since: u64) -> Vec<Entry> {
        self.entries.iter().filter(|entry| entry.number() > since).cloned().collect()
    }
}

/// A body for the record: JSON, else text, else null.
pub(crate) fn readable(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}
