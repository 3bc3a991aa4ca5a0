//! How calls fail.

use std::time::Duration;

use botframework::activity::OutgoingActivity;
use botframework::connector::{
    ConnectorClient, ConnectorError, ErrorKind, MAX_ACTIVITY_UTF16_BYTES, Retry,
};
use botframework::http::{ClientOptions, client};
use botframework::limiter::Priority::Interactive;
use botframework::service_url::{AllowedHosts, ServiceUrl};
use botframework::token::TokenError;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::sync::Notify;

use crate::world::{Reply, Role, World, clock, http};

async fn fail(world: &World, client: &ConnectorClient) -> ConnectorError {
    let hello = OutgoingActivity::text("hello");
    client.send(&world.service_url(), "c", &hello, Interactive).await.unwrap_err()
}

#[tokio::test]
async fn the_three_shapes_become_one_error() {
    let world = World::start().await;
    let client = world.connector();
    let nested = json!({ "subCode": "MessageWritesBlocked", "details": "blocked" }).to_string();
    for (status, body, kind, code) in [
        (
            403,
            json!({ "error": { "code": "BotNotInConversationRoster", "message": "m" } }),
            ErrorKind::BotNotInRoster,
            Some("BotNotInConversationRoster"),
        ),
        (
            403,
            json!({ "errorCode": 209, "message": nested }),
            ErrorKind::Blocked,
            Some("MessageWritesBlocked"),
        ),
        (403, json!({ "message": "Forbidden by gateway" }), ErrorKind::Forbidden, None),
        (502, json!("<html>bad gateway</html>"), ErrorKind::Unavailable, None),
    ] {
        world.then(Role::Connector, Reply::new(status, &body));
        let error = fail(&world, &client).await;
        assert_eq!((error.kind(), error.code()), (kind, code), "{body}");
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
}

#[tokio::test]
async fn an_error_carries_the_request_ids_and_how_long_to_wait() {
    let world = World::start().await;
    let reply =
        Reply::new(429, json!({ "error": { "code": "Throttled", "message": "slow down" } }))
            .header("retry-after", 17)
            .header("ms-cv", "cv.1")
            .header("x-correlating-operationid", "op-1")
            .header("contextid", "tcid=1");
    world.then(Role::Connector, reply);
    let error = fail(&world, &world.connector()).await;
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(17)));
    assert!(!error.is_ambiguous());
    let ids = error.request_ids();
    assert_eq!(ids.ms_cv.as_deref(), Some("cv.1"));
    assert_eq!(ids.operation_id.as_deref(), Some("op-1"));
    assert_eq!(ids.context_id.as_deref(), Some("tcid=1"));
    let text = error.to_string();
    assert_eq!(
        text,
        "send_to_conversation failed: Throttled, status 429, code Throttled: slow down"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let world = World::start().await;
    for status in [301, 302, 307, 308] {
        let elsewhere = world.url("/elsewhere");
        world.then(Role::Connector, Reply::new(status, "").header("location", elsewhere));
        let error = fail(&world, &world.connector()).await;
        assert_eq!(error.kind(), ErrorKind::UnexpectedStatus);
        assert_eq!(error.retry(), Retry::No);
    }
    let seen = world.seen(Role::Connector);
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|seen| !seen.target.contains("elsewhere")));
}

#[tokio::test]
async fn a_host_that_is_not_listed_gets_nothing_not_even_a_token_is_asked_for() {
    let world = World::start().await;
    let tokens = world.tokens(&clock());
    let listed = AllowedHosts::none().allow("smba.trafficmanager.net").unwrap();
    let client = ConnectorClient::new(tokens, listed, None, http());
    let error = fail(&world, &client).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::HostNotAllowed, Retry::No));
    assert!(world.seen(Role::Connector).is_empty() && world.seen(Role::Tokens).is_empty());
}

#[tokio::test]
async fn what_teams_would_refuse_as_too_large_is_not_sent() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    let fits = "x".repeat(MAX_ACTIVITY_UTF16_BYTES / 2 - 100);
    let sent = OutgoingActivity::text(fits.clone());
    client.send(&at, "c", &sent, Interactive).await.unwrap();
    // Fewer bytes of UTF-8 than fit as ASCII, but each takes two units of UTF-16.
    let large = OutgoingActivity::text(format!("{fits}{}", "😀".repeat(100)));
    let error = client.send(&at, "c", &large, Interactive).await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::TooLarge, Retry::No));
    assert!(!error.is_ambiguous());
    assert_eq!(world.seen(Role::Connector).len(), 1);
}

