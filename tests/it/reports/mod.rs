//! Lists, reports and who sees them, over HTTP; and the document that describes the API.

mod lists;
mod openapi;
mod sla;
mod states;
mod tenants;
mod tokens;

use beckon_domain::settings::Channel;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::stage::{Client, Stage, card_with};

/// A conversation that the first agent takes and ends; its session.
async fn talk(stage: &Stage, address: &str) -> String {
    let client = stage.client();
    let written = client.write(address, "m1", "Hello?").await;
    let session = written["session"].as_str().expect("a session").to_owned();
    let invitation = loop {
        let (_, inbox) = client.get("/api/v1/console/inbox", &client.world.keys.agents[0]).await;
        if let Some(incoming) = inbox["incoming"].as_array().expect("a list").first() {
            break incoming["invitation"].as_str().expect("an id").to_owned();
        }
        card_with(stage.person(0), "accept").await;
    };
    let act = async |path: String| {
        let body = serde_json::json!({});
        let (status, answer) = client.post(&path, &client.world.keys.agents[0], body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    };
    act(format!("/api/v1/console/invitations/{invitation}/accept")).await;
    act(format!("/api/v1/console/sessions/{session}/terminate")).await;
    act(format!("/api/v1/console/invitations/{invitation}/finish")).await;
    session
}

/// A customer who writes and leaves; the session.
async fn left(client: &Client<'_>, address: &str, message: &str) -> String {
    let written = client.write(address, message, "Hello?").await;
    let session = written["session"].as_str().expect("a session").to_owned();
    let body = serde_json::json!({ "session": session });
    let leave = "/api/v1/channels/website/leave";
    let (status, answer) = client.post(leave, &client.world.keys.integration, body).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    session
}

/// What a list answers in CSV, as lines.
async fn csv(client: &Client<'_>, path: &str, key: &str) -> Vec<String> {
    let accept =
        HeaderMap::from_iter([(reqwest::header::ACCEPT, "text/csv".parse().expect("a header"))]);
    let response = client.call(Method::GET, path, key, accept, None).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let kind = response.headers()["content-type"].to_str().expect("a kind").to_owned();
    assert!(kind.starts_with("text/csv"), "{kind}");
    let text = response.text().await.expect("a text");
    assert!(text.ends_with("\r\n"));
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

/// One field of every row.
fn field(answer: &Value, list: &str, name: &str) -> Vec<String> {
    let rows = answer[list].as_array().unwrap_or_else(|| panic!("no list: {answer}"));
    rows.iter().map(|row| row[name].as_str().expect("a text").to_owned()).collect()
}

/// The channel of everything here.
fn channel() -> &'static str {
    Channel::Api.name()
}
