//! When a token is fetched, kept, renewed and dropped.

use std::sync::Arc;
use std::time::Duration;

use botframework::token::{AccessToken, Credentials, TokenConfigError, TokenError, TokenProvider};
use futures_util::FutureExt;
use serde_json::json;
use tokio::sync::Notify;

use crate::world::{Reply, Role, World, anonymous_tokens, clock};

async fn value(provider: &TokenProvider) -> String {
    text(&provider.token().await.unwrap())
}

fn text(token: &AccessToken) -> String {
    token.authorization().unwrap().to_str().unwrap().to_owned()
}

fn requests(world: &World) -> usize {
    world.seen(Role::Tokens).len()
}

/// Waits until the provider hands out `expected`, which a task is about to bring.
async fn until(provider: &TokenProvider, expected: &str) {
    let arrives = async {
        while value(provider).await != expected {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arrives).await.expect("it arrives");
}

#[tokio::test]
async fn a_token_is_renewed_in_the_background_five_minutes_before_its_end() {
    let (world, clock) = (World::start().await, clock());
    let provider = world.tokens(&clock);
    assert_eq!(value(&provider).await, "Bearer token-1");
    // Renewal is due at 55 min, up to 30 s earlier.
    clock.advance(Duration::from_secs(3600 - 331));
    assert_eq!(value(&provider).await, "Bearer token-1");
    assert_eq!(requests(&world), 1);
    clock.advance(Duration::from_secs(31));
    assert_eq!(value(&provider).await, "Bearer token-1", "nobody waits for the renewal");
    until(&provider, "Bearer token-2").await;
    assert_eq!(requests(&world), 2);
}

#[tokio::test]
async fn a_short_life_is_used_for_at_least_half() {
    let (world, clock) = (World::start().await, clock());
    world
        .then(Role::Tokens, Reply::new(200, json!({ "access_token": "short", "expires_in": 300 })));
    let provider = world.tokens(&clock);
    assert_eq!(value(&provider).await, "Bearer short");
    clock.advance(Duration::from_secs(134));
    assert_eq!(value(&provider).await, "Bearer short");
    assert_eq!(requests(&world), 1);
}

#[tokio::test]
async fn an_outage_is_not_felt_until_the_token_has_expired() {
    let (world, clock) = (World::start().await, clock());
    let provider = world.tokens(&clock);
    assert_eq!(value(&provider).await, "Bearer token-1");
    clock.advance(Duration::from_secs(3400));
    world.set_down(Role::Tokens, true);
    assert_eq!(value(&provider).await, "Bearer token-1");
    world.saw(Role::Tokens, 4).await;
    assert_eq!(value(&provider).await, "Bearer token-1", "the old one still works");
    clock.advance(Duration::from_secs(191));
    let error = provider.token().await.unwrap_err();
    assert!(matches!(error, TokenError::Unavailable { .. }), "{error}");
    world.set_down(Role::Tokens, false);
    clock.advance(Duration::from_secs(6));
    assert!(value(&provider).await.starts_with("Bearer token-"));
}

#[tokio::test]
async fn all_who_wait_share_one_request_even_if_the_first_gives_up() {
    let (world, clock) = (World::start().await, clock());
    let gate = Arc::new(Notify::new());
    let granted = json!({ "access_token": "shared", "expires_in": 3600 });
    world.then(Role::Tokens, Reply::new(200, granted).held_by(&gate));
    let provider = world.tokens(&clock);
    let first = tokio::spawn({
        let provider = provider.clone();
        async move { provider.token().await }
    });
    world.saw(Role::Tokens, 1).await;
    let others: Vec<_> = (0..50)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { value(&provider).await })
        })
        .collect();
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.notify_one();
    for other in others {
        assert_eq!(other.await.unwrap(), "Bearer shared");
    }
    assert_eq!(requests(&world), 1);
}

#[tokio::test]
async fn a_refusal_is_not_repeated_and_answers_everybody_for_five_seconds() {
    let (world, clock) = (World::start().await, clock());
    let refusal = json!({ "error": "invalid_client", "error_description": "AADSTS7000215" });
    world.then(Role::Tokens, Reply::new(401, refusal));
    let provider = world.tokens(&clock);
    for _ in 0..20 {
        let error = provider.token().await.unwrap_err();
        assert!(matches!(&error, TokenError::Refused { code, .. } if code == "invalid_client"));
        assert!(!error.is_transient());
    }
    assert_eq!(requests(&world), 1);
    clock.advance(Duration::from_secs(5));
    assert_eq!(value(&provider).await, "Bearer token-2");
}

