//! Timers: turns rows that are due into commands.

use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{CommandId, TenantId};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Engine, crash, rest};
use crate::store::{DueTimer, ExecuteError, Origin, Request, StoreError};

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

/// Fires everything that is due. Gives when the next one is. Timers of a tenant that is no longer
/// configured rest until it is again.
///
/// # Errors
/// [`StoreError`]; what was not fired is still due.
pub async fn fire_due(engine: &Engine) -> Result<Option<jiff::Timestamp>, StoreError> {
    let mut soonest = None;
    for tenant in engine.directory.tenant_ids() {
        let next = fire_due_of(engine, tenant).await?;
        soonest = soonest.into_iter().chain(next).min();
    }
    Ok(soonest)
}

async fn fire_due_of(
    engine: &Engine,
    tenant: TenantId,
) -> Result<Option<jiff::Timestamp>, StoreError> {
    loop {
        let (due, next) = engine.store.due_timers(tenant, engine.clock.now(), BATCH).await?;
        let full = due.len() == BATCH;
        let mut progress = false;
        for result in join_all(due.into_iter().map(|timer| fire(engine, timer))).await {
            progress |= result?;
        }
        // What was refused is still there; it waits for the next round, not for this processor.
        if !full || !progress {
            return Ok(next);
        }
    }
}

/// Fires one timer. False: it was refused, and stays.
async fn fire(engine: &Engine, timer: DueTimer) -> Result<bool, StoreError> {
    let DueTimer { tenant, timer, generation } = timer;
    crash::point("timer.due");
    let key = timer.key;
    let envelope = Envelope {
        tenant,
        id: CommandId(format!("timer:{key:?}:{generation}")),
        command: Command::Timer(timer),
    };
    let request = Request::from_origin(envelope, Origin::Timer { generation });
    match engine.store.execute(request).await {
        Ok(_) => {
            crash::point("timer.fired");
            Ok(true)
        }
        Err(ExecuteError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(target: "engine.timers", ?key, %error, "a timer was refused");
            Ok(false)
        }
    }
}
