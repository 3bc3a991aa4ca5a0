//! The control API, as another process uses it.

use serde_json::{Value, json};

use crate::bot::{Bot, card, card_answer, card_message, http};

async fn post(bot: &Bot, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}{path}", bot.teams.environment().control_url);
    let response = http().post(url).json(&body).send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

async fn get(bot: &Bot, path: &str) -> Value {
    let url = format!("{}{path}", bot.teams.environment().control_url);
    http().get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_person_is_made_installs_and_clicks_from_outside() {
    let bot = Bot::start().await;
    bot.answers(|activity| match activity["type"].as_str() {
        Some("invoke") => (200, card_answer(&card("yours"))),
        _ => (202, Value::Null),
    });
    let (status, ada) = post(&bot, "/people", json!({"name": "Ada Lovelace"})).await;
    assert_eq!(status, 201);
    assert_eq!(ada["installed"], false);
    let id = ada["id"].as_str().unwrap();
    let (_, deliveries) = post(&bot, &format!("/people/{id}/install"), json!({})).await;
    assert_eq!(deliveries.as_array().unwrap().len(), 2);
    assert!(deliveries[0]["latencyMs"].as_f64().is_some_and(|ms| ms > 0.0));

    let chat = ada["chat"].as_str().unwrap();
    let message = bot.send_card(chat, "ring").await;
    let click = json!({"messageId": message, "action": "accept", "client": "mobile"});
    let (status, result) = post(&bot, &format!("/people/{id}/clicks"), click).await;
    assert_eq!(status, 200);
    assert_eq!(result["outcome"]["kind"], "card");

    let mobile = get(&bot, &format!("/people/{id}/clients/mobile")).await;
    assert_eq!(mobile["messages"][0]["card"], card("yours"));
    let desktop = get(&bot, &format!("/people/{id}/clients/desktop")).await;
    assert_eq!(desktop["messages"][0]["card"], card("ring"));

    let state = get(&bot, "/state").await;
    assert_eq!(state["people"][0]["installed"], true);
    let shown = &state["conversations"][0]["messages"][0];
    assert_eq!(shown["card"], card("ring"));
    assert_eq!(shown["views"][0]["client"], "mobile");
}

#[tokio::test]
async fn a_long_poll_ends_with_the_next_change() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    let revision = get(&bot, "/state").await["revision"].as_u64().unwrap();
    let path = format!("/changes?since={revision}");
    let (changed, _) =
        tokio::join!(get(&bot, &path), bot.update(ada.chat(), &id, card_message(&card("taken"))),);
    assert!(changed["revision"].as_u64().unwrap() > revision);
}

#[tokio::test]
async fn what_does_not_exist_is_404_and_what_cannot_be_done_409() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    let (status, body) = post(&bot, "/people/nobody/install", json!({})).await;
    assert_eq!((status, body["error"].as_str()), (404, Some(r#"no person "nobody""#)));
    ada.install_bot().await.unwrap();
    let message = bot.send_card(ada.chat(), "ring").await;
    let click = json!({"messageId": message, "action": "decline"});
    let (status, body) = post(&bot, &format!("/people/{}/clicks", ada.id()), click).await;
    assert_eq!(status, 409);
    assert!(body["error"].as_str().unwrap().contains("accept"), "{body}");
}

#[tokio::test]
async fn every_refusal_tells_its_reason_in_json() {
    let bot = Bot::start().await;
    let base = bot.teams.environment().control_url;
    let json = "application/json";
    let refusals = [
        ("GET", "/nowhere", json, "", 404, "no route"),
        ("DELETE", "/people", json, "", 405, "Method Not Allowed"),
        ("POST", "/people", "text/plain", "Ada", 415, "Content-Type"),
        ("POST", "/people", json, "{", 400, "JSON"),
        ("POST", "/people", json, "{}", 422, "name"),
        ("POST", "/faults/refuse", "text/plain", "{}", 415, "Content-Type"),
    ];
    for (method, path, content_type, body, wanted, reason) in refusals {
        let request = http().request(method.parse().unwrap(), format!("{base}{path}"));
        let request = request.header("content-type", content_type).body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), wanted, "{method} {path}");
        if wanted == 405 {
            assert!(response.headers()["allow"].to_str().unwrap().contains("POST"));
        }
        let refusal: Value = response.json().await.unwrap();
        assert!(refusal["error"].as_str().unwrap().contains(reason), "{refusal}");
    }
}

#[tokio::test]
async fn a_picture_is_pasted_from_outside_and_must_be_base64() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let path = format!("/people/{}/pictures", ada.id());
    let (status, _) = post(&bot, &path, json!({"contentType": "image/png", "content": "%"})).await;
    assert_eq!(status, 422);
    let picture = json!({"contentType": "image/png", "content": "UE5H"});
    let (status, said) = post(&bot, &path, picture).await;
    assert_eq!((status, said["deliveries"].as_array().unwrap().len()), (200, 1));
    assert_eq!(bot.received().pop().unwrap()["attachments"][0]["contentType"], "image/*");
}
