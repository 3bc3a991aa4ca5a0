//! What is counted: every request once, under the name of its outcome.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit,
};

use super::support::{Lab, SigningKey};

type Values = Arc<Mutex<BTreeMap<String, f64>>>;

/// Keeps the values of counters and gauges by `name` or `name{outcome}`.
#[derive(Default)]
struct Meter(Values);

struct Cell(String, Values);

impl Cell {
    fn change(&self, change: impl FnOnce(&mut f64)) {
        change(self.1.lock().unwrap().entry(self.0.clone()).or_default());
    }
}

impl CounterFn for Cell {
    fn increment(&self, value: u64) {
        self.change(|it| *it += value as f64);
    }

    fn absolute(&self, value: u64) {
        self.change(|it| *it = value as f64);
    }
}

impl GaugeFn for Cell {
    fn increment(&self, value: f64) {
        self.change(|it| *it += value);
    }

    fn decrement(&self, value: f64) {
        self.change(|it| *it -= value);
    }

    fn set(&self, value: f64) {
        self.change(|it| *it = value);
    }
}

impl Meter {
    fn cell(&self, key: &Key) -> Arc<Cell> {
        let labels: Vec<_> = key.labels().map(|label| format!("{{{}}}", label.value())).collect();
        Arc::new(Cell(format!("{}{}", key.name(), labels.concat()), Arc::clone(&self.0)))
    }
}

impl Recorder for Meter {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cell(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[tokio::test]
async fn outcomes_cache_and_keys_are_measured() {
    let meter = Meter::default();
    let _local = metrics::set_default_local_recorder(&meter);
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    bot.send(&lab.valid()).await;
    bot.send(&lab.valid()).await;
    bot.send(&lab.valid().signed_by(SigningKey::Unendorsed)).await;
    let mut tenant = lab.valid();
    tenant.activity["channelData"]["tenant"]["id"] = "other".into();
    bot.send(&tenant).await;
    let mut garbage = lab.valid();
    garbage.raw_body = Some(b"garbage".to_vec());
    bot.send(&garbage).await;
    let mut nobody = lab.valid();
    nobody.authorization = |_| vec![];
    bot.send(&nobody).await;
    lab.clock.advance(Duration::from_mins(2));
    bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await;

    let values = meter.0.lock().unwrap();
    let measured: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(
        measured,
        [
            ("botframework_inbound_verify_total{authorization_missing}", 1.0),
            ("botframework_inbound_verify_total{body_not_json}", 1.0),
            ("botframework_inbound_verify_total{key_unknown}", 1.0),
            ("botframework_inbound_verify_total{ok}", 3.0),
            ("botframework_inbound_verify_total{tenant_not_allowed}", 1.0),
            ("botframework_signing_keys_age_seconds", 120.0),
            ("botframework_signing_keys_fetch_total{ok}", 2.0),
            ("botframework_token_cache_total{hit}", 3.0),
            ("botframework_token_cache_total{miss}", 3.0),
            ("botframework_unendorsed_key_total", 1.0),
        ]
    );
}
