//! The writer thread: the only one that writes, in batches that share one sync of the disk.
//!
//! Callers send a job and wait on a one-shot channel. The thread takes what has queued up since
//! the last commit, runs each command in a savepoint of one transaction, commits, and only then
//! answers. A command that fails rolls back its savepoint alone; if the commit itself fails,
//! nobody was told anything and every command of the batch gets the error. Dropping the sender
//! ends the thread after what was accepted.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use beckon_domain::command::Envelope;
use futures_util::FutureExt;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;

use super::tx::SqliteTransaction;
use crate::clock::SharedClock;
use crate::engine::{Executed, Executor, Signals};
use crate::store::{ExecuteError, StoreError};

/// The most commands that share a commit: at 64 the sync costs each of them little, and none
/// waits long for the others' work.
const BATCH: usize = 64;

type Answer<T, E> = oneshot::Sender<Result<T, E>>;

/// A command that waits for its turn.
struct Queued {
    envelope: Box<Envelope>,
    timer_generation: Option<u64>,
    answer: Answer<Executed, ExecuteError>,
}

enum Job {
    Execute(Queued),
    Secret(String, Vec<u8>, Answer<Vec<u8>, StoreError>),
}

/// The handle to the thread.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Mutex<Option<Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("beckon-writer".to_owned())
            .spawn(move || Loop { connection, executor, clock, signals }.run(&queue))
            .map_err(|_| StoreError::Unavailable("the writer thread could not be started"))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn execute(
        &self,
        envelope: Envelope,
        timer_generation: Option<u64>,
    ) -> Result<Executed, ExecuteError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Execute(Queued { envelope: Box::new(envelope), timer_generation, answer }))?;
        answered.await.map_err(|_| StoreError::Unavailable("the writer stopped"))?
    }

    pub(super) async fn secret(&self, name: String, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Secret(name, fresh, answer))?;
        answered.await.map_err(|_| StoreError::Unavailable("the writer stopped"))?
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = jobs.as_ref().ok_or(StoreError::Unavailable("shutting down"))?;
        sender.send(job).map_err(|_| StoreError::Unavailable("the writer stopped"))
    }

    pub(super) async fn close(&self) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Joining blocks; a panic inside was already answered to its caller.
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!(target: "store.writer", "the writer thread ended in a panic");
            }
        }
    }
}

struct Loop {
    connection: Connection,
    executor: Executor,
    clock: SharedClock,
    signals: Arc<Signals>,
}

impl Loop {
    fn run(mut self, queue: &Receiver<Job>) {
        while let Ok(first) = queue.recv() {
            let mut batch = Vec::new();
            let mut next = Some(first);
            while let Some(job) = next {
                match job {
                    Job::Execute(queued) => batch.push(queued),
                    Job::Secret(name, fresh, answer) => {
                        // A caller that went away no longer wants the answer.
                        let _gone = answer.send(self.secret(&name, fresh));
                    }
                }
                next = if batch.len() < BATCH { queue.try_recv().ok() } else { None };
            }
            if !batch.is_empty() {
                self.commit(batch);
            }
        }
        // The last one out leaves a small file: everything in the WAL goes into the database.
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(target: "store.writer", %error, "the last checkpoint failed");
        }
    }

    fn commit(&mut self, batch: Vec<Queued>) {
        metrics::histogram!("beckon_store_batch_commands").record(batch.len() as f64);
        if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
            let error = StoreError::from(error).to_string();
            for queued in batch {
                let _gone = queued.answer.send(Err(StoreError::Database(error.clone()).into()));
            }
            return;
        }
        let mut results = Vec::with_capacity(batch.len());
        for Queued { envelope, timer_generation, answer } in batch {
            // On some errors (a full disk, a failed write) SQLite rolls the whole transaction back
            // by itself. What followed would then commit on its own, behind everybody's back.
            let result = if self.connection.is_autocommit() {
                Err(StoreError::Unavailable("the transaction was rolled back").into())
            } else {
                self.savepoint(&envelope, timer_generation)
            };
            results.push((result, answer));
        }
        let committed = if self.connection.is_autocommit() {
            Err("the transaction was rolled back".to_owned())
        } else {
            self.connection.execute_batch("COMMIT").map_err(|error| error.to_string())
        };
        match committed {
            Ok(()) => {
                for (result, answer) in results {
                    if let Ok(executed) = &result {
                        self.signals.committed(executed);
                    }
                    let _gone = answer.send(result);
                }
            }
            Err(error) => {
                let _rolled_back = self.connection.execute_batch("ROLLBACK");
                tracing::error!(target: "store.writer", error, "a commit failed; nothing was written");
                for (_, answer) in results {
                    let _gone = answer.send(Err(StoreError::Database(error.clone()).into()));
                }
            }
        }
    }

    /// Runs one command; what it wrote stays only if it succeeded.
    fn savepoint(
        &mut self,
        envelope: &Envelope,
        generation: Option<u64>,
    ) -> Result<Executed, ExecuteError> {
        self.connection.execute_batch("SAVEPOINT command").map_err(StoreError::from)?;
        let now = self.clock.now();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut tx = SqliteTransaction::new(&mut self.connection, envelope.tenant);
            self.executor
                .execute(&mut tx, envelope, generation, now)
                .now_or_never()
                .unwrap_or(Err(StoreError::Unavailable("a query did not finish").into()))
        }));
        let result = outcome.unwrap_or_else(|_| {
            tracing::error!(target: "store.writer", command = envelope.id.as_str(), "a rule panicked");
            Err(StoreError::Unavailable("a rule failed; it was logged").into())
        });
        let end =
            if result.is_ok() { "RELEASE command" } else { "ROLLBACK TO command; RELEASE command" };
        self.connection.execute_batch(end).map_err(StoreError::from)?;
        result
    }

    fn secret(&mut self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        self.connection
            .execute("INSERT OR IGNORE INTO secret VALUES (?1, ?2)", params![name, fresh])?;
        Ok(self
            .connection
            .query_row("SELECT value FROM secret WHERE name = ?1", [name], |row| row.get(0))
            .optional()?
            .unwrap_or(fresh))
    }
}
