//! What a failed call means for what was to be done.

use std::sync::PoisonError;
use std::time::Duration;

use beckon_domain::ids::TenantId;
use beckon_domain::room::Room;
use botframework::connector::{ConnectorError, ErrorKind, Retry};
use jiff::{SignedDuration, Timestamp};

use super::Rooms;
use crate::engine::Sent;
use crate::teams::graph::GraphError;

/// A room whose members are refused is young for so long: Teams has not told all of itself yet
/// (I6).
const YOUNG: SignedDuration = SignedDuration::from_secs(60);
/// How soon a young room is tried again.
const SOON: Duration = Duration::from_secs(1);

/// Whether a room is so young that Teams may not know all of it yet.
pub(in crate::teams) fn is_young(room: &Room, now: Timestamp) -> bool {
    room.since.is_some_and(|since| now.duration_since(since) < YOUNG)
}

pub(super) fn refused(error: impl Into<String>) -> Sent {
    Sent::Refused { error: error.into() }
}

pub(super) fn later(error: impl Into<String>, after: Option<Duration>) -> Sent {
    Sent::Later { error: error.into(), after, counted: true }
}

/// What a failed call to the connector means. In a young room being refused is nothing yet.
pub(super) fn of_connector(error: &ConnectorError, young: bool) -> Sent {
    let kinds = [ErrorKind::BotNotInRoster, ErrorKind::Forbidden, ErrorKind::ConversationNotFound];
    match error.retry() {
        _ if young && kinds.contains(&error.kind()) => later(error.to_string(), Some(SOON)),
        Retry::No => refused(error.to_string()),
        Retry::After(pause) => later(error.to_string(), Some(pause)),
        Retry::Backoff => later(error.to_string(), None),
    }
}

/// Whether the bot may not write in the room any more. In a young room Teams may only not know it
/// yet (I6).
pub(super) fn is_out(error: &ConnectorError, young: bool) -> bool {
    match error.kind() {
        ErrorKind::Blocked | ErrorKind::BotDisabledByAdmin => true,
        ErrorKind::BotNotInRoster | ErrorKind::ConversationNotFound => !young,
        _ => false,
    }
}

impl Rooms {
    /// Whether Graph is asked at all: after three failures in a minute nobody waits for it (I6).
    pub(super) fn may_ask(&self, tenant: TenantId) -> bool {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        breakers.entry(tenant).or_default().allows(self.now())
    }

    pub(super) fn answered(&self, tenant: TenantId) {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        if breakers.entry(tenant).or_default().succeeded() {
            tracing::info!(target: "teams.rooms", %tenant, "rooms are made in Teams again");
        }
    }

    /// What it means that a room cannot be read: without consent it is deaf.
    pub(super) fn unread(&self, tenant: TenantId, error: &GraphError) -> Sent {
        if error.status() != Some(403) {
            return self.of_graph(tenant, error);
        }
        tracing::error!(
            target: "teams.rooms", %tenant, %error,
            "the app may not read its rooms: grant ChatMessage.Read.Chat (RSC) in the Teams admin centre"
        );
        refused(format!("the app may not read the room (RSC consent): {error}"))
    }

    /// What a failed call to Graph means; outages are counted.
    pub(super) fn of_graph(&self, tenant: TenantId, error: &GraphError) -> Sent {
        if error.is_outage() {
            let now = self.now();
            let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
            if breakers.entry(tenant).or_default().failed(now) {
                metrics::counter!("beckon_room_breaker_opened_total").increment(1);
                tracing::error!(
                    target: "teams.rooms", %tenant, %error,
                    "Graph failed again and again: for a minute conversations go on in My Sessions"
                );
            }
        }
        if error.is_retryable() {
            later(error.to_string(), error.retry_after())
        } else {
            refused(error.to_string())
        }
    }
}
