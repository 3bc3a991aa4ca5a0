//! The repetitions that the client makes by itself, and those it does not.

use std::time::Duration;

use botframework::activity::OutgoingActivity;
use botframework::clock::ManualClock;
use botframework::connector::{ConnectorClient, Endpoint, ErrorKind, Retry};
use botframework::limiter::{Limiter, LimiterConfig, Priority::Interactive, Window};
use botframework::service_url::ServiceUrl;
use serde_json::json;

use crate::world::{Reply, Role, TENANT, World, clock, http};

fn hello() -> OutgoingActivity {
    OutgoingActivity::text("hello")
}

fn denied() -> Reply {
    Reply::new(401, json!({ "message": "Authorization has been denied for this request." }))
}

fn wrong_host() -> Reply {
    Reply::new(403, json!({ "error": { "code": "InvalidBotApiHost", "message": "m" } }))
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let world = World::start().await;
    let clock = clock();
    let client = with_clock(&world, &clock);
    let at = world.service_url();
    client.tokens().token().await.unwrap();
    clock.advance(Duration::from_mins(1));
    world.then(Role::Connector, denied());
    assert!(client.send(&at, "c", &hello(), Interactive).await.unwrap().is_some());
    let tokens: Vec<_> = world
        .seen(Role::Connector)
        .iter()
        .map(|seen| seen.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(tokens, ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn a_connector_that_refuses_everything_costs_a_token_a_minute() {
    let world = World::start().await;
    let clock = clock();
    let client = with_clock(&world, &clock);
    let at = world.service_url();
    for _ in 0..12 {
        world.then(Role::Connector, denied());
    }
    for _ in 0..5 {
        let sent = client.send(&at, "c", &hello(), Interactive).await;
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::Unauthorized);
    }
    assert_eq!(world.seen(Role::Tokens).len(), 1);
    clock.advance(Duration::from_mins(1));
    for _ in 0..5 {
        client.send(&at, "c", &hello(), Interactive).await.unwrap_err();
    }
    assert_eq!(world.seen(Role::Tokens).len(), 2);
}

#[tokio::test]
async fn a_second_refusal_is_an_error() {
    let world = World::start().await;
    let clock = clock();
    let client = with_clock(&world, &clock);
    client.tokens().token().await.unwrap();
    clock.advance(Duration::from_mins(1));
    for _ in 0..3 {
        world.then(Role::Connector, denied());
    }
    let sent = client.send(&world.service_url(), "c", &hello(), Interactive).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::Unauthorized);
    assert_eq!(world.seen(Role::Connector).len(), 2);
}

#[tokio::test]
async fn an_unknown_bot_does_not_become_known_by_another_token() {
    let world = World::start().await;
    let body = json!({ "error": { "code": "BotNotRegistered", "message": "m" } });
    world.then(Role::Connector, Reply::new(401, body));
    let sent = world.connector().send(&world.service_url(), "c", &hello(), Interactive).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::BotNotRegistered);
    assert_eq!(world.seen(Role::Connector).len(), 1);
}

#[tokio::test]
async fn a_send_is_never_repeated_when_it_may_have_happened() {
    let world = World::start().await;
    for status in [500, 502, 503, 504, 412, 429] {
        world.then(Role::Connector, Reply::new(status, ""));
        let client = world.connector();
        client.send(&world.service_url(), "c", &hello(), Interactive).await.unwrap_err();
    }
    assert_eq!(world.seen(Role::Connector).len(), 6);
}

/// A client whose tokens age by `clock`.
fn with_clock(world: &World, clock: &ManualClock) -> ConnectorClient {
    ConnectorClient::new(world.tokens(clock), world.hosts(), None, http()).with_failover(None)
}

/// A client that turns from one world's host to another's.
fn with_failover(from: &World, to: &World) -> ConnectorClient {
    let hosts = from.hosts().allow(&to.addr.to_string()).unwrap();
    ConnectorClient::new(from.tokens(&clock()), hosts, None, http())
        .with_failover(Some(to.service_url()))
}

