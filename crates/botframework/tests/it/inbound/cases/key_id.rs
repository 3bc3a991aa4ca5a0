//! Which key a token names.

use serde_json::Value;

use super::super::support::SigningKey;
use super::{Case, unauthorized};

pub(super) fn cases() -> Vec<Case> {
    const MISSING: &str = "key_id_missing";
    const UNKNOWN: &str = "key_unknown";
    vec![
        unauthorized("no kid", MISSING, |it| {
            it.header.as_object_mut().unwrap().remove("kid");
        }),
        unauthorized("kid null", MISSING, |it| it.header["kid"] = Value::Null),
        unauthorized("kid empty", MISSING, |it| it.header["kid"] = "".into()),
        unauthorized("kid a number", "token_malformed", |it| it.header["kid"] = 1.into()),
        unauthorized("kid too long", "token_malformed", |it| {
            it.header["kid"] = "k".repeat(257).into();
        }),
        unauthorized("kid unknown", UNKNOWN, |it| it.header["kid"] = "unpublished".into()),
        unauthorized("kid of another case", UNKNOWN, |it| {
            it.header["kid"] = it.key.id().to_uppercase().into();
        }),
        unauthorized("kid a path", UNKNOWN, |it| it.header["kid"] = "../../dev/null".into()),
        unauthorized("kid a log line", UNKNOWN, |it| {
            it.header["kid"] = "x\r\nINFO accepted\u{202e}".into();
        }),
        unauthorized("signed by a key that is not published", UNKNOWN, |it| {
            *it = it.clone().signed_by(SigningKey::Stranger);
        }),
        unauthorized("kid of another published key", "signature_wrong", |it| {
            it.header["kid"] = SigningKey::TeamsToo.id().into();
        }),
    ]
}
