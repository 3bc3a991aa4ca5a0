//! What comes after a conversation: after-call work, codes and tags, and ends from every side.

mod api;
mod cards;
mod ends;

use fake_teams::Message;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Settings, Stage, card_says, card_with};

/// A service with a list of codes, one that has to be chosen, and tags.
const CODES: &str = r#"
    [tenant.service.wrap_up]
    extensions = 1
    tags = true
    codes2 = { name = "Solved", list = [{ id = "yes", label = "Yes" }, { id = "no", label = "No" }] }
    [tenant.service.wrap_up.codes]
    name = "Topic"
    required = true
    list = [{ id = "billing", label = "Billing" }, { id = "delivery", label = "Delivery" }]
"#;

/// A stage with one agent and such a service.
async fn stage() -> Stage {
    let people = &["Ada Lovelace"];
    Stage::with(&Settings { service: CODES, people, ..Settings::default() }).await
}

/// A conversation of the agent.
struct Talk {
    session: String,
    invitation: String,
    card: String,
}

/// The agent accepts a customer.
async fn connected(stage: &Stage, address: &str) -> Talk {
    let written = stage.client().write(address, "m1", "Hello?").await;
    let card = card_with(stage.person(0), "accept").await;
    let invitation =
        card.card.as_ref().expect("a card")["actions"][0]["data"]["invitation"].clone();
    stage.person(0).click(&card.id, "accept", json!({})).await.expect("a click");
    card_says(stage.person(0), "You are in this conversation").await;
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    Talk { session: text(&written["session"]), invitation: text(&invitation), card: card.id }
}

/// The agent ends it; the card of their after-call work.
async fn terminated(stage: &Stage, talk: &Talk) -> Message {
    stage.person(0).click(&talk.card, "terminate", json!({})).await.expect("a click");
    card_says(stage.person(0), "wrap-up is running").await
}

/// The ids of a card's inputs: `codes`, `codes2`, `tags`.
fn inputs(card: &Value) -> [String; 3] {
    let version = card["refresh"]["action"]["data"]["version"].as_u64().expect("a version");
    ["codes", "codes2", "tags"].map(|what| format!("{what}_v{version}"))
}

/// The values that a card's inputs show.
fn values(card: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = vec![card];
    while let Some(value) = rest.pop() {
        if value["type"].as_str().is_some_and(|kind| kind.starts_with("Input.")) {
            found.push(value["value"].as_str().unwrap_or_default().to_owned());
        }
        match value {
            Value::Array(items) => rest.extend(items.iter().rev()),
            Value::Object(fields) => rest.extend(fields.values().rev()),
            _ => {}
        }
    }
    found
}

/// The session's row of the list.
async fn row(stage: &Stage, session: &str) -> Value {
    let client = stage.client();
    let (status, list) = client.get("/api/v1/sessions", &client.world.keys.admin).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let rows = list["sessions"].as_array().expect("rows");
    rows.iter().find(|row| row["session"] == session).expect("the session is listed").clone()
}
