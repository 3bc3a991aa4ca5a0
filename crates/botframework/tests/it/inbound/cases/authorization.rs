//! The `Authorization` header itself.

use super::{Case, unauthorized};

fn one(value: String) -> Vec<Vec<u8>> {
    vec![value.into_bytes()]
}

pub(super) fn cases() -> Vec<Case> {
    const MALFORMED: &str = "authorization_malformed";
    vec![
        unauthorized("no header", "authorization_missing", |it| it.authorization = |_| vec![]),
        unauthorized("the same header twice", "authorization_repeated", |it| {
            it.authorization = |token| vec![format!("Bearer {token}").into_bytes(); 2];
        }),
        unauthorized("an empty header before the good one", "authorization_repeated", |it| {
            it.authorization = |token| vec![vec![], format!("Bearer {token}").into_bytes()];
        }),
        unauthorized("another scheme after the good one", "authorization_repeated", |it| {
            it.authorization =
                |token| vec![format!("Bearer {token}").into_bytes(), b"Basic eDp5".to_vec()];
        }),
        unauthorized("empty", MALFORMED, |it| it.authorization = |_| vec![vec![]]),
        unauthorized("no scheme", MALFORMED, |it| {
            it.authorization = |token| one(token.to_owned());
        }),
        unauthorized("another scheme", MALFORMED, |it| {
            it.authorization = |token| one(format!("Token {token}"));
        }),
        unauthorized("a scheme and no token", MALFORMED, |it| {
            it.authorization = |_| one("Bearer".to_owned());
        }),
        unauthorized("two spaces", MALFORMED, |it| {
            it.authorization = |token| one(format!("Bearer  {token}"));
        }),
        unauthorized("a tab", MALFORMED, |it| {
            it.authorization = |token| one(format!("Bearer\t{token}"));
        }),
        unauthorized("a third part", MALFORMED, |it| {
            it.authorization = |token| one(format!("Bearer {token} {token}"));
        }),
        unauthorized("two tokens joined by a comma", MALFORMED, |it| {
            it.authorization = |token| one(format!("Bearer {token},Bearer {token}"));
        }),
        unauthorized("a quoted token", MALFORMED, |it| {
            it.authorization = |token| one(format!("Bearer \"{token}\""));
        }),
        unauthorized("bytes outside ASCII", MALFORMED, |it| {
            it.authorization = |token| vec![[b"Bearer ", token.as_bytes(), b"\xff"].concat()];
        }),
        unauthorized("a valid token over the size cap", "token_too_large", |it| {
            it.claims["padding"] = "x".repeat(16 * 1024).into();
        }),
    ]
}
