//! Everything around a bot, on one loopback port: the channel's keys, the token endpoint, and a
//! connector that answers what the test tells it to.

pub(crate) mod channel;
pub(crate) mod metrics;
mod server;
pub(crate) mod signing;
pub(crate) mod spans;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use botframework::auth::{Authenticator, TenantPolicy, Verifier, VerifierConfig};
use botframework::clock::ManualClock;
use botframework::cloud::Cloud;
use botframework::connector::ConnectorClient;
use botframework::http::{ClientOptions, client};
use botframework::limiter::Limiter;
use botframework::service_url::{AllowedHosts, ServiceUrl};
use botframework::token::{Credentials, TokenConfig, TokenProvider, TokenRetry};
use botframework::turn::{Bot, BotBuilder};
use serde_json::{Value, json};
use signing::SigningKey;

pub(crate) use server::{Reply, Role, Seen, World};

pub(crate) const APP_ID: &str = "8d7c6b5a-1111-4222-8333-444455556666";
pub(crate) const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

/// Patience for tests: the same number of attempts, hardly any pause.
pub(crate) const QUICK: TokenRetry =
    TokenRetry { attempts: 3, base: Duration::from_millis(1), cap: Duration::from_millis(2) };

/// The one key of the channel service; making RSA keys is slow, so all tests share it.
pub(crate) fn channel_key() -> &'static SigningKey {
    static KEY: std::sync::LazyLock<SigningKey> =
        std::sync::LazyLock::new(|| SigningKey::generate("channel-key").unwrap());
    &KEY
}

/// A clock that stands at a fixed moment.
pub(crate) fn clock() -> ManualClock {
    ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_790_000_000))
}

pub(crate) fn http() -> reqwest::Client {
    client(&ClientOptions::default()).unwrap()
}

impl World {
    pub(crate) fn url(&self, path: &str) -> url::Url {
        format!("http://{}{path}", self.addr).parse().unwrap()
    }

    /// The service URL of the connector, with a path as Teams has it.
    pub(crate) fn service_url(&self) -> ServiceUrl {
        ServiceUrl::parse(self.url(&format!("/amer/{TENANT}/")).as_str()).unwrap()
    }

    pub(crate) fn hosts(&self) -> AllowedHosts {
        AllowedHosts::none().allow(&self.addr.to_string()).unwrap()
    }

    /// A single-tenant bot's token configuration, pointed at this world.
    pub(crate) fn token_config(&self) -> TokenConfig {
        let secret = Credentials::client_secret("s3cret");
        TokenConfig {
            token_url: Some(self.url("/token")),
            ..TokenConfig::single_tenant(APP_ID, TENANT, secret)
        }
    }

    pub(crate) fn tokens(&self, clock: &ManualClock) -> TokenProvider {
        let clock = Arc::new(clock.clone());
        TokenProvider::new(self.token_config(), clock, http()).unwrap().with_retry(QUICK)
    }

    /// A connector client without limiter and without another host to turn to.
    pub(crate) fn connector(&self) -> ConnectorClient {
        self.connector_with(None)
    }

    pub(crate) fn connector_with(&self, limiter: impl Into<Option<Limiter>>) -> ConnectorClient {
        ConnectorClient::new(self.tokens(&clock()), self.hosts(), limiter, http())
            .with_failover(None)
    }

    /// A connector client without credentials.
    pub(crate) fn anonymous_connector(&self) -> ConnectorClient {
        ConnectorClient::new(anonymous_tokens(), self.hosts(), None, http())
    }

    /// The guard of a bot in this world.
    pub(crate) fn authenticator(&self, clock: &ManualClock) -> Authenticator {
        let mut config = VerifierConfig::new(APP_ID, Cloud::Public);
        config.openid_metadata_url = Some(self.url("/v1/.well-known/openidconfiguration"));
        config.allowed_hosts = self.hosts();
        config.tenants = TenantPolicy::Only(vec![TENANT.to_owned()]);
        let verifier = Verifier::new(config, Arc::new(clock.clone()), http()).unwrap();
        Authenticator::Channel(verifier)
    }

    /// The token that the channel sends along, valid for an hour at `now`.
    pub(crate) fn channel_token(&self, now: SystemTime) -> String {
        let now = now.duration_since(UNIX_EPOCH).unwrap().as_secs();
        channel_key()
            .sign(&json!({
                "iss": "https://api.botframework.com",
                "aud": APP_ID,
                "serviceurl": self.service_url().raw(),
                "nbf": now,
                "exp": now + 3600,
            }))
            .unwrap()
    }

    /// An activity of `kind` as Teams would post it.
    pub(crate) fn activity(&self, kind: &str, id: &str) -> Value {
        json!({
            "type": kind,
            "id": id,
            "timestamp": "2026-11-22T12:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url().raw(),
            "from": { "id": "29:user", "name": "Ada", "aadObjectId": "ad-oid" },
            "recipient": { "id": format!("28:{APP_ID}"), "name": "Bot" },
            "conversation": {
                "id": "a:conv/1", "conversationType": "personal", "tenantId": TENANT,
            },
            "channelData": { "tenant": { "id": TENANT } },
        })
    }

    /// A message activity.
    pub(crate) fn message(&self, id: &str, text: &str) -> Value {
        let mut activity = self.activity("message", id);
        activity["text"] = text.into();
        activity
    }

    /// A click on a card.
    pub(crate) fn click(&self, id: &str, verb: &str) -> Value {
        let mut activity = self.activity("invoke", id);
        activity["name"] = "adaptiveCard/action".into();
        activity["replyToId"] = "card-message".into();
        activity["value"] = json!({
            "action": { "type": "Action.Execute", "verb": verb, "data": { "n": 1 } },
            "trigger": "manual",
        });
        activity
    }
}

impl World {
    /// Starts to build a bot that trusts and answers this world.
    pub(crate) fn bot(&self) -> BotBuilder {
        Bot::builder(self.authenticator(&clock()), self.connector())
    }
}

/// A provider without credentials.
pub(crate) fn anonymous_tokens() -> TokenProvider {
    TokenProvider::new(TokenConfig::anonymous(), Arc::new(clock()), http()).unwrap()
}
