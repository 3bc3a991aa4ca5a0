//! Upkeep: the feed's places, pruning, gauges. It yields to live traffic and is done by one node.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::prune::{Removed, prune};
use super::{Engine, crash, rest};
use crate::store::{PRUNER, StoreError};

/// How many events get their places in one go.
const SEQUENCED: usize = 1_000;
/// How often the gauges are read.
const EVERY: Duration = Duration::from_secs(10);
/// How often what is past is removed.
const PRUNED_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How long the one that prunes is the one, without a sign of life.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Gives events their places as they are committed.
pub(super) async fn sequence(engine: Engine, stop: CancellationToken) {
    loop {
        match sequenced(&engine, SEQUENCED).await {
            Ok(more) if more && !stop.is_cancelled() => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(target: "engine.feed", %error, "the feed waits"),
        }
        if !rest(&engine, &engine.signals.feed, None, &stop).await {
            return;
        }
    }
}

/// Gives at most `limit` events their places, and tells who follows. Whether there may be more.
///
/// # Errors
/// [`StoreError`]; the events get their places later.
pub async fn sequenced(engine: &Engine, limit: usize) -> Result<bool, StoreError> {
    let count = engine.store.sequence_feed(engine.node, engine.clock.now(), limit).await?;
    if count > 0 {
        engine.signals.fed();
    }
    Ok(count == limit)
}

/// Prunes once a day, and shows how far behind the store is.
pub(super) async fn run(engine: Engine, stop: CancellationToken) {
    let mut pruned = None;
    loop {
        let round = async {
            if let Err(error) = round(&engine, &mut pruned).await {
                tracing::warn!(target: "engine.upkeep", %error, "upkeep waits for the store");
            }
            tokio::time::sleep(EVERY).await;
        };
        // A removal that is cut off is rolled back, and made again some day.
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = round => {}
        }
    }
}

/// One round of upkeep, pruning included.
///
/// # Errors
/// [`StoreError`]; the next round makes up for it.
pub async fn pass(engine: &Engine) -> Result<(), StoreError> {
    round(engine, &mut None).await
}

/// One round; `pruned` is when this node last did what is done once a day.
async fn round(engine: &Engine, pruned: &mut Option<Timestamp>) -> Result<(), StoreError> {
    let now = engine.clock.now();
    show_gauges(engine, now).await?;
    // The one that prunes stays so while it lives; its successor begins with a round.
    if !engine.store.lease(PRUNER, engine.node, now, LEASE).await? {
        *pruned = None;
        return Ok(());
    }
    crash::point("upkeep.leased");
    if pruned.is_none_or(|last| now.duration_since(last) >= PRUNED_EVERY) {
        engine.store.make_room().await?;
        let removed = prune(engine, false).await?;
        *pruned = Some(now);
        if removed != Removed::default() {
            tracing::info!(target: "engine.upkeep", ?removed, "what is past is removed");
        }
    }
    crash::point("upkeep.pruned");
    Ok(())
}

async fn show_gauges(engine: &Engine, now: Timestamp) -> Result<(), StoreError> {
    let gauges = engine.store.gauges(now).await?;
    let age =
        |at: Option<Timestamp>| at.map_or(0.0, |at| now.duration_since(at).as_secs_f64().max(0.0));
    metrics::gauge!("beckon_oldest_effect_seconds").set(age(gauges.oldest_effect));
    metrics::gauge!("beckon_dead_effects").set(gauges.dead_effects as f64);
    metrics::gauge!("beckon_waiting_cards").set(gauges.waiting_cards as f64);
    metrics::gauge!("beckon_timer_lag_seconds").set(age(gauges.oldest_timer));
    metrics::gauge!("beckon_feed_lag_events").set(gauges.feed_lag as f64);
    if let Some(bytes) = gauges.wal_bytes {
        metrics::gauge!("beckon_wal_bytes").set(bytes as f64);
    }
    if let Some(waiting) = gauges.writer_queue {
        metrics::gauge!("beckon_writer_queue_commands").set(waiting as f64);
    }
    if let Some(skew) = gauges.skew {
        metrics::gauge!("beckon_clock_skew_seconds").set(skew.as_secs_f64());
    }
    Ok(())
}
