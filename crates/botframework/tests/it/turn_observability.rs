//! What operators see of turns and calls.

use std::convert::Infallible;
use std::time::Duration;

use botframework::activity::OutgoingActivity;
use botframework::connector::ConnectorError;
use botframework::limiter::{
    Ask, Limiter, LimiterConfig, Operation, Priority::Interactive, Window,
};
use botframework::turn::{InvokeResponse, TurnContext};
use http::Method;

use crate::world::channel::{Channel, answer};
use crate::world::metrics::Metrics;
use crate::world::spans::Spans;
use crate::world::{Reply, Role, TENANT, World};

#[tokio::test]
async fn turns_and_calls_are_counted_by_outcome() {
    let metrics = Metrics::default();
    let _recorder = metrics::set_default_local_recorder(&metrics);
    let world = World::start().await;
    let bot = world
        .bot()
        .on_message(|turn: TurnContext| async move {
            turn.reply(OutgoingActivity::text("hi")).await?;
            Ok::<_, ConnectorError>(())
        })
        .on_card_action("fail", |_, _| async {
            Err::<InvokeResponse, _>(std::io::Error::other("no"))
        })
        .on_card_action("panic", |turn: TurnContext, _| async move {
            assert!(turn.activity().id.is_none(), "as the verb asks");
            Err::<InvokeResponse, _>(std::io::Error::other("no"))
        });
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    channel.post(&world.message("1", "hi")).await;
    world.then(Role::Connector, Reply::new(503, ""));
    channel.post(&world.message("2", "hi")).await;
    channel.post(&world.click("f:1", "fail")).await;
    channel.post(&world.click("f:3", "panic")).await;
    channel.post(&world.click("f:2", "unknown")).await;
    channel.post(&world.activity("madeUpByTheSender", "3")).await;
    let body = channel.request(Method::POST).bearer_auth(&channel.token);
    answer(body.header("content-type", "application/json").body("{")).await;
    for (series, count) in [
        ("botframework_turns_total{type=\"message\",outcome=\"ok\"}", 1),
        ("botframework_turns_total{type=\"message\",outcome=\"error\"}", 1),
        ("botframework_turns_total{type=\"invoke\",outcome=\"error\"}", 1),
        ("botframework_turns_total{type=\"invoke\",outcome=\"panic\"}", 1),
        ("botframework_turns_total{type=\"invoke\",outcome=\"refused\"}", 1),
        ("botframework_turns_total{type=\"other\",outcome=\"ignored\"}", 1),
        ("botframework_turn_seconds{type=\"message\"}", 2),
        (
            "botframework_connector_requests_total{operation=\"reply_to_activity\",status=\"201\"}",
            1,
        ),
        (
            "botframework_connector_requests_total{operation=\"reply_to_activity\",status=\"503\"}",
            1,
        ),
        ("botframework_connector_seconds{operation=\"reply_to_activity\"}", 2),
        ("botframework_token_requests_total{outcome=\"granted\"}", 1),
        ("botframework_inbound_verify_total{outcome=\"ok\"}", 6),
        ("botframework_inbound_verify_total{outcome=\"body_not_json\"}", 1),
    ] {
        assert_eq!(metrics.get(series), count, "{series} in {metrics:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_the_limiter_is_measured() {
    let metrics = Metrics::default();
    let _recorder = metrics::set_default_local_recorder(&metrics);
    let config =
        LimiterConfig { send: vec![Window::per_seconds(1, 1)], ..LimiterConfig::default() };
    let limiter = Limiter::new(config).unwrap();
    let ask = Ask {
        tenant: TENANT,
        conversation: "c",
        operation: Operation::Send,
        priority: Interactive,
    };
    futures_util::future::join_all((0..3).map(|_| limiter.acquire(ask))).await;
    for (scope, waits) in [("conversation", 1), ("queue", 1), ("tenant", 0)] {
        let series = format!("botframework_limiter_wait_seconds{{scope=\"{scope}\"}}");
        assert_eq!(metrics.get(&series), waits, "{series}");
    }
    limiter.throttled(ask, Duration::from_secs(1));
    assert_eq!(metrics.get("botframework_limiter_throttled_total"), 1);
}

#[tokio::test]
async fn spans_carry_what_correlates_them_and_nothing_that_was_said() {
    let spans = Spans::record();
    let world = World::start().await;
    let bot = world
        .bot()
        .on_message(|turn: TurnContext| async move {
            turn.reply(OutgoingActivity::text("the secret answer")).await?;
            Ok::<_, ConnectorError>(())
        })
        .on_card_action("go", |_, _| async {
            Ok::<_, Infallible>(InvokeResponse::message("the secret answer"))
        });
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    let reply = Reply::new(201, "{}").header("ms-cv", "outbound.2").header("contextid", "tcid=3");
    world.then(Role::Connector, reply);
    let message = channel.request(Method::POST).bearer_auth(&channel.token);
    let message = message.header("ms-cv", "inbound.1").json(&world.message("17", "my secret"));
    answer(message).await;
    channel.post(&world.click("f:1", "go")).await;
    let turn = spans.of("bot.turn");
    for field in ["type=\"message\"", "id=\"17\"", TENANT, "ms_cv=\"inbound.1\"", "verb=\"go\""] {
        assert!(turn.contains(field), "{field} in {turn}");
    }
    let call = spans.of("bot.connector.call");
    for field in
        ["reply_to_activity", "status=201", "ms_cv=\"outbound.2\"", "context_id=\"tcid=3\"", TENANT]
    {
        assert!(call.contains(field), "{field} in {call}");
    }
    assert!(!turn.contains("secret") && !call.contains("secret"));
    assert!(!turn.contains("Ada") && !call.contains("Ada"));
}
