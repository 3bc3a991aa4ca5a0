//! A compact JWS, taken apart without believing any of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::Rejection;

/// Longest accepted key id, in bytes. Unknown ones are remembered, so they
/// must be small.
const MAX_KEY_ID_BYTES: usize = 256;

/// The parts of a token in compact serialisation (RFC 7515, 7.1).
pub(super) struct Jws<'a> {
    /// Header and payload as they were signed.
    pub(super) signed: &'a str,
    /// The signature in base64url.
    pub(super) signature: &'a str,
    /// The decoded payload.
    pub(super) payload: Vec<u8>,
    /// Which key is said to have signed it.
    pub(super) key_id: String,
}

/// The header parameters that matter. `typ` and `cty` do not: the channel
/// service has sent `cty: JWT` on tokens that are not nested.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart. The algorithm is decided here, by us: RS256 and
    /// nothing else, whatever the header would like.
    pub(super) fn parse(token: &'a str) -> Result<Self, Rejection> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejection::TokenMalformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Rejection::TokenMalformed)?;
        if payload.contains('.') {
            return Err(Rejection::TokenMalformed);
        }
        let decode =
            |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Rejection::TokenMalformed);
        let header: Header = object(&decode(header)?)?;
        if header.alg != "RS256" {
            return Err(Rejection::AlgorithmNotAllowed);
        }
        if header.crit.is_some() {
            return Err(Rejection::CriticalHeader);
        }
        let key_id = header.kid.filter(|kid| !kid.is_empty()).ok_or(Rejection::KeyIdMissing)?;
        if key_id.len() > MAX_KEY_ID_BYTES {
            return Err(Rejection::TokenMalformed);
        }
        Ok(Self { signed, signature, payload: decode(payload)?, key_id })
    }
}

/// Reads a JSON object. An array is refused although `serde` would take its
/// elements for the members of a struct, in order; so is what is not UTF-8
/// (RFC 7515, 5.2), which the parser overlooks in members that nobody reads.
pub(super) fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Rejection> {
    let text = std::str::from_utf8(json).map_err(|_| Rejection::TokenMalformed)?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Rejection::TokenMalformed);
    }
    serde_json::from_str(text).map_err(|_| Rejection::TokenMalformed)
}
