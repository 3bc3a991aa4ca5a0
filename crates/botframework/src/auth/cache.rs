//! Tokens whose signature has been verified.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::claims::Claims;
use crate::service_url::ServiceUrl;

/// Longest life of an entry, whatever its token says.
const MAX_LIFE: Duration = Duration::from_hours(1);

/// What a signature has proved. Facts only, never a verdict: lifetime,
/// audience, service URL, channel, endorsement and tenant are judged anew for
/// every request.
pub(super) struct VerifiedClaims {
    pub(super) claims: Claims,
    pub(super) service_url: ServiceUrl,
    pub(super) key_id: String,
    pub(super) key_fingerprint: [u8; 32],
    /// When the entry may no longer be used.
    pub(super) usable_until: SystemTime,
}

/// Verified tokens by the SHA-256 digest of their text: the cache never holds
/// a token that could be stolen from it.
pub(super) struct TokenCache {
    entries: moka::future::Cache<[u8; 32], Arc<VerifiedClaims>>,
}

impl TokenCache {
    pub(super) fn new(capacity: u64) -> Self {
        // moka's own clock only bounds memory; `usable_until` decides.
        let entries =
            moka::future::Cache::builder().max_capacity(capacity).time_to_live(MAX_LIFE).build();
        Self { entries }
    }

    pub(super) fn digest(token: &str) -> [u8; 32] {
        Sha256::digest(token).into()
    }

    pub(super) async fn get(&self, digest: &[u8; 32]) -> Option<Arc<VerifiedClaims>> {
        self.entries.get(digest).await
    }

    pub(super) async fn insert(&self, digest: [u8; 32], verified: Arc<VerifiedClaims>) {
        self.entries.insert(digest, verified).await;
    }

    pub(super) async fn remove(&self, digest: &[u8; 32]) {
        self.entries.invalidate(digest).await;
    }

    /// When an entry made now for a token that expires at `expires_at` ends.
    pub(super) fn end_of_life(now: SystemTime, expires_at: SystemTime) -> SystemTime {
        expires_at.min(now + MAX_LIFE)
    }
}
