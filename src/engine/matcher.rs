//! The matcher: offers what waits, oldest first, as soon as there is somebody.
//!
//! An offer rings one agent. A service that rings several at once is offered its session again until
//! that many ring, or nobody else is free. After the queue come the sessions that ring at fewer: an
//! agent who became free is added to them.

use std::collections::HashSet;

use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{CommandId, InvitationId, ServiceId, TenantId};
use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Engine, crash, rest};
use crate::directory::Tenant;
use crate::store::{ExecuteError, StoreError, Waiting};

/// How many sessions are read together.
const PAGE: usize = 10_000;
/// How many offers are made together.
const TOGETHER: usize = 64;

pub(super) async fn run(engine: Engine, stop: CancellationToken) {
    loop {
        if let Err(error) = pass(&engine, PAGE).await {
            tracing::error!(target: "engine.matcher", %error, "a pass failed; the next one follows");
        }
        if !rest(&engine, &engine.signals.matcher, None, &stop).await {
            return;
        }
    }
}

/// Services without a free agent, by their tenants: there is none for their younger sessions either.
type Exhausted = HashSet<(TenantId, ServiceId)>;

/// Offers what waits, once through the queue, of which `page` sessions are read at a time, 1 or more.
/// To its end: sessions that nobody can take must not stand in the way of what is behind them,
/// another tenant's least of all.
///
/// # Errors
/// [`StoreError`]; the next pass makes up for it.
pub async fn pass(engine: &Engine, page: usize) -> Result<(), StoreError> {
    let mut exhausted = Exhausted::new();
    let mut last = None;
    loop {
        let waiting = engine.store.waiting(last.as_ref(), page).await?;
        offer_all(engine, &waiting, &mut exhausted).await?;
        if waiting.len() < page {
            break;
        }
        last = waiting.into_iter().next_back();
    }
    for tenant in engine.directory.tenant_ids() {
        let services = engine.directory.tenant(tenant).into_iter().flat_map(Tenant::services);
        for service in services.filter(|service| service.distribution.broadcast > 1) {
            let at_once = service.distribution.broadcast;
            let ringing = engine.store.ringing_at_fewer(tenant, &service.id, at_once, page).await?;
            offer_all(engine, &ringing, &mut exhausted).await?;
        }
    }
    Ok(())
}

/// Offers these sessions, in this order. Offers of a chunk share commits. They reach the store in
/// the order of the queue, and where one writes, each decides on what the one before it left; where
/// several do, neighbours may overtake each other by the length of a transaction.
async fn offer_all(
    engine: &Engine,
    sessions: &[Waiting],
    exhausted: &mut Exhausted,
) -> Result<(), StoreError> {
    for chunk in sessions.chunks(TOGETHER) {
        let key = |waiting: &Waiting| (waiting.tenant, waiting.service.clone());
        let offers = chunk
            .iter()
            .filter(|waiting| !exhausted.contains(&key(waiting)))
            .map(|waiting| async move { (waiting, ring(engine, waiting).await) });
        for (waiting, offered) in join_all(offers).await {
            match offered {
                Ok(Some(Reply::Offered { rung: false, anybody_free: false })) => {
                    exhausted.insert(key(waiting));
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
