//! When keys are fetched, and what happens while that fails.

use std::sync::Arc;
use std::time::Duration;

use botframework::auth::{Authenticator, KeysError};
use serde_json::json;
use tokio::sync::Semaphore;

use super::support::{Draft, Lab, Mode, SigningKey};

/// A valid request whose token differs from every other's.
fn distinct(lab: &Lab, number: usize) -> Draft {
    let mut draft = lab.valid();
    draft.claims["jti"] = number.into();
    draft
}

#[tokio::test]
async fn keys_are_fetched_once_by_many_first_requests() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    let drafts: Vec<_> = (0..30).map(|number| distinct(&lab, number)).collect();
    let answers = futures_util::future::join_all(drafts.iter().map(|draft| bot.send(draft))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(lab.keys.requests(), (1, 1));
}

#[tokio::test]
async fn warming_makes_the_first_request_fetch_nothing() {
    let lab = Lab::new().await;
    let verifier = lab.verifier(lab.config());
    verifier.warm().await.unwrap();
    verifier.warm().await.unwrap();
    let bot = lab.bot(Authenticator::Channel(verifier)).await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    assert_eq!(lab.keys.requests(), (1, 1));
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_an_hour() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    let storm = async |from: usize| {
        for number in from..from + 20 {
            let mut draft = lab.valid();
            draft.header["kid"] = format!("unknown-{number}").into();
            assert_eq!(bot.send(&draft).await.status, 401);
        }
    };
    storm(0).await;
    assert_eq!(lab.keys.requests(), (2, 2));
    lab.clock.advance(Duration::from_secs(3599));
    storm(100).await;
    assert_eq!(lab.keys.requests(), (2, 2));
    lab.clock.advance(Duration::from_secs(1));
    storm(200).await;
    assert_eq!(lab.keys.requests(), (3, 3));
    assert!(lab.logs.reasons().iter().all(|reason| reason == "key_unknown"));
}

/// Forged tokens cost nothing, and hanging up costs even less: it must not buy
/// a fetch per token.
#[tokio::test]
async fn senders_who_hang_up_during_a_fetch_do_not_storm_the_service() {
    let lab = Lab::new().await;
    let verifier = lab.verifier(lab.config());
    verifier.warm().await.unwrap();
    let permits = Arc::new(Semaphore::new(0));
    lab.keys.set_mode(Mode::Held(Arc::clone(&permits)));
    let forged = |number: usize| {
        let mut draft = lab.valid();
        draft.header["kid"] = format!("unknown-{number}").into();
        (verifier.clone(), draft.headers())
    };
    for number in 0..40 {
        let (verifier, headers) = forged(number);
        let request = tokio::spawn(async move { verifier.authenticate(&headers).await });
        lab.keys.document_asked_for(2).await;
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());
    }
    permits.add_permits(1);
    let (verifier, headers) = forged(40);
    let refused = verifier.authenticate(&headers).await.unwrap_err();
    assert_eq!(refused.reason(), "key_unknown");
    // The first and the one that the hour grants.
    assert_eq!(lab.keys.requests(), (2, 2));
}

/// A sender with a dead key must not cause a fetch an hour for ever, and must
/// not keep others from causing one.
#[tokio::test]
async fn a_key_that_stays_unknown_is_looked_for_less_and_less() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    let unknown = |id: &str| {
        let mut draft = lab.valid();
        draft.header["kid"] = id.into();
        draft
    };
    for (hour, fetches) in [(0, 2), (1, 3), (2, 3), (3, 4), (4, 4), (6, 4), (7, 5)] {
        let start = std::time::UNIX_EPOCH + Duration::from_secs(super::support::START);
        lab.clock.set(start + Duration::from_hours(hour));
        assert_eq!(bot.send(&unknown("dead")).await.status, 401);
        assert_eq!(lab.keys.requests(), (fetches, fetches), "hour {hour}");
    }
    lab.clock.advance(Duration::from_hours(1));
    assert_eq!(bot.send(&unknown("dead")).await.status, 401);
    assert_eq!(lab.keys.requests(), (5, 5));
    assert_eq!(bot.send(&unknown("new")).await.status, 401);
    assert_eq!(lab.keys.requests(), (6, 6));
}

