//! Failures on command.

use fake_teams::{Entry, Refuse, Service};
use serde_json::{Value, json};

use crate::bot::{Bot, activities, card, card_message};

/// The bot cannot know whether its post was made: here it was.
#[tokio::test]
async fn a_reply_is_lost_after_the_effect() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    bot.teams.faults().drop_reply_after_effect(Service::Connector, Some("sendToConversation"));
    let url = format!("{}{}", bot.teams.environment().service_url, activities(ada.chat()));
    let text = json!({"type": "message", "text": "hi"});
    let lost = bot.call_url("POST", &url, bot.token(), Some(text.clone())).await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(ada.messages().len(), 1);
    let next = bot.call_url("POST", &url, bot.token(), Some(text)).await;
    assert_eq!(next.unwrap().status, 201);
}

/// And here it was not; the bot sees the same.
#[tokio::test]
async fn a_request_is_lost_before_the_effect() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    bot.teams.faults().drop_request(Service::Connector, None);
    let url = format!("{}{}", bot.teams.environment().service_url, activities(ada.chat()));
    let text = json!({"type": "message", "text": "hi"});
    let lost = bot.call_url("POST", &url, bot.token(), Some(text)).await;
    assert!(lost.is_err(), "{lost:?}");
    assert_eq!(ada.messages().len(), 0);
    let newest = bot.teams.record().pop();
    assert!(matches!(newest, Some(Entry::Call(call)) if call.lost));
}

/// Teams docs, status codes from bot conversational APIs: 412.
#[tokio::test]
async fn two_updates_of_one_message_at_a_time_are_answered_412() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let other = bot.send_card(ada.chat(), "other").await;
    let update = |id: String, text: &'static str| {
        let bot = &bot;
        let chat = ada.chat().to_owned();
        async move { bot.update(&chat, &id, card_message(&card(text))).await }
    };
    let held = bot.teams.faults().hold_next(Service::Connector, Some("updateActivity"));
    let (first, second) = tokio::join!(update(id.clone(), "first"), async {
        held.arrived().await;
        let second = update(id.clone(), "second").await;
        assert_eq!(update(other, "elsewhere").await.status, 200);
        held.release();
        second
    });
    assert_eq!(first.status, 200);
    assert_eq!((second.status, &second.body["error"]["code"]), (412, &json!("PreconditionFailed")));
    assert_eq!(ada.desktop().shown(&id).unwrap(), card("first"));
    assert_eq!(update(id, "third").await.status, 200);
}

#[tokio::test]
async fn an_outage_lasts_until_it_is_ended() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let text = json!({"type": "message", "text": "hi"});
    bot.teams.faults().outage(Service::Connector, 503);
    for _ in 0..2 {
        assert_eq!(bot.send(ada.chat(), text.clone()).await.status, 503);
    }
    bot.teams.faults().end_outage(Service::Connector);
    assert_eq!(bot.send(ada.chat(), text).await.status, 201);
}

#[tokio::test]
async fn keys_and_tokens_have_outages_of_their_own() {
    let bot = Bot::start().await;
    let environment = bot.teams.environment();
    bot.teams.faults().outage(Service::Keys, 500);
    bot.teams.faults().outage(Service::Login, 503);
    let get = async |url: &str| crate::bot::http().get(url).send().await.unwrap().status().as_u16();
    assert_eq!(get(&environment.openid_metadata_url).await, 500);
    let url = format!("{}/{}/oauth2/v2.0/token", environment.login_url, environment.tenant_id);
    let answer = bot.call_url("POST", &url, "", None).await.unwrap();
    assert_eq!((answer.status, &answer.body["error"]), (503, &json!("temporarily_unavailable")));
    bot.teams.faults().clear();
    assert_eq!(get(&environment.openid_metadata_url).await, 200);
    bot.teams.faults().refuse_next(Service::Keys, Some("openid"), Refuse::with(500));
    let keys = environment.openid_metadata_url.replace("openidconfiguration", "keys");
    assert_eq!(get(&keys).await, 200);
    assert_eq!(get(&environment.openid_metadata_url).await, 500);
}

/// A click that arrives after the card was changed, without waiting for a clock.
#[tokio::test]
async fn a_held_delivery_arrives_when_it_is_let_go() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let held = bot.teams.faults().hold_next_delivery();
    let (clicked, ()) = tokio::join!(ada.click(&id, "accept", Value::Null), async {
        held.arrived().await;
        assert!(bot.received().iter().all(|activity| activity["type"] != "invoke"));
        bot.update(ada.chat(), &id, card_message(&card("missed"))).await;
        held.release();
    });
    clicked.unwrap();
    assert_eq!(bot.received().pop().unwrap()["type"], "invoke");
}

/// A bot that is not there is a delivery without a status.
#[tokio::test]
async fn a_bot_that_does_not_answer_leaves_an_error_in_the_record() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    bot.teams.set_bot_endpoint("http://127.0.0.1:1/api/messages");
    let deliveries = ada.install_bot().await.unwrap();
    assert!(deliveries.iter().all(|it| it.status.is_none() && it.error.is_some()));
}

/// msteams-docs#6139: now and then a valid id is answered as unknown; and gateways answer HTML.
#[tokio::test]
async fn a_refusal_may_have_a_code_or_a_body_of_its_own() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let faults = bot.teams.faults();
    let update = async || bot.update(ada.chat(), &id, card_message(&card("x"))).await;

    let vanished = Refuse::with(404).code("ActivityNotFoundInConversation");
    faults.refuse_next(Service::Connector, Some("updateActivity"), vanished);
    let answer = update().await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.body["error"]["code"], "ActivityNotFoundInConversation");

    let blocked = Refuse::with(403).code("MessageWritesBlocked");
    faults.refuse_next(Service::Connector, None, blocked);
    assert_eq!(update().await.body["errorCode"], 209);

    faults.refuse_next(Service::Connector, None, Refuse::with(502).body("<html>"));
    let answer = update().await;
    assert_eq!((answer.status, answer.body), (502, Value::Null));
    assert_eq!(update().await.status, 200);
}
