//! The matcher: offers what waits, oldest first, as soon as there is somebody.
//!
//! An offer rings one agent. A service that rings several at once is offered its session again until
//! that many ring, or nobody else is free: after each waiting session has had its first offer.

use std::collections::HashSet;

use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, InvitationId};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Engine, crash, rest};
use crate::store::{ExecuteError, StoreError, Waiting};

/// How many waiting sessions one pass looks at.
const PASS: usize = 10_000;
/// How many offers are made together.
const TOGETHER: usize = 64;

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

/// Offers what waits, once through the queue.
///
/// # Errors
/// [`StoreError`]; the next pass makes up for it.
pub async fn pass(engine: &Engine) -> Result<(), StoreError> {
    // A service without a free agent has none for its younger sessions either.
    let mut exhausted = HashSet::new();
    let waiting = engine.store.waiting(PASS).await?;
    // Offers of a chunk share commits. They reach the store in the order of the queue, and each
    // decides on what the one before it left.
    for chunk in waiting.chunks(TOGETHER) {
        let offers = chunk
            .iter()
            .filter(|waiting| !exhausted.contains(&(waiting.tenant, &waiting.service)))
            .map(|waiting| async move { (waiting, ring(engine, waiting).await) });
        for (waiting, offered) in join_all(offers).await {
            match offered {
                Ok(Some(Reply::Offered { rung: false, anybody_free: false })) => {
                    exhausted.insert((waiting.tenant, &waiting.service));
                }
                Ok(_) => {}
                Err(ExecuteError::Store(error)) => return Err(error),
                Err(error) => {
                    // Its service or tenant is no longer configured; the others go on.
                    let session = waiting.session;
                    tracing::warn!(target: "engine.matcher", %session, %error, "not offered");
                }
            }
        }
    }
    Ok(())
}

/// Offers a session to as many agents as its service rings at once. The last answer.
async fn ring(engine: &Engine, waiting: &Waiting) -> Result<Option<Reply>, ExecuteError> {
    let service =
        engine.directory.tenant(waiting.tenant).and_then(|tenant| tenant.service(&waiting.service));
    let broadcast = service.map_or(1, |service| service.distribution.broadcast);
    let mut offered = offer(engine, waiting).await?;
    for _ in 1..broadcast {
        if !matches!(offered, Some(Reply::Offered { rung: true, .. })) {
            break;
        }
        offered = offer(engine, waiting).await?;
    }
    Ok(offered)
}

async fn offer(engine: &Engine, waiting: &Waiting) -> Result<Option<Reply>, ExecuteError> {
    crash::point("offer.waiting");
    let invitation = InvitationId(engine.clock.new_id());
    let envelope = Envelope {
        tenant: waiting.tenant,
        id: CommandId(format!("offer:{invitation}")),
        command: Command::Offer { session: waiting.session, invitation },
    };
    let offered = engine.execute(envelope).await?;
    crash::point("offer.made");
    Ok(offered.reply)
}
