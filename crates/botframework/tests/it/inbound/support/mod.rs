//! A laboratory: a key service, a bot, and drafts of requests to it.

mod bot;
mod draft;
mod key_service;
mod logs;
mod meter;
mod signing;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use botframework::auth::{Authenticator, TenantPolicy, Verifier, VerifierConfig};
use botframework::clock::ManualClock;
use botframework::cloud::Cloud;
use botframework::http::ClientOptions;

pub(super) use bot::{Answer, Bot};
pub(super) use draft::{Draft, TENANT, encode};
pub(super) use key_service::{KeyService, Mode};
pub(super) use logs::Logs;
pub(super) use meter::Meter;
pub(super) use signing::{Algorithm, SigningKey};

/// The bot's application id.
pub(super) const APP_ID: &str = "3f1b9c7e-8a52-4d0e-9f63-5b7d2c1a4e80";
/// Where every test's clock starts: 2026-09-01T00:00:00Z.
pub(super) const START: u64 = 1_788_220_800;

/// Everything a test needs; one per test.
pub(super) struct Lab {
    pub(super) clock: ManualClock,
    pub(super) http: reqwest::Client,
    pub(super) keys: KeyService,
    pub(super) logs: Logs,
}

impl Lab {
    /// A key service that publishes the usual keys, and a clock at [`START`].
    pub(super) async fn new() -> Self {
        // Long enough never to be what ends a wait, short enough to fail a test.
        let options =
            ClientOptions { total_timeout: Duration::from_mins(1), ..ClientOptions::default() };
        Self {
            clock: ManualClock::new(UNIX_EPOCH + Duration::from_secs(START)),
            http: botframework::http::client(&options).unwrap(),
            keys: KeyService::start().await,
            logs: Logs::capture(),
        }
    }

    /// The configuration of the usual bot: Teams, one tenant.
    pub(super) fn config(&self) -> VerifierConfig {
        let mut config = VerifierConfig::new(APP_ID, Cloud::Public);
        config.openid_metadata_url = Some(self.keys.metadata_url());
        config.tenants = TenantPolicy::Only(vec![TENANT.to_owned()]);
        config
    }

    /// A verifier that has seen nothing yet.
    pub(super) fn verifier(&self, config: VerifierConfig) -> Verifier {
        Verifier::new(config, Arc::new(self.clock.clone()), self.http.clone()).unwrap()
    }

    /// A running bot with this guard.
    pub(super) async fn bot(&self, guard: Authenticator) -> Bot {
        Bot::start(guard, self.http.clone()).await
    }

    /// A running bot with the usual configuration and cold caches.
    pub(super) async fn cold_bot(&self) -> Bot {
        self.bot(Authenticator::Channel(self.verifier(self.config()))).await
    }

    /// Seconds since 1970 on the lab's clock.
    pub(super) fn now(&self) -> i64 {
        use botframework::clock::Clock;
        let since = self.clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        i64::try_from(since.as_secs()).unwrap()
    }

    /// A request that is valid now.
    pub(super) fn valid(&self) -> Draft {
        Draft::valid(self.now())
    }
}
