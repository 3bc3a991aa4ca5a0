//! Who issued a token, and of which family it is.

use serde_json::{Value, json};

use super::super::support::{APP_ID, TENANT};
use super::{Case, unauthorized};

pub(super) fn cases() -> Vec<Case> {
    const ISSUER: &str = "issuer_not_allowed";
    const FAMILY: &str = "family_not_enabled";
    vec![
        unauthorized("no issuer", ISSUER, |it| {
            it.claims.as_object_mut().unwrap().remove("iss");
        }),
        unauthorized("issuer null", ISSUER, |it| it.claims["iss"] = Value::Null),
        unauthorized("issuer a list", "token_malformed", |it| {
            it.claims["iss"] = json!(["https://api.botframework.com"]);
        }),
        unauthorized("issuer with a slash", ISSUER, |it| {
            it.claims["iss"] = "https://api.botframework.com/".into();
        }),
        unauthorized("issuer in capitals", ISSUER, |it| {
            it.claims["iss"] = "https://API.botframework.com".into();
        }),
        unauthorized("issuer as a prefix", ISSUER, |it| {
            it.claims["iss"] = "https://api.botframework.com.evil.example".into();
        }),
        unauthorized("issuer over http", ISSUER, |it| {
            it.claims["iss"] = "http://api.botframework.com".into();
        }),
        unauthorized("issuer of another cloud", ISSUER, |it| {
            it.claims["iss"] = "https://api.botframework.us".into();
        }),
        unauthorized("any other issuer", ISSUER, |it| {
            it.claims["iss"] = "https://issuer.example".into();
        }),
        unauthorized("a v1 Entra issuer", FAMILY, |it| {
            it.claims["iss"] = format!("https://sts.windows.net/{TENANT}/").into();
        }),
        unauthorized("a v2 Entra issuer", FAMILY, |it| {
            it.claims["iss"] = format!("https://login.microsoftonline.com/{TENANT}/v2.0").into();
        }),
        unauthorized("the emulator's Entra tenant", FAMILY, |it| {
            it.claims["iss"] =
                "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/".into();
            it.claims["ver"] = "1.0".into();
            it.claims["appid"] = APP_ID.into();
        }),
        unauthorized("a bot's own outbound token", FAMILY, |it| {
            it.claims["iss"] = format!("https://sts.windows.net/{TENANT}/").into();
            it.claims["aud"] = "https://api.botframework.com".into();
            it.claims["appid"] = APP_ID.into();
        }),
        unauthorized("a skill's v2 claims under the channel issuer", FAMILY, |it| {
            it.claims["ver"] = "2.0".into();
            it.claims["azp"] = "00000000-1111-2222-3333-444444444444".into();
        }),
        unauthorized("a skill's v1 claims under the channel issuer", FAMILY, |it| {
            it.claims["ver"] = "1.0".into();
            it.claims["appid"] = "00000000-1111-2222-3333-444444444444".into();
        }),
        unauthorized("an emulator's claims under the channel issuer", FAMILY, |it| {
            it.claims["ver"] = "1.0".into();
            it.claims["appid"] = APP_ID.into();
        }),
        unauthorized("a user's scopes under the channel issuer", FAMILY, |it| {
            it.claims["scp"] = "access_as_user".into();
        }),
    ]
}
