//! A recorder of metrics that a test can read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit,
};

type Values = Arc<Mutex<BTreeMap<String, i64>>>;

/// Keeps the values of counters and gauges, rounded down, by `name` or `name{outcome}`.
#[derive(Default)]
pub(crate) struct Meter(Values);

struct Cell(String, Values);

impl Cell {
    fn change(&self, change: impl FnOnce(&mut i64)) {
        change(self.1.lock().unwrap().entry(self.0.clone()).or_default());
    }
}

impl CounterFn for Cell {
    fn increment(&self, value: u64) {
        self.change(|it| *it += value as i64);
    }

    fn absolute(&self, value: u64) {
        self.change(|it| *it = value as i64);
    }
}

impl GaugeFn for Cell {
    fn increment(&self, value: f64) {
        self.change(|it| *it += value as i64);
    }

    fn decrement(&self, value: f64) {
        self.change(|it| *it -= value as i64);
    }

    fn set(&self, value: f64) {
        self.change(|it| *it = value as i64);
    }
}

impl Meter {
    /// Everything measured so far, in the order of names.
    pub(crate) fn values(&self) -> Vec<(String, i64)> {
        self.0.lock().unwrap().iter().map(|(name, value)| (name.clone(), *value)).collect()
    }

    /// One value; 0 when nothing was measured.
    pub(crate) fn value(&self, name: &str) -> i64 {
        self.0.lock().unwrap().get(name).copied().unwrap_or_default()
    }

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
