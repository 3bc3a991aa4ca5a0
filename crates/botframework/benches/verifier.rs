//! What inbound verification costs for each request.
//!
//! `cold` verifies the signature of a token never seen before, `warm` finds it
//! in the cache and checks everything else again; both include the header, the
//! digest and the claims. `parse` and `authorize` are the steps that follow.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up has to stop")]

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use axum::Router;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use botframework::activity::Activity;
use botframework::auth::{TenantPolicy, Verifier, VerifierConfig};
use botframework::clock::ManualClock;
use botframework::cloud::Cloud;
use botframework::http::ClientOptions;
use divan::{Bencher, black_box};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

type Failure = Box<dyn std::error::Error>;

const APP_ID: &str = "3f1b9c7e-8a52-4d0e-9f63-5b7d2c1a4e80";
const NOW: u64 = 1_788_220_800;

fn main() {
    divan::main();
}

/// A verifier with its keys loaded, and a valid request.
struct Scene {
    runtime: Runtime,
    verifier: Verifier,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Scene {
    /// A scene whose verifier remembers up to `cached_tokens` tokens.
    fn new(cached_tokens: u64) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let pair = KeyPair::generate(KeySize::Rsa2048)?;
        let verifier = runtime.block_on(verifier(&pair, cached_tokens))?;
        let token = token(&pair)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::try_from(format!("Bearer {token}"))?);
        Ok(Self { runtime, verifier, headers, body: activity().to_string().into_bytes() })
    }

    /// Whether the request is authenticated.
    fn authenticate(&self) -> bool {
        let headers = black_box(&self.headers);
        self.runtime.block_on(self.verifier.authenticate(headers)).is_ok()
    }
}

async fn verifier(pair: &KeyPair, cached_tokens: u64) -> Result<Verifier, Failure> {
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let public = pair.public_key();
    let keys = json!({"keys": [{
        "kty": "RSA", "kid": "k", "use": "sig", "endorsements": ["msteams"],
        "n": number(public.modulus().big_endian_without_leading_zero()),
        "e": number(public.exponent().big_endian_without_leading_zero()),
    }]});
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let document = json!({"jwks_uri": format!("{origin}/keys")});
    let answer = |value: Value| get(move || std::future::ready(axum::Json(value.clone())));
    let router = Router::new().route("/document", answer(document)).route("/keys", answer(keys));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut config = VerifierConfig::new(APP_ID, Cloud::Public);
    config.openid_metadata_url = Some(format!("{origin}/document").parse()?);
    config.tenants = TenantPolicy::Only(vec!["t".to_owned()]);
    config.token_cache_capacity = cached_tokens;
    let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(NOW));
    let http = botframework::http::client(&ClientOptions::default())?;
    let verifier = Verifier::new(config, Arc::new(clock), http)?;
    verifier.warm().await?;
    Ok(verifier)
}

fn token(pair: &KeyPair) -> Result<String, Failure> {
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!(
        "{}.{}",
        encode(json!({"alg": "RS256", "kid": "k", "typ": "JWT"})),
        encode(json!({
            "iss": "https://api.botframework.com",
            "aud": APP_ID,
            "nbf": NOW,
            "exp": NOW + 3600,
            "serviceurl": "https://smba.trafficmanager.net/amer/",
        }))
    );
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A click on an invitation card, as Teams sends it.
fn activity() -> Value {
    json!({
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": "f:6f1b0a4e-2c8d-4a57-9d0e-1f2a3b4c5d6e",
        "timestamp": "2026-09-01T00:00:00.000Z",
        "localTimestamp": "2026-09-01T02:00:00.000+02:00",
        "localTimezone": "Europe/Zurich",
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "from": {"id": "29:1abcdefghijklmnopqrstuvwxyz", "name": "Ada", "aadObjectId": "o"},
        "recipient": {"id": format!("28:{APP_ID}"), "name": "Beckon"},
        "conversation": {"id": "a:1xyz", "conversationType": "personal", "tenantId": "t"},
        "channelData": {"tenant": {"id": "t"}, "source": {"name": "message"}},
        "entities": [{"type": "clientInfo", "locale": "de-CH", "platform": "Windows"}],
        "replyToId": "1776390257332",
        "locale": "de-CH",
        "value": {
            "action": {
                "type": "Action.Execute", "verb": "accept", "title": "Accept",
                "data": {"invitation": "0198f3f0-0000-7000-8000-000000000001", "nonce": "n"},
            },
            "trigger": "manual",
        },
    })
}

#[divan::bench]
fn cold(bencher: Bencher<'_, '_>) {
    let scene = Scene::new(0).expect("a scene");
    assert!(scene.authenticate(), "the request must be valid");
    bencher.bench_local(|| scene.authenticate());
}

#[divan::bench]
fn warm(bencher: Bencher<'_, '_>) {
    let scene = Scene::new(10_000).expect("a scene");
    assert!(scene.authenticate(), "the request must be valid");
    bencher.bench_local(|| scene.authenticate());
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let body = activity().to_string().into_bytes();
    bencher.bench_local(|| Activity::parse(black_box(&body)));
}

#[divan::bench]
fn authorize(bencher: Bencher<'_, '_>) {
    let scene = Scene::new(10_000).expect("a scene");
    let token = scene.runtime.block_on(scene.verifier.authenticate(&scene.headers));
    let token = token.expect("the request must be valid");
    let activity = Activity::parse(&scene.body).expect("an activity");
    assert_eq!(scene.verifier.authorize(&token, &activity), Ok(()));
    bencher.bench_local(|| scene.verifier.authorize(black_box(&token), black_box(&activity)));
}
