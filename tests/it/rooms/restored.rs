//! A backup that was made while a room was.

use fake_teams::Service;
use serde_json::{Value, json};

use super::stage::world;
use crate::crash::Process;
use crate::operations::beckon;
use crate::stage::card_with;

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_whose_room_was_being_made_goes_on_in_my_sessions() {
    let (world, _companions) = world(1).await;
    let process = Process::start(&world).await;
    world.install_all().await;
    let held = world.teams.faults().hold_next(Service::Graph, Some("POST /chats"));
    let written = process.client(&world).write("grace", "m1", "Hello?").await;
    let ada = &world.people[0];
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.expect("the click is taken");
    held.arrived().await;
    let backup = world.folder.path().join("copy.db");
    let backup = backup.to_str().expect("a path in UTF-8");
    let (done, said) = beckon(&world, &["backup", backup]).await;
    assert!(done, "{said}");
    process.kill().await;
    held.release();
    let (done, said) = beckon(&world, &["restore", backup, "--force"]).await;
    assert!(done, "{said}");

    let process = Process::start(&world).await;
    let client = process.client(&world);
    let session = written["session"].as_str().expect("a session");
    let told = client.admin_session(session).await;
    let events = told["events"].as_array().expect("its events").iter();
    let rooms: Vec<&Value> = events
        .filter(|event| event["event"].as_str().is_some_and(|name| name.starts_with("room_")))
        .collect();
    let [.., failed, opened] = &rooms[..] else { panic!("{rooms:?}") };
    assert_eq!((&failed["event"], &failed["reason"]), (&json!("room_failed"), &json!("restored")));
    assert_eq!(opened["event"], "room_opened");
    // Both sides hear each other.
    client.write("grace", "m2", "Still there?").await;
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let body = json!({ "client_message_id": "a1", "text": "I am here." });
    let (status, answer) = client.post(&path, &token, body).await;
    assert!(status.is_success(), "{status} {answer}");
    let path = format!("{path}?after=0");
    let (_, all) = client.get(&path, &token).await;
    let texts = all.to_string();
    assert!(texts.contains("Still there?") && texts.contains("I am here."), "{texts}");
    process.kill().await;
}
