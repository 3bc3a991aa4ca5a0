//! Two nodes on one database: what one of them posted and did not report, the other one looks for.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::stage::{PATIENCE, said, world};
use crate::crash::Process;
use crate::stage::card_with;
use crate::store::place::Place;

/// How long a process may take to die once it is doomed.
const DYING: Duration = Duration::from_secs(2);

/// As if a minute passed in the database: leases run out, and what waits has waited.
const A_MINUTE_LATER: &str = "UPDATE lane SET lease_until = lease_until - 60000000;
                              UPDATE outbox SET at = at - 60000000";

#[tokio::test(flavor = "multi_thread")]
async fn the_node_that_goes_on_looks_for_what_the_dead_one_posted() {
    let place = Place::postgres().await;
    let (mut world, _companions) = world(1).await;
    let path = format!("path = \"{}\"", world.folder.path().join("beckon.db").display());
    let url = format!("url = {:?}", place.url().expect("a server"));
    world.config = world.config.replacen(&path, &url, 1);
    let mut doomed = Process::start_at(&world, Some("room.posted:1")).await;
    let other = Process::start(&world).await;
    world.install_all().await;
    let client = other.client(&world);
    client.write("grace", "m0", "Hello?").await;
    let ada = &world.people[0];
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let chat = ada.wait_for_chat(|chat| chat.topic.is_some()).await.unwrap().id;
    let there = || said(ada, &chat).join("\n");
    let arrives = async |text: &str| {
        let found = || there().contains(text).then_some(());
        world.teams.wait_for(text, PATIENCE, |_| found()).await.unwrap();
    };
    arrives("Hello?").await;

    // Either node may take the lane. The first time the doomed one does, it posts and dies.
    let mut written = Vec::new();
    let death = loop {
        let text = format!("Number {}.", written.len() + 1);
        let body = json!({ "address": "grace", "client_message_id": text, "text": text });
        let path = "/api/v1/channels/website/messages";
        let request = world.http.request(Method::POST, format!("{}{path}", doomed.url)).json(&body);
        let told = request.bearer_auth(&world.keys.integration).send().await;
        if told.is_err() {
            // It died before it could answer; the client says it again to who is there.
            client.write("grace", &text, &text).await;
        }
        arrives(&text).await;
        written.push(text);
        assert!(written.len() < 50, "the doomed node never had the lane");
        if let Ok(death) = tokio::time::timeout(DYING, doomed.child.wait()).await {
            break death.unwrap();
        }
    };
    assert!(!death.success(), "{death}");
    place.sql(A_MINUTE_LATER).await;
    client.write("grace", "last", "The last one.").await;
    arrives("The last one.").await;
    written.push("The last one.".to_owned());
    let there = there();
    let position = |text: &String| {
        assert_eq!(there.matches(text.as_str()).count(), 1, "{text} once: {there}");
        there.find(text.as_str()).unwrap()
    };
    assert!(written.iter().map(position).is_sorted(), "{there}");
    other.kill().await;
}
