//! What a bot hears in a group chat.

use fake_teams::FakeTeamsConfig;
use serde_json::json;

use crate::bot::Bot;

/// Teams docs, channel messages with RSC: without consent only mentions reach the bot.
#[tokio::test]
async fn unmentioned_messages_are_withheld_without_consent() {
    let config = FakeTeamsConfig { declared_rsc: vec![], ..FakeTeamsConfig::default() };
    let bot = Bot::start_with(config).await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let chat = bot.teams.group("room", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    let unheard = grace.say_in(&chat, "hello all").await.unwrap();
    assert!(unheard.deliveries.is_empty());
    let heard = grace.say_in(&chat, "<at>Beckon</at> hello").await.unwrap();
    assert_eq!(heard.deliveries.len(), 1);
    let activity = bot.received().pop().unwrap();
    assert_eq!(activity["text"], "<at>Beckon</at> hello");
    let mention = &activity["entities"][0];
    assert_eq!(
        (&mention["type"], &mention["text"]),
        (&json!("mention"), &json!("<at>Beckon</at>"))
    );
    assert_eq!(mention["mentioned"]["id"], activity["recipient"]["id"]);
    assert_eq!(ada.messages().len(), 2, "people see everything");
}

/// Teams docs, channel messages with RSC.
#[tokio::test]
async fn every_message_is_heard_with_consent() {
    let bot = Bot::start().await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let chat = bot.teams.group("room", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    assert_eq!(grace.say_in(&chat, "hello all").await.unwrap().deliveries.len(), 1);
    let activity = bot.received().pop().unwrap();
    assert_eq!(activity["conversation"]["isGroup"], true);
    assert_eq!(activity["conversation"]["name"], "room");
}

#[tokio::test]
async fn nobody_speaks_in_a_chat_they_are_not_in() {
    let bot = Bot::start().await;
    let [ada, grace, alan] = ["Ada", "Grace", "Alan"].map(|name| bot.teams.person(name));
    let chat = bot.teams.group("room", &[&ada, &grace]);
    let error = alan.say_in(&chat, "hi").await.unwrap_err();
    assert!(matches!(error, fake_teams::Error::NoConversation(_)), "{error}");
}

/// Teams docs, subscribe to conversation events.
#[tokio::test]
async fn edits_deletions_and_reactions_are_told() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let said = ada.say("helo").await.unwrap().message_id;
    ada.edit(&said, "hello").await.unwrap();
    let edit = bot.received().pop().unwrap();
    assert_eq!((&edit["type"], &edit["id"]), (&json!("messageUpdate"), &json!(said)));
    assert_eq!(edit["channelData"]["eventType"], "editMessage");
    assert_eq!((edit["text"].as_str(), ada.messages()[0].text.as_str()), (Some("hello"), "hello"));

    ada.delete(&said).await.unwrap();
    let deletion = bot.received().pop().unwrap();
    assert_eq!((&deletion["type"], &deletion["id"]), (&json!("messageDelete"), &json!(said)));
    assert_eq!(deletion.get("text"), None);
    assert!(ada.messages()[0].deleted);

    let card = bot.send_card(ada.chat(), "ring").await;
    ada.react(&card, "like").await.unwrap();
    let reaction = bot.received().pop().unwrap();
    assert_eq!(reaction["reactionsAdded"][0]["type"], "like");
    assert_eq!(reaction["replyToId"], card.as_str());
    let own = ada.say("mine").await.unwrap().message_id;
    assert!(ada.react(&own, "like").await.unwrap().is_empty(), "not a message of the bot");
    assert!(matches!(ada.edit(&card, "x").await, Err(fake_teams::Error::NotYours(_))));
}

#[tokio::test]
async fn a_person_who_leaves_is_gone_and_the_bot_is_told() {
    let bot = Bot::start().await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let chat = bot.teams.group("room", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    grace.leave(&chat).await.unwrap();
    let told = bot.received().pop().unwrap();
    assert_eq!(told["membersRemoved"][0]["aadObjectId"], grace.id());
    assert!(grace.say_in(&chat, "still here?").await.is_err());
}

#[tokio::test]
async fn whom_a_member_takes_in_can_write_and_the_bot_is_told() {
    let bot = Bot::start().await;
    let [ada, grace, alan] = ["Ada", "Grace", "Alan"].map(|name| bot.teams.person(name));
    let chat = bot.teams.group("room", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    assert!(alan.say_in(&chat, "Hello?").await.is_err());
    ada.add(&chat, &alan).await.unwrap();
    let told = bot.received().pop().unwrap();
    assert_eq!(told["membersAdded"][0]["aadObjectId"], alan.id());
    alan.say_in(&chat, "Hello.").await.unwrap();
}