#[tokio::test]
async fn ids_that_cannot_be_a_segment_are_refused() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    let hello = OutgoingActivity::text("hello");
    for id in ["", ".", ".."] {
        let error = client.send(&at, id, &hello, Interactive).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidId);
        let error = client.update(&at, "c", id, &hello, Interactive).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidId);
        let error = client.team(&at, id, Interactive).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidId);
    }
    assert!(world.seen(Role::Connector).is_empty());
}

#[tokio::test]
async fn a_connection_that_was_never_made_is_not_ambiguous() {
    let world = World::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let hosts = AllowedHosts::none().allow(&closed.to_string()).unwrap();
    let client = ConnectorClient::new(world.tokens(&clock()), hosts, None, http());
    let at = ServiceUrl::parse(&format!("http://{closed}/")).unwrap();
    let hello = OutgoingActivity::text("hello");
    let error = client.send(&at, "secret-conversation", &hello, Interactive).await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Connect, Retry::Backoff));
    assert!(!error.is_ambiguous());
    assert!(!format!("{error:?}").contains("secret-conversation"), "ids stay out of logs");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_ambiguous() {
    let world = World::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 512];
        let _ = socket.read(&mut request).await;
    });
    let hosts = AllowedHosts::none().allow(&addr.to_string()).unwrap();
    let client = ConnectorClient::new(world.tokens(&clock()), hosts, None, http());
    let at = ServiceUrl::parse(&format!("http://{addr}/")).unwrap();
    let hello = OutgoingActivity::text("hello");
    let error = client.send(&at, "c", &hello, Interactive).await.unwrap_err();
    assert_eq!((error.kind(), error.is_ambiguous()), (ErrorKind::Transport, true));
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_ambiguous() {
    let world = World::start().await;
    let never = std::sync::Arc::new(Notify::new());
    world.then(Role::Connector, Reply::new(201, "{}").held_by(&never));
    let total_timeout = Duration::from_millis(50);
    let hurried = client(&ClientOptions { total_timeout, ..ClientOptions::default() }).unwrap();
    let client = ConnectorClient::new(world.tokens(&clock()), world.hosts(), None, hurried);
    let error = fail(&world, &client).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Transport, Retry::Backoff));
    assert!(error.is_ambiguous());
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let world = World::start().await;
    world.then(Role::Tokens, Reply::new(400, json!({ "error": "unauthorized_client" })));
    let error = fail(&world, &world.connector()).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Token, Retry::No));
    let cause = std::error::Error::source(&error).unwrap();
    assert!(matches!(cause.downcast_ref(), Some(TokenError::Refused { .. })));
    assert!(world.seen(Role::Connector).is_empty());
}

#[tokio::test]
async fn an_outage_of_the_token_endpoint_passes() {
    let world = World::start().await;
    world.set_down(Role::Tokens, true);
    let error = fail(&world, &world.connector()).await;
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Token, Retry::Backoff));
}

#[tokio::test]
async fn a_creation_without_an_id_is_of_no_use() {
    let world = World::start().await;
    for body in ["", "{}", r#"{"id":""}"#] {
        world.then(Role::Connector, Reply::new(201, body));
        let at = world.service_url();
        let created = world.connector().create_personal(&at, "t", "29:u", Interactive).await;
        let error = created.unwrap_err();
        assert_eq!((error.kind(), error.is_ambiguous()), (ErrorKind::Malformed, true), "{body}");
    }
}

#[tokio::test]
async fn only_what_cannot_happen_twice_is_safe_to_call_again() {
    let world = World::start().await;
    let client = world.connector();
    for (status, safe) in [(429, true), (412, true), (403, false), (502, false), (504, false)] {
        world.then(Role::Connector, Reply::new(status, ""));
        let error = fail(&world, &client).await;
        assert_eq!(error.retry_is_safe(), safe, "{error}");
    }
    world.then(Role::Connector, Reply::new(503, ""));
    let hello = OutgoingActivity::text("hello");
    let updated = client.update(&world.service_url(), "c", "a", &hello, Interactive).await;
    assert!(updated.unwrap_err().retry_is_safe(), "an update has the same effect twice");
}
