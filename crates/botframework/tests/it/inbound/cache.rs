//! The token cache holds what was proved and never what was decided.

use std::time::Duration;

use botframework::auth::Authenticator;

use super::support::{Lab, Meter, SigningKey};

/// A bot that has accepted `lab.valid()` once: its token is cached.
async fn warm_bot(lab: &Lab) -> super::support::Bot {
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    bot
}

#[tokio::test]
async fn a_cached_token_still_expires() {
    let lab = Lab::new().await;
    let draft = lab.valid();
    let bot = warm_bot(&lab).await;
    lab.clock.advance(Duration::from_secs(3600 + 299));
    assert_eq!(bot.send(&draft).await.status, 200);
    lab.clock.advance(Duration::from_secs(1));
    assert_eq!(bot.send(&draft).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["expired"]);
    assert_eq!(bot.processed(), 2);
}

/// The same, within the life of the cache's entry: nothing but the check of
/// the lifetime stands between the token and the bot.
#[tokio::test]
async fn a_cached_token_is_not_valid_before_its_time_when_the_clock_is_set_back() {
    let lab = Lab::new().await;
    let draft = lab.valid();
    let bot = warm_bot(&lab).await;
    let now = std::time::UNIX_EPOCH + Duration::from_secs(super::support::START);
    lab.clock.set(now - Duration::from_mins(5));
    assert_eq!(bot.send(&draft).await.status, 200);
    lab.clock.set(now - Duration::from_secs(301));
    assert_eq!(bot.send(&draft).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["not_yet_valid"]);
}

#[tokio::test]
async fn a_cached_token_is_bound_to_its_service_url() {
    let lab = Lab::new().await;
    let bot = warm_bot(&lab).await;
    let mut draft = lab.valid();
    draft.activity["serviceUrl"] = "https://smba.trafficmanager.net/emea/".into();
    assert_eq!(bot.send(&draft).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["service_url_mismatch"]);
    assert_eq!(bot.processed(), 1);
}

#[tokio::test]
async fn a_cached_token_speaks_only_for_endorsed_channels_and_allowed_tenants() {
    let lab = Lab::new().await;
    let bot = warm_bot(&lab).await;
    let mut channel = lab.valid();
    channel.activity["channelId"] = "webchat".into();
    assert_eq!(bot.send(&channel).await.status, 401);
    let mut tenant = lab.valid();
    tenant.activity["channelData"]["tenant"]["id"] = "other".into();
    assert_eq!(bot.send(&tenant).await.status, 403);
    assert_eq!(lab.logs.reasons(), ["endorsement_missing", "tenant_not_allowed"]);
    assert_eq!(bot.processed(), 1);
}

/// A key that leaves the published set takes its tokens with it.
#[tokio::test]
async fn a_withdrawn_key_drops_its_tokens() {
    let lab = Lab::new().await;
    let draft = lab.valid();
    let bot = warm_bot(&lab).await;
    lab.keys.publish(vec![SigningKey::Stranger.jwk()]);
    // The token of the new key makes the bot fetch the new set.
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await.status, 200);
    assert_eq!(bot.send(&draft).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["key_unknown"]);
    assert_eq!(bot.processed(), 2);
}

/// A key that comes back has to prove its tokens anew.
#[tokio::test]
async fn a_dropped_token_stays_dropped() {
    let meter = Meter::default();
    let _local = metrics::set_default_local_recorder(&meter);
    let lab = Lab::new().await;
    let mut config = lab.config();
    config.forced_refresh_interval = Duration::from_mins(1);
    let bot = lab.bot(Authenticator::Channel(lab.verifier(config))).await;
    let draft = lab.valid();
    assert_eq!(bot.send(&draft).await.status, 200);
    lab.keys.publish(vec![SigningKey::Stranger.jwk()]);
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await.status, 200);
    assert_eq!(bot.send(&draft).await.status, 401);
    lab.clock.advance(Duration::from_mins(1));
    lab.keys.publish(vec![SigningKey::Teams.jwk(), SigningKey::TeamsToo.jwk()]);
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::TeamsToo)).await.status, 200);
    assert_eq!(bot.send(&draft).await.status, 200);
    assert_eq!(meter.value("botframework_token_cache_total{hit}"), 0);
}

/// A key id that is given to another key proves nothing for old tokens.
#[tokio::test]
async fn a_replaced_key_of_the_same_id_drops_its_tokens() {
    let lab = Lab::new().await;
    let draft = lab.valid();
    let bot = warm_bot(&lab).await;
    let mut replaced = SigningKey::TeamsToo.jwk();
    replaced["kid"] = SigningKey::Teams.id().into();
    lab.keys.publish(vec![replaced, SigningKey::Stranger.jwk()]);
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await.status, 200);
    assert_eq!(bot.send(&draft).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["signature_wrong"]);
}

/// Endorsements are those of the key as it is published now.
#[tokio::test]
async fn withdrawn_endorsements_count_at_once() {
    let lab = Lab::new().await;
    let draft = lab.valid();
    let bot = warm_bot(&lab).await;
    let mut restricted = SigningKey::Teams.jwk();
    restricted["endorsements"] = serde_json::json!(["webchat"]);
    lab.keys.publish(vec![restricted, SigningKey::Stranger.jwk()]);
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await.status, 200);
    assert_eq!(bot.send(&draft).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["endorsement_missing"]);
}

/// A forged token differs from the cached one in its signature only.
#[tokio::test]
async fn the_cache_knows_whole_tokens_only() {
    let lab = Lab::new().await;
    let bot = warm_bot(&lab).await;
    let mut forged = lab.valid();
    forged.key = SigningKey::Stranger;
    assert_eq!(bot.send(&forged).await.status, 401);
    assert_eq!(lab.logs.reasons(), ["signature_wrong"]);
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
}

/// An entry lives until its token expires, skew left aside, and an hour at
/// most; after that the signature is verified again.
#[tokio::test]
async fn a_cached_token_is_verified_again_after_an_hour_or_its_expiry() {
    for (token_life, entry_life) in [(60, 60), (3600, 3600), (36_000, 3600)] {
        let meter = Meter::default();
        let _local = metrics::set_default_local_recorder(&meter);
        let lab = Lab::new().await;
        let bot = lab.cold_bot().await;
        let mut draft = lab.valid();
        draft.claims["exp"] = (lab.now() + token_life).into();
        let expect = async |hits: i64, misses: i64| {
            assert_eq!(bot.send(&draft).await.status, 200);
            let counted = ["hit", "miss"]
                .map(|it| meter.value(&format!("botframework_token_cache_total{{{it}}}")));
            assert_eq!(counted, [hits, misses], "a token of {token_life} s");
        };
        expect(0, 1).await;
        lab.clock.advance(Duration::from_secs(entry_life - 1));
        expect(1, 1).await;
        lab.clock.advance(Duration::from_secs(1));
        expect(1, 2).await;
    }
}