#[tokio::test]
async fn the_host_that_teams_asks_for_is_tried_once_and_remembered() {
    let (public, gcc) = (World::start().await, World::start().await);
    public.then(Role::Connector, wrong_host());
    let client = with_failover(&public, &gcc);
    let at = public.service_url();
    for tenant in [TENANT.to_owned(), TENANT.to_uppercase(), TENANT.to_owned()] {
        let to = Endpoint::from(&at).in_tenant(&tenant);
        client.send(to, "c", &hello(), Interactive).await.unwrap();
    }
    assert_eq!(public.seen(Role::Connector).len(), 1);
    let moved = gcc.seen(Role::Connector);
    assert_eq!(moved.len(), 3);
    assert_eq!(moved[0].target, format!("/amer/{TENANT}/v3/conversations/c/activities"));
}

#[tokio::test]
async fn one_tenants_failover_moves_no_other_tenant() {
    let (public, gcc) = (World::start().await, World::start().await);
    let client = with_failover(&public, &gcc);
    let at = public.service_url();
    public.then(Role::Connector, wrong_host());
    let moved = Endpoint::from(&at).in_tenant(TENANT);
    client.send(moved, "c", &hello(), Interactive).await.unwrap();
    let other = Endpoint::from(&at).in_tenant("another-tenant");
    client.send(other, "d", &hello(), Interactive).await.unwrap();
    client.send(&at, "e", &hello(), Interactive).await.unwrap();
    assert_eq!(gcc.seen(Role::Connector).len(), 1);
    assert_eq!(public.seen(Role::Connector).len(), 3);
}

#[tokio::test]
async fn a_failover_without_a_tenant_is_not_remembered() {
    let (public, gcc) = (World::start().await, World::start().await);
    let client = with_failover(&public, &gcc);
    public.then(Role::Connector, wrong_host());
    for _ in 0..2 {
        client.send(&public.service_url(), "c", &hello(), Interactive).await.unwrap();
    }
    assert_eq!(gcc.seen(Role::Connector).len(), 1);
    assert_eq!(public.seen(Role::Connector).len(), 2);
}

#[tokio::test]
async fn a_remembered_host_that_refuses_is_forgotten_and_the_first_one_tried() {
    let (public, gcc) = (World::start().await, World::start().await);
    let client = with_failover(&public, &gcc);
    let at = public.service_url();
    let to = Endpoint::from(&at).in_tenant(TENANT);
    public.then(Role::Connector, wrong_host());
    client.send(to, "c", &hello(), Interactive).await.unwrap();
    gcc.then(Role::Connector, wrong_host());
    for _ in 0..2 {
        client.send(to, "c", &hello(), Interactive).await.unwrap();
    }
    assert_eq!(gcc.seen(Role::Connector).len(), 2);
    assert_eq!(public.seen(Role::Connector).len(), 3);
}

#[tokio::test]
async fn a_failover_that_does_not_help_is_an_error_and_not_remembered() {
    let (public, gcc) = (World::start().await, World::start().await);
    let client = with_failover(&public, &gcc);
    for _ in 0..2 {
        public.then(Role::Connector, wrong_host());
        gcc.then(Role::Connector, wrong_host());
        let sent = client.send(&public.service_url(), "c", &hello(), Interactive).await;
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::WrongHost);
    }
    assert_eq!(public.seen(Role::Connector).len(), 2);
    assert_eq!(gcc.seen(Role::Connector).len(), 2);
}

#[tokio::test]
async fn a_failover_host_must_be_allowed_as_well() {
    let (public, gcc) = (World::start().await, World::start().await);
    public.then(Role::Connector, wrong_host());
    let tokens = public.tokens(&clock());
    let client = ConnectorClient::new(tokens, public.hosts(), None, http())
        .with_failover(Some(gcc.service_url()));
    let sent = client.send(&public.service_url(), "c", &hello(), Interactive).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::HostNotAllowed);
    assert!(gcc.seen(Role::Connector).is_empty());
}

