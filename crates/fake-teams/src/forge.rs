//! Tokens that should be refused, for negative tests of a bot's verifier.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    Error,
    keys::{SigningKey, signing_input},
    world::{World, channel_header},
};

/// With what a forged token is signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Signer {
    /// The current key of the fake: the token is as good as its claims.
    #[default]
    Current,
    /// A key nobody publishes, under the current key's id.
    Stranger,
    /// HMAC-SHA-256 with this secret; for the attack that passes a public key off as a secret.
    Secret(Vec<u8>),
    /// Nothing: the third part is empty.
    Nobody,
}

/// A channel token that differs from a good one.
///
/// The default is a good token. Patches are JSON merge patches at the top level: a member replaces
/// the one of the same name, and null removes it.
#[derive(Debug, Clone, Default)]
pub struct Forgery {
    /// Changes to the claims `serviceurl`, `nbf`, `exp`, `iss`, `aud`.
    pub claims: Value,
    /// Changes to the header `alg`, `kid`, `x5t`, `typ`.
    pub header: Value,
    /// Who signs.
    pub signer: Signer,
}

impl Forgery {
    /// A token of the right key whose claims are patched.
    pub fn of_claims(claims: Value) -> Self {
        Self { claims, ..Self::default() }
    }

    /// A token of the right key whose header is patched.
    pub fn of_header(header: Value) -> Self {
        Self { header, ..Self::default() }
    }

    /// A good-looking token of another signer.
    pub fn of_signer(signer: Signer) -> Self {
        Self { signer, ..Self::default() }
    }
}

fn patched(mut base: Value, patch: &Value) -> Value {
    if let (Some(base), Some(patch)) = (base.as_object_mut(), patch.as_object()) {
        for (name, value) in patch {
            if value.is_null() {
                base.shift_remove(name);
            } else {
                base.insert(name.clone(), value.clone());
            }
        }
    }
    base
}

impl World {
    /// Makes the token.
    pub(crate) fn forge(&self, forgery: &Forgery) -> Result<String, Error> {
        let key = self.read(|state| state.keys.current())?;
        let claims = patched(self.channel_claims(), &forgery.claims);
        let mut header = channel_header(key.kid());
        match &forgery.signer {
            Signer::Current | Signer::Stranger => {}
            Signer::Secret(_) => header["alg"] = json!("HS256"),
            Signer::Nobody => header["alg"] = json!("none"),
        }
        let header = patched(header, &forgery.header);
        let input = signing_input(&header, &claims);
        let signature = match &forgery.signer {
            Signer::Current => key.sign(input.as_bytes())?,
            Signer::Stranger => SigningKey::generate()?.sign(input.as_bytes())?,
            Signer::Secret(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                hmac::sign(&key, input.as_bytes()).as_ref().to_vec()
            }
            Signer::Nobody => Vec::new(),
        };
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_replaces_adds_and_removes() {
        let base = json!({"aud": "bot", "iss": "us", "exp": 1});
        let patch = json!({"aud": "other", "exp": null, "ver": "2.0"});
        assert_eq!(
            patched(base.clone(), &patch),
            json!({"aud": "other", "iss": "us", "ver": "2.0"})
        );
        assert_eq!(patched(base.clone(), &Value::Null), base);
    }
}
