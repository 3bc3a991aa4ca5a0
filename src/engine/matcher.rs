//! The matcher: offers what waits, oldest first, as soon as there is somebody.

use std::collections::HashSet;

use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, InvitationId};
use tokio_util::sync::CancellationToken;

use super::{Engine, rest};
use crate::store::{ExecuteError, StoreError};

/// How many waiting sessions one pass looks at.
const PASS: usize = 10_000;

pub(super) async fn run(engine: Engine, stop: CancellationToken) {
    loop {
        if let Err(error) = pass(&engine).await {
            tracing::error!(target: "engine.matcher", %error, "a pass failed; the next one follows");
        }
        if !rest(&engine, &engine.signals.matcher, None, &stop).await {
            return;
        }
    }
}

async fn pass(engine: &Engine) -> Result<(), StoreError> {
    // A service without a free agent has none for its younger sessions either.
    let mut exhausted = HashSet::new();
    for waiting in engine.store.waiting(PASS).await? {
        let place = (waiting.tenant, waiting.service);
        if exhausted.contains(&place) {
            continue;
        }
        let invitation = InvitationId(engine.clock.new_id());
        let envelope = Envelope {
            tenant: waiting.tenant,
            id: CommandId(format!("offer:{invitation}")),
            command: Command::Offer { session: waiting.session, invitation },
        };
        match engine.execute(envelope).await {
            Ok(executed) => {
                if executed.reply == Some(Reply::Offered { rung: false, anybody_free: false }) {
                    exhausted.insert(place);
                }
            }
            Err(ExecuteError::Store(error)) => return Err(error),
            Err(ExecuteError::Rejected(rejection)) => {
                // Its service or tenant is no longer configured; the others go on.
                tracing::warn!(target: "engine.matcher", session = %waiting.session, %rejection, "not offered");
            }
        }
    }
    Ok(())
}
