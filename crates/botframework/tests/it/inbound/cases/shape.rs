//! The outer form of a token.

use serde_json::Value;

use super::super::support::encode;
use super::{Case, unauthorized};

/// The object with one more member, whose text is `text` as it stands.
fn with_unread(object: &Value, text: &[u8]) -> Vec<u8> {
    let object = object.to_string();
    [b"{\"unread\":\"", text, b"\",", &object.as_bytes()[1..]].concat()
}

pub(super) fn cases() -> Vec<Case> {
    const MALFORMED: &str = "token_malformed";
    vec![
        unauthorized("random text", MALFORMED, |it| it.tamper = |_| "ZXlKaGJHY2".to_owned()),
        unauthorized("dots only", MALFORMED, |it| it.tamper = |_| "..".to_owned()),
        unauthorized("two parts", MALFORMED, |it| {
            it.tamper = |token| token.rsplit_once('.').unwrap().0.to_owned();
        }),
        unauthorized("four parts", MALFORMED, |it| it.tamper = |token| format!("{token}.e30")),
        unauthorized("five parts, an encrypted token", MALFORMED, |it| {
            it.tamper = |token| format!("{token}.e30.e30");
        }),
        unauthorized("truncated in the claims", MALFORMED, |it| {
            it.tamper = |token| token[..token.find('.').unwrap() + 20].to_owned();
        }),
        unauthorized("no header part", MALFORMED, |it| {
            it.tamper = |token| token[token.find('.').unwrap()..].to_owned();
        }),
        unauthorized("no claims part", MALFORMED, |it| {
            it.tamper = |token| {
                let parts: Vec<_> = token.split('.').collect();
                format!("{}..{}", parts[0], parts[2])
            };
        }),
        unauthorized("padded base64 in the header", MALFORMED, |it| {
            it.tamper = |token| token.replacen('.', "=.", 1);
        }),
        unauthorized("base64 of the other alphabet", MALFORMED, |it| {
            it.tamper = |token| token.replacen("eyJ", "e+/", 1);
        }),
        unauthorized("a header that is not JSON", MALFORMED, |it| {
            it.raw_header = Some("RS256".into());
        }),
        unauthorized("a header that is an array", MALFORMED, |it| {
            it.raw_header = Some(format!("[\"RS256\",\"{}\",null]", it.key.id()).into());
        }),
        unauthorized("a header with a repeated member", MALFORMED, |it| {
            it.raw_header =
                Some(it.header.to_string().replacen('{', "{\"alg\":\"none\",", 1).into());
        }),
        unauthorized("a header that is not UTF-8 where nobody reads it", MALFORMED, |it| {
            it.raw_header = Some(with_unread(&it.header, b"\xff"));
        }),
        unauthorized("claims that are not UTF-8 where nobody reads them", MALFORMED, |it| {
            it.raw_claims = Some(with_unread(&it.claims, b"\xff"));
        }),
        unauthorized("claims that are not JSON", MALFORMED, |it| {
            it.raw_claims = Some("iss=x".into());
        }),
        unauthorized("claims that are not UTF-8", MALFORMED, |it| {
            it.tamper = |token| {
                let parts: Vec<_> = token.split('.').collect();
                format!("{}.{}.{}", parts[0], encode(b"{\"iss\":\"\xff\"}"), parts[2])
            };
        }),
        unauthorized("claims that are an array", MALFORMED, |it| {
            // Every value is right; they only stand in a list.
            let claims = ["iss", "aud", "exp", "nbf", "serviceurl"];
            let values: Vec<_> = claims.iter().map(|name| it.claims[name].to_string()).collect();
            it.raw_claims = Some(format!("[{},null,null,null,null]", values.join(",")).into());
        }),
        unauthorized("claims that are a nested token", MALFORMED, |it| {
            it.header["cty"] = "JWT".into();
            it.raw_claims = Some(it.token().into());
        }),
        unauthorized("a repeated claim", MALFORMED, |it| {
            let repeated = "{\"iss\":\"https://api.botframework.com\",";
            it.raw_claims = Some(it.claims.to_string().replacen('{', repeated, 1).into());
        }),
        unauthorized("claims nested too deep", MALFORMED, |it| {
            let deep = format!("{{\"ver\":{}{},", "[".repeat(200), "]".repeat(200));
            it.raw_claims = Some(it.claims.to_string().replacen('{', &deep, 1).into());
        }),
        unauthorized("text after the claims", MALFORMED, |it| {
            it.raw_claims = Some(format!("{} {{}}", it.claims).into());
        }),
    ]
}
