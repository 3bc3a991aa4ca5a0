//! Requests that are unusual and right.

use super::support::{APP_ID, Draft, Lab, START, SigningKey};

/// An odd but valid request.
type Case = (&'static str, fn(&mut Draft));

/// Seconds since 1970, `offset` seconds from the lab's start.
fn at(offset: i64) -> serde_json::Value {
    (i64::try_from(START).unwrap() + offset).into()
}

fn cases() -> Vec<Case> {
    vec![
        ("as it should be", |_| {}),
        ("the scheme in lower case", |it| {
            it.authorization = |token| vec![format!("bearer {token}").into_bytes()];
        }),
        ("the scheme in capitals", |it| {
            it.authorization = |token| vec![format!("BEARER {token}").into_bytes()];
        }),
        ("a payload announced as nested that is not", |it| it.header["cty"] = "JWT".into()),
        ("no typ", |it| {
            it.header.as_object_mut().unwrap().remove("typ");
        }),
        ("tenant and application without a version", |it| {
            it.claims["tid"] = "6e1fc0e1-0000-0000-0000-aae9486d40a8".into();
            it.claims["appid"] = "26a18ebc-0000-0000-0000-beb352805e81".into();
        }),
        ("unknown claims of every type", |it| {
            it.claims["x"] = serde_json::json!({"a": [1, 2.5, null, true, "b"]});
        }),
        ("the audience in capitals", |it| it.claims["aud"] = APP_ID.to_uppercase().into()),
        ("the audience as application URI", |it| {
            it.claims["aud"] = format!("api://{APP_ID}").into();
        }),
        ("the audience as bot URI", |it| {
            it.claims["aud"] = format!("api://botid-{APP_ID}").into();
        }),
        ("expired 299 s ago", |it| it.claims["exp"] = at(-299)),
        ("valid in 299 s", |it| it.claims["nbf"] = at(299)),
        ("valid in exactly 300 s", |it| it.claims["nbf"] = at(300)),
        ("times with fractions", |it| {
            let now = 1_788_220_800.5;
            it.claims["nbf"] = now.into();
            it.claims["exp"] = (now + 10.0).into();
        }),
        ("the claim without its slash", |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/amer".into();
        }),
        ("the claim with host in capitals and port", |it| {
            it.claims["serviceurl"] = "HTTPS://SMBA.trafficmanager.net:443/amer/".into();
        }),
        ("another endorsed key", |it| *it = it.clone().signed_by(SigningKey::TeamsToo)),
        ("a key without endorsements", |it| *it = it.clone().signed_by(SigningKey::Unendorsed)),
        ("tenant in another case", |it| {
            let tenant = super::support::TENANT.to_uppercase();
            it.activity["channelData"]["tenant"]["id"] = tenant.into();
        }),
        ("tenant in the conversation only", |it| {
            it.activity["channelData"] = serde_json::Value::Null;
        }),
        ("tenant in the channel data only", |it| {
            it.activity["conversation"]["tenantId"] = serde_json::Value::Null;
        }),
        ("ids as numbers", |it| {
            it.activity["id"] = 1_776_390_257_332_u64.into();
            it.activity["conversation"]["id"] = 5.into();
        }),
    ]
}

#[tokio::test]
async fn every_right_request_has_its_effect_cold_and_warm() {
    let lab = Lab::new().await;
    for (name, change) in cases() {
        let bot = lab.cold_bot().await;
        let mut draft = lab.valid();
        change(&mut draft);
        for effects in 1..=2 {
            let answer = bot.send(&draft).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (200, ""),
                "{name} {:?}",
                lab.logs.take()
            );
            assert_eq!(bot.processed(), effects, "{name}");
        }
    }
    assert_eq!(lab.logs.take(), []);
}
