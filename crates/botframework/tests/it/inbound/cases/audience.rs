//! For whom a token was issued.

use serde_json::{Value, json};

use super::super::support::APP_ID;
use super::{Case, unauthorized};

pub(super) fn cases() -> Vec<Case> {
    const REFUSED: &str = "audience_not_allowed";
    vec![
        unauthorized("no audience", REFUSED, |it| {
            it.claims.as_object_mut().unwrap().remove("aud");
        }),
        unauthorized("audience null", REFUSED, |it| it.claims["aud"] = Value::Null),
        unauthorized("audience empty", REFUSED, |it| it.claims["aud"] = "".into()),
        unauthorized("audience a list", REFUSED, |it| it.claims["aud"] = json!([APP_ID])),
        unauthorized("another bot", REFUSED, |it| {
            it.claims["aud"] = "00000000-1111-2222-3333-444444444444".into();
        }),
        unauthorized("the connector, as every bot's own token", REFUSED, |it| {
            it.claims["aud"] = "https://api.botframework.com".into();
        }),
        unauthorized("another bot's application URI", REFUSED, |it| {
            it.claims["aud"] = "api://botid-00000000-1111-2222-3333-444444444444".into();
        }),
        unauthorized("the application URI's prefix alone", REFUSED, |it| {
            it.claims["aud"] = "api://botid-".into();
        }),
        unauthorized("a URI of another scheme", REFUSED, |it| {
            it.claims["aud"] = format!("spn:{APP_ID}").into();
        }),
        unauthorized("half an application URI", REFUSED, |it| {
            it.claims["aud"] = format!("botid-{APP_ID}").into();
        }),
        unauthorized("a doubled prefix", REFUSED, |it| {
            it.claims["aud"] = format!("api://api://{APP_ID}").into();
        }),
        unauthorized("the app id with a tail", REFUSED, |it| {
            it.claims["aud"] = format!("{APP_ID}x").into();
        }),
        unauthorized("the app id with a blank", REFUSED, |it| {
            it.claims["aud"] = format!("{APP_ID} ").into();
        }),
        unauthorized("the app id without its end", REFUSED, |it| {
            it.claims["aud"] = APP_ID[..35].into();
        }),
    ]
}
