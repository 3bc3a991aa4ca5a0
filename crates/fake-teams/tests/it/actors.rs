//! People, their clients, and what a click does.

use fake_teams::{Author, ClickOutcome, DuplicateKind};
use serde_json::{Value, json};

use crate::bot::{Bot, activities, card, card_answer, card_message};

#[tokio::test]
async fn installing_sends_installation_update_then_members_added() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    let deliveries = ada.install_bot().await.unwrap();
    assert!(deliveries.iter().all(fake_teams::Delivery::accepted), "{deliveries:?}");
    let received = bot.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0]["type"], "installationUpdate");
    assert_eq!(received[0]["action"], "add");
    assert_eq!(received[1]["type"], "conversationUpdate");
    let added = received[1]["membersAdded"].as_array().unwrap();
    assert!(added.iter().any(|member| member["id"] == received[1]["recipient"]["id"]));
    for activity in &received {
        assert_eq!(activity["conversation"]["id"], ada.chat());
        assert_eq!(activity["from"]["aadObjectId"], ada.id());
        assert_eq!(activity["serviceUrl"], bot.teams.environment().service_url);
        assert_eq!(activity["channelData"]["tenant"]["id"], bot.teams.environment().tenant_id);
    }
}

#[tokio::test]
async fn a_typed_message_reaches_the_bot_and_the_answer_the_chat() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let said = ada.say("hello").await.unwrap();
    let heard = bot.received().pop().unwrap();
    assert_eq!(heard["text"], "hello");
    assert_eq!(heard["id"], said.message_id.as_str());
    assert_eq!(heard["attachments"][0]["contentType"], "text/html");
    bot.send(ada.chat(), json!({"type": "message", "text": "hi"})).await;
    let shown = ada.messages();
    assert_eq!(shown[0].author, Author::Person(ada.id().to_owned()));
    assert_eq!((shown[1].author.clone(), shown[1].text.as_str()), (Author::Bot, "hi"));
}

/// Teams docs, up-to-date views and user-specific views.
#[tokio::test]
async fn an_answered_card_repaints_the_clicking_client_only_and_a_put_repaints_all() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let mobile = ada.client("mobile");
    let own = card("yours");
    bot.answers({
        let own = own.clone();
        move |_| (200, card_answer(&own))
    });

    let result = mobile.click(&id, "accept", json!({"note": "on my way"})).await.unwrap();

    assert_eq!(result.outcome, ClickOutcome::Card { card: own.clone() });
    assert_eq!(mobile.shown(&id).unwrap(), own);
    assert_eq!(ada.desktop().shown(&id).unwrap(), card("ring"));
    let invoke = bot.received().pop().unwrap();
    assert_eq!(invoke["name"], "adaptiveCard/action");
    assert_eq!(invoke["replyToId"], id.as_str());
    assert!(invoke["id"].as_str().unwrap().starts_with("f:"));
    assert_eq!(invoke["value"]["trigger"], "manual");
    assert_eq!(invoke["value"]["action"]["verb"], "accept");
    assert_eq!(invoke["value"]["action"]["data"], json!({"task": "7", "note": "on my way"}));

    bot.update(ada.chat(), &id, card_message(&card("taken"))).await;
    assert_eq!(mobile.shown(&id).unwrap(), card("taken"));
    assert_eq!(ada.desktop().shown(&id).unwrap(), card("taken"));
}

#[tokio::test]
async fn an_old_client_sends_the_fallback_as_a_message_with_a_value() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let result = ada.desktop().click_fallback(&id, "Accept", Value::Null).await.unwrap();
    assert_eq!(result.outcome, ClickOutcome::Submitted);
    let message = bot.received().pop().unwrap();
    assert_eq!(message["type"], "message");
    assert_eq!(message["replyToId"], id.as_str());
    assert_eq!(message["value"], json!({"verb": "accept", "task": "7"}));
    assert_eq!(message.get("text"), None);
}

/// vercel/chat#731: the client takes it for a failed answer.
#[tokio::test]
async fn an_empty_invoke_value_is_sent_again() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let empty = json!({
        "statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "",
    });
    bot.answers(move |_| (200, empty.clone()));
    let result = ada.click(&id, "accept", Value::Null).await.unwrap();
    assert_eq!(result.deliveries.len(), 2);
    assert!(matches!(result.outcome, ClickOutcome::Unreachable { .. }));
    let shown = ada.desktop().message(&id).unwrap();
    assert_eq!(shown.notice.as_deref(), Some("Unable to reach app"));
    assert_eq!(shown.card, Some(card("ring")));
}

/// botbuilder-dotnet#5005: repeated with the same id, then with a new one.
#[tokio::test]
async fn duplicates_come_with_the_same_or_a_new_id() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let ids_of = |received: Vec<Value>| -> Vec<Value> {
        received.iter().map(|activity| activity["id"].clone()).collect()
    };

    bot.teams.faults().duplicate_next(DuplicateKind::SameId, 2);
    ada.say("one").await.unwrap();
    let ids = ids_of(bot.received()[2..].to_vec());
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");

    bot.teams.faults().duplicate_next(DuplicateKind::NewId, 1);
    ada.say("two").await.unwrap();
    let ids = ids_of(bot.received()[5..].to_vec());
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_waiter_sees_the_card_that_comes_later() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let (found, _) = tokio::join!(
        ada.wait_for_card(|card| card.has_action("accept") && card.words().contains("ring")),
        bot.send_card(ada.chat(), "ring"),
    );
    assert_eq!(found.unwrap().summary, "An invitation");
}

#[tokio::test]
async fn a_deleted_message_can_no_longer_be_clicked() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let path = format!("{}/{id}", activities(ada.chat()));
    assert_eq!(bot.call("DELETE", &path, None).await.status, 200);
    let error = ada.click(&id, "accept", Value::Null).await.unwrap_err();
    assert!(matches!(error, fake_teams::Error::NoMessage(_)), "{error}");
}
