//! Deadlines, repeated deliveries, disconnects and shutdown.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use botframework::turn::{Bot, BotBuilder, BuildError, CardAction, InvokeResponse, TurnContext};
use http::{Method, StatusCode};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::world::World;
use crate::world::channel::{Answered, Channel};
use crate::world::metrics::Metrics;

/// Handlers that wait at a gate, and counters of what went through it.
#[derive(Clone)]
struct Gate {
    open: Arc<Semaphore>,
    begun: Arc<Semaphore>,
    ended: Arc<Semaphore>,
    runs: Arc<AtomicUsize>,
}

impl Gate {
    fn closed() -> Self {
        let none = || Arc::new(Semaphore::new(0));
        Self { open: none(), begun: none(), ended: none(), runs: Arc::default() }
    }

    async fn pass(&self) {
        self.runs.fetch_add(1, Ordering::SeqCst);
        self.begun.add_permits(1);
        self.open.acquire().await.unwrap().forget();
        self.ended.add_permits(1);
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    fn on(&self, builder: BotBuilder) -> BotBuilder {
        let (gate, clicks) = (self.clone(), self.clone());
        builder
            .on_message(move |_: TurnContext| {
                let gate = gate.clone();
                async move {
                    gate.pass().await;
                    Ok::<_, Infallible>(())
                }
            })
            .on_card_action("go", move |_: TurnContext, _: CardAction| {
                let gate = clicks.clone();
                async move {
                    gate.pass().await;
                    Ok::<_, Infallible>(InvokeResponse::message(format!("run {}", gate.runs())))
                }
            })
    }
}

/// Waits for a signal that a handler gives.
async fn signal(semaphore: &Semaphore) {
    let waited = tokio::time::timeout(Duration::from_secs(10), semaphore.acquire()).await;
    waited.expect("the signal comes").unwrap().forget();
}

async fn served(world: &World, bot: &Bot) -> Arc<Channel> {
    Arc::new(Channel::of(world, bot).await)
}

fn spawn_post(
    channel: &Arc<Channel>,
    activity: serde_json::Value,
) -> tokio::task::JoinHandle<Answered> {
    let channel = Arc::clone(channel);
    tokio::spawn(async move { channel.post(&activity).await })
}

#[tokio::test]
async fn a_late_invoke_gets_the_fall_back_and_its_handler_goes_on() {
    let (world, gate) = (World::start().await, Gate::closed());
    let bot = gate.on(world.bot()).deadline(Duration::from_millis(30), |turn| {
        assert!(turn.answer_by().is_some());
        InvokeResponse::message("working…")
    });
    let channel = served(&world, &bot.build().unwrap()).await;
    let answered = channel.post(&world.click("f:1", "go")).await;
    assert_eq!(answered.status, StatusCode::OK);
    assert_eq!(answered.json()["value"], "working…");
    gate.open.add_permits(1);
    signal(&gate.ended).await;
}

#[tokio::test]
async fn a_fall_back_that_panics_or_says_nothing_is_answered_for() {
    let panics = |turn: &TurnContext| {
        assert!(turn.activity().id.is_none(), "as the test asks");
        InvokeResponse::acknowledged()
    };
    let (world, gate) = (World::start().await, Gate::closed());
    let short = Duration::from_millis(30);
    let panicking = gate.on(world.bot()).deadline(short, panics);
    let silent = gate.on(world.bot()).deadline(short, |_| InvokeResponse::acknowledged());
    for bot in [panicking, silent] {
        let channel = served(&world, &bot.build().unwrap()).await;
        let answered = channel.post(&world.click("f:1", "go")).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.json()["statusCode"], 500);
    }
}

