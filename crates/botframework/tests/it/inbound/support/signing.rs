//! RSA keys of the test, made by the cryptographic library itself.

use std::sync::OnceLock;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key by its role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SigningKey {
    /// Published, endorsed for Teams.
    Teams,
    /// Published, endorsed for Teams, another key.
    TeamsToo,
    /// Published without endorsements.
    Unendorsed,
    /// Published, endorsed for another channel only.
    WebChat,
    /// Not published: an attacker's, or one of the future.
    Stranger,
}

/// How a token is signed, whatever its header says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    /// HMAC with the public modulus as the secret.
    HmacOfModulus,
    /// HMAC with the public key's DER form as the secret.
    HmacOfDer,
}

impl SigningKey {
    pub(crate) const ALL: [Self; 5] =
        [Self::Teams, Self::TeamsToo, Self::Unendorsed, Self::WebChat, Self::Stranger];

    pub(crate) fn id(self) -> String {
        format!("key-{self:?}")
    }

    fn pair(self) -> &'static KeyPair {
        static PAIRS: [OnceLock<KeyPair>; 5] = [const { OnceLock::new() }; 5];
        PAIRS[self as usize].get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public key as the key service publishes it.
    pub(crate) fn jwk(self) -> Value {
        let public = self.pair().public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.id(),
            "x5t": self.id(),
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        });
        match self {
            Self::Teams | Self::TeamsToo | Self::Stranger => {
                jwk["endorsements"] = json!(["msteams", "skype"]);
            }
            Self::WebChat => jwk["endorsements"] = json!(["webchat", "msteams2", "MSTEAMS"]),
            Self::Unendorsed => {}
        }
        jwk
    }

    /// The signature of `signed`, in base64url.
    pub(crate) fn sign(self, algorithm: Algorithm, signed: &str) -> String {
        let pair = self.pair();
        let rsa = |encoding: &'static dyn RsaEncoding| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
            signature
        };
        let mac = |secret: &[u8]| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
        };
        let signature = match algorithm {
            Algorithm::Rs256 => rsa(&RSA_PKCS1_SHA256),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_SHA384),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_SHA512),
            Algorithm::Ps256 => rsa(&RSA_PSS_SHA256),
            Algorithm::HmacOfModulus => {
                mac(pair.public_key().modulus().big_endian_without_leading_zero())
            }
            Algorithm::HmacOfDer => mac(pair.public_key().as_ref()),
        };
        URL_SAFE_NO_PAD.encode(signature)
    }
}
