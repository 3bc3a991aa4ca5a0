//! Views of one's own. Facts: Teams docs, user-specific views and up-to-date views.

use std::{sync::Arc, time::Duration};

use fake_teams::{FakeTeamsConfig, ManualClock, Person};
use serde_json::{Value, json};

use crate::bot::{Bot, card, card_answer, card_message};

fn refreshing(people: &[&Person]) -> Value {
    let mut card = card("base");
    let ids: Vec<&str> = people.iter().map(|person| person.mri()).collect();
    let action = json!({"type": "Action.Execute", "verb": "refresh", "data": {"task": "7"}});
    card["refresh"] = json!({"action": action, "userIds": ids});
    card
}

#[tokio::test]
async fn a_listed_client_asks_on_display_at_most_once_a_minute() {
    let clock = Arc::new(ManualClock::new(1_776_390_257_000));
    let config = FakeTeamsConfig { clock: clock.clone(), ..FakeTeamsConfig::default() };
    let bot = Bot::start_with(config).await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let chat = bot.teams.group("room", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    let sent = bot.send(&chat, card_message(&refreshing(&[&ada]))).await;
    let id = sent.body["id"].as_str().unwrap();
    bot.answers(|_| (200, card_answer(&card("for Ada"))));

    assert!(ada.desktop().open(id).await.unwrap().is_some());
    let invoke = bot.received().pop().unwrap();
    assert_eq!(invoke["value"]["trigger"], "automatic");
    assert_eq!(invoke["value"]["action"]["verb"], "refresh");
    assert_eq!(ada.desktop().shown(id).unwrap(), card("for Ada"));

    clock.advance(59_999);
    assert!(ada.desktop().open(id).await.unwrap().is_none());
    clock.advance(1);
    assert!(ada.desktop().open(id).await.unwrap().is_some());
    assert!(ada.client("mobile").open(id).await.unwrap().is_some(), "views are per device");
    assert!(grace.desktop().open(id).await.unwrap().is_none(), "not listed");
    assert!(grace.desktop().refresh(id).await.is_ok(), "but by hand she may");
}

#[tokio::test]
async fn an_edit_makes_every_listed_client_ask_again() {
    let config = FakeTeamsConfig { auto_refresh: true, ..FakeTeamsConfig::default() };
    let bot = Bot::start_with(config).await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    ada.client("mobile");
    let chat = bot.teams.group("room", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    bot.answers(|_| (200, card_answer(&card("own"))));
    let id = bot.send_card(&chat, "plain").await;
    let both = card_message(&refreshing(&[&ada, &grace]));
    bot.update(&chat, &id, both).await;
    let own = |client: fake_teams::Client| client.shown(&id).unwrap() == card("own");
    let all = || own(ada.desktop()) && own(ada.client("mobile")) && own(grace.desktop());
    let wait = Duration::from_secs(10);
    bot.teams.wait_for("three views", wait, |_| all().then_some(())).await.unwrap();
}
