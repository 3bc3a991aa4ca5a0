//! Timers: turns rows that are due into commands.

use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::CommandId;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Engine, rest};
use crate::store::{DueTimer, StoreError};

/// How many timers are fired together; they share commits.
const BATCH: usize = 256;

pub(super) async fn run(engine: Engine, stop: CancellationToken) {
    loop {
        let next = match fire_due(&engine).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(target: "engine.timers", %error, "timers wait for the store");
                None
            }
        };
        if !rest(&engine, &engine.signals.timers, next, &stop).await {
            return;
        }
    }
}

/// Fires everything that is due. Gives when the next one is.
async fn fire_due(engine: &Engine) -> Result<Option<jiff::Timestamp>, StoreError> {
    loop {
        let (due, next) = engine.store.due_timers(engine.clock.now(), BATCH).await?;
        let full = due.len() == BATCH;
        for result in join_all(due.into_iter().map(|timer| fire(engine, timer))).await {
            result?;
        }
        if !full {
            return Ok(next);
        }
    }
}

async fn fire(engine: &Engine, timer: DueTimer) -> Result<(), StoreError> {
    let DueTimer { tenant, key, generation } = timer;
    let envelope = Envelope {
        tenant,
        id: CommandId(format!("timer:{key:?}:{generation}")),
        command: Command::Timer(key),
    };
    match engine.store.execute(envelope, Some(generation)).await {
        Ok(_) => Ok(()),
        Err(crate::store::ExecuteError::Store(error)) => Err(error),
        Err(crate::store::ExecuteError::Rejected(rejection)) => {
            tracing::warn!(target: "engine.timers", ?key, %rejection, "a timer was refused");
            Ok(())
        }
    }
}
