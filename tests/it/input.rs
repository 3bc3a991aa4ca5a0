//! Bad input: clear errors, nothing lost, no panic.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Stage, card_with, signed};

const MESSAGES: &str = "/api/v1/channels/website/messages";

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_message_is_refused_with_the_field_and_the_mend() {
    let stage = Stage::new().await;
    let client = stage.client();
    let key = &client.world.keys.integration;
    let message = |field: &str, value: Value| {
        let mut body = json!({ "address": "grace", "client_message_id": "m1", "text": "Hello?" });
        body[field] = value;
        body
    };
    for (field, value, status, words) in [
        ("text", json!(""), 422, "at least one character"),
        ("text", json!(" \r\n "), 422, "at least one character"),
        ("text", json!("x".repeat(20_000)), 422, "20000 characters"),
        ("text", json!(7), 400, "expected a string"),
        ("address", json!(" "), 422, "address"),
        ("address", json!("x".repeat(300)), 422, "256"),
        ("address", json!("gr\u{0}ace"), 422, "control characters"),
        ("client_message_id", json!(""), 422, "client_message_id"),
        ("txet", json!("Hello?"), 400, "txet"),
    ] {
        let (answered, problem) = client.post(MESSAGES, key, message(field, value)).await;
        assert_eq!(answered.as_u16(), status, "{field}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{field}: {problem}");
        assert!(problem["title"].is_string() && problem["status"] == status);
    }
    let (status, problem) =
        client.post("/api/v1/channels/nowhere/messages", key, message("text", json!("Hi"))).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{problem}");
    let far = "?address=grace&after=00000000-0000-7000-8000-000000000000.18446744073709551615";
    for (query, words) in [("", "address"), ("?address=grace&after=x", "cursor"), (far, "cursor")] {
        let (status, problem) = client.get(&format!("{MESSAGES}{query}"), key).await;
        assert!(status.is_client_error(), "{query}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
    let huge = message("text", json!("x".repeat(300 * 1024)));
    let (status, _) = client.post(MESSAGES, key, huge).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(stage.person(0).messages().is_empty(), "nobody was rung for any of it");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_ring_like_any_other() {
    let stage = Stage::new().await;
    let client = stage.client();
    let name =
        "\u{202e}${x}: <script>\u{0}\r\n[a](https://evil.example)`\\\u{1f469}\u{200d}\u{1f469}";
    let body =
        json!({ "address": "eve", "name": name, "client_message_id": "m1", "text": "${text}" });
    let (status, answer) = client.post(MESSAGES, &client.world.keys.integration, body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let card = card_with(stage.person(0), "accept").await;
    let words = card.words();
    assert!(words.contains("${x}: <script> [a]\u{2060}(https://evil.example)`"), "{words}");
    stage.person(0).click(&card.id, "accept", json!({})).await.unwrap();
    let token = client.sign_in(0).await;
    let (_, inbox) = client.get("/api/v1/console/inbox", &token).await;
    let room = inbox["sessions"][0]["room_name"].as_str().unwrap();
    assert!(room.starts_with("Support \u{a6} ${x}\u{a789} <script>"), "{room}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_message_twice_is_stored_once() {
    let stage = Stage::new().await;
    let client = stage.client();
    let first = client.write("grace", "m1", "Hello?").await;
    let again = client.write("grace", "m1", "Hello?").await;
    assert_eq!((&again["session"], &again["seq"]), (&first["session"], &first["seq"]));
    assert_eq!((&first["duplicate"], &again["duplicate"]), (&json!(false), &json!(true)));
    let other = client.write("alan", "m1", "Hello?").await;
    assert_ne!(other["session"], first["session"], "the id is the address's own");
    let read = client.read("grace", 2).await;
    assert_eq!(read.len(), 2, "the message and the greeting: {read:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messaging_endpoint_takes_nothing_unsigned_or_malformed() {
    let stage = Stage::new().await;
    let client = stage.client();
    let activity = json!({ "type": "message", "text": "hi" });
    for key in ["", "not.a.token", "Zm9v.Zm9v.Zm9v"] {
        let path = "/api/messages";
        let response =
            client.call(Method::POST, path, key, HeaderMap::new(), Some(activity.clone())).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.text().await.unwrap(), r#"{"error":"unauthorized"}"#);
    }
    for body in ["", "{", "[]", "{\"type\":7}"] {
        let (status, _) = signed(&stage, body).await;
        assert_eq!(status, 400, "{body}");
    }
    stage.stop().await;
}
