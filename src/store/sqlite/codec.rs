//! How values become columns: ids as 16 bytes, times as microseconds, rows as JSON documents.

use beckon_domain::timer::TimerKey;
use beckon_domain::{ids::InvitationId, ids::SessionId};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::store::StoreError;

/// The format number that stands in every document. Raised when a document changes in a way that
/// `#[serde(default)]` cannot bridge; old formats are then read by a function of their own.
const FORMAT: u32 = 1;

#[derive(serde::Serialize, serde::Deserialize)]
struct Document<T> {
    f: u32,
    #[serde(flatten)]
    row: T,
}

pub(super) fn encode<T: Serialize>(table: &'static str, row: &T) -> Result<String, StoreError> {
    serde_json::to_string(&Document { f: FORMAT, row })
        .map_err(|error| StoreError::Inconsistent { table, detail: error.to_string() })
}

pub(super) fn decode<T: DeserializeOwned>(
    table: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    let document: Document<T> = serde_json::from_str(text)
        .map_err(|error| StoreError::Inconsistent { table, detail: error.to_string() })?;
    if document.f == FORMAT {
        Ok(document.row)
    } else {
        Err(StoreError::Inconsistent { table, detail: format!("format {}", document.f) })
    }
}

pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(super) fn timestamp(table: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros)
        .map_err(|error| StoreError::Inconsistent { table, detail: error.to_string() })
}

pub(super) fn timer_target(key: TimerKey) -> Uuid {
    match key {
        TimerKey::Delivery(InvitationId(id))
        | TimerKey::Ring(InvitationId(id))
        | TimerKey::WrapUp(InvitationId(id))
        | TimerKey::Offer(SessionId(id))
        | TimerKey::MaxWait(SessionId(id)) => id,
    }
}

pub(super) fn timer_key(kind: &str, target: Uuid) -> Result<TimerKey, StoreError> {
    [
        TimerKey::Delivery(InvitationId(target)),
        TimerKey::Ring(InvitationId(target)),
        TimerKey::WrapUp(InvitationId(target)),
        TimerKey::Offer(SessionId(target)),
        TimerKey::MaxWait(SessionId(target)),
    ]
    .into_iter()
    .find(|key| key.kind() == kind)
    .ok_or_else(|| StoreError::Inconsistent { table: "timer", detail: format!("kind {kind:?}") })
}
