//! What the writer carries out: commands, and writes that no rule decides on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use beckon_domain::ids::TenantId;
use futures_util::FutureExt;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::tx::SqliteTransaction;
use crate::clock::SharedClock;
use crate::engine::{Executed, Executor, Signals};
use crate::store::{Class, ExecuteError, Request, StoreError};

/// What jobs work with.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) executor: Executor,
    pub(super) clock: SharedClock,
}

/// What is to become of what a job wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ran {
    /// It is committed with the batch.
    Keep,
    /// It is rolled back; the rest of the batch is not touched.
    Undo,
}

/// One thing for the writer to do. It may be run twice: again by itself, after the batch that it
/// was part of failed.
pub(super) trait Job: Send {
    /// Whose line it stands in.
    fn tenant(&self) -> Option<TenantId>;
    /// Who goes first.
    fn class(&self) -> Class;
    /// Called once before it is run. False: its caller no longer wants it.
    fn begin(&self) -> bool;
    /// Does it, inside a savepoint.
    fn run(&mut self, connection: &mut Connection, context: &Context) -> Ran;
    /// Tells the caller, after the commit or its failure.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>, signals: &Signals);
}

/// A command, decided by the rules.
pub(super) struct CommandJob {
    request: Request,
    outcome: Option<Result<Executed, ExecuteError>>,
    caller: oneshot::Sender<Result<Executed, ExecuteError>>,
}

impl CommandJob {
    pub(super) fn new(
        request: Request,
    ) -> (Box<Self>, oneshot::Receiver<Result<Executed, ExecuteError>>) {
        let (caller, answered) = oneshot::channel();
        (Box::new(Self { request, outcome: None, caller }), answered)
    }
}

impl Job for CommandJob {
    fn tenant(&self) -> Option<TenantId> {
        Some(self.request.envelope.tenant)
    }

    fn class(&self) -> Class {
        self.request.class
    }

    fn begin(&self) -> bool {
        self.request.begin()
    }

    fn run(&mut self, connection: &mut Connection, context: &Context) -> Ran {
        let now = context.clock.now();
        let mut tx = SqliteTransaction::new(connection, self.request.envelope.tenant);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            context
                .executor
                .execute(&mut tx, &self.request, now, &*context.clock)
                .now_or_never()
                .unwrap_or(Err(StoreError::Unavailable("a query did not finish").into()))
        }))
        .unwrap_or_else(|_| {
            let command = self.request.envelope.id.as_str();
            tracing::error!(target: "store.writer", command, "a rule panicked");
            Err(StoreError::Panicked.into())
        });
        let ran = if outcome.is_ok() { Ran::Keep } else { Ran::Undo };
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>, signals: &Signals) {
        let outcome = match (self.outcome, committed) {
            (Some(Ok(executed)), Ok(())) => {
                signals.committed(&executed);
                Ok(executed)
            }
            // What the rules refused stays refused, whatever became of the batch.
            (Some(Err(refused)), _) => Err(refused),
            (None, Ok(())) => Err(ExecuteError::Cancelled),
            (_, Err(error)) => Err(error.into()),
        };
        // A caller that went away no longer wants the answer.
        let _gone = self.caller.send(outcome);
    }
}

/// A write that no rule decides on: claims, settlements, leases, upkeep.
pub(super) struct WriteJob<T, F> {
    write: F,
    class: Class,
    outcome: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> WriteJob<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, StoreError> + Send,
{
    pub(super) fn new(
        class: Class,
        write: F,
    ) -> (Box<Self>, oneshot::Receiver<Result<T, StoreError>>) {
        let (caller, answered) = oneshot::channel();
        (Box::new(Self { write, class, outcome: None, caller }), answered)
    }
}

impl<T, F> Job for WriteJob<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, StoreError> + Send,
{
    fn tenant(&self) -> Option<TenantId> {
        None
    }

    fn class(&self) -> Class {
        self.class
    }

    fn begin(&self) -> bool {
        !self.caller.is_closed()
    }

    fn run(&mut self, connection: &mut Connection, _: &Context) -> Ran {
        let outcome = (self.write)(connection);
        let ran = if outcome.is_ok() { Ran::Keep } else { Ran::Undo };
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>, _: &Signals) {
        let outcome = match (self.outcome, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (None, Ok(())) => Err(StoreError::Unavailable("the caller went away")),
        };
        let _gone = self.caller.send(outcome);
    }
}
