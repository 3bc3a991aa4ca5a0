//! A tracing layer that a test can read.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The spans that were opened on this thread, which is all of a single-threaded test.
///
/// One subscriber serves the whole process and sorts by thread: whether a span is recorded at
/// all is decided once for each place in the code, and subscribers that come and go with tests
/// on other threads would take part in that decision.
#[derive(Debug)]
pub(crate) struct Spans(());

impl Spans {
    pub(crate) fn record() -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            let subscriber = Registry::default().with(Notes);
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        LINES.take();
        Self(())
    }

    /// All lines about spans of this name: `name field=value …` when it was opened, and
    /// `name +field=value …` when something was added.
    pub(crate) fn of(&self, name: &str) -> String {
        let Self(()) = self;
        LINES.with_borrow(|all| {
            let of_name = all.iter().filter(|line| line.split(' ').next() == Some(name));
            of_name.cloned().collect::<Vec<_>>().join("\n")
        })
    }
}

/// The layer behind [`Spans`].
struct Notes;

struct Line(String, &'static str);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}{}={value:?}", self.1, field.name()).unwrap();
    }
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Notes {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut line = Line(attributes.metadata().name().to_owned(), "");
        attributes.record(&mut line);
        LINES.with_borrow_mut(|all| all.push(line.0));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let name = context.span(id).map_or("", |span| span.name());
        let mut line = Line(name.to_owned(), "+");
        values.record(&mut line);
        LINES.with_borrow_mut(|all| all.push(line.0));
    }
}
