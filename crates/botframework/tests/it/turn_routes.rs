//! Which handler runs, and what it can do.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use botframework::activity::{ActivityType, OutgoingActivity};
use botframework::connector::ConnectorError;
use botframework::turn::{BuildError, CardAction, InvokeResponse, TurnContext};
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::channel::Channel;
use crate::world::{APP_ID, Role, TENANT, World};

type Log = Arc<Mutex<Vec<String>>>;

async fn nothing(_: TurnContext) -> Result<(), Infallible> {
    Ok(())
}

async fn answer(_: TurnContext) -> Result<InvokeResponse, Infallible> {
    Ok(InvokeResponse::acknowledged())
}

async fn clicked(_: TurnContext, _: CardAction) -> Result<InvokeResponse, Infallible> {
    Ok(InvokeResponse::message("clicked"))
}

/// A handler that notes its name.
fn noting(
    log: &Log,
    name: &'static str,
) -> impl Fn(TurnContext) -> std::future::Ready<Result<(), Infallible>> + Send + Sync + use<> {
    let log = Arc::clone(log);
    move |_| {
        log.lock().unwrap().push(name.to_owned());
        std::future::ready(Ok(()))
    }
}

#[tokio::test]
async fn a_message_is_answered_in_its_thread() {
    let world = World::start().await;
    let bot = world.bot().on_message(|turn: TurnContext| async move {
        let text = OutgoingActivity::text(format!("you said {}", turn.text()));
        let id = turn.reply(text).await?;
        turn.typing().await?;
        turn.update(id.as_deref().unwrap_or_default(), OutgoingActivity::text("edited")).await?;
        turn.delete("other").await?;
        turn.send(OutgoingActivity::adaptive_card(json!({"type": "AdaptiveCard"}))).await?;
        Ok::<_, ConnectorError>(())
    });
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    let answered = channel.post(&world.message("1/2", "hello")).await;
    assert_eq!((answered.status, answered.body.as_str()), (StatusCode::OK, ""));
    let seen = world.seen(Role::Connector);
    let base = format!("/amer/{TENANT}/v3/conversations/a%3Aconv%2F1/activities");
    let calls: Vec<_> = seen.iter().map(|s| format!("{} {}", s.method, s.target)).collect();
    assert_eq!(
        calls,
        [
            format!("POST {base}/1%2F2"),
            format!("POST {base}"),
            format!("PUT {base}/activity-1"),
            format!("DELETE {base}/other"),
            format!("POST {base}"),
        ]
    );
    assert_eq!(
        seen[0].json(),
        json!({
            "type": "message",
            "text": "you said hello",
            "replyToId": "1/2",
            "from": { "id": format!("28:{APP_ID}") },
            "recipient": { "id": "29:user", "aadObjectId": "ad-oid" },
            "conversation": {
                "id": "a:conv/1", "conversationType": "personal", "tenantId": TENANT,
            },
            "channelData": { "tenant": { "id": TENANT } },
        })
    );
}

#[tokio::test]
async fn each_type_has_its_handler_and_the_rest_goes_to_the_last() {
    let (world, log) = (World::start().await, Log::default());
    let bot = world
        .bot()
        .on_message(noting(&log, "message"))
        .on_installation_update(noting(&log, "installation"))
        .on_conversation_update(noting(&log, "conversation"))
        .on_activity(ActivityType::Event, noting(&log, "event"))
        .on_activity(ActivityType::Other("handoff".to_owned()), noting(&log, "handoff"))
        .on_unhandled(noting(&log, "unhandled"));
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    for kind in [
        "message",
        "installationUpdate",
        "conversationUpdate",
        "event",
        "handoff",
        "messageReaction",
        "somethingNew",
    ] {
        assert_eq!(channel.post(&world.activity(kind, kind)).await.status, StatusCode::OK);
    }
    let expected =
        ["message", "installation", "conversation", "event", "handoff", "unhandled", "unhandled"];
    assert_eq!(*log.lock().unwrap(), expected);
}

