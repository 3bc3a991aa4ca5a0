//! The writer thread: the only one that writes, in batches that share one sync of the disk.
//!
//! It takes what waits, runs each job in a savepoint of one transaction, commits, and only then
//! answers. A job that fails rolls back its savepoint alone. If the batch as a whole fails, its
//! jobs are run again one by one, so that one poisoned job cannot take the others with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::job::{CommandJob, Context, Job, Ran, WriteJob};
use super::queue::{Next, Queue};
use crate::clock::SharedClock;
use crate::engine::{Executed, Executor, Signals, crash};
use crate::store::{Class, ExecuteError, Request, StoreError};

/// How long a batch of the thread stays open: its first job waits for its answer.
const OPEN_AT_MOST: Duration = Duration::from_millis(5);
/// After so much quiet the write-ahead log is put into the database and cut.
const QUIET: Duration = Duration::from_secs(2);

/// The handle to the thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Arc<Queue>,
    runs: Runs,
}

/// Who does the work.
#[derive(Debug)]
enum Runs {
    /// The writer thread, until the writer is closed.
    Thread(Mutex<Option<JoinHandle<()>>>),
    /// Whoever is polled next: so a simulation decides who goes on, and the same decisions give
    /// the same history.
    Polled(Box<Mutex<Core>>),
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
        batch: usize,
    ) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::default());
        let work = Arc::clone(&queue);
        let context = Context { executor, clock };
        let mut core = Core { connection, context, signals, batch, patience: OPEN_AT_MOST };
        let thread = std::thread::Builder::new()
            .name("beckon-writer".to_owned())
            .spawn(move || core.run(&work))
            .map_err(|_| StoreError::Unavailable("the writer thread could not be started"))?;
        Ok(Self { queue, runs: Runs::Thread(Mutex::new(Some(thread))) })
    }

    /// A writer without a thread, for simulations: what waits is served, as one batch, when one of
    /// the callers is polled again.
    pub(super) fn polled(
        connection: Connection,
        executor: Executor,
        clock: SharedClock,
        signals: Arc<Signals>,
    ) -> Self {
        let context = Context { executor, clock };
        let (batch, patience) = (super::DEFAULT_BATCH, Duration::MAX);
        let core = Core { connection, context, signals, batch, patience };
        Self { queue: Arc::default(), runs: Runs::Polled(Box::new(Mutex::new(core))) }
    }

    /// Lets others queue up before the batch is served, and go on before the caller hears of it:
    /// each of the two is a moment at which a simulation may also let everything end.
    async fn serve_polled(&self) {
        if let Runs::Polled(core) = &self.runs {
            tokio::task::yield_now().await;
            while let Some(first) = self.queue.try_next() {
                core.lock().unwrap_or_else(PoisonError::into_inner).serve(first, &self.queue);
            }
            tokio::task::yield_now().await;
        }
    }

    pub(super) async fn execute(&self, request: Request) -> Result<Executed, ExecuteError> {
        let (job, answered) = CommandJob::new(request);
        self.queue.push(job)?;
        self.serve_polled().await;
        answered.await.map_err(|_| StoreError::Unavailable("the writer stopped"))?
    }

    pub(super) async fn write<T, F>(&self, class: Class, write: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (job, answered) = WriteJob::new(class, write);
        self.queue.push(job)?;
        self.serve_polled().await;
        answered.await.map_err(|_| StoreError::Unavailable("the writer stopped"))?
    }

    /// Whether whoever is polled does the work.
    pub(super) fn is_polled(&self) -> bool {
        matches!(self.runs, Runs::Polled(_))
    }

    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(super) async fn close(&self) {
        self.queue.close();
        let Runs::Thread(thread) = &self.runs else { return self.serve_polled().await };
        let thread = thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Joining blocks; a panic inside was already answered to its caller.
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!(target: "store.writer", "the writer thread ended in a panic");
            }
        }
    }
}

#[derive(Debug)]
struct Core {
    connection: Connection,
    context: Context,
    signals: Arc<Signals>,
    batch: usize,
    /// No job joins a batch that has been open for this long.
    patience: Duration,
}

impl Core {
    fn run(&mut self, queue: &Queue) {
        let mut checkpointed = false;
        loop {
            match queue.next(QUIET) {
                Next::Job(first) => {
                    checkpointed = false;
                    self.serve(first, queue);
                }
                Next::Idle if checkpointed => {}
                Next::Idle => {
                    self.checkpoint();
                    checkpointed = true;
                }
                // The last one out leaves a small file.
                Next::Closed => return self.checkpoint(),
            }
        }
    }

    fn checkpoint(&self) {
        if let Err(error) = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(target: "store.writer", %error, "a checkpoint failed");
        }
    }

    /// Serves a batch: the first job and what waits behind it.
    fn serve(&mut self, first: Box<dyn Job>, queue: &Queue) {
        let opened = now();
        let mut begun = Vec::with_capacity(self.batch);
        let mut ran = self.begin_transaction();
        let mut next = Some(first);
        while let Some(mut job) = next {
            if job.begin() {
                if ran.is_ok() {
                    ran = self.savepoint(&mut *job);
                }
                begun.push(job);
            } else {
                job.answer(Ok(()), &self.signals);
            }
            let room = begun.len() < self.batch && opened.elapsed() < self.patience;
            next = if ran.is_ok() && room { queue.try_next() } else { None };
        }
        metrics::histogram!("beckon_store_batch_commands").record(begun.len() as f64);
        match ran.and_then(|()| self.commit()) {
            Ok(()) => {
                crash::point("execute.committed");
                for job in begun {
                    job.answer(Ok(()), &self.signals);
                }
                crash::point("execute.answered");
            }
            Err(error) => {
                tracing::error!(target: "store.writer", %error, jobs = begun.len(), "a batch failed; its jobs run one by one");
                self.rollback();
                for job in begun {
                    self.serve_alone(job);
                }
            }
        }
    }

    /// Runs one job in a transaction of its own, after the batch that it was part of failed.
    fn serve_alone(&mut self, mut job: Box<dyn Job>) {
        let committed = self
            .begin_transaction()
            .and_then(|()| self.savepoint(&mut *job))
            .and_then(|()| self.commit());
        if committed.is_err() {
            self.rollback();
        }
        job.answer(committed, &self.signals);
    }

    fn begin_transaction(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Runs one job; what it wrote stays only if it succeeded. An error is the batch's, not the
    /// job's.
    fn savepoint(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
        self.connection.execute_batch("SAVEPOINT job")?;
        let ran = job.run(&mut self.connection, &self.context);
        // On some errors (a full disk, a failed write) SQLite rolls the whole transaction back by
        // itself. What followed would then commit on its own, behind everybody's back.
        if self.connection.is_autocommit() {
            return Err(StoreError::Unavailable("the database rolled the transaction back"));
        }
        Ok(self.connection.execute_batch(match ran {
            Ran::Keep => "RELEASE job",
            Ran::Undo => "ROLLBACK TO job; RELEASE job",
        })?)
    }

    fn commit(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Err(StoreError::Unavailable("the database rolled the transaction back"));
        }
        crash::point("execute.written");
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    fn rollback(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(target: "store.writer", %error, "a rollback failed");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a batch may stay open is the writer's own business; no rule sees it"
)]
fn now() -> Instant {
    Instant::now()
}
