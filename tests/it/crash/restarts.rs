//! One kill at a chosen moment, told step by step.

use fake_teams::ClickOutcome;
use reqwest::StatusCode;
use serde_json::json;
use tokio::process::Command;

use super::Process;
use crate::stage::{Settings, World, card_says, card_with, result_card};

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_accept_and_first_room_message_loses_nothing() {
    let world = World::new(&Settings::default()).await;
    let process = Process::start(&world).await;
    world.install_all().await;
    let ada = &world.people[0];

    let client = process.client(&world);
    let written = client.write("grace", "m1", "Hello?").await;
    let session = written["session"].as_str().unwrap().to_owned();
    let invitation = card_with(ada, "accept").await;
    // The answer to the click comes; the shared update, a second later, never leaves.
    let click = ada.click(&invitation.id, "accept", json!({})).await.unwrap();
    assert!(click.shown.unwrap().to_string().contains("You are in this conversation"));
    client.write("grace", "m2", "Are you there?").await;
    process.kill().await;
    let mobile = ada.client("mobile");
    let stale = mobile.shown(&invitation.id).unwrap().to_string();
    assert!(stale.contains("Accept"), "the other client still shows the invitation: {stale}");

    let process = Process::start(&world).await;
    let client = process.client(&world);
    card_says(ada, "You are in this conversation").await;
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let (status, conversation) = client.get(&path, &token).await;
    assert_eq!((status, &conversation["phase"]), (StatusCode::OK, &json!("connected")));
    let texts: Vec<&str> = conversation["messages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["from"] == "customer")
        .map(|row| row["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["Hello?", "Are you there?"]);

    // The customer's program was not sure about its second message and sends it again.
    let again = client.write("grace", "m2", "Are you there?").await;
    assert_eq!(again["duplicate"], true);
    let reply = json!({ "client_message_id": "a1", "text": "Yes, I am." });
    assert_eq!(client.post(&path, &token, reply).await.0, StatusCode::CREATED);
    let read = client.read("grace", 4).await;
    assert_eq!(read.last().unwrap()["text"], "Yes, I am.");

    let end = format!("/api/v1/console/sessions/{session}/terminate");
    client.post(&end, &token, json!({})).await;
    let card = card_says(ada, "wrap-up is running").await;
    ada.click(&card.id, "finish", json!({})).await.unwrap();
    result_card(ada).await;
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_waits_is_offered_after_the_restart() {
    let world = World::new(&Settings::default()).await;
    let process = Process::start(&world).await;
    process.client(&world).write("grace", "m1", "Hello?").await;
    process.kill().await;
    let process = Process::start(&world).await;
    world.install_all().await;
    card_with(&world.people[0], "accept").await;
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_do_not_share_a_database() {
    let world = World::new(&Settings::default()).await;
    let process = Process::start(&world).await;
    let path = world.folder.path().join("beckon.toml");
    let second = Command::new(env!("CARGO_BIN_EXE_beckon"))
        .args(["--config".as_ref(), path.as_os_str(), "serve".as_ref()])
        .output()
        .await
        .unwrap();
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success());
    assert!(words.contains("another process has") && words.contains("beckon.db"), "{words}");
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_is_told_the_truth_though_the_service_left_the_configuration() {
    let mut world = World::new(&Settings::default()).await;
    let process = Process::start(&world).await;
    world.install_all().await;
    let client = process.client(&world);
    let written = client.write("grace", "m1", "Hello?").await;
    let invitation = card_with(&world.people[0], "accept").await;
    world.people[0].click(&invitation.id, "accept", json!({})).await.unwrap();
    let accepted = card_says(&world.people[0], "You are in this conversation").await;
    process.kill().await;

    world.config = world.config.replace("\"support\"", "\"renamed\"");
    let process = Process::start(&world).await;
    let click = world.people[0].click(&accepted.id, "terminate", json!({})).await.unwrap();
    let ClickOutcome::Message { text } = click.outcome else { panic!("{:?}", click.outcome) };
    assert_eq!(text, "This conversation has ended.");
    let session = written["session"].as_str().unwrap();
    let timeline = process.client(&world).admin_session(session).await;
    assert_eq!(timeline["session"]["phase"]["outcome"], "user_accepted");
    process.kill().await;
}
