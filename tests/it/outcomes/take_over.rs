//! A supervisor takes a conversation over.

use reqwest::StatusCode;
use serde_json::json;

use super::desk::Desk;
use crate::stage::{Settings, World, card_says, card_with};

#[tokio::test(flavor = "multi_thread")]
async fn the_conversation_goes_on_with_whom_the_supervisor_names() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let invitation = desk.invitation(0, &session).await;
    let path = format!("/api/v1/invitations/{invitation}/take-over");
    let key = &desk.client().world.keys.supervisor;
    let by = json!({ "agent": desk.person(1).id() });
    let taken = desk.must(&path, key, by.clone()).await;
    let again = desk.must(&path, key, by).await;
    assert_eq!(again, taken, "twice is once");
    card_says(desk.person(1), "You are in this conversation").await;
    card_says(desk.person(0), "took").await;

    let back = json!({ "agent": desk.person(0).id() });
    let (status, answer) = desk.client().post(&path, key, back).await;
    assert_eq!(status, StatusCode::CONFLICT, "that invitation has nothing any more: {answer}");
    let says = json!({ "client_message_id": "a1", "text": "I go on." });
    desk.console(1, &session, "messages", says).await;
    desk.terminate(1, &session).await;
    assert_eq!(desk.ended(&session).await["outcome"], "user_accepted");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_it_over_at_the_same_time_is_told_of_the_one_invitation_there_is() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let path = format!("/api/v1/invitations/{}/take-over", desk.invitation(0, &session).await);
    let key = &desk.client().world.keys.supervisor;
    let by = json!({ "agent": desk.person(1).id() });
    let taken = || desk.must(&path, key, by.clone());
    let answers: [_; 4] = tokio::join!(taken(), taken(), taken(), taken()).into();
    let theirs = desk.invitation(1, &session).await;
    for answer in answers {
        assert_eq!(answer["invitation"], theirs, "{answer}");
    }
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_foreign_service_is_taken_over_nor_by_a_stranger() {
    let desk = Desk::new().await;
    let session = desk.guided(&[json!({ "step": "queued" })]).await;
    desk.accept(0).await;
    let invitation = desk.invitation(0, &session).await;
    let path = format!("/api/v1/invitations/{invitation}/take-over");
    let keys = &desk.client().world.keys;
    let by = |agent: &str| json!({ "agent": agent });
    for (key, agent, status) in [
        (&keys.supervisor, desk.person(1).id(), StatusCode::NOT_FOUND),
        (&keys.admin, "00000000-0000-0000-0000-000000000009", StatusCode::UNPROCESSABLE_ENTITY),
        (&keys.agents[1], desk.person(1).id(), StatusCode::FORBIDDEN),
    ] {
        let (found, answer) = desk.client().post(&path, key, by(agent)).await;
        assert_eq!(found, status, "{answer}");
    }
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_named_serves_there_and_can_be_reached() {
    let mut world = World::new(&Settings::default()).await;
    let both = world.config.lines().find(|line| line.trim().starts_with("members = "));
    let (both, ada) = (both.expect("the members").to_owned(), world.people[0].id());
    world.config = world.config.replacen(&both, &format!("members = [{ada:?}]"), 1);
    let desk = Desk::in_world(world).await;
    let session = desk.connected().await;
    let path = format!("/api/v1/invitations/{}/take-over", desk.invitation(0, &session).await);
    let keys = &desk.client().world.keys;
    let by = || json!({ "agent": desk.person(1).id() });
    let (status, answer) = desk.client().post(&path, &keys.supervisor, by()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "Ben is of another service: {answer}");
    assert_eq!(answer["errors"][0]["field"], "agent");

    desk.person(1).uninstall_bot().await.expect("the bot is told");
    let (status, answer) = desk.client().post(&path, &keys.admin, by()).await;
    assert_eq!(status, StatusCode::CONFLICT, "Ben would not notice: {answer}");
    let (status, _) = desk.client().get("/api/v1/console/inbox", &keys.agents[1]).await;
    assert_eq!(status, StatusCode::OK, "Ben is at the console");
    desk.must(&path, &keys.admin, by()).await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_stays_in_the_inbox_however_many_invitations_come_after_it() {
    let desk = Desk::with("capacity = 2").await;
    let parked = desk.connected().await;
    let keys = &desk.client().world.keys;
    let park = format!("/api/v1/console/invitations/{}/park", desk.invitation(0, &parked).await);
    desk.must(&park, &keys.agents[0], json!({})).await;
    let moving = desk.write("website", "alan", "m1").await;
    let card = card_with(desk.person(0), "accept");
    let other = card_with(desk.person(1), "accept");
    let (person, card) = tokio::select! {
        card = card => (0, card),
        card = other => (1, card),
    };
    desk.person(person).click(&card.id, "accept", json!({})).await.expect("the click is taken");
    // Each turn is a newer invitation.
    let mut invitation = desk.invitation(person, &moving).await;
    for turn in 0..64 {
        let path = format!("/api/v1/invitations/{invitation}/take-over");
        let by = json!({ "agent": desk.person((person + turn + 1) % 2).id() });
        let taken = desk.must(&path, &keys.supervisor, by).await;
        invitation = taken["invitation"].as_str().expect("an id").to_owned();
    }
    let (_, inbox) = desk.client().get("/api/v1/console/inbox", &keys.agents[0]).await;
    let sessions = inbox["sessions"].as_array().expect("a list");
    let open: Vec<_> =
        sessions.iter().filter(|row| row["phase"] == "parked").map(|row| &row["session"]).collect();
    assert_eq!(open, [&json!(parked)], "{} are shown", sessions.len());
    desk.stop().await;
}
