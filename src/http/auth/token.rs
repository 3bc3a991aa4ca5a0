//! Sign-in tokens of the pages: `payload.mac`, signed with a secret of the installation.
//!
//! A token says who and until when; nothing is stored. Who signs in to read reports is named by the
//! digest of their key, which must be configured for as long as the token is used. The secret is made once and kept in the
//! store, so that every node accepts every token and a restart signs nobody out.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beckon_domain::ids::{AgentId, TenantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a token lasts.
const LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Makes and checks tokens.
#[derive(Debug)]
pub struct Tokens {
    key: hmac::Key,
}

/// A fresh token.
#[derive(Debug, Serialize)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Who holds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Holder {
    /// An agent.
    Agent {
        /// Their tenant.
        tenant: TenantId,
        /// Who it is.
        agent: AgentId,
    },
    /// Whoever has a key, to read reports.
    Reader {
        /// The key's SHA-256.
        reader: [u8; 32],
    },
}

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(flatten)]
    holder: Holder,
    until: i64,
}

impl Tokens {
    /// Tokens signed with this secret, at least 32 random bytes.
    pub fn new(secret: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// A token for somebody.
    pub fn issue(&self, holder: Holder, now: Timestamp) -> IssuedToken {
        let expires_at = now.saturating_add(LIFE).unwrap_or(now);
        let claims = Claims { holder, until: expires_at.as_second() };
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).unwrap_or_default());
        let mac = hmac::sign(&self.key, payload.as_bytes());
        let token = format!("{payload}.{}", URL_SAFE_NO_PAD.encode(mac.as_ref()));
        IssuedToken { token, expires_at }
    }

    /// Who a token is for, if it is ours and not over.
    pub fn holder(&self, token: &str, now: Timestamp) -> Option<Holder> {
        let (payload, mac) = token.split_once('.')?;
        let mac = URL_SAFE_NO_PAD.decode(mac).ok()?;
        hmac::verify(&self.key, payload.as_bytes(), &mac).ok()?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        (now.as_second() < claims.until).then_some(claims.holder)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_token_holds_until_it_is_over_or_touched() {
        let agent = Holder::Agent { tenant: TenantId(Uuid::nil()), agent: AgentId(Uuid::max()) };
        for holder in [agent, Holder::Reader { reader: [200; 32] }] {
            let now = Timestamp::from_second(1_800_000_000).unwrap();
            let tokens = Tokens::new(&[7; 32]);
            let IssuedToken { token, expires_at } = tokens.issue(holder, now);

            assert_eq!(tokens.holder(&token, now), Some(holder));
            assert_eq!(tokens.holder(&token, expires_at), None);
            assert_eq!(Tokens::new(&[8; 32]).holder(&token, now), None, "another installation");
            for at in 0..token.len() {
                let mut touched = token.clone().into_bytes();
                touched[at] = if touched[at] == b'A' { b'B' } else { b'A' };
                let touched = String::from_utf8(touched).unwrap();
                // The last letter of each part carries unused bits that decode to nothing.
                if URL_SAFE_NO_PAD.decode(touched.replace('.', "")).is_ok() {
                    assert_eq!(tokens.holder(&touched, now), None, "letter {at}");
                }
            }
        }
    }
}