#[tokio::test]
async fn what_nobody_handles_is_acknowledged() {
    let world = World::start().await;
    let channel = Channel::of(&world, &world.bot().build().unwrap()).await;
    assert_eq!(channel.post(&world.activity("typing", "1")).await.status, StatusCode::OK);
    let mut invoke = world.activity("invoke", "2");
    for name in [Value::Null, "signin/verifyState".into(), "newThing".into()] {
        invoke["name"] = name;
        let answered = channel.post(&invoke).await;
        assert_eq!((answered.status, answered.body.as_str()), (StatusCode::OK, "{}"));
    }
}

#[tokio::test]
async fn clicks_go_by_verb_with_their_data() {
    let world = World::start().await;
    let bot = world
        .bot()
        .on_card_action("accept", |turn: TurnContext, action: CardAction| async move {
            let n = action.data("n").cloned();
            let card = json!({ "type": "AdaptiveCard", "n": n, "on": turn.card_message_id() });
            Ok::<_, Infallible>(InvokeResponse::card(card))
        })
        .on_card_action("decline", clicked);
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    let accepted = channel.post(&world.click("f:1", "accept")).await;
    assert_eq!(accepted.status, StatusCode::OK);
    assert_eq!(
        accepted.json(),
        json!({
            "statusCode": 200,
            "type": "application/vnd.microsoft.card.adaptive",
            "value": { "type": "AdaptiveCard", "n": 1, "on": "card-message" },
        })
    );
    let declined = channel.post(&world.click("f:2", "decline")).await;
    assert_eq!(declined.json()["value"], "clicked");
}

#[tokio::test]
async fn clicks_that_cannot_be_understood_are_refused_in_words() {
    let world = World::start().await;
    let bot = world.bot().on_card_action("accept", clicked);
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    for verb in ["", "unknown", "ACCEPT"] {
        let answered = channel.post(&world.click("f:1", verb)).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.json()["statusCode"], 400, "{verb}");
        assert_eq!(answered.json()["value"]["code"], "NotSupported");
    }
    for value in [Value::Null, json!(7), json!("text"), json!({}), json!({ "action": 1 })] {
        let mut click = world.click("f:2", "accept");
        click["value"] = value;
        let answered = channel.post(&click).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.json()["value"]["code"], "BadRequest", "{click}");
    }
}

#[tokio::test]
async fn only_actions_that_this_invoke_carries_reach_a_handler() {
    let world = World::start().await;
    let bot = world.bot().on_card_action("accept", clicked);
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    for (kind, code) in [
        (json!("Action.Execute"), 200),
        (json!("Action.Submit"), 200),
        (Value::Null, 200),
        (json!("Action.OpenUrl"), 400),
        (json!("action.execute"), 400),
        (json!(""), 400),
    ] {
        let mut click = world.click("f:1", "accept");
        click["value"]["action"]["type"] = kind;
        let answered = channel.post(&click).await.json();
        assert_eq!(answered["statusCode"], code, "{click}");
        if code == 400 {
            assert_eq!(answered["value"]["code"], "NotSupported");
        }
    }
}

#[tokio::test]
async fn other_invokes_go_by_name_and_answer_with_their_own_body() {
    let world = World::start().await;
    let bot = world.bot().on_invoke("task/fetch", |_| async {
        let task = json!({ "task": { "type": "message", "value": "hi" } });
        Ok::<_, Infallible>(InvokeResponse::body(&task))
    });
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    let mut invoke = world.activity("invoke", "1");
    invoke["name"] = "task/fetch".into();
    let answered = channel.post(&invoke).await;
    assert_eq!(answered.json(), json!({ "task": { "type": "message", "value": "hi" } }));
}

