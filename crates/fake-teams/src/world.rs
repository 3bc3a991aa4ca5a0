//! The state, its change signal, and what every part needs to know about the fake itself.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    Error,
    accounts::Accounts,
    chats::Chats,
    config::FakeTeamsConfig,
    directory::Directory,
    faults::FaultPlan,
    ids::Ids,
    in_flight::InFlight,
    key_ring::KeyRing,
    record::Record,
    state::{ChannelToken, State},
    tokens::Tokens,
};

/// The issuer of channel tokens in the public cloud.
pub(crate) const ISSUER: &str = "https://api.botframework.com";

/// The region in the service URL.
pub(crate) const REGION: &str = "emea";

/// What all handlers and handles share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) config: FakeTeamsConfig,
    /// `http://127.0.0.1:{port}`, without a slash at the end.
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
    state: Mutex<State>,
    revision: watch::Sender<u64>,
}

impl World {
    pub(crate) fn new(config: FakeTeamsConfig, port: u16) -> Result<Arc<Self>, Error> {
        let state = State {
            ids: Ids::new(config.seed ^ (u64::from(port) << 32)),
            directory: Directory::default(),
            chats: Chats::default(),
            pictures: HashMap::new(),
            keys: KeyRing::new()?,
            channel_token: None,
            tokens: Tokens::default(),
            faults: FaultPlan::default(),
            accounts: Accounts::new(config.budgets.clone()),
            in_flight: InFlight::default(),
            record: Record::new(config.record_capacity),
            bot_endpoint: config.bot_endpoint.clone(),
        };
        Ok(Arc::new(Self {
            base: format!("http://127.0.0.1:{port}"),
            http: client(config.delivery_timeout)?,
            config,
            state: Mutex::new(state),
            revision: watch::Sender::new(1),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in a test's own closure must not take the whole fake down with it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock())
    }

    /// Changes the state and wakes everyone who waits for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.revision.send_modify(|revision| *revision += 1);
        result
    }

    /// The number of the latest change, and a way to wait for the next.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.config.clock.now_ms()
    }

    /// The `serviceUrl` of every activity, in the form seen since 2026: region and tenant.
    pub(crate) fn service_url(&self) -> String {
        format!("{}/{REGION}/{}/", self.base, self.config.tenant)
    }

    /// The claims of a channel token issued now: no more than the real ones carry
    /// (Agents-for-net#502).
    pub(crate) fn channel_claims(&self) -> Value {
        let now = self.now_ms() / 1000;
        json!({
            "serviceurl": self.service_url(),
            "nbf": now,
            "exp": now + 3600,
            "iss": ISSUER,
            "aud": self.config.app_id,
        })
    }

    /// A token for a delivery. One token serves many deliveries, as in the real service.
    pub(crate) fn channel_token(&self) -> Result<String, Error> {
        let now = self.now_ms();
        let mut state = self.lock();
        let key = state.keys.current()?;
        if let Some(token) = &state.channel_token
            && token.kid == key.kid()
            && (token.issued_ms..token.issued_ms + 1_800_000).contains(&now)
        {
            return Ok(token.text.clone());
        }
        let text = key.jws(&channel_header(key.kid()), &self.channel_claims())?;
        let token = ChannelToken { kid: key.kid().to_owned(), issued_ms: now, text: text.clone() };
        state.channel_token = Some(token);
        Ok(text)
    }
}

/// The JOSE header of a channel token.
pub(crate) fn channel_header(kid: &str) -> Value {
    json!({ "alg": "RS256", "kid": kid, "x5t": kid, "typ": "JWT" })
}

#[expect(clippy::disallowed_methods, reason = "the crate's one HTTP client: no proxy, no redirect")]
fn client(timeout: std::time::Duration) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none());
    Ok(builder.timeout(timeout).build()?)
}