#[tokio::test]
async fn a_late_activity_is_not_acknowledged_and_its_handler_goes_on() {
    let (world, gate) = (World::start().await, Gate::closed());
    let bot = gate.on(world.bot()).activity_deadline(Duration::from_millis(30));
    let channel = served(&world, &bot.build().unwrap()).await;
    let answered = channel.post(&world.message("1", "hi")).await;
    assert_eq!(answered.status, StatusCode::GATEWAY_TIMEOUT);
    let again = channel.post(&world.message("1", "hi")).await;
    assert_eq!(again.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(gate.runs(), 1, "the repeated delivery joined the first");
    gate.open.add_permits(1);
    signal(&gate.ended).await;
}

#[tokio::test]
async fn repeated_deliveries_share_one_run_and_one_answer() {
    let metrics = Metrics::default();
    let _recorder = metrics::set_default_local_recorder(&metrics);
    let (world, gate) = (World::start().await, Gate::closed());
    let channel = served(&world, &gate.on(world.bot()).build().unwrap()).await;
    let posts: Vec<_> = (0..6).map(|_| spawn_post(&channel, world.click("f:1", "go"))).collect();
    signal(&gate.begun).await;
    let all_joined = async {
        while metrics.get("botframework_turns_joined_total{type=\"invoke\"}") < 5 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all_joined).await.expect("they join");
    gate.open.add_permits(1);
    for post in posts {
        assert_eq!(post.await.unwrap().json()["value"], "run 1");
    }
    assert_eq!(gate.runs(), 1);
}

#[tokio::test]
async fn what_differs_in_anything_is_no_repetition() {
    let (world, gate) = (World::start().await, Gate::closed());
    let channel = served(&world, &gate.on(world.bot()).build().unwrap()).await;
    let mut base = world.click("f:1", "go");
    base["channelData"]["eventType"] = "undeleteMessage".into();
    let mut variants = vec![base.clone()];
    for (pointer, value) in [
        ("/channelData/eventType", "editMessage"),
        ("/id", "f:9"),
        ("/timestamp", "2026-11-22T12:00:15.000Z"),
        ("/from/id", "29:other"),
        ("/conversation/id", "a:other"),
    ] {
        let mut variant = base.clone();
        *variant.pointer_mut(pointer).unwrap() = value.into();
        variants.push(variant);
    }
    let mut without_id = base.clone();
    without_id.as_object_mut().unwrap().remove("id");
    variants.extend([without_id.clone(), without_id]);
    let count = variants.len();
    let posts: Vec<_> = variants.into_iter().map(|v| spawn_post(&channel, v)).collect();
    for _ in 0..count {
        signal(&gate.begun).await;
    }
    gate.open.add_permits(count);
    for post in posts {
        assert_eq!(post.await.unwrap().status, StatusCode::OK);
    }
    assert_eq!(gate.runs(), count);
}

#[tokio::test]
async fn after_the_answer_a_repeated_delivery_runs_again() {
    let (world, gate) = (World::start().await, Gate::closed());
    gate.open.add_permits(2);
    let channel = served(&world, &gate.on(world.bot()).build().unwrap()).await;
    assert_eq!(channel.post(&world.click("f:1", "go")).await.json()["value"], "run 1");
    assert_eq!(channel.post(&world.click("f:1", "go")).await.json()["value"], "run 2");
}

#[tokio::test]
async fn a_handler_survives_the_callers_disconnect_and_shutdown_waits_for_it() {
    let (world, gate) = (World::start().await, Gate::closed());
    let bot = gate.on(world.bot()).build().unwrap();
    let channel = served(&world, &bot).await;
    let body = world.message("1", "hi").to_string();
    let mut socket = TcpStream::connect(channel.addr).await.unwrap();
    let request = format!(
        "POST /api/messages HTTP/1.1\r\nhost: bot\r\ncontent-type: application/json\r\n\
         authorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
        channel.token,
        body.len(),
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    signal(&gate.begun).await;
    drop(socket);
    let shutdown = tokio::spawn({
        let bot = bot.clone();
        async move { bot.shutdown().await }
    });
    // Once new turns are refused, shutdown has begun to wait.
    let refused = async {
        while channel.post(&world.activity("typing", "2")).await.status == StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), refused).await.expect("turns are refused");
    assert!(!shutdown.is_finished());
    assert_eq!(gate.runs(), 1);
    gate.open.add_permits(1);
    signal(&gate.ended).await;
    tokio::time::timeout(Duration::from_secs(10), shutdown).await.expect("it ends").unwrap();
}

#[tokio::test]
async fn during_shutdown_activities_come_again_and_invokes_hear_why() {
    let (world, gate) = (World::start().await, Gate::closed());
    let bot = gate.on(world.bot()).build().unwrap();
    let channel = served(&world, &bot).await;
    bot.shutdown().await;
    let answered = channel.post(&world.message("1", "hi")).await;
    assert_eq!(answered.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answered.body, r#"{"error":"shutting down"}"#);
    let answered = channel.post(&world.click("f:1", "go")).await;
    assert_eq!(answered.status, StatusCode::OK);
    let body: serde_json::Value = serde_json::from_str(&answered.body).unwrap();
    assert_eq!(body["statusCode"], 500);
    assert_eq!(body["value"]["code"], "ServiceUnavailable");
    let unauthenticated = channel.request(Method::POST).send().await.unwrap();
    assert_eq!(unauthenticated.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(gate.runs(), 0);
}

#[tokio::test]
async fn deadlines_must_fit_the_channels_patience() {
    let world = World::start().await;
    let fallback = |_: &TurnContext| InvokeResponse::acknowledged();
    for deadline in [Duration::ZERO, Duration::from_secs(16)] {
        let refused = world.bot().deadline(deadline, fallback).build().unwrap_err();
        assert_eq!(refused, BuildError::Deadline);
        let refused = world.bot().activity_deadline(deadline).build().unwrap_err();
        assert_eq!(refused, BuildError::Deadline);
    }
}
