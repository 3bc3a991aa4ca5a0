//! The messaging endpoint as HTTP: what is let through, and in which order things are looked at.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::ConnectInfo;
use botframework::activity::ParseLimits;
use botframework::auth::{Authenticator, DevelopmentMode, OutboundCredentials};
use botframework::turn::{Bot, BuildError, TurnContext};
use http::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::world::channel::{Answered, Channel, answer};
use crate::world::{World, clock};

/// A bot that counts how often a handler ran.
async fn counting(world: &World) -> (Channel, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    let limits = ParseLimits { max_bytes: 10_000, ..ParseLimits::default() };
    let bot = world.bot().limits(limits).on_unhandled(move |_: TurnContext| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, Infallible>(()) }
    });
    (Channel::of(world, &bot.build().unwrap()).await, count)
}

fn fixed(status: u16, error: &str) -> Answered {
    let status = StatusCode::from_u16(status).unwrap();
    Answered { status, body: format!("{{\"error\":\"{error}\"}}") }
}

#[tokio::test]
async fn only_genuine_requests_reach_a_handler() {
    let world = World::start().await;
    let (channel, count) = counting(&world).await;
    let post = || channel.request(Method::POST).json(&world.message("1", "hi"));
    assert_eq!(answer(post()).await, fixed(401, "unauthorized"));
    let refused = post().send().await.unwrap();
    assert_eq!(refused.headers()["www-authenticate"], "Bearer");
    assert_eq!(answer(post().bearer_auth("a.b.c")).await, fixed(401, "unauthorized"));
    let twice = post().bearer_auth(&channel.token).bearer_auth(&channel.token);
    assert_eq!(answer(twice).await, fixed(401, "unauthorized"));
    let mut elsewhere = world.message("1", "hi");
    elsewhere["serviceUrl"] = "https://smba.trafficmanager.net/amer/".into();
    assert_eq!(channel.post(&elsewhere).await, fixed(401, "unauthorized"));
    let mut foreign = world.message("1", "hi");
    foreign["channelData"]["tenant"]["id"] = "99990000-0000-0000-0000-000000000000".into();
    assert_eq!(channel.post(&foreign).await, fixed(403, "forbidden"));
    assert_eq!(count.load(Ordering::SeqCst), 0);
    assert_eq!(channel.post(&world.message("1", "hi")).await.status, StatusCode::OK);
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn bad_requests_get_fixed_answers_and_do_nothing() {
    let world = World::start().await;
    let (channel, count) = counting(&world).await;
    let post = |body: String, kind: &str| {
        let request = channel.request(Method::POST).bearer_auth(&channel.token);
        answer(request.header("content-type", kind).body(body))
    };
    let good = world.message("1", "hi").to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let answered = post(good.clone(), kind).await;
        assert_eq!(answered, fixed(415, "unsupported media type"), "{kind}");
    }
    let mut truncated = good.clone();
    truncated.truncate(good.len() / 2);
    let nested = "[".repeat(5000);
    for body in ["", "null", "[]", "{}", "\u{feff}{}", &truncated, &nested] {
        let answered = post(body.to_owned(), "application/json").await;
        assert_eq!(answered, fixed(400, "bad request"), "{body:.20}");
    }
    let large = format!("{good}{}", " ".repeat(10_000));
    let answered = post(large, "application/json").await;
    assert_eq!(answered, fixed(413, "payload too large"));
    assert_eq!(count.load(Ordering::SeqCst), 0);
    let answered = post(good, "Application/JSON ; charset=utf-8").await;
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn without_a_token_not_even_a_bad_body_is_looked_at() {
    let world = World::start().await;
    let (channel, _) = counting(&world).await;
    let request = channel.request(Method::POST).body("x".repeat(100_000));
    assert_eq!(answer(request).await, fixed(401, "unauthorized"));
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let world = World::start().await;
    let (channel, _) = counting(&world).await;
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let answered = answer(channel.request(method.clone()).bearer_auth(&channel.token)).await;
        assert_eq!(answered.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn the_path_can_be_chosen() {
    let world = World::start().await;
    let bot = world.bot().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = bot.router_at("/teams/inbox");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let http = crate::world::http();
    let post = |path: &str| http.post(format!("http://{addr}{path}")).send();
    assert_eq!(post("/teams/inbox").await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(post("/api/messages").await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_bot_without_configuration_answers_401_to_everybody() {
    let world = World::start().await;
    let bot = Bot::builder(Authenticator::Unconfigured, world.connector()).build().unwrap();
    let channel = Channel::of(&world, &bot).await;
    assert_eq!(channel.post(&world.message("1", "hi")).await, fixed(401, "unauthorized"));
}

#[tokio::test]
async fn development_and_real_credentials_never_meet() {
    let world = World::start().await;
    let mode = DevelopmentMode::new(world.addr, OutboundCredentials::Absent).unwrap();
    let development = || Authenticator::Development(mode.clone());
    let refused = Bot::builder(development(), world.connector()).build().unwrap_err();
    assert_eq!(refused, BuildError::CredentialsInDevelopment);
    let anonymous = world.anonymous_connector();
    let refused = Bot::builder(world.authenticator(&clock()), anonymous.clone()).build();
    assert_eq!(refused.unwrap_err(), BuildError::NoCredentials);
    let bot = Bot::builder(development(), anonymous).build().unwrap();
    let channel = Channel::of(&world, &bot).await;
    let request = channel.request(Method::POST).json(&world.message("1", "hi"));
    assert_eq!(answer(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn development_mode_on_a_public_interface_serves_no_other_machine() {
    let world = World::start().await;
    let mode = DevelopmentMode::new(world.addr, OutboundCredentials::Absent).unwrap();
    let guard = Authenticator::Development(mode);
    let bot = Bot::builder(guard, world.anonymous_connector()).build().unwrap();
    for (peer, status) in
        [("127.0.0.1:5", StatusCode::OK), ("192.0.2.1:5", StatusCode::UNAUTHORIZED)]
    {
        let peer: SocketAddr = peer.parse().unwrap();
        let router = bot.router().layer(axum::Extension(ConnectInfo(peer)));
        let channel = Channel::serving(&world, router).await;
        let request = channel.request(Method::POST).json(&world.message("1", "hi"));
        assert_eq!(answer(request).await.status, status, "{peer}");
    }
}

/// Whoever has a good token still may not hold a connection for ever.
#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_ten_seconds() {
    let world = World::start().await;
    let channel = Channel::of(&world, &world.bot().build().unwrap()).await;
    // The keys are there after this, so that nothing but the body is waited for.
    assert_eq!(channel.post(&world.message("1", "hi")).await.status, StatusCode::OK);
    let mut socket = tokio::net::TcpStream::connect(channel.addr).await.unwrap();
    let head = format!(
        "POST /api/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\ncontent-length: 100\r\n\r\n{{",
        channel.token,
    );
    tokio::time::pause();
    let since = tokio::time::Instant::now();
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 1024];
    let length = socket.read(&mut answer).await.unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 408 "), "{answer:?}");
    let waited = since.elapsed();
    assert!((10..11).contains(&waited.as_secs()), "{waited:?}");
}
