//! The default store: one SQLite file, one writer thread, group commit.
//!
//! All writes go through one thread, so commands never wait for each other's locks and a batch of
//! them shares one sync of the disk. Reads have connections of their own and see the last commit.

mod codec;
mod read;
mod schema;
mod tx;
mod writer;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use beckon_domain::command::Envelope;
use beckon_domain::event::Event;
use beckon_domain::ids::{AccountId, Address, AgentId, InvitationId, SessionId, TenantId};
use beckon_domain::session::{Message, Session};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use self::writer::Writer;
use super::{
    CardRows, CustomerMessage, DirtyCard, DueTimer, ExecuteError, Inbox, Store, StoreError, Waiting,
};
use crate::clock::SharedClock;
use crate::engine::{Executed, Executor, Signals};

/// A store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Readers>,
    _lock: File,
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
        let lock = lock(path)?;
        let mut connection = Connection::open(path)?;
        schema::prepare(&mut connection)?;
        let readers = Arc::new(Readers { path: path.into(), idle: Mutex::default() });
        Ok(Self {
            writer: Writer::start(connection, executor, clock, signals)?,
            readers,
            _lock: lock,
        })
    }

    /// Runs a read on a thread that may block, with a connection from the pool.
    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        tokio::task::spawn_blocking(move || readers.with(query))
            .await
            .map_err(|_| StoreError::Unavailable("a read was cut off"))?
    }
}

/// Takes the lock file beside the database: one process owns it, until it ends in whatever way.
/// SQLite's own locks would let a second server in between two transactions of the first.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let unusable = |error: &std::io::Error| {
        StoreError::Database(format!("cannot write {}: {error}", Path::new(&name).display()))
    };
    let file = File::create(&name).map_err(|error| unusable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

/// Connections that only read.
#[derive(Debug)]
struct Readers {
    path: std::path::PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    fn with<T>(
        &self,
        query: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let pooled = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => schema::reader(Connection::open_with_flags(
                &self.path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )?)?,
        };
        let result = query(&mut connection);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        result
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn execute(
        &self,
        envelope: Envelope,
        timer_generation: Option<u64>,
    ) -> Result<Executed, ExecuteError> {
        self.writer.execute(envelope, timer_generation).await
    }

    async fn due_timers(
        &self,
        tenant: TenantId,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError> {
        self.read(move |db| read::due_timers(db, tenant, now, limit)).await
    }

    async fn dirty_cards(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError> {
        self.read(move |db| read::dirty_cards(db, now, limit)).await
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        self.read(move |db| read::waiting(db, limit)).await
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

    async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        self.writer.secret(name.to_owned(), fresh).await
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