#[tokio::test]
async fn overload_is_waited_out() {
    let (world, clock) = (World::start().await, clock());
    world.then(Role::Tokens, Reply::new(429, "{}").header("retry-after", 0));
    world.then(Role::Tokens, Reply::new(502, "<html>"));
    assert_eq!(value(&world.tokens(&clock)).await, "Bearer token-3");
}

#[tokio::test]
async fn an_endpoint_that_redirects_gets_no_second_request() {
    let (world, clock) = (World::start().await, clock());
    world.then(Role::Tokens, Reply::new(307, "").header("location", world.url("/evil/token")));
    let error = world.tokens(&clock).token().await.unwrap_err();
    assert!(matches!(error, TokenError::Refused { .. }), "{error}");
    assert_eq!(requests(&world), 1, "the secret was not carried on");
}

#[tokio::test]
async fn only_the_refused_token_is_forgotten() {
    let (world, clock) = (World::start().await, clock());
    let provider = world.tokens(&clock);
    let first = provider.token().await.unwrap();
    provider.invalidate(&first);
    assert_eq!(value(&provider).await, "Bearer token-2");
    provider.invalidate(&first);
    assert_eq!(value(&provider).await, "Bearer token-2", "a late report does no harm");
}

#[tokio::test]
async fn rotated_credentials_take_effect_at_once() {
    let (world, clock) = (World::start().await, clock());
    let provider = world.tokens(&clock);
    let clone = provider.clone();
    assert_eq!(value(&clone).await, "Bearer token-1");
    provider.replace_credentials(Credentials::client_secret("n3xt")).unwrap();
    assert_eq!(value(&clone).await, "Bearer token-2");
    assert_eq!(world.seen(Role::Tokens)[1].form()["client_secret"], "n3xt");
}

#[tokio::test]
async fn without_credentials_nothing_is_asked_and_nothing_is_sent() {
    let world = World::start().await;
    let provider = anonymous_tokens();
    assert!(provider.is_anonymous());
    assert_eq!(provider.token().await.unwrap().authorization(), None);
    assert_eq!(requests(&world), 0);
}

/// Whether a bot is in development mode was checked when it was built.
#[tokio::test]
async fn a_provider_neither_gains_nor_loses_credentials() {
    let (world, clock) = (World::start().await, clock());
    let provider = world.tokens(&clock);
    let refused = provider.replace_credentials(Credentials::None);
    assert_eq!(refused, Err(TokenConfigError::Anonymity));
    assert_eq!(value(&provider).await, "Bearer token-1");
    let anonymous = anonymous_tokens();
    let refused = anonymous.replace_credentials(Credentials::client_secret("s3cret"));
    assert_eq!(refused, Err(TokenConfigError::Anonymity));
    assert!(anonymous.is_anonymous());
    assert_eq!(anonymous.replace_credentials(Credentials::None), Ok(()));
}

#[tokio::test]
async fn neither_secret_nor_token_ever_prints() {
    let (world, clock) = (World::start().await, clock());
    let client = world.connector();
    let token = client.tokens().token().await.unwrap();
    let config = world.token_config();
    let printed = format!("{client:?} {token:?} {config:?} {:?}", world.tokens(&clock));
    assert!(!printed.contains("s3cret"), "{printed}");
    assert!(!printed.contains("token-1"), "{printed}");
}

/// A request dies with the runtime it was made on; the next to ask makes another.
#[test]
fn a_request_that_ends_without_an_answer_is_made_again() {
    let long = tokio::runtime::Runtime::new().unwrap();
    let clock = clock();
    let world = long.block_on(World::start());
    let provider = world.tokens(&clock);
    let given_up = || {
        let short = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = short.enter();
        // The task is made here, and dropped with its runtime before it could run.
        provider.token().now_or_never()
    };
    assert!(given_up().is_none());
    assert_eq!(long.block_on(value(&provider)), "Bearer token-1");
    clock.advance(Duration::from_secs(3600 - 290));
    assert_eq!(text(&given_up().unwrap().unwrap()), "Bearer token-1", "renewal is due");
    long.block_on(until(&provider, "Bearer token-2"));
}