#[tokio::test]
async fn a_storm_of_unknown_keys_all_at_once_is_one_fetch() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    let drafts: Vec<_> = (0..50)
        .map(|number| {
            let mut draft = lab.valid();
            draft.header["kid"] = format!("unknown-{number}").into();
            draft
        })
        .collect();
    let answers = futures_util::future::join_all(drafts.iter().map(|draft| bot.send(draft))).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    assert_eq!(lab.keys.requests(), (2, 2));
}

#[tokio::test]
async fn a_key_published_later_is_found_by_its_first_token() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.keys.publish(SigningKey::ALL.map(SigningKey::jwk).to_vec());
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::Stranger)).await.status, 200);
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
}

/// A failed forced fetch does not use up the hour.
#[tokio::test]
async fn a_new_key_is_found_soon_after_an_outage() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.keys.publish(vec![SigningKey::Stranger.jwk()]);
    lab.keys.set_mode(Mode::Failing(503));
    let new = lab.valid().signed_by(SigningKey::Stranger);
    assert_eq!(bot.send(&new).await.status, 401);
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.keys.set_mode(Mode::Well);
    lab.clock.advance(Duration::from_secs(5));
    assert_eq!(bot.send(&new).await.status, 200);
}

#[tokio::test]
async fn old_keys_serve_while_the_key_service_is_down() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.keys.set_mode(Mode::Failing(500));
    for _ in 0..3 {
        lab.clock.advance(Duration::from_hours(24));
        assert_eq!(bot.send(&lab.valid()).await.status, 200);
    }
}

/// A key service that accepts and never answers delays a request by seconds and
/// stops nothing.
#[tokio::test]
async fn a_silent_key_service_is_given_up_on() {
    let lab = Lab::new().await;
    let verifier = lab.verifier(lab.config());
    verifier.warm().await.unwrap();
    lab.keys.set_mode(Mode::Silent);
    // From here on the runtime skips every wait.
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    let unknown = lab.valid().signed_by(SigningKey::Stranger);
    let refused = verifier.authenticate(&unknown.headers()).await.unwrap_err();
    assert_eq!(refused.reason(), "key_unknown");
    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(5) && waited < Duration::from_secs(10), "{waited:?}");
    assert!(verifier.authenticate(&lab.valid().headers()).await.is_ok());
}

/// Old keys are served while new ones are fetched, and replaced then.
#[tokio::test]
async fn keys_of_a_day_are_renewed_in_the_background() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.keys.key_set_served().await;
    lab.keys.publish(vec![SigningKey::TeamsToo.jwk()]);
    lab.clock.advance(Duration::from_hours(24));
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.keys.key_set_served().await;
    // The answer is on its way; the requests themselves let it arrive.
    let mut sent = 0;
    while bot.send(&lab.valid()).await.status == 200 {
        sent += 1;
        assert!(sent < 1000, "the withdrawn key is still served");
    }
    assert_eq!(bot.send(&lab.valid().signed_by(SigningKey::TeamsToo)).await.status, 200);
    // First, daily, and the one the withdrawn key's token was granted.
    assert_eq!(lab.keys.requests(), (3, 3));
}

/// Nine tenths of a day is the earliest that jitter allows.
#[tokio::test]
async fn keys_are_not_renewed_early() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
    lab.clock.advance(Duration::from_secs(24 * 3600 * 9 / 10 - 1));
    for _ in 0..5 {
        assert_eq!(bot.send(&lab.valid()).await.status, 200);
    }
    assert_eq!(lab.keys.requests(), (1, 1));
}

