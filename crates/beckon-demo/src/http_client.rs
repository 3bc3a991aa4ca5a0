//! The one HTTP client, towards Beckon on loopback.

use std::time::Duration;

/// A long poll is held for 25 s; an answer that takes longer than this never comes.
const TIMEOUT: Duration = Duration::from_secs(40);

/// A client that follows no redirect and asks no proxy.
#[expect(clippy::disallowed_methods, reason = "the one place that builds HTTP clients here")]
pub(crate) fn build() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .build()
}
