//! The daily sweep: ends sessions in which nobody writes any more (P6).
//!
//! ```text
//!  local day begins ─► lease (one node) ─► row of the tenant: date, cursor ─► pages by hour ─┐
//!                                                 ▲                                          │
//!                                                 └── Command::Sweep for each, maintenance ◄─┘
//! ```
//!
//! Exactly once a day: the tenant's row says which date is done, and is only changed by who read it
//! last. A node that dies leaves the row; the next holder of the lease goes on behind its cursor.
//! The date that is done may be days back; then one run makes up for all of them. Whether a session
//! is silent is decided under its lock: what is found here is only where to look.

mod page;
pub(crate) mod request;

use std::collections::HashMap;
use std::time::Duration;

use beckon_domain::ids::TenantId;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use self::page::{Done, Key};
use super::{Engine, crash};
use crate::directory::{SweepRules, Tenant};
use crate::store::{SWEEPER, StoreError, SweepRun, SweepState};

/// How long the one that sweeps is the one, without a sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often it is looked whether there is something to do, at least: when another node died in the
/// middle, or the clock was set.
const EVERY: Duration = Duration::from_secs(30);
/// A date that is done and further ahead than this was never there: the clock was wrong. No time
/// zone, and no clock of another node that still gets along with ours, is so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(48);

pub(super) async fn run(engine: Engine, stop: CancellationToken) {
    let mut known = Known::new();
    loop {
        let next = match round(&engine, &stop, &mut known).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(target: "engine.sweep", %error, "the sweep waits for the store");
                None
            }
        };
        let left = next.map(|next| next.duration_since(engine.clock.now()));
        let left = left.map(|left| Duration::try_from(left).unwrap_or_default());
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = engine.signals.sweep.notified() => {}
            () = tokio::time::sleep(left.unwrap_or(EVERY).min(EVERY)) => {}
        }
    }
}

/// Sweeps every tenant whose day has begun. Gives when the next day begins somewhere.
///
/// # Errors
/// [`StoreError`] of the first tenant that could not be swept; the others were, and the next pass
/// goes on where this one stood.
pub async fn pass(
    engine: &Engine,
    stop: &CancellationToken,
) -> Result<Option<Timestamp>, StoreError> {
    round(engine, stop, &mut Known::new()).await
}

/// The dates for which a tenant was found, or brought, up to date: they are not asked for again.
type Known = HashMap<TenantId, Date>;

async fn round(
    engine: &Engine,
    stop: &CancellationToken,
    known: &mut Known,
) -> Result<Option<Timestamp>, StoreError> {
    let (mut soonest, mut failed) = (None, None);
    for tenant in engine.directory.tenant_ids() {
        let Some(rules) = engine.directory.tenant(tenant).map(Tenant::sweep) else {
            continue;
        };
        let now = engine.clock.now();
        if let Some(due) = rules.daily.due(now).filter(|due| known.get(&tenant) != Some(due)) {
            match visit(engine, tenant, rules, due, stop).await {
                Ok(true) => {
                    known.insert(tenant, due);
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(target: "engine.sweep", %tenant, %error, "it is not swept yet");
                    failed = failed.or(Some(error));
                }
            }
        }
        soonest = soonest.into_iter().chain(rules.daily.next(now)).min();
    }
    failed.map_or(Ok(soonest), Err)
}

/// Brings a tenant up to date, if that is this node's to do. Whether it is.
async fn visit(
    engine: &Engine,
    tenant: TenantId,
    rules: &SweepRules,
    due: Date,
    stop: &CancellationToken,
) -> Result<bool, StoreError> {
    let Some((state, version)) = engine.store.sweep(tenant).await? else {
        // Beckon was not here on the days before: there is nothing to catch up with, and no reason
        // to end anything in the middle of the first day.
        return engine.store.put_sweep(tenant, 0, &SweepState { done: due, run: None }).await;
    };
    if state.done.duration_since(due) > AHEAD {
        tracing::warn!(
            target: "engine.sweep", %tenant, done = %state.done, %due,
            "a clock ran ahead: the sweep goes on from today"
        );
        let today = SweepState { done: due, run: None };
        return engine.store.put_sweep(tenant, version, &today).await;
    }
    if state.done >= due {
        return Ok(true);
    }
    if !lease(engine).await? {
        return Ok(false);
    }
    crash::point("sweep.leased");
    // Read again: who had the lease before may have done it.
    let Some((state, version)) = engine.store.sweep(tenant).await? else { return Ok(false) };
    if state.done >= due {
        return Ok(true);
    }
    let now = engine.clock.now();
    let run = state.run.filter(|run| run.date == due).unwrap_or_else(|| SweepRun {
        date: due,
        began: now,
        before: now.saturating_sub(rules.threshold).unwrap_or(Timestamp::MIN),
        after: None,
        ended: 0,
        spared: 0,
    });
    let mut at = Place { tenant, version, done: state.done, run };
    Ok(at.keep(engine).await? && at.go(engine, rules.threshold, stop).await?)
}

async fn lease(engine: &Engine) -> Result<bool, StoreError> {
    engine.store.lease(SWEEPER, engine.node, engine.clock.now(), LEASE).await
}

/// A run, as this node knows it.
struct Place {
    tenant: TenantId,
    version: u64,
    done: Date,
    run: SweepRun,
}

impl Place {
    /// Page after page; whether to the end. What keeps it from that is found by the next pass.
    async fn go(
        mut self,
        engine: &Engine,
        threshold: SignedDuration,
        stop: &CancellationToken,
    ) -> Result<bool, StoreError> {
        crash::point("sweep.begun");
        loop {
            if stop.is_cancelled() || !lease(engine).await? {
                return Ok(false);
            }
            let SweepRun { before, after, .. } = self.run;
            let places = page::silent(engine, self.tenant, before, after).await?;
            let Some(last) = places.last().copied() else { break };
            let key = Key::Day(self.run.date);
            let Done { ended, spared } =
                page::end(engine, self.tenant, &places, threshold, key, stop).await?;
            if stop.is_cancelled() {
                // Some may not have been looked at: the whole page is, by who goes on.
                return Ok(false);
            }
            crash::point("sweep.ended");
            self.run.ended += ended;
            self.run.spared += spared;
            self.run.after = Some(last);
            if !self.keep(engine).await? {
                return Ok(false);
            }
            crash::point("sweep.noted");
        }
        let state = SweepState { done: self.run.date, run: None };
        let done = engine.store.put_sweep(self.tenant, self.version, &state).await?;
        if done {
            crash::point("sweep.done");
            self.tell(engine.clock.now());
        }
        Ok(done)
    }

    /// Writes down how far it is. False: another node sweeps.
    async fn keep(&mut self, engine: &Engine) -> Result<bool, StoreError> {
        let state = SweepState { done: self.done, run: Some(self.run.clone()) };
        let kept = engine.store.put_sweep(self.tenant, self.version, &state).await?;
        self.version += 1;
        Ok(kept)
    }

    fn tell(&self, now: Timestamp) {
        let Self { tenant, done, run, .. } = self;
        let SweepRun { date, ended, spared, .. } = run;
        let seconds = now.duration_since(run.began).as_secs_f64();
        metrics::counter!("beckon_sweep_runs_total").increment(1);
        metrics::gauge!("beckon_sweep_seconds").set(seconds);
        tracing::info!(
            target: "engine.sweep",
            %tenant, %date, last = %done, ended, spared, seconds,
            "swept"
        );
    }
}
