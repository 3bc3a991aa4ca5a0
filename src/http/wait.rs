//! Long polls: `Prefer: wait=25` (RFC 7240) holds an answer back until there is news.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

use super::AppState;
use crate::engine::{Subscription, Topic};

/// The longest wait, in seconds: below the idle limits of common proxies.
const MAX_WAIT: u64 = 30;

/// A client that waits for news of a topic.
pub(super) struct Wait {
    news: Subscription,
    until: Instant,
    stop: tokio_util::sync::CancellationToken,
}

impl Wait {
    /// Starts to listen; to be called before the first look, so that nothing falls between.
    pub(super) fn new(state: &AppState, topic: Topic, headers: &HeaderMap) -> Self {
        Self {
            news: state.engine.signals().subscribe(topic),
            until: Instant::now() + preferred(headers),
            stop: state.stop.clone(),
        }
    }

    /// Waits for news. False when there were none in time, or the server stops.
    pub(super) async fn news(&mut self) -> bool {
        tokio::select! {
            () = self.news.changed() => true,
            () = tokio::time::sleep_until(self.until) => false,
            () = self.stop.cancelled() => false,
        }
    }
}

/// How long the client would wait.
fn preferred(headers: &HeaderMap) -> Duration {
    let seconds = headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .find_map(|preference| preference.trim().strip_prefix("wait=")?.parse().ok())
        .unwrap_or(0);
    Duration::from_secs(std::cmp::min(seconds, MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use beckon_domain::ids::{AgentId, TenantId};

    use super::*;
    use crate::engine::Executed;

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_with_news_in_time_or_with_the_server() {
        let signals = std::sync::Arc::new(crate::engine::Signals::default());
        let (tenant, agent) = (TenantId(uuid::Uuid::nil()), AgentId(uuid::Uuid::max()));
        let stop = tokio_util::sync::CancellationToken::new();
        let mut wait = Wait {
            news: signals.subscribe(Topic::Agent(tenant, agent)),
            until: Instant::now() + Duration::from_secs(30),
            stop: stop.clone(),
        };
        let start = Instant::now();
        let executed =
            Executed { tenant: Some(tenant), agents: vec![agent], ..Executed::default() };
        signals.committed(&executed);
        assert!(wait.news().await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(!wait.news().await);
        assert_eq!(start.elapsed().as_secs(), 30);

        wait.until += Duration::from_secs(30);
        stop.cancel();
        assert!(!wait.news().await);
        assert_eq!(start.elapsed().as_secs(), 30);
    }

    #[test]
    fn a_wait_is_read_and_bounded() {
        for (header, seconds) in
            [("wait=25", 25), ("respond-async, wait=10", 10), ("wait=9999", 30), ("wait=x", 0)]
        {
            let headers = HeaderMap::from_iter([(
                http::HeaderName::from_static("prefer"),
                header.parse().unwrap(),
            )]);
            assert_eq!(preferred(&headers).as_secs(), seconds, "{header}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Duration::ZERO);
    }
}
