//! Tokens, good and bad, checked with the published keys by a verifier of the test's own.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use fake_teams::{Forgery, Signer};
use serde_json::{Value, json};

use crate::bot::{Bot, http};

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The header and claims of a token, and whether the key it names has signed it.
async fn read(bot: &Bot, token: &str) -> (Value, Value, bool) {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{token}") };
    let (header, claims) = (decoded(header), decoded(claims));
    let document: Value = http()
        .get(bot.teams.environment().openid_metadata_url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let jwks: Value = http()
        .get(document["jwks_uri"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]);
    let signed = key.is_some_and(|key| {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
        let public = RsaPublicKeyComponents { n: number("n"), e: number("e") };
        let input = token.rsplit_once('.').unwrap().0;
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        public.verify(&RSA_PKCS1_2048_8192_SHA256, input.as_bytes(), &signature).is_ok()
    });
    (header, claims, signed)
}

#[tokio::test]
async fn an_unpatched_forgery_is_a_good_token() {
    let bot = Bot::start().await;
    let token = bot.teams.forge(&Forgery::default()).unwrap();
    let (header, claims, signed) = read(&bot, &token).await;
    assert!(signed);
    assert_eq!(header["alg"], "RS256");
    let environment = bot.teams.environment();
    assert_eq!(claims["iss"], "https://api.botframework.com");
    assert_eq!(claims["aud"], environment.app_id);
    assert_eq!(claims["serviceurl"], environment.service_url);
    let lifetime = claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap();
    assert_eq!(lifetime, 3_600);
}

#[tokio::test]
async fn each_forgery_is_bad_in_its_own_way() {
    let bot = Bot::start().await;
    let forge = |forgery| bot.teams.forge(&forgery).unwrap();
    let patched = forge(Forgery::of_claims(json!({"aud": "other", "serviceurl": null})));
    let (_, claims, signed) = read(&bot, &patched).await;
    assert_eq!(
        (claims["aud"].as_str(), claims.get("serviceurl"), signed),
        (Some("other"), None, true)
    );
    let (_, _, signed) = read(&bot, &forge(Forgery::of_signer(Signer::Stranger))).await;
    assert!(!signed);
    let (header, _, signed) = read(&bot, &forge(Forgery::of_signer(Signer::Nobody))).await;
    assert_eq!((header["alg"].as_str(), signed), (Some("none"), false));
    let secret = Signer::Secret(b"public key".to_vec());
    let (header, _, signed) = read(&bot, &forge(Forgery::of_signer(secret))).await;
    assert_eq!((header["alg"].as_str(), signed), (Some("HS256"), false));
    let (header, _, signed) = read(&bot, &forge(Forgery::of_header(json!({"kid": "x"})))).await;
    assert_eq!((header["kid"].as_str(), signed), (Some("x"), false));
}

#[tokio::test]
async fn a_raw_delivery_carries_exactly_the_headers_given() {
    let bot = Bot::start().await;
    let draft = bot.teams.person("Ada").draft("hi").unwrap();
    let delivery = bot.teams.deliver_raw(&[("x-test", "1")], &draft.to_string()).await.unwrap();
    assert!(delivery.accepted());
    assert_eq!(bot.received(), [draft]);
}

/// One token serves many deliveries until the key changes.
#[tokio::test]
async fn deliveries_carry_a_token_of_the_current_key() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let tokens = bot.tokens();
    assert_eq!(tokens[0], tokens[1]);
    let (_, _, signed) = read(&bot, &tokens[0]).await;
    assert!(signed);
    bot.teams.faults().rotate_keys_hidden().unwrap();
    ada.say("hi").await.unwrap();
    let last = bot.tokens().pop().unwrap();
    assert!(!read(&bot, &last).await.2, "the key is not published yet");
    bot.teams.faults().publish_keys();
    assert!(read(&bot, &last).await.2);
}
