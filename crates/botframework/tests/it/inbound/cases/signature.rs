//! The signature.

use super::super::support::{SigningKey, encode};
use super::{Case, unauthorized};

/// Applies `change` to one of the three parts.
fn with_part(token: &str, index: usize, change: impl Fn(&str) -> String) -> String {
    let parts = token.split('.').enumerate();
    let parts: Vec<_> =
        parts.map(|(at, part)| if at == index { change(part) } else { part.to_owned() }).collect();
    parts.join(".")
}

pub(super) fn cases() -> Vec<Case> {
    const WRONG: &str = "signature_wrong";
    vec![
        unauthorized("signed by a stranger under a known kid", WRONG, |it| {
            it.key = SigningKey::Stranger;
        }),
        unauthorized("no signature", WRONG, |it| {
            it.tamper = |token| with_part(&token, 2, |_| String::new());
        }),
        unauthorized("one character changed", WRONG, |it| {
            it.tamper = |token| {
                with_part(&token, 2, |part| {
                    let first = if part.starts_with('A') { "B" } else { "A" };
                    format!("{first}{}", &part[1..])
                })
            };
        }),
        unauthorized("truncated", WRONG, |it| {
            it.tamper = |token| with_part(&token, 2, |part| part[..part.len() - 4].to_owned());
        }),
        unauthorized("longer", WRONG, |it| {
            it.tamper = |token| with_part(&token, 2, |part| format!("{part}AAAA"));
        }),
        unauthorized("all zero", WRONG, |it| {
            it.tamper = |token| with_part(&token, 2, |_| encode([0; 256]));
        }),
        unauthorized("padded", WRONG, |it| it.tamper = |token| format!("{token}==")),
        unauthorized("not base64", WRONG, |it| {
            it.tamper = |token| with_part(&token, 2, |part| format!("~{}", &part[1..]));
        }),
        unauthorized("another spelling of its last bits", WRONG, |it| {
            it.tamper = |token| {
                // 256 bytes leave four unused bits in the last character; a
                // second token that verifies would escape a block list.
                with_part(&token, 2, |part| {
                    let (rest, last) = part.split_at(part.len() - 1);
                    let other = match last {
                        "A" => "B",
                        "Q" => "R",
                        "g" => "h",
                        _ => "x",
                    };
                    format!("{rest}{other}")
                })
            };
        }),
        unauthorized("claims changed after signing", WRONG, |it| {
            it.tamper = |token| with_part(&token, 1, prolonged);
        }),
        unauthorized("header changed after signing", WRONG, |it| {
            it.tamper = |token| {
                let header = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, SigningKey::Teams.id());
                with_part(&token, 0, |_| encode(&header))
            };
        }),
        unauthorized("header and claims exchanged", "token_malformed", |it| {
            it.tamper = |token| {
                let parts: Vec<_> = token.split('.').collect();
                format!("{}.{}.{}", parts[1], parts[0], parts[2])
            };
        }),
    ]
}

/// The same claims with a longer life.
fn prolonged(claims: &str) -> String {
    use base64::Engine;
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let mut claims: serde_json::Value = serde_json::from_slice(&json).unwrap();
    claims["exp"] = 9_999_999_999_u64.into();
    encode(claims.to_string())
}
