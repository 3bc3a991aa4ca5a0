//! What the code under test logged, by the fields that matter.

use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

/// One rejection as it was logged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    pub(crate) reason: String,
    pub(crate) detail: String,
}

/// Captures rejections logged on this thread, on which the whole test runs.
pub(crate) struct Logs {
    entries: Arc<Mutex<Vec<Entry>>>,
    _guard: DefaultGuard,
}

impl Logs {
    pub(crate) fn capture() -> Self {
        let entries = Arc::new(Mutex::new(Vec::new()));
        let subscriber = Registry::default().with(Capture(Arc::clone(&entries)));
        Self { entries, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// Everything logged since the last call.
    pub(crate) fn take(&self) -> Vec<Entry> {
        std::mem::take(&mut self.entries.lock().unwrap())
    }

    /// The reasons logged since the last call.
    pub(crate) fn reasons(&self) -> Vec<String> {
        self.take().into_iter().map(|entry| entry.reason).collect()
    }
}

struct Capture(Arc<Mutex<Vec<Entry>>>);

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut entry = Entry::default();
        event.record(&mut entry);
        if !entry.reason.is_empty() {
            self.0.lock().unwrap().push(entry);
        }
    }
}

impl Visit for Entry {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "reason" => value.clone_into(&mut self.reason),
            "detail" => value.clone_into(&mut self.detail),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
