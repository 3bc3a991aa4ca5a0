//! The sweep on demand: a page at a time, so that whoever asks sees how far it is, and stops it by
//! asking no more. Nothing of it is kept; the daily run comes all the same.

use std::collections::BTreeMap;

use beckon_domain::ids::{ServiceId, SessionId, TenantId};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::page::{self, Done, Key};
use crate::engine::Engine;
use crate::store::{SilentPlace, StoreError};

/// How many sessions a dry run reads at once: it shares the store's connections with those who wait.
const AT_ONCE: usize = 8;

/// What a sweep of a tenant would look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepPlan {
    /// The tenant.
    pub tenant: TenantId,
    /// What has been silent since then.
    pub before: Timestamp,
    /// How many sessions will be looked at.
    pub found: u64,
}

/// A page of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepPage {
    /// How many sessions were ended, or would be.
    pub ended: u64,
    /// How many were left alone, those included that could not be ended, or read.
    pub spared: u64,
    /// Of a dry run: those that would be ended.
    pub silent: Vec<SilentSession>,
    /// Where the next page begins; `None`: this was the last.
    pub next: Option<SilentPlace>,
}

/// A session that would be ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SilentSession {
    /// The session.
    pub session: SessionId,
    /// Its service.
    pub service: ServiceId,
    /// The last message of either side.
    pub since: Timestamp,
}

/// What a sweep would look at now.
pub(crate) async fn plan(engine: &Engine, tenant: TenantId) -> Result<SweepPlan, StoreError> {
    let threshold = threshold(engine, tenant);
    let before = engine.clock.now().saturating_sub(threshold).unwrap_or(Timestamp::MIN);
    let found = engine.store.count_silent(tenant, before).await?;
    Ok(SweepPlan { tenant, before, found })
}

/// One page of a sweep; a dry one changes nothing.
pub(crate) async fn sweep(
    engine: &Engine,
    plan: &SweepPlan,
    after: Option<SilentPlace>,
    dry: bool,
) -> Result<SweepPage, StoreError> {
    let SweepPlan { tenant, before, .. } = *plan;
    let threshold = threshold(engine, tenant);
    let places = page::silent(engine, tenant, before, after).await?;
    let next = places.last().copied();
    if dry {
        let silent = look(engine, tenant, &places, threshold).await?;
        let ended = silent.len() as u64;
        return Ok(SweepPage { ended, spared: places.len() as u64 - ended, silent, next });
    }
    // Whoever asks waits for no more than this page.
    let never = CancellationToken::new();
    let Done { ended, spared } =
        page::end(engine, tenant, &places, threshold, Key::Now, &never).await?;
    Ok(SweepPage { ended, spared, silent: Vec::new(), next })
}

fn threshold(engine: &Engine, tenant: TenantId) -> SignedDuration {
    engine.directory.tenant(tenant).map(|tenant| tenant.sweep().threshold).unwrap_or_default()
}

/// Those that the sweep would end, by the rule that it ends them by.
async fn look(
    engine: &Engine,
    tenant: TenantId,
    places: &[SilentPlace],
    threshold: SignedDuration,
) -> Result<Vec<SilentSession>, StoreError> {
    let services = engine.directory.tenant(tenant);
    let now = engine.clock.now();
    let reads: Vec<_> =
        places.iter().map(|place| engine.store.session(tenant, place.session)).collect();
    let mut rows = stream::iter(reads).buffered(AT_ONCE);
    let mut silent = Vec::new();
    while let Some(row) = rows.next().await {
        let row = match row {
            Ok(row) => row,
            // A sweep leaves it alone as well, and says so.
            Err(error) if error.recurs() => None,
            Err(error) => return Err(error),
        };
        let stale = row.filter(|row| {
            let service = services.and_then(|known| known.service(&row.service));
            row.is_stale(now, threshold, service)
        });
        silent.extend(stale.map(|row| SilentSession {
            session: row.id,
            service: row.service,
            since: row.last_activity_at,
        }));
    }
    Ok(silent)
}

/// How many of them each service has.
pub(crate) fn by_service(counts: &mut BTreeMap<String, u64>, silent: &[SilentSession]) {
    for session in silent {
        *counts.entry(session.service.as_str().to_owned()).or_default() += 1;
    }
}
