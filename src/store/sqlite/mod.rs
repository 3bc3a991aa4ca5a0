//! The default store: one SQLite file, one writer thread, group commit.
//!
//! All writes go through one thread, so commands never wait for each other's locks and a batch of
//! them shares one sync of the disk. Reads have connections of their own and see the last commit.

mod backup;
mod file;
mod job;
mod lanes;
mod lists;
mod prune;
mod queue;
mod read;
mod reports;
mod rooms;
mod schema;
mod states;
mod sweep;
mod tx;
mod writer;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use beckon_domain::command::Reply;
use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, CommandId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::{Message, Session};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

pub use self::backup::{Restoration, Silenced};
use self::file::{Readers, lock};
pub use self::schema::{Inspection, inspect};
use self::writer::Writer;
use super::{
    AgentHistory, CardRows, Class, CustomerMessage, DirtyCard, DueTimer, ExecuteError, Expired,
    FeedEntry, Finished, FollowUp, Inbox, Invited, LaneClaim, Measures, NodeId, OpenRoom,
    OutboxEntry, Pruned, Request, RoomRows, SessionReport, Settled, Settlement, Span, Store,
    StoreError, StoreGauges, Waiting,
};
use crate::clock::SharedClock;
use crate::engine::{Executed, Executor, Signals};

/// How many commands share a commit at most, unless told otherwise: at 64 the sync costs each of
/// them little.
pub const DEFAULT_BATCH: usize = 64;

/// A store in one SQLite file, or in memory.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Readers>,
    _lock: Option<File>,
}

