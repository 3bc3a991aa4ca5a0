//! Reads the answers of token endpoints.

use std::time::Duration;

use ::http::StatusCode;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::error::TokenError;
use crate::text::clean;

/// Longest explanation kept for an error, in characters.
const MAX_DESCRIPTION: usize = 400;

/// A token that was granted.
#[derive(Debug)]
pub(super) struct Granted {
    pub(super) token: SecretString,
    pub(super) lifetime: Duration,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    token_type: Option<String>,
    #[serde(deserialize_with = "seconds")]
    expires_in: u64,
}

#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

/// Entra writes a number, managed identity endpoints a string.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

/// Turns an answer into a token or a typed error.
pub(super) fn read(
    status: StatusCode,
    retry_after: Option<Duration>,
    body: &[u8],
) -> Result<Granted, TokenError> {
    if status.is_success() {
        // The parse error is dropped on purpose: it may quote the token.
        let body: TokenBody = serde_json::from_slice(body)
            .map_err(|_| TokenError::Malformed("no access_token with a lifetime"))?;
        if body.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(TokenError::Malformed("token_type is not Bearer"));
        }
        return Ok(Granted {
            token: SecretString::from(body.access_token),
            lifetime: Duration::from_secs(body.expires_in),
        });
    }
    let error: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let code = error.error.unwrap_or_default();
    let transient = status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || status.is_server_error()
        || code == "temporarily_unavailable";
    if transient {
        return Err(TokenError::Unavailable { status, retry_after });
    }
    Err(TokenError::Refused {
        code: if code.is_empty() { status.as_str().to_owned() } else { clean(&code, 64) },
        description: clean(&error.error_description.unwrap_or_default(), MAX_DESCRIPTION),
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn parse(status: u16, body: &str) -> Result<Granted, TokenError> {
        read(StatusCode::from_u16(status).unwrap(), None, body.as_bytes())
    }

    #[test]
    fn lifetimes_come_as_numbers_and_as_strings() {
        for body in [
            r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"t"}"#,
            r#"{"access_token":"t","expires_in":"3599","token_type":"bearer","resource":"r"}"#,
        ] {
            let granted = parse(200, body).unwrap();
            assert_eq!(granted.token.expose_secret(), "t");
            assert_eq!(granted.lifetime, Duration::from_secs(3599));
        }
    }

    #[test]
    fn answers_that_are_no_token_are_malformed_and_quote_nothing() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"access_token":"tok-secret"}"#,
            r#"{"access_token":"tok-secret","expires_in":"soon"}"#,
            r#"{"access_token":"tok-secret","expires_in":10,"token_type":"pop"}"#,
        ] {
            let error = parse(200, body).unwrap_err();
            assert!(matches!(error, TokenError::Malformed(_)), "{body}");
            assert!(!format!("{error:?} {error}").contains("secret"));
        }
    }

    #[test]
    fn a_refusal_names_its_code_and_is_not_transient() {
        let error = parse(
            401,
            "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: bad\\r\\nTrace\"}",
        )
        .unwrap_err();
        assert!(!error.is_transient());
        let text = error.to_string();
        assert!(text.contains("invalid_client: AADSTS7000215: bad"), "{text}");
        assert!(!text.contains('\r') && !text.contains('\n'));
    }

    #[test]
    fn overload_and_outages_are_transient() {
        for (status, body) in [
            (429, "{}"),
            (503, "not json"),
            (500, ""),
            (408, ""),
            (400, r#"{"error":"temporarily_unavailable"}"#),
        ] {
            assert!(parse(status, body).unwrap_err().is_transient(), "{status}");
        }
    }

    #[test]
    fn a_redirect_is_a_refusal() {
        assert!(!parse(302, "").unwrap_err().is_transient());
    }
}
