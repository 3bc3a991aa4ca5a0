//! What cards tell beside name, channel and waiting time (B5).

use http::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Settings, Stage, card_says, card_with, result_card};

const SHOWN: &str = "card_parameters = [\
     { name = \"plan\", label = \"Plan\" }, \
     { name = \"order\", label = \"Order\", labels = { de = \"Bestellung\" } }]";

/// What a customer writes to get more out of a card than a line of text.
const HOSTILE: &str = "**zebra** <at>Ada</at> ${customer} [click](https://evil.example) \u{202e}";

async fn write(stage: &Stage, id: &str, text: &str, parameters: Value) -> (StatusCode, Value) {
    let body = json!({
        "address": "grace", "name": "Grace Hopper", "client_message_id": id, "text": text,
        "parameters": parameters,
    });
    let client = stage.client();
    let key = &stage.world.keys.integration;
    client.post("/api/v1/channels/website/messages", key, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_shows_the_parameters_that_the_service_shows_and_no_other() {
    let stage = Stage::with(&Settings { service: SHOWN, ..Settings::default() }).await;
    let parameters = json!({ "order": "A-1024", "secret": "zebra", "plan": "<b>Premium</b>" });
    let (status, answer) = write(&stage, "m1", "Hello?", parameters).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let ada = stage.person(0);
    let card = card_with(ada, "accept").await;
    let words = card.words();
    assert!(words.contains("Order") && words.contains("A-1024"), "{words}");
    assert!(words.find("Plan") < words.find("Order"), "in the service's order: {words}");
    assert!(!words.contains("zebra"), "{words}");

    // What is learned while it rings is shown, too.
    let (status, _) = write(&stage, "m2", "It is another one.", json!({ "order": "B-7" })).await;
    assert_eq!(status, StatusCode::CREATED);
    card_says(ada, "B-7").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_that_are_too_many_or_too_long_are_named_and_nothing_is_stored() {
    let stage = Stage::new().await;
    let many: Value =
        (0..21).map(|n| (n.to_string(), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    for (parameters, words) in [
        (many, "21"),
        (json!({ "x".repeat(65): "x" }), "1 to 64 characters"),
        (json!({ "": "x" }), "1 to 64 characters"),
        (json!({ "order": "x".repeat(1001) }), "\"order\" has 1001 characters"),
    ] {
        let (status, answer) = write(&stage, "m1", "Hello?", parameters).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        assert_eq!(answer["errors"][0]["field"], "parameters", "{answer}");
        assert!(answer["errors"][0]["detail"].as_str().unwrap().contains(words), "{answer}");
    }
    let (status, answer) = write(&stage, "m1", "Hello?", json!({ "order": 7 })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");

    // Twenty fit, at their longest; one more later does not.
    let full: serde_json::Map<_, _> =
        (0..20).map(|n| (format!("{n:064}"), json!("\u{e4}".repeat(1000)))).collect();
    let (status, answer) = write(&stage, "m1", "Hello?", full.into()).await;
    assert_eq!((status, &answer["seq"]), (StatusCode::CREATED, &json!(1)), "{answer}");
    let (status, answer) = write(&stage, "m2", "Hello?", json!({ "order": "x" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    stage.stop().await;
}

/// Everything that Teams was ever sent, and what the person sees.
fn every_card(stage: &Stage) -> String {
    format!("{:?} {:?}", stage.person(0).messages(), stage.world.teams.record())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_switch_no_card_holds_what_the_customer_wrote() {
    let stage = Stage::with(&Settings { service: SHOWN, ..Settings::default() }).await;
    write(&stage, "m1", HOSTILE, json!({})).await;
    let ada = stage.person(0);
    let card = card_with(ada, "accept").await;
    assert!(!every_card(&stage).contains("zebra"), "{}", every_card(&stage));
    write(&stage, "m2", HOSTILE, json!({ "order": "A-1" })).await;
    card_says(ada, "A-1").await;
    assert!(!every_card(&stage).contains("zebra"), "{}", every_card(&stage));
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let card = card_says(ada, "You are in this conversation").await;
    ada.click(&card.id, "terminate", json!({})).await.unwrap();
    let card = card_says(ada, "wrap-up is running").await;
    ada.click(&card.id, "finish", json!({})).await.unwrap();
    result_card(ada).await;
    assert!(!every_card(&stage).contains("zebra"), "{}", every_card(&stage));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_shows_the_first_message_plain_and_cut_until_the_accept() {
    let stage = Stage::with(&Settings { service: "preview = true", ..Settings::default() }).await;
    write(&stage, "m1", &format!("{HOSTILE}{}", "x".repeat(9_000)), json!({})).await;
    let ada = stage.person(0);
    let card = card_with(ada, "accept").await;
    let json = card.card.as_ref().unwrap().to_string();
    assert!(json.contains("zebra"), "{json}");
    // Expanded nothing, mentions nobody, links nowhere, turns no line around.
    assert!(json.contains("${customer}") && !json.contains("entities"), "{json}");
    for harm in ["](https", "\u{202e}"] {
        assert!(!json.contains(harm), "{harm}: {json}");
    }
    assert!(!json.contains(&"x".repeat(300)), "it is cut: {json}");
    assert!(!card.summary.contains("zebra"), "a toast is seen by whoever sits beside the agent");
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let card = card_says(ada, "You are in this conversation").await;
    assert!(!card.card.as_ref().unwrap().to_string().contains("zebra"));
    stage.stop().await;
}