#[tokio::test]
async fn a_card_action_is_never_answered_with_nothing() {
    let world = World::start().await;
    let kind = "application/vnd.microsoft.activity.message";
    let whole = json!({ "statusCode": 200, "type": kind, "value": "hi" });
    let (mut blank, mut hollow, mut untyped) = (whole.clone(), whole.clone(), whole.clone());
    blank["value"] = "".into();
    hollow["value"] = json!({});
    untyped["type"] = Value::Null;
    let answers = [
        (InvokeResponse::body(&whole), 200),
        (InvokeResponse::body(&blank), 500),
        (InvokeResponse::body(&hollow), 500),
        (InvokeResponse::body(&untyped), 500),
        (InvokeResponse::body(&json!("")), 500),
        (InvokeResponse::acknowledged(), 500),
        (InvokeResponse::card(json!({})), 500),
        (InvokeResponse::login_request(&json!({})), 500),
        (InvokeResponse::error(StatusCode::OK, "c", "m"), 500),
        (InvokeResponse::message(""), 200),
    ];
    for (response, status) in answers {
        let (verb, name) = (response.clone(), response.clone());
        let by_verb = world.bot().on_card_action("go", move |_, _| {
            std::future::ready(Ok::<_, Infallible>(verb.clone()))
        });
        let by_name = world.bot().on_invoke("adaptiveCard/action", move |_| {
            std::future::ready(Ok::<_, Infallible>(name.clone()))
        });
        for bot in [by_verb, by_name] {
            let channel = Channel::of(&world, &bot.build().unwrap()).await;
            let answered = channel.post(&world.click("f:1", "go")).await;
            assert_eq!(answered.status, StatusCode::OK);
            assert_eq!(answered.json()["statusCode"], status, "{response:?}");
            assert!(answered.json()["value"] != "" && answered.json()["value"] != json!({}));
        }
    }
}

#[tokio::test]
async fn handlers_that_overlap_are_refused_when_the_bot_is_built() {
    let world = World::start().await;
    let refused = |builder: botframework::turn::BotBuilder| builder.build().unwrap_err();
    let bot = || world.bot();
    assert_eq!(
        refused(bot().on_message(nothing).on_activity(ActivityType::Message, nothing)),
        BuildError::DuplicateActivity("message".to_owned())
    );
    assert_eq!(
        refused(bot().on_unhandled(nothing).on_unhandled(nothing)),
        BuildError::DuplicateActivity("unhandled".to_owned())
    );
    assert_eq!(
        refused(bot().on_invoke("a", answer).on_invoke("b", answer).on_invoke("a", answer)),
        BuildError::DuplicateInvoke("a".to_owned())
    );
    assert_eq!(
        refused(bot().on_card_action("v", clicked).on_card_action("v", clicked)),
        BuildError::DuplicateVerb("v".to_owned())
    );
    assert_eq!(
        refused(bot().on_invoke("adaptiveCard/action", answer).on_card_action("v", clicked)),
        BuildError::OverlappingCardActions
    );
    assert_eq!(
        refused(bot().on_activity(ActivityType::Invoke, nothing)),
        BuildError::InvokeAsActivity
    );
    assert_eq!(refused(bot().on_card_action("", clicked)), BuildError::EmptyName);
    assert_eq!(refused(bot().on_invoke("", answer)), BuildError::EmptyName);
    assert!(bot().on_invoke("adaptiveCard/action", answer).build().is_ok());
}

#[tokio::test]
async fn failures_are_told_in_the_way_each_kind_needs() {
    let world = World::start().await;
    let bot = world
        .bot()
        .on_message(|turn: TurnContext| async move {
            assert_ne!(turn.text(), "panic", "as the message asks");
            Err::<(), _>(std::io::Error::other("internal detail"))
        })
        .on_card_action("fail", |_, _| async {
            Err::<InvokeResponse, _>(std::io::Error::other("internal detail"))
        })
        .on_card_action("panic", |turn: TurnContext, _| async move {
            assert!(turn.activity().id.is_none(), "as the verb asks");
            Ok::<_, Infallible>(InvokeResponse::acknowledged())
        });
    let channel = Channel::of(&world, &bot.build().unwrap()).await;
    for text in ["fail", "panic"] {
        let answered = channel.post(&world.message("1", text)).await;
        assert_eq!(answered.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answered.body, r#"{"error":"internal error"}"#);
    }
    for verb in ["fail", "panic"] {
        let answered = channel.post(&world.click("f:1", verb)).await;
        assert_eq!(answered.status, StatusCode::OK);
        assert_eq!(answered.json()["statusCode"], 500);
        assert!(!answered.body.contains("detail"));
    }
    let answered = channel.post(&world.message("2", "still alive")).await;
    assert_eq!(answered.status, StatusCode::INTERNAL_SERVER_ERROR);
}
