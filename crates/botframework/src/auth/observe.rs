//! What is told about decisions: to operators, never to callers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::Rejection;
use crate::text::clean;

/// Longest text taken over from a request into a log line, in characters.
const MAX_LOGGED_CHARS: usize = 128;

/// Counts and logs the outcome of a step.
///
/// Success is counted once, by the last step; a rejection by the step that
/// made it. So the counter's sum is the number of requests.
pub(super) fn rejected(rejection: &Rejection, detail: &str) {
    let reason = rejection.reason();
    metrics::counter!("botframework_inbound_verify_total", "outcome" => reason).increment(1);
    tracing::warn!(
        reason,
        status = rejection.status().as_u16(),
        detail = clean(detail, MAX_LOGGED_CHARS),
        "inbound request rejected"
    );
}

/// Counts an accepted request.
pub(super) fn accepted() {
    metrics::counter!("botframework_inbound_verify_total", "outcome" => "ok").increment(1);
}

/// Counts whether a token's signature was known already.
pub(super) fn token_cache(hit: bool) {
    let outcome = if hit { "hit" } else { "miss" };
    metrics::counter!("botframework_token_cache_total", "outcome" => outcome).increment(1);
}

/// What an operator needs to see of a refused token to mend a configuration:
/// the one header parameter or claim that decided. Nothing of it was verified.
pub(super) fn deciding_claim(rejection: &Rejection, token: &str) -> String {
    let (part, name) = match rejection {
        Rejection::AlgorithmNotAllowed => (0, "alg"),
        Rejection::KeyUnknown => (0, "kid"),
        Rejection::IssuerNotAllowed | Rejection::FamilyNotEnabled => (1, "iss"),
        Rejection::AudienceNotAllowed => (1, "aud"),
        Rejection::ServiceUrlMalformed => (1, "serviceurl"),
        _ => return String::new(),
    };
    let decoded = token.split('.').nth(part).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let object = decoded.and_then(|json| serde_json::from_slice::<Value>(&json).ok());
    match object.as_ref().and_then(|object| object.get(name)) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}
