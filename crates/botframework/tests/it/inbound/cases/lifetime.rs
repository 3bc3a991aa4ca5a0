//! From when to when a token is valid.

use serde_json::{Value, json};

use super::super::support::START;
use super::{Case, unauthorized};

/// Seconds since 1970, `offset` seconds from the lab's start.
fn at(offset: i64) -> Value {
    json!(i64::try_from(START).unwrap() + offset)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        unauthorized("no expiry", "expiry_missing", |it| {
            it.claims.as_object_mut().unwrap().remove("exp");
        }),
        unauthorized("expiry null", "expiry_missing", |it| it.claims["exp"] = Value::Null),
        unauthorized("expiry a text", "token_malformed", |it| {
            it.claims["exp"] = at(3600).to_string().into();
        }),
        unauthorized("expiry beyond numbers", "token_malformed", |it| {
            let claims = it.claims.to_string();
            let exp = it.claims["exp"].to_string();
            it.raw_claims = Some(claims.replace(&exp, "1e400").into());
        }),
        unauthorized("expired 301 s ago", "expired", |it| it.claims["exp"] = at(-301)),
        unauthorized("expired exactly 300 s ago", "expired", |it| it.claims["exp"] = at(-300)),
        unauthorized("expired in 1970", "expired", |it| it.claims["exp"] = 0.into()),
        unauthorized("expired before 1970", "expired", |it| it.claims["exp"] = (-1e300).into()),
        unauthorized("expiry in milliseconds of the past", "expired", |it| {
            it.claims["exp"] = (START / 1000).into();
        }),
        unauthorized("no start", "not_before_missing", |it| {
            it.claims.as_object_mut().unwrap().remove("nbf");
        }),
        unauthorized("start null", "not_before_missing", |it| it.claims["nbf"] = Value::Null),
        unauthorized("start a text", "token_malformed", |it| it.claims["nbf"] = "0".into()),
        unauthorized("valid in 301 s", "not_yet_valid", |it| it.claims["nbf"] = at(301)),
        unauthorized("valid in the year 2500", "not_yet_valid", |it| {
            it.claims["nbf"] = 16_725_225_600_u64.into();
        }),
        unauthorized("start in milliseconds", "not_yet_valid", |it| {
            it.claims["nbf"] = (START * 1000).into();
        }),
    ]
}
