//! When keys are fetched, and what is served meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use tracing::Instrument;
use url::Url;

use super::fetch::{self, KeysError};
use super::set::{KeySet, VerificationKey};
use super::unknown::UnknownIds;
use crate::auth::Rejection;
use crate::clock::Clock;

/// Wait after a first failed fetch; doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(5);
/// Longest wait after failed fetches.
const MAX_BACKOFF: Duration = Duration::from_mins(5);
/// Longest sleep of the refresh loop, so that the age it reports stays true and
/// a clock set by hand is noticed.
const MAX_SLEEP: Duration = Duration::from_mins(1);

/// How often keys are fetched.
#[derive(Debug, Clone)]
pub(in crate::auth) struct RefreshPolicy {
    /// Age at which a set is fetched again, less up to a tenth.
    pub(in crate::auth) refresh: Duration,
    /// Shortest time between fetches caused by unknown key ids.
    pub(in crate::auth) forced_interval: Duration,
    /// What tells this bot from others, to spread their fetches.
    pub(in crate::auth) spread: String,
}

/// The current key set and the rules for renewing it.
///
/// A set is served until a better one has arrived: the key service has had
/// outages of hours. At most one fetch is under way at any time; callers that
/// want one meanwhile wait for it and use its result.
pub(in crate::auth) struct KeyStore {
    http: reqwest::Client,
    metadata_url: Url,
    clock: Arc<dyn Clock>,
    policy: RefreshPolicy,
    current: RwLock<Option<Arc<KeySet>>>,
    /// Held during a fetch, by the fetch's own task.
    gate: Arc<tokio::sync::Mutex<()>>,
    history: Mutex<History>,
}

/// What past fetches allow the next one.
#[derive(Default)]
struct History {
    failures: u32,
    retry_at: Option<SystemTime>,
    forced_at: Option<SystemTime>,
    unknown: UnknownIds,
}

/// Why a fetch is wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cause<'a> {
    /// There are no keys yet.
    Empty,
    /// The keys have reached their age.
    Due,
    /// A token names a key that is not there.
    UnknownKey(&'a str),
}

impl Cause<'_> {
    /// The cause's name in logs; the key id is the sender's to choose.
    const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Due => "due",
            Self::UnknownKey(_) => "unknown_key",
        }
    }

    /// The key that is looked for, if one is.
    const fn key_id(&self) -> Option<&str> {
        match self {
            Self::Empty | Self::Due => None,
            Self::UnknownKey(key_id) => Some(key_id),
        }
    }
}

impl KeyStore {
    pub(in crate::auth) fn new(
        http: reqwest::Client,
        metadata_url: Url,
        clock: Arc<dyn Clock>,
        policy: RefreshPolicy,
    ) -> Self {
        Self {
            http,
            metadata_url,
            clock,
            policy,
            current: RwLock::new(None),
            gate: Arc::default(),
            history: Mutex::new(History::default()),
        }
    }

    /// The key with this id as far as it is known now; never waits. Starts a
    /// fetch in the background when the keys have reached their age.
    pub(in crate::auth) fn peek(self: &Arc<Self>, key_id: &str) -> Option<Arc<VerificationKey>> {
        let set = self.current()?;
        let now = self.clock.now();
        set.report_age(now);
        if now >= set.due_at && self.gate.try_lock().is_ok() && self.wanted(Cause::Due) {
            let store = Arc::clone(self);
            tokio::spawn(async move { store.fetch_if_wanted(Cause::Due).await });
        }
        set.get(key_id)
    }

    /// The key with this id, fetching keys if that may help.
    pub(in crate::auth) async fn get(
        self: &Arc<Self>,
        key_id: &str,
    ) -> Result<Arc<VerificationKey>, Rejection> {
        if let Some(key) = self.peek(key_id) {
            return Ok(key);
        }
        let cause = if self.current().is_some() { Cause::UnknownKey(key_id) } else { Cause::Empty };
        if self.wanted(cause) {
            // A failure is logged where it happens; old keys stay in use.
            let _ = self.fetch_if_wanted(cause).await;
        }
        let set = self.current().ok_or(Rejection::KeysUnavailable)?;
        set.get(key_id).ok_or(Rejection::KeyUnknown)
    }

    /// Fetches the keys if there are none.
    pub(in crate::auth) async fn warm(self: &Arc<Self>) -> Result<(), KeysError> {
        self.fetch_if_wanted(Cause::Empty).await?;
        if self.current().is_some() { Ok(()) } else { Err(KeysError::BackingOff) }
    }

