//! A request in the making: valid, then changed in one dimension.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

use super::{APP_ID, Algorithm, SigningKey};

/// The service URL of every valid request.
const SERVICE_URL: &str = "https://smba.trafficmanager.net/amer/";
/// The tenant of every valid request.
pub(crate) const TENANT: &str = "8d1f6f0a-52f3-4a57-b2a5-0f3f6f5f9a11";

/// Text in base64url.
pub(crate) fn encode(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A request whose parts can be changed one by one.
#[derive(Clone)]
pub(crate) struct Draft {
    /// The token's JOSE header.
    pub(crate) header: Value,
    /// The token's claims.
    pub(crate) claims: Value,
    /// Bytes to sign in place of `header` and `claims`.
    pub(crate) raw_header: Option<Vec<u8>>,
    pub(crate) raw_claims: Option<Vec<u8>>,
    pub(crate) key: SigningKey,
    pub(crate) algorithm: Algorithm,
    /// Changes the token after it has been signed.
    pub(crate) tamper: fn(String) -> String,
    /// Makes the values of the `Authorization` headers.
    pub(crate) authorization: fn(&str) -> Vec<Vec<u8>>,
    /// The activity.
    pub(crate) activity: Value,
    /// Bytes to send in place of `activity`.
    pub(crate) raw_body: Option<Vec<u8>>,
}

impl Draft {
    /// A request that every check accepts at `now`, in seconds since 1970.
    pub(crate) fn valid(now: i64) -> Self {
        let key = SigningKey::Teams;
        Self {
            header: json!({"alg": "RS256", "kid": key.id(), "typ": "JWT", "x5t": key.id()}),
            claims: json!({
                "iss": "https://api.botframework.com",
                "aud": APP_ID,
                "nbf": now,
                "exp": now + 3600,
                "serviceurl": SERVICE_URL,
            }),
            raw_header: None,
            raw_claims: None,
            key,
            algorithm: Algorithm::Rs256,
            tamper: |token| token,
            authorization: |token| vec![format!("Bearer {token}").into_bytes()],
            activity: json!({
                "type": "message",
                "id": "1776390257332",
                "channelId": "msteams",
                "serviceUrl": SERVICE_URL,
                "from": {"id": "29:1abc", "aadObjectId": "b7a0c7a5-6e0f-4b9e-8d8e-0a7d0f1c2b3a"},
                "recipient": {"id": format!("28:{APP_ID}"), "name": "Beckon"},
                "conversation": {"id": "a:1xyz", "conversationType": "personal", "tenantId": TENANT},
                "channelData": {"tenant": {"id": TENANT}},
                "text": "hello",
            }),
            raw_body: None,
        }
    }

    /// Signs with another key and names it in the header.
    pub(crate) fn signed_by(mut self, key: SigningKey) -> Self {
        self.key = key;
        self.header["kid"] = key.id().into();
        self
    }

    /// The token.
    pub(crate) fn token(&self) -> String {
        let header = self.raw_header.clone().unwrap_or_else(|| self.header.to_string().into());
        let claims = self.raw_claims.clone().unwrap_or_else(|| self.claims.to_string().into());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self.key.sign(self.algorithm, &signed);
        (self.tamper)(format!("{signed}.{signature}"))
    }

    /// The request's headers.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for value in (self.authorization)(&self.token()) {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(&value).unwrap());
        }
        headers
    }

    /// The request's body.
    pub(crate) fn body(&self) -> Vec<u8> {
        self.raw_body.clone().unwrap_or_else(|| self.activity.to_string().into_bytes())
    }
}