#[tokio::test]
async fn without_any_keys_nobody_is_let_in_and_the_service_is_not_stormed() {
    let lab = Lab::new().await;
    lab.keys.set_mode(Mode::Failing(500));
    let bot = lab.cold_bot().await;
    for _ in 0..10 {
        assert_eq!(bot.send(&lab.valid()).await.status, 401);
    }
    assert_eq!(lab.logs.reasons(), ["keys_unavailable"; 10]);
    assert_eq!(lab.keys.requests(), (1, 0));
    lab.clock.advance(Duration::from_secs(5));
    assert_eq!(bot.send(&lab.valid()).await.status, 401);
    assert_eq!(lab.keys.requests(), (2, 0));
    // The second failure doubles the wait.
    lab.keys.set_mode(Mode::Well);
    lab.clock.advance(Duration::from_secs(9));
    assert_eq!(bot.send(&lab.valid()).await.status, 401);
    lab.clock.advance(Duration::from_secs(1));
    assert_eq!(bot.send(&lab.valid()).await.status, 200);
}

#[tokio::test]
async fn answers_of_the_key_service_are_not_trusted_blindly() {
    let lab = Lab::new().await;
    let stranger = super::support::KeyService::start().await;
    stranger.publish(vec![SigningKey::Teams.jwk()]);
    let foreign = stranger.metadata_url().join("keys").unwrap().to_string();
    let large = format!("{{\"jwks_uri\":\"{}\"}}", "x".repeat(1024 * 1024));
    for (mode, expected) in [
        (Mode::KeysAt(foreign), "ForeignKeySet"),
        (Mode::KeysAt("not a url".to_owned()), "Malformed"),
        (Mode::Redirecting, "Status(307)"),
        (Mode::Failing(404), "Status(404)"),
        (Mode::Garbage("{}".to_owned()), "Malformed"),
        (Mode::Garbage("<html>".to_owned()), "Malformed"),
        (Mode::Garbage(large), "Body(TooLarge { cap: 1048576 })"),
    ] {
        lab.keys.set_mode(mode);
        let error = lab.verifier(lab.config()).warm().await.unwrap_err();
        assert_eq!(format!("{error:?}"), expected);
    }
    assert_eq!(stranger.requests(), (0, 0));
}

#[tokio::test]
async fn keys_that_cannot_or_must_not_verify_are_left_out() {
    let lab = Lab::new().await;
    let changed = |name: &str, value: serde_json::Value| {
        let mut jwk = SigningKey::Teams.jwk();
        jwk[name] = value;
        jwk
    };
    let short = super::support::encode([0xbb; 128]); // 1024 bits
    for (name, key) in [
        ("null", json!(null)),
        ("a text", json!("key")),
        ("another type", changed("kty", json!("EC"))),
        ("for encryption", changed("use", json!("enc"))),
        ("of another algorithm", changed("alg", json!("RS512"))),
        ("without an id", changed("kid", json!(""))),
        ("without a modulus", changed("n", json!(null))),
        ("without an exponent", changed("e", json!(""))),
        ("of a bad alphabet", changed("n", json!("~~~~"))),
        ("too short", changed("n", json!(short))),
    ] {
        lab.keys.publish(vec![key.clone()]);
        let outcome = lab.verifier(lab.config()).warm().await;
        assert!(matches!(outcome, Err(KeysError::NoUsableKey)), "{name}: {outcome:?}");
        // Beside a good key it does no harm.
        lab.keys.publish(vec![key, SigningKey::TeamsToo.jwk()]);
        let bot = lab.cold_bot().await;
        let good = lab.valid().signed_by(SigningKey::TeamsToo);
        assert_eq!(bot.send(&good).await.status, 200, "{name}");
        assert_eq!(bot.send(&lab.valid()).await.status, 401, "{name}");
    }
}

/// An idle bot's keys do not grow old when the loop runs.
#[tokio::test]
async fn the_loop_renews_keys_without_requests() {
    let lab = Lab::new().await;
    let mut config = lab.config();
    config.key_refresh = Duration::from_millis(1);
    let verifier = lab.verifier(config);
    let task = tokio::spawn({
        let verifier = verifier.clone();
        async move { verifier.keep_keys_fresh().await }
    });
    let three_fetches = async {
        while lab.keys.requests().1 < 3 {
            lab.clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), three_fetches).await;
    assert!(in_time.is_ok(), "{:?}", lab.keys.requests());
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
}
