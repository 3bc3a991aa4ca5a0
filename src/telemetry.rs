//! Logs: structured, without message text or secrets.

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

/// Starts logging to standard error. `BECKON_LOG` filters (default `info`), `BECKON_LOG_FORMAT` is
/// `text` (default) or `json`.
pub fn init(environment: &dyn Environment) {
    let filter = environment.var("BECKON_LOG").unwrap_or_else(|| "info".to_owned());
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (a test) keeps the first subscriber.
    let _kept = if environment.var("BECKON_LOG_FORMAT").as_deref() == Some("json") {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}
