//! Follow-ups: commands that another one left behind, one for each session it concerns.

use beckon_domain::command::Envelope;
use beckon_domain::ids::CommandId;
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Engine, crash, rest};
use crate::store::{ExecuteError, FollowUp, Origin, Request, StoreError};

/// How many are carried out together; they share commits.
const BATCH: usize = 256;

pub(super) async fn run(engine: Engine, stop: CancellationToken) {
    loop {
        if let Err(error) = pass(&engine, BATCH).await {
            tracing::error!(target: "engine.follow_ups", %error, "follow-ups wait for the store");
        }
        if !rest(&engine, &engine.signals.follow_ups, None, &stop).await {
            return;
        }
    }
}

/// Carries out everything that was left behind, `batch` at a time, 1 or more. What is refused stays,
/// and what is behind it is not kept waiting.
///
/// # Errors
/// [`StoreError`]; what was not carried out is still there.
pub async fn pass(engine: &Engine, batch: usize) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let left = engine.store.follow_ups(after, batch).await?;
        let full = left.len() == batch;
        after = left.last().map_or(after, |last| last.pos);
        for result in join_all(left.into_iter().map(|follow_up| carry_out(engine, follow_up))).await
        {
            result?;
        }
        if !full {
            return Ok(());
        }
    }
}

/// Carries out one. If it is refused, it stays.
async fn carry_out(engine: &Engine, follow_up: FollowUp) -> Result<(), StoreError> {
    crash::point("follow_up.due");
    let FollowUp { tenant, id, command, .. } = follow_up;
    let envelope = Envelope { tenant, id: CommandId(format!("follow-up:{id}")), command };
    let request = Request::from_origin(envelope, Origin::FollowUp { id });
    match engine.store.execute(request).await {
        Ok(_) => {
            crash::point("follow_up.done");
            Ok(())
        }
        Err(ExecuteError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(target: "engine.follow_ups", %id, %error, "a follow-up was refused");
            Ok(())
        }
    }
}