impl SqliteStore {
    /// Opens the file, or creates it, and brings its schema up to date. Each commit is reported
    /// to `signals`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::NewerSchema`] when a
    /// newer Beckon wrote it.
    pub fn open(
        path: &Path,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Result<Self, StoreError> {
        Self::open_with_batch(path, executor, clock, signals, DEFAULT_BATCH)
    }

    /// As [`SqliteStore::open`], with at most `batch` commands in one commit, 1 or more: for
    /// measuring what sharing a commit is worth.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_with_batch(
        path: &Path,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
        batch: usize,
    ) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        let mut connection = Connection::open(path)?;
        schema::prepare(&mut connection)?;
        // The lock is ours: whoever had claimed anything is dead, and nobody waits for its leases.
        lanes::forget_claims(&connection)?;
        let readers = Arc::new(Readers::new(path.into()));
        Ok(Self {
            writer: Writer::start(connection, executor, clock, signals, batch.max(1))?,
            readers,
            _lock: Some(lock),
        })
    }

    /// A store in memory, for simulations. Stores of the same name share it; it is gone with the
    /// last of them. It has no thread of its own: its callers' futures do the work when they are
    /// polled, after they yielded once, so whoever polls them decides the order of everything.
    ///
    /// # Errors
    /// [`StoreError`], as [`SqliteStore::open`].
    pub fn in_memory(
        name: &str,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Result<Self, StoreError> {
        let path = std::path::PathBuf::from(format!("file:{name}?mode=memory&cache=shared"));
        let mut connection = Connection::open(&path)?;
        schema::prepare(&mut connection)?;
        let readers = Arc::new(Readers::new(path));
        Ok(Self {
            writer: Writer::polled(connection, executor, clock, signals),
            readers,
            _lock: None,
        })
    }

    /// Runs a read on a thread that may block, with a connection from the pool.
    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.writer.is_polled() {
            tokio::task::yield_now().await;
            return self.readers.with(query);
        }
        let readers = Arc::clone(&self.readers);
        tokio::task::spawn_blocking(move || readers.with(query))
            .await
            .map_err(|_| StoreError::Unavailable("a read was cut off"))?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn execute(&self, request: Request) -> Result<Executed, ExecuteError> {
        self.writer.execute(request).await
    }

    async fn due_timers(
        &self,
        tenant: TenantId,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError> {
        self.read(move |db| read::due_timers(db, tenant, now, limit)).await
    }

    async fn follow_ups(&self, after: u64, limit: usize) -> Result<Vec<FollowUp>, StoreError> {
        self.read(move |db| read::follow_ups(db, after, limit)).await
    }

    /// There is one node, and its dispatcher knows what it has in flight: nothing is written.
    async fn claim_cards(
        &self,
        tenants: &[TenantId],
        class: Class,
        _node: NodeId,
        now: Timestamp,
        _lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError> {
        let tenants = tenants.iter().copied().collect();
        self.read(move |db| read::dirty_cards(db, &tenants, class, now, limit)).await
    }

    async fn waiting(
        &self,
        after: Option<&Waiting>,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        let after = after.cloned();
        self.read(move |db| read::waiting(db, after.as_ref(), limit)).await
    }

    async fn ringing_at_fewer(
        &self,
        tenant: TenantId,
        service: &ServiceId,
        at_once: u32,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        let service = service.clone();
        self.read(move |db| read::ringing_at_fewer(db, tenant, &service, at_once, limit)).await
    }

    async fn card(
        &self,
        tenant: TenantId,
        invitation: InvitationId,
    ) -> Result<Option<CardRows>, StoreError> {
        self.read(move |db| read::card(db, tenant, invitation)).await
    }

    async fn session(
        &self,
        tenant: TenantId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        self.read(move |db| read::session(db, tenant, id)).await
    }

    async fn room(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<RoomRows>, StoreError> {
        self.read(move |db| rooms::room(db, tenant, session)).await
    }

    async fn session_of_chat(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<SessionId>, StoreError> {
        let reference = reference.to_owned();
        self.read(move |db| rooms::session_of_chat(db, tenant, &reference)).await
    }

    async fn open_rooms(
        &self,
        after: Option<(TenantId, SessionId)>,
        limit: usize,
    ) -> Result<Vec<OpenRoom>, StoreError> {
        self.read(move |db| rooms::open_rooms(db, after, limit)).await
    }

    async fn recorded(
        &self,
        tenant: TenantId,
        id: &CommandId,
    ) -> Result<Option<Reply>, StoreError> {
        let id = id.clone();
        self.read(move |db| rooms::recorded(db, tenant, &id)).await
    }

    async fn messages(
        &self,
        tenant: TenantId,
        session: SessionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        self.read(move |db| read::messages(db, tenant, session, after, limit)).await
    }

    async fn customer_messages(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        after: Option<(SessionId, u64)>,
        limit: usize,
    ) -> Result<(Vec<CustomerMessage>, Option<Session>), StoreError> {
        let (account, address) = (account.clone(), address.clone());
        self.read(move |db| read::customer_messages(db, tenant, &account, &address, after, limit))
            .await
    }

    async fn inbox(
        &self,
        tenant: TenantId,
        agent: AgentId,
        limit: usize,
    ) -> Result<Inbox, StoreError> {
        self.read(move |db| read::inbox(db, tenant, agent, limit)).await
    }

    async fn events(&self, tenant: TenantId, session: SessionId) -> Result<Vec<Event>, StoreError> {
        self.read(move |db| read::events(db, tenant, session)).await
    }

    async fn report(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<SessionReport>, StoreError> {
        self.read(move |db| reports::report(db, tenant, session)).await
    }

    async fn agent_history(
        &self,
        tenant: TenantId,
        agent: AgentId,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<AgentHistory, StoreError> {
        self.read(move |db| states::history(db, tenant, agent, (from, until), limit)).await
    }

    async fn open_sessions(
        &self,
        tenant: TenantId,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        self.read(move |db| lists::open_sessions(db, tenant, before, limit)).await
    }

    async fn customer_sessions(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let (account, address) = (account.clone(), address.clone());
        self.read(move |db| lists::customer_sessions(db, tenant, &account, &address, before, limit))
            .await
    }

    async fn finished(
        &self,
        tenant: TenantId,
        wanted: &Finished,
        limit: usize,
    ) -> Result<Vec<SessionReport>, StoreError> {
        let wanted = wanted.clone();
        self.read(move |db| lists::finished(db, tenant, &wanted, limit)).await
    }

    async fn invitations(
        &self,
        tenant: TenantId,
        wanted: Invited,
        limit: usize,
    ) -> Result<Vec<Invitation>, StoreError> {
        self.read(move |db| lists::invitations(db, tenant, wanted, limit)).await
    }

    async fn measure(
        &self,
        tenant: TenantId,
        span: &Span,
        measures: Measures,
    ) -> Result<Measures, StoreError> {
        let span = span.clone();
        self.read(move |db| lists::measure(db, tenant, &span, measures)).await
    }

    async fn feed(
        &self,
        tenant: TenantId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<FeedEntry>, StoreError> {
        self.read(move |db| read::feed(db, tenant, after, limit)).await
    }

    /// One writer: the place of an event in its table is its place in the feed.
    async fn sequence_feed(
        &self,
        _node: NodeId,
        _now: Timestamp,
        _limit: usize,
    ) -> Result<usize, StoreError> {
        Ok(0)
    }

    async fn claim_lanes(
        &self,
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<LaneClaim>, Option<Timestamp>), StoreError> {
        // Most of the time there is nothing to claim: that is found out without the writer.
        let (due, next) = self.read(move |db| read::lanes_due(db, class, now)).await?;
        if !due {
            return Ok((Vec::new(), next));
        }
        let claim = move |db: &Connection| lanes::claim(db, class, node, now, lease, limit);
        self.writer.write(class, claim).await
    }

    async fn lane_head(
        &self,
        claim: &LaneClaim,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        let claim = claim.clone();
        self.read(move |db| lanes::head(db, &claim, limit)).await
    }

    async fn renew_lane(
        &self,
        claim: &LaneClaim,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.writer.write(Class::Live, move |db| lanes::renew(db, &claim, now, lease)).await
    }

    async fn settle(
        &self,
        claim: &LaneClaim,
        settlement: Settlement,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Settled, StoreError> {
        let claim = claim.clone();
        self.writer
            .write(Class::Live, move |db| lanes::settle(db, &claim, &settlement, now, lease))
            .await
    }

    async fn release(&self, node: NodeId) -> Result<(), StoreError> {
        self.writer.write(Class::Live, move |db| lanes::release(db, node)).await
    }

    async fn outbox(
        &self,
        after: u64,
        dead_only: bool,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        self.read(move |db| lanes::outbox(db, after, dead_only, limit)).await
    }

    async fn outbox_retry(&self, pos: u64, now: Timestamp) -> Result<bool, StoreError> {
        self.writer.write(Class::Live, move |db| lanes::retry(db, pos, now)).await
    }

    async fn outbox_drop(&self, pos: u64) -> Result<bool, StoreError> {
        self.writer.write(Class::Live, move |db| lanes::discard(db, pos)).await
    }

    async fn lease(
        &self,
        name: &str,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.writer.write(Class::Live, move |db| lanes::lease(db, &name, node, now, lease)).await
    }

    async fn prune(&self, what: Expired) -> Result<Pruned, StoreError> {
        self.writer.write(Class::Maintenance, move |db| prune::prune(db, what)).await
    }

    async fn expired(&self, what: Expired) -> Result<u64, StoreError> {
        self.read(move |db| prune::expired(db, what)).await
    }

    async fn gauges(&self, _now: Timestamp) -> Result<StoreGauges, StoreError> {
        let wal = self.readers.wal_bytes();
        let writer_queue = Some(self.writer.waiting() as u64);
        let gauges = self.read(read::gauges).await?;
        // The store has no clock but ours.
        let skew = Some(SignedDuration::ZERO);
        Ok(StoreGauges { wal_bytes: wal, writer_queue, skew, ..gauges })
    }

    async fn backup(&self, to: &Path) -> Result<u64, StoreError> {
        let (from, to) = (self.readers.path.clone(), to.to_owned());
        tokio::task::spawn_blocking(move || backup::backup(&from, &to))
            .await
            .map_err(|_| StoreError::Unavailable("the backup was cut off"))?
    }

    async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let name = name.to_owned();
        self.writer
            .write(Class::Live, move |db| {
                db.execute("INSERT OR IGNORE INTO secret VALUES (?1, ?2)", params![name, fresh])?;
                let kept = "SELECT value FROM secret WHERE name = ?1";
                Ok(db.query_row(kept, [&name], |row| row.get(0))?)
            })
            .await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}
