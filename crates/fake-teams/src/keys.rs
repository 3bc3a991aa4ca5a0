//! The RSA keys with which the Bot Framework signs what it sends to a bot.

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::Error;

/// One RS256 key pair with its key id.
#[derive(Debug)]
pub(crate) struct SigningKey {
    pair: KeyPair,
    kid: String,
}

impl SigningKey {
    /// Makes a new 2048-bit key.
    pub(crate) fn generate() -> Result<Self, Error> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Key)?;
        let modulus = pair.public_key().modulus();
        // The real service names a key by its certificate's thumbprint: 20 bytes, base64url.
        let thumb = digest::digest(
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            modulus.big_endian_without_leading_zero(),
        );
        Ok(Self { kid: URL_SAFE_NO_PAD.encode(thumb), pair })
    }

    /// The key id, which is also the thumbprint `x5t`.
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JWK, with what channels it may speak for.
    pub(crate) fn jwk(&self, endorsements: &[String]) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
            "endorsements": endorsements,
        })
    }

    /// The RSASSA-PKCS1-v1_5 SHA-256 signature of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Error::Key)?;
        Ok(signature)
    }

    /// A compact JWS of `claims` under `header`.
    pub(crate) fn jws(&self, header: &Value, claims: &Value) -> Result<String, Error> {
        let input = signing_input(header, claims);
        let signature = URL_SAFE_NO_PAD.encode(self.sign(input.as_bytes())?);
        Ok(format!("{input}.{signature}"))
    }
}

/// The first two parts of a compact JWS.
pub(crate) fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

    #[test]
    fn a_signature_verifies_with_the_published_numbers() {
        let key = SigningKey::generate().unwrap();
        let token = key.jws(&json!({"alg": "RS256"}), &json!({"aud": "bot"})).unwrap();
        let (input, signature) = token.rsplit_once('.').unwrap();
        let jwk = key.jwk(&["msteams".to_owned()]);
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        let public = RsaPublicKeyComponents { n: number("n"), e: number("e") };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        public.verify(&RSA_PKCS1_2048_8192_SHA256, input.as_bytes(), &signature).unwrap();
        assert!(public.verify(&RSA_PKCS1_2048_8192_SHA256, b"other", &signature).is_err());
    }
}