    /// Renews the keys for ever, whether or not requests come.
    pub(in crate::auth) async fn keep_fresh(self: &Arc<Self>) {
        loop {
            let cause = if self.current().is_some() { Cause::Due } else { Cause::Empty };
            // A failure is logged where it happens and retried here.
            let _ = self.fetch_if_wanted(cause).await;
            let now = self.clock.now();
            let current = self.current();
            if let Some(set) = &current {
                set.report_age(now);
            }
            let next = self.history().retry_at.or(current.map(|set| set.due_at));
            let wait = next.and_then(|next| next.duration_since(now).ok()).unwrap_or(FIRST_BACKOFF);
            tokio::time::sleep(wait.min(MAX_SLEEP)).await;
        }
    }

    /// Whether a fetch for this cause is allowed now.
    fn wanted(&self, cause: Cause<'_>) -> bool {
        let now = self.clock.now();
        let history = self.history();
        if history.retry_at.is_some_and(|retry_at| now < retry_at) {
            return false;
        }
        match cause {
            Cause::Empty => self.current().is_none(),
            Cause::Due => self.current().is_some_and(|set| now >= set.due_at),
            Cause::UnknownKey(key_id) => {
                let known = self.current().is_some_and(|set| set.get(key_id).is_some());
                let next_forced = history.forced_at.map(|at| at + self.policy.forced_interval);
                let too_early = next_forced.is_some_and(|next| now < next);
                !known && !too_early && !history.unknown.refuses(key_id, now)
            }
        }
    }

    /// Fetches the keys, alone, unless somebody did while we waited to be.
    ///
    /// The fetch is a task of its own: a sender of forged tokens who hangs up
    /// cancels neither the fetch nor the note that it was made, which is what
    /// keeps the next forged token from causing another.
    async fn fetch_if_wanted(self: &Arc<Self>, cause: Cause<'_>) -> Result<(), KeysError> {
        let alone = Arc::clone(&self.gate).lock_owned().await;
        if !self.wanted(cause) {
            return Ok(());
        }
        let store = Arc::clone(self);
        let name = cause.name();
        let wanted_key = cause.key_id().map(str::to_owned);
        let fetch = async move {
            let fetched = store.fetch().await;
            let outcome = store.land(fetched, name, wanted_key.as_deref());
            drop(alone);
            outcome
        };
        tokio::spawn(fetch.in_current_span()).await.unwrap_or(Err(KeysError::Abandoned))
    }

    /// Takes over what was fetched and notes what that allows the next fetch.
    fn land(
        &self,
        fetched: Result<KeySet, KeysError>,
        cause: &'static str,
        wanted_key: Option<&str>,
    ) -> Result<(), KeysError> {
        let now = self.clock.now();
        let mut history = self.history();
        match fetched {
            Ok(set) => {
                tracing::info!(keys = set.len(), cause, "signing keys fetched");
                history.failures = 0;
                history.retry_at = None;
                if let Some(key_id) = wanted_key {
                    history.forced_at = Some(now);
                    if set.get(key_id).is_none() {
                        history.unknown.remember(key_id, now, self.policy.forced_interval);
                    }
                }
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(set));
                metrics::counter!("botframework_signing_keys_fetch_total", "outcome" => "ok")
                    .increment(1);
                Ok(())
            }
            Err(error) => {
                let backoff = FIRST_BACKOFF.saturating_mul(1 << history.failures.min(10));
                history.failures = history.failures.saturating_add(1);
                history.retry_at = Some(now + backoff.min(MAX_BACKOFF));
                tracing::error!(%error, cause, "signing keys could not be fetched");
                metrics::counter!("botframework_signing_keys_fetch_total", "outcome" => "error")
                    .increment(1);
                Err(error)
            }
        }
    }

    #[tracing::instrument(name = "bot.keys.fetch", skip_all)]
    async fn fetch(&self) -> Result<KeySet, KeysError> {
        let jwks = fetch::key_set(&self.http, &self.metadata_url).await?;
        let now = self.clock.now();
        KeySet::new(jwks, now, now + self.jittered_age(now)).ok_or(KeysError::NoUsableKey)
    }

    /// The age at which a set fetched now is due: up to a tenth earlier than
    /// configured, spread over bots and moments so that they do not all come
    /// at once. A digest serves as well as randomness and needs none.
    fn jittered_age(&self, now: SystemTime) -> Duration {
        let since_epoch = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut digest = Sha256::new();
        digest.update(&self.policy.spread);
        digest.update(since_epoch.as_nanos().to_be_bytes());
        let fraction = f64::from(digest.finalize()[0]) / 256.0;
        self.policy.refresh.mul_f64(1.0 - 0.1 * fraction)
    }

    fn current(&self) -> Option<Arc<KeySet>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
