//! A set of published keys, as it was at one moment.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Shortest accepted RSA modulus, in bytes (2048 bits).
const MIN_MODULUS_BYTES: usize = 256;

/// A JSON Web Key Set (RFC 7517). Each key is read on its own, so that one of
/// an unknown kind does not spoil the others.
#[derive(Deserialize)]
pub(super) struct JwkSet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    n: String,
    e: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    #[serde(default)]
    endorsements: Option<Vec<String>>,
}

/// One RSA key with what the channel service says about it.
pub(in crate::auth) struct VerificationKey {
    key: DecodingKey,
    fingerprint: [u8; 32],
    endorsements: Vec<String>,
}

impl VerificationKey {
    fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let signs = jwk.usage.as_deref().is_none_or(|usage| usage == "sig");
        let rs256 = jwk.alg.as_deref().is_none_or(|alg| alg == "RS256");
        if jwk.kty != "RSA" || !signs || !rs256 || jwk.kid.is_empty() {
            return None;
        }
        let modulus = URL_SAFE_NO_PAD.decode(jwk.n.trim_end_matches('=')).ok()?;
        let exponent = URL_SAFE_NO_PAD.decode(jwk.e.trim_end_matches('=')).ok()?;
        let significant = modulus.iter().skip_while(|byte| **byte == 0).count();
        if significant < MIN_MODULUS_BYTES || exponent.is_empty() {
            return None;
        }
        let mut digest = Sha256::new();
        digest.update((modulus.len() as u64).to_be_bytes());
        digest.update(&modulus);
        digest.update(&exponent);
        Some(Self {
            key: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
            fingerprint: digest.finalize().into(),
            endorsements: jwk.endorsements.clone().unwrap_or_default(),
        })
    }

    /// Whether `signature` (base64url) is this key's RS256 signature of `signed`.
    pub(in crate::auth) fn verifies(&self, signed: &str, signature: &str) -> bool {
        crypto::verify(signature, signed.as_bytes(), &self.key, Algorithm::RS256).unwrap_or(false)
    }

    /// Digest of the key itself, which tells it from another key of the same id.
    pub(in crate::auth) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// Channels the key may sign for; empty when nothing is said.
    pub(in crate::auth) fn endorsements(&self) -> &[String] {
        &self.endorsements
    }
}

/// The usable keys of one fetch.
pub(super) struct KeySet {
    keys: HashMap<String, Arc<VerificationKey>>,
    fetched_at: SystemTime,
    pub(super) due_at: SystemTime,
}

impl KeySet {
    /// The usable keys of `jwks`; `None` if there is not one.
    pub(super) fn new(jwks: JwkSet, fetched_at: SystemTime, due_at: SystemTime) -> Option<Self> {
        let mut keys = HashMap::new();
        for jwk in jwks.keys {
            let Ok(jwk) = Jwk::deserialize(&jwk) else { continue };
            if let Some(key) = VerificationKey::from_jwk(&jwk) {
                keys.entry(jwk.kid).or_insert_with(|| Arc::new(key));
            }
        }
        (!keys.is_empty()).then_some(Self { keys, fetched_at, due_at })
    }

    pub(super) fn get(&self, key_id: &str) -> Option<Arc<VerificationKey>> {
        self.keys.get(key_id).cloned()
    }

    /// Publishes how old the set is, in seconds.
    pub(super) fn report_age(&self, now: SystemTime) {
        let age = now.duration_since(self.fetched_at).unwrap_or_default();
        metrics::gauge!("botframework_signing_keys_age_seconds").set(age.as_secs_f64());
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }
}
