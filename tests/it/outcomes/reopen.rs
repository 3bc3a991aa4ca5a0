//! Reopen or Leave (R8), on the card and in the console, and what comes after.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::desk::Desk;
use crate::stage::{card_says, card_with, shared_card};

/// Grace writes again while the first agent wraps their conversation up: both sessions.
async fn back_in_wrap_up(desk: &Desk) -> (String, String) {
    let first = desk.connected().await;
    desk.terminate(0, &first).await;
    card_says(desk.person(0), "wrap-up is running").await;
    let second = desk.write("website", "grace", "m2").await;
    assert_ne!(first, second, "one outcome for ever");
    (first, second)
}

async fn session(desk: &Desk, session: &str) -> Value {
    desk.client().admin_session(session).await["session"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn reopen_on_the_card_goes_on_with_the_same_agent() {
    let desk = Desk::new().await;
    let (first, second) = back_in_wrap_up(&desk).await;
    let card = card_with(desk.person(0), "accept").await;
    let words = card.words();
    assert!(words.contains("grace is writing again"), "{words}");
    let card_as_sent = card.activity.to_string();
    assert!(card_as_sent.contains("\"Reopen\"") && card_as_sent.contains("\"Leave\""));
    desk.person(0).click(&card.id, "accept", json!({})).await.expect("the click is taken");
    card_says(desk.person(0), "You are in this conversation").await;
    // The after-call work of the first is over: its card shows the result.
    shared_card(desk.person(0), |card| card.words().contains("Handled")).await.expect("a result");
    desk.until(&first, "invitation_concluded", 1).await;

    let row = session(&desk, &second).await;
    assert_eq!(row["reopens"]["session"], first);
    let says = json!({ "client_message_id": "a1", "text": "What else?" });
    desk.console(0, &second, "messages", says).await;
    desk.terminate(0, &second).await;
    for session in [&first, &second] {
        assert_eq!(desk.ended(session).await["outcome"], "user_accepted");
    }
    assert_eq!(desk.results(&second).await, [(0, "accepted".to_owned())]);
    assert!(desk.person(1).messages().is_empty(), "nobody else was asked");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_in_the_console_keeps_the_wrap_up_and_somebody_else_is_asked() {
    let desk = Desk::new().await;
    let (first, second) = back_in_wrap_up(&desk).await;
    card_with(desk.person(0), "accept").await;
    let client = desk.client();
    let key = &client.world.keys.agents[0];
    let (_, inbox) = client.get("/api/v1/console/inbox", key).await;
    let incoming = &inbox["incoming"][0];
    assert_eq!((&incoming["session"], &incoming["returning"]), (&json!(second), &json!(true)));
    let invitation = incoming["invitation"].as_str().expect("an id");
    let path = format!("/api/v1/console/invitations/{invitation}/decline");
    desk.must(&path, key, json!({})).await;
    desk.accept(1).await;
    let events = desk.client().admin_session(&first).await["events"].to_string();
    assert!(!events.contains("invitation_concluded"), "the wrap-up goes on: {events}");
    let results = [(0, "declined".to_owned()), (1, "open".to_owned())];
    assert_eq!(desk.results(&second).await, results);
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reopen_in_the_console_does_the_same() {
    let desk = Desk::new().await;
    let (first, second) = back_in_wrap_up(&desk).await;
    card_with(desk.person(0), "accept").await;
    let invitation = desk.invitation(0, &second).await;
    let path = format!("/api/v1/console/invitations/{invitation}/accept");
    let answer = desk.must(&path, &desk.client().world.keys.agents[0], json!({})).await;
    assert_eq!(answer["result"], "accepted");
    desk.until(&first, "invitation_concluded", 1).await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_to_reopen_that_is_not_answered_is_nobodys_miss() {
    let desk = Desk::new().await;
    let (_, second) = back_in_wrap_up(&desk).await;
    card_with(desk.person(0), "accept").await;
    // Ring time is over: Ben is asked, and Ada is still wrapping up.
    card_with(desk.person(1), "accept").await;
    let results = [(0, "cancelled_system".to_owned()), (1, "open".to_owned())];
    assert_eq!(desk.results(&second).await, results);
    desk.stop().await;
}

/// Ada, who was rung last, is rung before Ben; or Ben is, who has been idle for longer.
async fn rung_after(minutes: i64) -> (Desk, usize, String) {
    let desk = Desk::with("").await;
    let first = desk.connected().await;
    desk.terminate(0, &first).await;
    desk.click(0, "finish").await;
    desk.until(&first, "invitation_concluded", 1).await;
    desk.pass(SignedDuration::from_mins(minutes));
    let second = desk.write("website", "grace", "m2").await;
    let offered = desk.until(&second, "invitation_offered", 1).await;
    let rung = (0..2).find(|one| offered["agent"] == desk.person(*one).id());
    (desk, rung.expect("one of them"), second)
}

#[tokio::test(flavor = "multi_thread")]
async fn up_to_fifteen_minutes_the_same_agent_is_rung_first() {
    let (desk, rung, second) = rung_after(14).await;
    assert_eq!(rung, 0);
    assert!(!session(&desk, &second).await["reopens"].is_null());
    desk.accept(0).await;
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn later_it_is_a_session_like_any_other() {
    let (desk, rung, second) = rung_after(16).await;
    assert_eq!(rung, 1);
    assert!(session(&desk, &second).await["reopens"].is_null());
    desk.stop().await;
}
