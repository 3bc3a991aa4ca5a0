//! A backup of a running server, and its way back.

use reqwest::StatusCode;
use serde_json::json;

use super::beckon;
use crate::crash::Process;
use crate::stage::{card_says, card_with};
use crate::webhook::{Receiver, pushing_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_server_rings_nobody_and_sends_nothing_that_was_under_way() {
    let receiver = Receiver::start().await;
    let world = pushing_world(&receiver).await;
    let mut process = Process::start(&world).await;
    world.install_all().await;
    let (ada, ben) = (&world.people[0], &world.people[1]);
    let client = process.client(&world);
    let talks = client.write("talks", "1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    card_says(ada, "You are in this conversation").await;
    let rings = client.write("rings", "1", "Hello?").await;
    let ringing = card_with(ben, "accept").await;
    let waits = client.write("waits", "1", "Hello?").await;
    let token = client.sign_in(0).await;
    let path = |row: &serde_json::Value| {
        format!("/api/v1/console/sessions/{}/messages", row["session"].as_str().unwrap())
    };
    // The greetings arrive. What is pushed then fails, so that the backup has it under way.
    let greetings = receiver.texts(3).await.len();
    receiver.answer(&[StatusCode::INTERNAL_SERVER_ERROR; 20]);
    let body = json!({ "client_message_id": "1", "text": "Before the backup" });
    client.post(&path(&talks), &token, body).await;
    receiver.refused_when("Before the backup").await;

    let backup = world.folder.path().join("copy.db");
    let backup = backup.to_str().unwrap();
    let (done, said) = beckon(&world, &["backup", backup]).await;
    assert!(done && said.contains("holds"), "{said}");
    let (done, said) = beckon(&world, &["backup", backup]).await;
    assert!(!done && said.contains("is there already"), "{said}");
    let (done, said) = beckon(&world, &["restore", backup, "--force"]).await;
    assert!(!done && said.contains("another process has"), "{said}");
    process.terminate().await;
    process.child.wait().await.unwrap();
    let (done, said) = beckon(&world, &["restore", backup]).await;
    assert!(!done && said.contains("--force"), "{said}");
    let (done, said) = beckon(&world, &["restore", backup, "--force"]).await;
    assert!(done && said.contains("because they waited or rang: 2 sessions."), "{said}");

    receiver.mend();
    let cards = || ada.messages().len() + ben.messages().len();
    let (displayed, pushed) = (cards(), receiver.taken().len());
    let process = Process::start(&world).await;
    // What is on display is brought up to date, and that is all.
    let message = card_says(ben, "withdrawn").await;
    assert_eq!(message.id, ringing.id);
    let client = process.client(&world);
    for ended in [&rings, &waits] {
        let session = client.admin_session(ended["session"].as_str().unwrap()).await;
        assert_eq!(session["session"]["phase"]["outcome"], "admin_terminated");
    }
    let session = client.admin_session(talks["session"].as_str().unwrap()).await;
    assert!(session["session"]["restored_at"].is_string(), "its clocks begin anew: {session}");
    // Conversations go on, and what is said now is heard: nothing else was, before or after.
    let body = json!({ "client_message_id": "2", "text": "After the restore" });
    client.post(&path(&talks), &token, body).await;
    assert_eq!(receiver.texts(greetings + 1).await.last().unwrap(), "After the restore");
    assert_eq!(receiver.taken().len(), pushed + 1, "{:?}", receiver.taken());
    assert_eq!(cards(), displayed, "nobody is rung");
    let (_, listed) = beckon(&world, &["outbox", "list", "--dead"]).await;
    assert!(listed.contains(": restored"), "{listed}");
    // A new customer is a new matter.
    client.write("comes", "1", "Hello?").await;
    card_with(ben, "accept").await;
    assert_eq!(cards(), displayed + 1);
    process.kill().await;
}
