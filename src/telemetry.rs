//! Logs: structured, without message text or secrets. And the gauges, for Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Environment;

/// Starts logging to standard error. `BECKON_LOG` filters (default `level`), `BECKON_LOG_FORMAT` is
/// `text` (default) or `json`.
pub fn init(environment: &dyn Environment, level: &str) {
    let filter = environment.var("BECKON_LOG").unwrap_or_else(|| level.to_owned());
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (a test) keeps the first subscriber.
    let _kept = if environment.var("BECKON_LOG_FORMAT").as_deref() == Some("json") {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}

/// What was measured, to be read by Prometheus. A process has one; the first call starts it.
///
/// `None`: something else in this process collects the metrics already.
pub fn metrics() -> Option<PrometheusHandle> {
    static COLLECTED: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    COLLECTED
        .get_or_init(|| {
            let handle = PrometheusBuilder::new()
                .install_recorder()
                .inspect_err(|error| {
                    tracing::warn!(target: "telemetry", %error, "metrics are not collected here");
                })
                .ok()?;
            describe();
            Some(handle)
        })
        .clone()
}

fn describe() {
    use metrics::describe_gauge as gauge;
    gauge!("beckon_oldest_effect_seconds", "Age of the oldest delivery that still waits.");
    gauge!("beckon_dead_effects", "Deliveries that were given up and wait for an administrator.");
    gauge!("beckon_waiting_cards", "Cards in Teams that do not show the truth yet.");
    gauge!("beckon_timer_lag_seconds", "How long the most overdue timer is overdue.");
    gauge!("beckon_feed_lag_events", "Events that have no place in the feed yet.");
    gauge!("beckon_wal_bytes", "Size of the write-ahead log (SQLite).");
    gauge!("beckon_writer_queue_commands", "Commands that wait for the writer (SQLite).");
    gauge!("beckon_clock_skew_seconds", "How far our clock is ahead of the store's.");
}
