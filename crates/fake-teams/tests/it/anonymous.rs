//! A bot in development mode, which has no credentials.

use fake_teams::FakeTeamsConfig;
use serde_json::{Value, json};

use crate::bot::{Bot, activities, http};

async fn bot(allow_anonymous: bool) -> Bot {
    Bot::start_with(FakeTeamsConfig { allow_anonymous, ..FakeTeamsConfig::default() }).await
}

/// Posts into Ada's chat without a token.
async fn post(bot: &Bot) -> u16 {
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let url = format!("{}{}", bot.teams.environment().service_url, activities(ada.chat()));
    let hi = json!({"type": "message", "text": "hi"});
    http().post(url).json(&hi).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_call_without_a_token_is_refused_unless_allowed() {
    assert_eq!(post(&bot(false).await).await, 401);
    let open = bot(true).await;
    assert_eq!(post(&open).await, 201);
    assert_eq!(open.teams.person("Ada").messages()[0].text, "hi");
}

#[tokio::test]
async fn even_then_a_wrong_token_and_graph_without_one_are_refused() {
    let open = bot(true).await;
    let environment = open.teams.environment();
    let url = format!("{}v3/conversations/x/members", environment.service_url);
    assert_eq!(open.call_url("GET", &url, "wrong", None).await.unwrap().status, 401);
    let url = format!("{}/v1.0/chats/x", environment.graph_url);
    assert_eq!(http().get(url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_delivery_brings_no_token_then() {
    let (closed, open) = (bot(false).await, bot(true).await);
    for bot in [&closed, &open] {
        bot.teams.person("Ada").install_bot().await.unwrap();
    }
    assert!(closed.headers().iter().all(|header| header.starts_with("Bearer ")));
    assert_eq!(open.headers(), ["", ""]);
    let names =
        |bot: &Bot| bot.received().iter().map(|it| it["type"].clone()).collect::<Vec<Value>>();
    assert_eq!(names(&open), names(&closed));
}
