//! How values become columns, in every store: times as microseconds, rows as JSON documents.

use beckon_domain::ids::{AgentId, InvitationId, SessionId};
use beckon_domain::session::{Phase, Session};
use beckon_domain::timer::TimerKey;
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

pub(crate) fn encode<T: Serialize>(table: &'static str, row: &T) -> Result<String, StoreError> {
    serde_json::to_string(&Document { f: FORMAT, row })
        .map_err(|error| StoreError::inconsistent(table, error))
}

pub(crate) fn decode<T: DeserializeOwned>(
    table: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    let document: Document<T> =
        serde_json::from_str(text).map_err(|error| StoreError::inconsistent(table, error))?;
    if document.f == FORMAT {
        Ok(document.row)
    } else {
        Err(StoreError::inconsistent(table, format!("format {}", document.f)))
    }
}

/// The stored word of a value that serialises to one: `sms`, `customer`.
pub(super) fn word<T: Serialize>(table: &'static str, value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::inconsistent(table, format!("no word: {other:?}"))),
    }
}

/// The value of a stored word.
pub(super) fn from_word<T: DeserializeOwned>(
    table: &'static str,
    word: String,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|error| StoreError::inconsistent(table, error))
}

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The hour of a session's last activity: the column by which silent ones are found. It is no finer
/// than that, so a message changes the index once an hour and not each time; whether a session has
/// been silent for long enough is decided on its row.
pub(crate) fn active_hour(at: Timestamp) -> i64 {
    const HOUR: i64 = 3_600_000_000;
    micros(at).div_euclid(HOUR) * HOUR
}

/// When a session ended, as its column has it.
pub(super) fn ended_at(session: &Session) -> Option<i64> {
    match session.phase {
        Phase::Ended { at, .. } => Some(micros(at)),
        _ => None,
    }
}

pub(crate) fn timestamp(table: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| StoreError::inconsistent(table, error))
}

pub(crate) fn timer_key(kind: &str, target: Uuid) -> Result<TimerKey, StoreError> {
    [
        TimerKey::Delivery(InvitationId(target)),
        TimerKey::Ring(InvitationId(target)),
        TimerKey::WrapUp(InvitationId(target)),
        TimerKey::LateCodes(InvitationId(target)),
        TimerKey::Offer(SessionId(target)),
        TimerKey::MaxWait(SessionId(target)),
        TimerKey::ParkLimit(SessionId(target)),
        TimerKey::Reminder(SessionId(target)),
        TimerKey::Idle(SessionId(target)),
        TimerKey::Transfer(SessionId(target)),
        TimerKey::EmptyRoom(SessionId(target)),
        TimerKey::Outbound(SessionId(target)),
        TimerKey::Rona(AgentId(target)),
    ]
    .into_iter()
    .find(|key| key.kind() == kind)
    .ok_or_else(|| StoreError::inconsistent("timer", format!("kind {kind:?}")))
}
