//! What was given up, listed, retried and dropped.

use reqwest::StatusCode;
use serde_json::json;

use super::beckon;
use crate::crash::Process;
use crate::stage::{World, card_says, card_with};
use crate::webhook::{Receiver, pushing_world};

/// A conversation in which the answer was refused for good.
async fn refused(receiver: &Receiver) -> (World, Process) {
    let world = pushing_world(receiver).await;
    let process = Process::start(&world).await;
    world.install_all().await;
    let client = process.client(&world);
    let written = client.write("grace", "m1", "Hello?").await;
    let card = card_with(&world.people[0], "accept").await;
    world.people[0].click(&card.id, "accept", json!({})).await.unwrap();
    card_says(&world.people[0], "You are in this conversation").await;
    let token = client.sign_in(0).await;
    let session = written["session"].as_str().unwrap();
    // The greeting arrives; the answers do not.
    receiver.texts(1).await;
    receiver.answer(&[StatusCode::UNPROCESSABLE_ENTITY; 2]);
    let path = format!("/api/v1/console/sessions/{session}/messages");
    for text in ["An answer", "Another one"] {
        client.post(&path, &token, json!({ "client_message_id": text, "text": text })).await;
        receiver.refused_when(text).await;
    }
    (world, process)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_listed_and_retried_or_dropped_through_the_server() {
    let receiver = Receiver::start().await;
    let (world, process) = refused(&receiver).await;
    let listed = dead(&world, 2).await;
    assert!(listed.contains("given up") && listed.contains("422"), "{listed}");
    assert!(!listed.contains("An answer"), "no text of a message: {listed}");

    // Nobody reaches the store past the server.
    let socket = world.folder.path().join("beckon.db.sock");
    let hidden = world.folder.path().join("hidden");
    std::fs::rename(&socket, &hidden).unwrap();
    let (done, said) = beckon(&world, &["outbox", "list"]).await;
    assert!(!done && said.contains("another process has"), "{said}");
    std::fs::rename(&hidden, &socket).unwrap();

    let pos = listed.split_whitespace().next().unwrap();
    let (done, said) = beckon(&world, &["outbox", "retry", pos]).await;
    assert!(done && said.contains("1 to be tried again"), "{said}");
    assert_eq!(receiver.texts(2).await[1], "An answer", "at once");
    let (done, said) = beckon(&world, &["outbox", "retry", pos]).await;
    assert!(!done && said.contains("nothing that was given up"), "{said}");
    dead(&world, 1).await;
    process.kill().await;

    // Without a server the file is opened.
    let (done, said) = beckon(&world, &["outbox", "drop", "--all"]).await;
    assert!(done && said.contains("1 dropped"), "{said}");
    dead(&world, 0).await;
}

/// The list of what was given up, once it is as long: the receiver's answer comes before we have
/// noted it.
async fn dead(world: &World, count: usize) -> String {
    for _ in 0..100 {
        let (done, listed) = beckon(world, &["outbox", "list", "--dead"]).await;
        assert!(done, "{listed}");
        if listed.contains(&format!("{count} listed, {count} given up")) {
            return listed;
        }
    }
    panic!("there are never {count}");
}
