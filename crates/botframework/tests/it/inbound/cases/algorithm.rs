//! The algorithm, which the token does not get to choose.

use serde_json::json;

use super::super::support::{Algorithm, SigningKey};
use super::{Case, unauthorized};

pub(super) fn cases() -> Vec<Case> {
    const REFUSED: &str = "algorithm_not_allowed";
    vec![
        unauthorized("alg none without a signature", REFUSED, |it| {
            it.header["alg"] = "none".into();
            it.tamper = |token| format!("{}.", token.rsplit_once('.').unwrap().0);
        }),
        unauthorized("alg none with a good signature", REFUSED, |it| {
            it.header["alg"] = "none".into();
        }),
        unauthorized("alg nOnE", REFUSED, |it| it.header["alg"] = "nOnE".into()),
        unauthorized("alg empty", REFUSED, |it| it.header["alg"] = "".into()),
        unauthorized("alg in lower case", REFUSED, |it| it.header["alg"] = "rs256".into()),
        unauthorized("HS256 with the public modulus", REFUSED, |it| {
            it.header["alg"] = "HS256".into();
            it.algorithm = Algorithm::HmacOfModulus;
        }),
        unauthorized("HS256 with the public key", REFUSED, |it| {
            it.header["alg"] = "HS256".into();
            it.algorithm = Algorithm::HmacOfDer;
        }),
        unauthorized("an HMAC under alg RS256", "signature_wrong", |it| {
            it.algorithm = Algorithm::HmacOfDer;
        }),
        unauthorized("RS384 by the right key", REFUSED, |it| {
            it.header["alg"] = "RS384".into();
            it.algorithm = Algorithm::Rs384;
        }),
        unauthorized("RS512 by the right key", REFUSED, |it| {
            it.header["alg"] = "RS512".into();
            it.algorithm = Algorithm::Rs512;
        }),
        unauthorized("PS256 by the right key", REFUSED, |it| {
            it.header["alg"] = "PS256".into();
            it.algorithm = Algorithm::Ps256;
        }),
        unauthorized("an RS512 signature under alg RS256", "signature_wrong", |it| {
            it.algorithm = Algorithm::Rs512;
        }),
        unauthorized("ES256", REFUSED, |it| it.header["alg"] = "ES256".into()),
        unauthorized("no alg", "token_malformed", |it| {
            it.header.as_object_mut().unwrap().remove("alg");
        }),
        unauthorized("alg of another type", "token_malformed", |it| {
            it.header["alg"] = json!(["RS256"]);
        }),
        unauthorized("a critical header parameter", "critical_header", |it| {
            it.header["crit"] = json!(["exp"]);
        }),
        unauthorized("an unencoded payload announced", "critical_header", |it| {
            it.header["b64"] = false.into();
            it.header["crit"] = json!(["b64"]);
        }),
        unauthorized("the attacker's key in the header", "signature_wrong", |it| {
            it.key = SigningKey::Stranger;
            it.header["jwk"] = SigningKey::Stranger.jwk();
        }),
        unauthorized("a key address in the header", "signature_wrong", |it| {
            it.key = SigningKey::Stranger;
            it.header["jku"] = "https://keys.example/keys".into();
            it.header["x5u"] = "https://keys.example/cert".into();
        }),
    ]
}