#[tokio::test]
async fn by_default_the_failover_is_the_government_host() {
    let public = World::start().await;
    public.then(Role::Connector, wrong_host());
    let client = ConnectorClient::new(public.tokens(&clock()), public.hosts(), None, http());
    let sent = client.send(&public.service_url(), "c", &hello(), Interactive).await.unwrap_err();
    assert_eq!(sent.kind(), ErrorKind::HostNotAllowed);
    let cause = std::error::Error::source(&sent).unwrap().to_string();
    assert!(cause.contains("smba.infra.gcc.teams.microsoft.com"), "{cause}");
}

#[tokio::test]
async fn a_throttled_conversation_is_left_alone_and_others_are_not() {
    let world = World::start().await;
    let limiter = Limiter::new(LimiterConfig::default()).unwrap();
    let client = world.connector_with(limiter);
    let at: ServiceUrl = world.service_url();
    world.then(Role::Connector, Reply::new(429, "").header("retry-after", 3600));
    client.send(&at, "busy", &hello(), Interactive).await.unwrap_err();
    client.send(&at, "other", &hello(), Interactive).await.unwrap();
    let error = client.send(&at, "busy", &hello(), Interactive).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Throttled, None));
    let Retry::After(wait) = error.retry() else { panic!("it says how long") };
    assert!((3590..=3600).contains(&wait.as_secs()), "{wait:?}");
    assert!(!error.is_ambiguous());
    assert_eq!(world.seen(Role::Connector).len(), 2, "it was not sent");
}

#[tokio::test]
async fn threads_of_a_channel_share_its_windows_whatever_the_tenants_case() {
    let world = World::start().await;
    let config =
        LimiterConfig { send: vec![Window::per_seconds(1, 3600)], ..LimiterConfig::default() };
    let limiter = Limiter::new(config).unwrap();
    let client = world.connector_with(limiter).with_longest_wait(Duration::ZERO);
    let at = world.service_url();
    let to = Endpoint::from(&at).in_tenant(TENANT);
    client.send(to, "19:a@thread.tacv2;messageid=1", &hello(), Interactive).await.unwrap();
    let shouted = TENANT.to_uppercase();
    for id in ["19:a@thread.tacv2;messageid=2", "19:a@thread.tacv2"] {
        for to in [to, to.in_tenant(&shouted)] {
            let error = client.send(to, id, &hello(), Interactive).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Throttled, "{id}");
        }
    }
    client.send(to, "19:b@thread.tacv2;messageid=1", &hello(), Interactive).await.unwrap();
    assert_eq!(world.seen(Role::Connector).len(), 2);
}

#[tokio::test]
async fn a_short_wait_is_waited() {
    let world = World::start().await;
    let windows = vec![Window::new(1, Duration::from_millis(20))];
    let config =
        LimiterConfig { send: windows, margin: Duration::ZERO, ..LimiterConfig::default() };
    let client = world.connector_with(Limiter::new(config).unwrap());
    let at = world.service_url();
    for _ in 0..3 {
        client.send(&at, "c", &hello(), Interactive).await.unwrap();
    }
}

#[tokio::test]
async fn without_patience_a_full_window_is_an_error() {
    let world = World::start().await;
    let config =
        LimiterConfig { send: vec![Window::per_seconds(1, 3600)], ..LimiterConfig::default() };
    let limited = world.connector_with(Limiter::new(config).unwrap());
    let client = limited.with_longest_wait(Duration::ZERO);
    let at = world.service_url();
    client.send(&at, "c", &hello(), Interactive).await.unwrap();
    let error = client.send(&at, "c", &hello(), Interactive).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert!(matches!(error.retry(), Retry::After(wait) if wait > Duration::from_mins(59)));
}
