//! How a webhook is signed: as the Standard Webhooks specification says, so that receivers can use
//! a library they know.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// The key that receivers check signatures with.
pub struct SigningKey(hmac::Key);

impl SigningKey {
    /// The key of this secret.
    pub fn new(secret: &SecretString) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes()))
    }

    /// The signature of a body: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
    pub(super) fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{}.", at.as_second()).as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_that_the_specification_describes() {
        // Computed with OpenSSL: printf '%s' 'msg_1.1700000000.{}' | openssl dgst -sha256 -hmac hush -binary | base64
        let key = SigningKey::new(&SecretString::from("hush"));
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(key.sign("msg_1", at, b"{}"), "v1,ROZfbkoADbVWbBp86tDCTih613ikpu3B4zhLZHIzm+s=");
    }
}
