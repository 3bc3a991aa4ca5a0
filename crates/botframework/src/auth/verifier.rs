//! The verifier itself: the order of the checks.

use std::sync::Arc;

use http::HeaderMap;

use super::cache::{TokenCache, VerifiedClaims};
use super::claims::Claims;
use super::config::{ConfigError, Endorsements, VerifierConfig};
use super::jws::Jws;
use super::keys::{KeyStore, KeysError, RefreshPolicy, VerificationKey};
use super::{Rejection, bearer_token, observe};
use crate::activity::Activity;
use crate::clock::Clock;

/// Decides which requests come from the channel service. Clones share keys and
/// caches.
#[derive(Clone)]
pub struct Verifier {
    config: Arc<VerifierConfig>,
    clock: Arc<dyn Clock>,
    keys: Arc<KeyStore>,
    cache: Arc<TokenCache>,
}

/// Proof that a request's token is genuine, for this bot and within its
/// lifetime. It allows nothing yet: [`Verifier::authorize`] does.
#[derive(Clone)]
pub struct VerifiedToken(pub(super) Origin);

/// Where a verified request comes from.
#[derive(Clone)]
pub(super) enum Origin {
    Channel { verified: Arc<VerifiedClaims>, key: Arc<VerificationKey> },
    Development,
}

impl std::fmt::Debug for VerifiedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Origin::Channel { verified, .. } => f
                .debug_struct("VerifiedToken")
                .field("service_url", &verified.service_url)
                .finish_non_exhaustive(),
            Origin::Development => f.write_str("VerifiedToken(development)"),
        }
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Verifier {
    /// A verifier that fetches keys through `http`, a client of
    /// [`crate::http::client`]. Nothing is fetched before the first request or
    /// [`warm`](Self::warm).
    pub fn new(
        config: VerifierConfig,
        clock: Arc<dyn Clock>,
        http: reqwest::Client,
    ) -> Result<Self, ConfigError> {
        config.validate()?;
        let policy = RefreshPolicy {
            refresh: config.key_refresh,
            forced_interval: config.forced_refresh_interval,
            spread: config.app_id.clone(),
        };
        let keys = KeyStore::new(http, config.metadata_url()?, Arc::clone(&clock), policy);
        let cache = TokenCache::new(config.token_cache_capacity);
        Ok(Self { config: Arc::new(config), clock, keys: Arc::new(keys), cache: Arc::new(cache) })
    }

    /// Fetches the signing keys ahead of the first request.
    pub async fn warm(&self) -> Result<(), KeysError> {
        self.keys.warm().await
    }

    /// Renews the signing keys for ever, so that an idle bot's keys do not
    /// grow old. Spawn it and abort it at shutdown; without it keys are renewed
    /// when requests come.
    pub async fn keep_keys_fresh(&self) {
        self.keys.keep_fresh().await;
    }

    /// Whether the request's token is genuine, for this bot, and within its
    /// lifetime. Looks at headers only.
    #[tracing::instrument(name = "bot.inbound.authenticate", skip_all)]
    pub async fn authenticate(&self, headers: &HeaderMap) -> Result<VerifiedToken, Rejection> {
        let token =
            bearer_token(headers).inspect_err(|rejection| observe::rejected(rejection, ""))?;
        self.authenticate_token(token).await.inspect_err(|rejection| {
            observe::rejected(rejection, &observe::deciding_claim(rejection, token));
        })
    }

    async fn authenticate_token(&self, token: &str) -> Result<VerifiedToken, Rejection> {
        let digest = TokenCache::digest(token);
        let known = self.known(&digest).await;
        let hit = known.is_some();
        observe::token_cache(hit);
        let (verified, key) = match known {
            Some(known) => known,
            None => self.verify_signature(token).await?,
        };
        let now = self.clock.now();
        verified.claims.check(&self.config, now)?;
        if !hit && now < verified.usable_until {
            self.cache.insert(digest, Arc::clone(&verified)).await;
        }
        Ok(VerifiedToken(Origin::Channel { verified, key }))
    }

    /// What an earlier verification proved, if the key that proved it is still
    /// published.
    async fn known(
        &self,
        digest: &[u8; 32],
    ) -> Option<(Arc<VerifiedClaims>, Arc<VerificationKey>)> {
        let verified = self.cache.get(digest).await?;
        let key = self.keys.peek(&verified.key_id);
        let key = key.filter(|key| *key.fingerprint() == verified.key_fingerprint);
        match key {
            Some(key) if self.clock.now() < verified.usable_until => Some((verified, key)),
            _ => {
                self.cache.remove(digest).await;
                None
            }
        }
    }

    async fn verify_signature(
        &self,
        token: &str,
    ) -> Result<(Arc<VerifiedClaims>, Arc<VerificationKey>), Rejection> {
        let jws = Jws::parse(token)?;
        let claims = Claims::parse(&jws.payload)?;
        claims.check_family(&self.config)?;
        let key = self.keys.get(&jws.key_id).await?;
        if !key.verifies(jws.signed, jws.signature) {
            return Err(Rejection::SignatureWrong);
        }
        // Only what the signature covers was read above, so from here on the
        // claims are the channel's.
        let verified = VerifiedClaims {
            service_url: claims.service_url()?,
            usable_until: TokenCache::end_of_life(self.clock.now(), claims.expires_at()),
            key_fingerprint: *key.fingerprint(),
            key_id: jws.key_id,
            claims,
        };
        Ok((Arc::new(verified), key))
    }

    /// Whether the channel may deliver this activity under this token.
    #[tracing::instrument(name = "bot.inbound.authorize", skip_all)]
    pub fn authorize(&self, token: &VerifiedToken, activity: &Activity) -> Result<(), Rejection> {
        match self.decide(token, activity) {
            Ok(()) => {
                observe::accepted();
                Ok(())
            }
            Err((rejection, detail)) => {
                observe::rejected(&rejection, detail);
                Err(rejection)
            }
        }
    }

    fn decide<'a>(
        &self,
        token: &VerifiedToken,
        activity: &'a Activity,
    ) -> Result<(), (Rejection, &'a str)> {
        let Origin::Channel { verified, key } = &token.0 else {
            return Err((Rejection::FamilyNotEnabled, ""));
        };
        let service_url = &activity.service_url;
        if *service_url != verified.service_url {
            return Err((Rejection::ServiceUrlMismatch, service_url.as_str()));
        }
        if self.config.allowed_hosts.check(service_url).is_err() {
            return Err((Rejection::ServiceHostNotAllowed, service_url.as_str()));
        }
        let channel = &activity.channel_id;
        let endorsed = match key.endorsements() {
            [] => self.config.endorsements == Endorsements::Lenient,
            endorsements => endorsements.contains(channel),
        };
        if !endorsed {
            return Err((Rejection::EndorsementMissing, channel));
        }
        if key.endorsements().is_empty() {
            metrics::counter!("botframework_unendorsed_key_total").increment(1);
        }
        if !self.config.channels.contains(channel) {
            return Err((Rejection::ChannelNotAllowed, channel));
        }
        let tenants = [activity.teams().tenant_id(), activity.conversation.tenant_id.as_deref()];
        if !self.config.tenants.allows(tenants.into_iter().flatten()) {
            return Err((Rejection::TenantNotAllowed, activity.tenant_id().unwrap_or_default()));
        }
        Ok(())
    }
}
