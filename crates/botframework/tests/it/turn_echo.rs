//! The example does what the README promises.

use serde_json::json;

use crate::world::channel::Channel;
use crate::world::{Role, World, clock};

#[expect(dead_code, reason = "its main function and configuration are not run here")]
#[path = "../../examples/echo.rs"]
mod echo;

#[tokio::test]
async fn a_message_gets_a_card_and_a_click_an_updated_one() {
    let world = World::start().await;
    let bot = echo::handlers(world.authenticator(&clock()), world.connector()).unwrap();
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

/// Teams takes more text from a person than from a bot; control characters are the longest in JSON.
#[tokio::test]
async fn a_text_that_is_too_long_to_send_is_echoed_in_part() {
    let world = World::start().await;
    let bot = echo::handlers(world.authenticator(&clock()), world.connector()).unwrap();
    let channel = Channel::of(&world, &bot).await;
    for (id, letter) in [("1", "x"), ("2", "\u{1}"), ("3", "\u{1f600}")] {
        let answered = channel.post(&world.message(id, &letter.repeat(100_000))).await;
        assert_eq!(answered.status, 200, "{letter:?}");
    }
    assert_eq!(world.seen(Role::Connector).len(), 3);
}
