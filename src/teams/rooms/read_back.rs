//! What was written in rooms while nobody listened: after a start and after a gap in what comes in,
//! every open room is read once, and what was missed is taken in by its id (R5).
//!
//! What comes in meanwhile waits for its room to be read, so that nothing overtakes what was
//! written before it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use beckon_domain::ids::{SessionId, TenantId};
use beckon_domain::room::{Provider, RoomState};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::Rooms;
use super::heard::Heard;
use crate::store::{RoomRows, StoreError};
use crate::teams::graph::{ChatMessage, Sender};
use crate::teams::people;

/// After so long without anything from the channel something may have been missed.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);
/// How often it is looked whether it has been silent.
const LOOK: Duration = Duration::from_mins(1);
/// How long something that comes in waits for its room to be read.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many rooms are read at once, and found at once.
const CONCURRENT: usize = 8;
const PAGE: usize = 500;
/// The most messages that are read of one room.
const MESSAGES: usize = 1_000;
/// How far the clock of the platform may be away from ours.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

type Key = (TenantId, SessionId);

/// Which rooms are to be read, and when what was heard last.
#[derive(Debug, Default)]
pub(super) struct ReadBack(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Rooms to be read before anything that comes in there is taken in.
    due: HashMap<Key, Arc<OnceCell<()>>>,
    /// From where on a room is read: when it was read last.
    from: HashMap<Key, Timestamp>,
    /// When the channel was heard last; `None`: since the start, or since the rooms were read, it
    /// was silent.
    heard: Option<Timestamp>,
}

impl ReadBack {
    /// The channel was heard; true: it had been silent for so long that something may be missing.
    fn note_heard(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.heard.replace(now).is_some_and(|at| now.duration_since(at) > SILENCE)
    }

    /// Whether the channel has been silent for too long. Once is enough for one silence.
    fn fell_silent(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = state.heard.is_some_and(|at| now.duration_since(at) > SILENCE);
        state.heard = state.heard.filter(|_| !silent);
        silent
    }
}

impl Rooms {
    /// Notes what is to be read, before anything comes in; the reading itself takes its time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expect_gap(&self) -> Result<(), StoreError> {
        if self.graph.is_none() {
            return Ok(());
        }
        let mut after = None;
        loop {
            let page = self.engine.store().open_rooms(after, PAGE).await?;
            {
                let mut state = self.read_back.0.lock().unwrap_or_else(PoisonError::into_inner);
                for room in &page {
                    state.due.insert((room.tenant, room.session), Arc::default());
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some((last.tenant, last.session)),
                _ => return Ok(()),
            }
        }
    }

    /// Reads what is due, then looks for silence, until the stop.
    pub async fn keep_reading(self: Arc<Self>, stop: CancellationToken) {
        loop {
            self.read_due().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            if self.read_back.fell_silent(self.now())
                && let Err(error) = self.expect_gap().await
            {
                tracing::error!(target: "teams.rooms", %error, "rooms wait to be read");
            }
        }
    }

    /// Notes that the channel was heard. After a silence, or when something was refused, it may
    /// have tried in vain before.
    pub(in crate::teams) async fn heard(&self) {
        if self.read_back.note_heard(self.now()) {
            self.missed().await;
        }
    }

    /// Something could not be taken in: it is read back.
    pub(in crate::teams) async fn missed(&self) {
        if let Err(error) = self.expect_gap().await {
            tracing::error!(target: "teams.rooms", %error, "rooms wait to be read");
        }
    }

    /// Reads every room that is due, a few at a time.
    async fn read_due(&self) {
        let due: Vec<Key> = {
            let state = self.read_back.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.due.keys().copied().collect()
        };
        stream::iter(due)
            .for_each_concurrent(CONCURRENT, |(tenant, session)| self.catch_up(tenant, session))
            .await;
    }

    /// Has a room read, if that is due, before what comes in there is taken in.
    pub(super) async fn catch_up(&self, tenant: TenantId, session: SessionId) {
        let key = (tenant, session);
        let cell = {
            let state = self.read_back.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.due.get(&key).cloned()
        };
        let Some(cell) = cell else { return };
        let began = self.now();
        let reading = cell.get_or_try_init(|| self.read(tenant, session));
        match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(())) => {
                let mut state = self.read_back.0.lock().unwrap_or_else(PoisonError::into_inner);
                // Another gap may have come meanwhile: that one is another cell.
                if state.due.get(&key).is_some_and(|now| Arc::ptr_eq(now, &cell)) {
                    state.due.remove(&key);
                    state.from.insert(key, began);
                }
            }
            Ok(Err(error)) => {
                tracing::warn!(target: "teams.rooms", %session, error, "a room could not be read");
            }
            Err(_) => {
                tracing::warn!(target: "teams.rooms", %session, "a room took too long to read");
            }
        }
    }

    async fn read(&self, tenant: TenantId, session: SessionId) -> Result<(), String> {
        let Some(graph) = &self.graph else { return Ok(()) };
        let rows = self.rows(tenant, session).await.map_err(|error| error.to_string())?;
        // Other channels cannot be read.
        let readable = |rows: &RoomRows| {
            rows.room.provider == Provider::Graph
                && matches!(rows.room.state, RoomState::Open { .. })
        };
        let Some(rows) = rows.filter(readable) else {
            return Ok(());
        };
        let Some(chat) = rows.room.open_chat() else { return Ok(()) };
        let known = {
            let state = self.read_back.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.from.get(&(tenant, session)).copied()
        };
        let from = known.or(rows.room.since).and_then(|from| from.checked_sub(SKEW).ok());
        let messages = graph
            .messages(tenant, chat, from, MESSAGES)
            .await
            .map_err(|error| error.to_string())?;
        metrics::counter!("beckon_rooms_read_back_total").increment(1);
        for message in messages.iter().filter(|message| message.deleted.is_none()) {
            let ChatMessage { id, from: Sender::Person(person), .. } = message else { continue };
            let sender = people::Sender { tenant, agent: *person, locale: None };
            self.take_in(&rows, &sender, chat, id, &Heard::read(message)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
