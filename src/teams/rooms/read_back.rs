//! What was written in rooms while nobody listened: after a start and after a gap in what comes in,
//! every open room is read once, and what was missed is taken in by its id (R5).
//!
//! What comes in meanwhile waits for its room to be read, so that nothing overtakes what was
//! written before it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Request, State as Of};
use axum::middleware::Next;
use axum::response::Response;

use beckon_domain::ids::{SessionId, TenantId};
use beckon_domain::room::{Provider, RoomState};
use botframework::turn::HandlerError;
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, OnceCell};
use tokio_util::sync::CancellationToken;

use super::Rooms;
use super::heard::Heard;
use super::inbound::Change;
use crate::store::{RoomRows, StoreError};
use crate::teams::graph::{ChatMessage, Sender};
use crate::teams::people;

/// After so long without anything from the channel something may have been missed.
const SILENCE: SignedDuration = SignedDuration::from_mins(10);
/// How often it is looked whether it has been silent.
const LOOK: Duration = Duration::from_mins(1);
/// How soon it is tried again when even the list of rooms could not be had.
const AGAIN: Duration = Duration::from_secs(5);
/// How long something that comes in waits for its room to be read.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// How long a room may take that nobody waits for.
const READING: Duration = Duration::from_mins(1);
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
pub(super) struct ReadBack {
    state: Mutex<State>,
    /// How many gaps there were, and for how many of them the rooms are noted.
    gaps: AtomicU64,
    settled: AtomicU64,
    /// Held by who notes the rooms.
    settling: tokio::sync::Mutex<()>,
    /// A gap, for who reads.
    wake: Notify,
}

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
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.heard.replace(now).is_some_and(|at| now.duration_since(at) > SILENCE)
    }

    /// Something may be missing from now on, until it is settled.
    fn note_gap(&self) {
        self.gaps.fetch_add(1, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// The number of the last gap, if its rooms are not noted.
    fn unsettled(&self) -> Option<u64> {
        let gaps = self.gaps.load(Ordering::SeqCst);
        (self.settled.load(Ordering::SeqCst) < gaps).then_some(gaps)
    }

    /// These rooms are to be read.
    fn note_due(&self, rooms: &[Key]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.due.extend(rooms.iter().map(|key| (*key, Arc::default())));
    }

    /// Forgets how far rooms were read that are closed.
    fn keep_only(&self, open: &HashSet<Key>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.from.retain(|key, _| open.contains(key));
    }

    /// Whether the channel has been silent for too long. Once is enough for one silence.
    fn fell_silent(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
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
        let (mut after, mut open) = (None, HashSet::new());
        loop {
            let page = self.engine.store().open_rooms(after, PAGE).await?;
            let keys: Vec<Key> = page.iter().map(|room| (room.tenant, room.session)).collect();
            self.read_back.note_due(&keys);
            open.extend(keys);
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some((last.tenant, last.session)),
                _ => break,
            }
        }
        self.read_back.keep_only(&open);
        Ok(())
    }

    /// Reads what is due, then looks for silence, until the stop.
    pub async fn keep_reading(self: Arc<Self>, stop: CancellationToken) {
        loop {
            let mut pause = LOOK;
            if let Err(error) = self.settle_gaps().await {
                tracing::error!(target: "teams.rooms", %error, "rooms wait to be read");
                pause = AGAIN;
            }
            self.read_due().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.read_back.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
            if self.read_back.fell_silent(self.now()) {
                self.missed();
            }
        }
    }

    /// Notes which rooms are to be read after a gap. The store may be what was missing: then this
    /// is tried again, and nothing is taken in before.
    pub(super) async fn settle_gaps(&self) -> Result<(), StoreError> {
        if self.read_back.unsettled().is_none() {
            return Ok(());
        }
        let _turn = self.read_back.settling.lock().await;
        if let Some(gap) = self.read_back.unsettled() {
            self.expect_gap().await?;
            self.read_back.settled.store(gap, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Notes that the channel was heard. After a silence, or when something was refused, it may
    /// have tried in vain before.
    pub(in crate::teams) fn heard(&self) {
        if self.read_back.note_heard(self.now()) {
            self.missed();
        }
    }

    /// Something may not have been taken in: every room is read back.
    fn missed(&self) {
        self.read_back.note_gap();
    }

    /// Reads every room that is due, a few at a time.
    async fn read_due(&self) {
        let due: Vec<Key> = {
            let state = self.read_back.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.due.keys().copied().collect()
        };
        stream::iter(due)
            .for_each_concurrent(CONCURRENT, |(tenant, session)| {
                self.catch_up(tenant, session, READING)
            })
            .await;
    }

    /// Has a room read, if that is due, before what comes in there is taken in.
    pub(super) async fn catch_up(&self, tenant: TenantId, session: SessionId, patience: Duration) {
        let key = (tenant, session);
        let cell = {
            let state = self.read_back.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.due.get(&key).cloned()
        };
        let Some(cell) = cell else { return };
        let began = self.now();
        let reading = cell.get_or_try_init(|| self.read(tenant, session));
        match tokio::time::timeout(patience, reading).await {
            Ok(Ok(())) => {
                let mut state = self.read_back.state.lock().unwrap_or_else(PoisonError::into_inner);
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
            let state = self.read_back.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.from.get(&(tenant, session)).copied()
        };
        let from = known.or(rows.room.since).and_then(|from| from.checked_sub(SKEW).ok());
        let messages = graph
            .messages(tenant, chat, from, MESSAGES)
            .await
            .map_err(|error| error.to_string())?;
        metrics::counter!("beckon_rooms_read_back_total").increment(1);
        for message in &messages {
            let taken = self.take_in_read(tenant, &rows, graph.app_id(), chat, message).await;
            taken.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Takes in what is missing of a message: that it was written, edited, deleted.
    async fn take_in_read(
        &self,
        tenant: TenantId,
        rows: &RoomRows,
        app: &str,
        chat: &str,
        message: &ChatMessage,
    ) -> Result<(), HandlerError> {
        let change = |text, when: Timestamp| (text, when.to_string());
        let (text, when) = if let Some(when) = message.deleted {
            change(None, when)
        } else {
            let Sender::Person(agent) = message.from else { return Ok(()) };
            let heard = Heard::read(message, app);
            let sender = people::Sender { tenant, agent, locale: None };
            self.take_in(rows, &sender, chat, &message.id, &heard).await?;
            let Some(when) = message.edited else { return Ok(()) };
            change(Some(heard.text), when)
        };
        let change = Change { chat, message: &message.id, text, when: &when };
        self.note_change(tenant, change).await
    }
}

/// Goes before the messaging endpoint: what was refused because of us may never come again, so it
/// is found in the rooms.
pub async fn note_refusals(Of(rooms): Of<Arc<Rooms>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_server_error() {
        rooms.missed();
    }
    response
}

#[cfg(test)]
mod tests;
