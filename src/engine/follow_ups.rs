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
        if let Err(error) = pass(&engine).await {
            tracing::error!(target: "engine.follow_ups", %error, "follow-ups wait for the store");
        }
        if !rest(&engine, &engine.signals.follow_ups, None, &stop).await {
            return;
        }
    }
}

/// Carries out everything that was left behind.
///
/// # Errors
/// [`StoreError`]; what was not carried out is still there.
pub async fn pass(engine: &Engine) -> Result<(), StoreError> {
    loop {
        let left = engine.store.follow_ups(BATCH).await?;
        let full = left.len() == BATCH;
        let mut progress = false;
        for result in join_all(left.into_iter().map(|follow_up| carry_out(engine, follow_up))).await
        {
            progress |= result?;
        }
        if !full || !progress {
            return Ok(());
        }
    }
}

/// Carries out one. False: it was refused, and stays.
async fn carry_out(engine: &Engine, follow_up: FollowUp) -> Result<bool, StoreError> {
    crash::point("follow_up.due");
    let FollowUp { tenant, id, command } = follow_up;
    let envelope = Envelope { tenant, id: CommandId(format!("follow-up:{id}")), command };
    let request = Request::from_origin(envelope, Origin::FollowUp { id });
    match engine.store.execute(request).await {
        Ok(_) => {
            crash::point("follow_up.done");
            Ok(true)
        }
        Err(ExecuteError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(target: "engine.follow_ups", %id, %error, "a follow-up was refused");
            Ok(false)
        }
    }
}
