//! The example does what the README promises.

use std::collections::HashMap;

use fake_teams::{Delivery, FakeTeams, FakeTeamsConfig};
use serde_json::json;

use crate::world::channel::Channel;
use crate::world::{Role, World};

#[expect(dead_code, reason = "its main function and configuration are not run here")]
#[path = "../../examples/echo.rs"]
mod echo;

#[tokio::test]
async fn a_message_gets_a_card_and_a_click_an_updated_one() {
    let world = World::start().await;
    let bot = echo::handlers(world.bot()).unwrap();
    let channel = Channel::of(&world, &bot).await;
    channel.post(&world.message("1", "hello")).await;
    let sent = world.seen(Role::Connector).remove(0).json();
    assert_eq!(sent["summary"], "Echo: hello");
    let attachment = &sent["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let action = attachment["content"]["actions"][0].clone();
    assert_eq!(action["type"], "Action.Execute");

    let mut click = world.click("f:1", "again");
    click["value"]["action"] = action;
    let answered = channel.post(&click).await.json();
    assert_eq!(answered["type"], "application/vnd.microsoft.card.adaptive");
    let card = &answered["value"];
    assert_eq!(card["body"][0]["text"], "hello");
    assert_eq!(card["body"][1]["text"], "clicked once");
    assert_eq!(card["actions"][0]["data"], json!({ "text": "hello", "count": 1 }));
}

/// The example as it runs, and Teams as it answers: keys, tokens and the connector are all played by
/// a stand-in that shares no code with this crate.
#[tokio::test]
async fn the_example_works_with_teams_and_its_authentication() {
    let teams = FakeTeams::start(FakeTeamsConfig::default()).await.unwrap();
    let settings: HashMap<_, _> = teams.environment().variables().into_iter().collect();
    let bot = echo::verified(|name| settings.get(name).cloned()).unwrap();
    let router = echo::handlers(bot).unwrap().router();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    teams.set_bot_endpoint(format!("http://{}/api/messages", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let accepted = |deliveries: &[Delivery]| deliveries.iter().all(|it| it.status == Some(200));

    let ada = teams.person("Ada Lovelace");
    assert!(accepted(&ada.install_bot().await.unwrap()));
    ada.say("hello").await.unwrap();
    let card = ada.wait_for_card(|card| card.words().contains("hello")).await.unwrap();
    let mobile = ada.client("mobile");
    let click = mobile.click(&card.id, "again", json!({})).await.unwrap();
    assert!(accepted(&click.deliveries));
    assert!(mobile.message(&card.id).unwrap().words().contains("clicked once"));
    assert!(ada.desktop().message(&card.id).unwrap().words().contains("not clicked yet"));

    // A new key is found by its first token.
    teams.faults().rotate_keys().unwrap();
    assert!(accepted(&ada.say("after the rotation").await.unwrap().deliveries));
    ada.wait_for_card(|card| card.words().contains("after the rotation")).await.unwrap();
    teams.check_limits().unwrap();
}

/// Teams takes more text from a person than from a bot; control characters are the longest in JSON.
#[tokio::test]
async fn a_text_that_is_too_long_to_send_is_echoed_in_part() {
    let world = World::start().await;
    let bot = echo::handlers(world.bot()).unwrap();
    let channel = Channel::of(&world, &bot).await;
    for (id, letter) in [("1", "x"), ("2", "\u{1}"), ("3", "\u{1f600}")] {
        let answered = channel.post(&world.message(id, &letter.repeat(100_000))).await;
        assert_eq!(answered.status, 200, "{letter:?}");
    }
    assert_eq!(world.seen(Role::Connector).len(), 3);
}
