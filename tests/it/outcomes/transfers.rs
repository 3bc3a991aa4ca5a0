//! The rule of transfers (`facts/outcomes.md` §5.1), seen from outside: after a move the last agent
//! session decides.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::json;

use super::desk::Desk;
use crate::stage::{card_says, card_with};

fn results(of_ada: &str, of_ben: &str) -> [(usize, String); 2] {
    [(0, of_ada.to_owned()), (1, of_ben.to_owned())]
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_is_transferred_whether_it_was_blind_or_safe() {
    for mode in ["blind", "safe"] {
        let desk = Desk::new().await;
        let session = desk.connected().await;
        let answer = desk.transfer(&session, mode).await;
        assert_eq!(answer["result"], if mode == "blind" { "moved" } else { "asked" });
        desk.accept(1).await;
        card_says(desk.person(0), "Moved on").await;
        let says = json!({ "client_message_id": "a1", "text": "I go on." });
        desk.console(1, &session, "messages", says).await;
        desk.terminate(1, &session).await;
        let row = desk.ended(&session).await;
        assert_eq!(row["outcome"], "user_transfer_internal_ok", "{mode}");
        assert_eq!(row["transfers"], 1);
        assert_eq!(desk.results(&session).await, results("transferred_internal", "accepted"));
        desk.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_note_of_a_move_is_in_the_inbox_of_the_asked_and_of_the_taker() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let inbox = async |person: usize| {
        let key = &desk.client().world.keys.agents[person];
        let (status, inbox) = desk.client().get("/api/v1/console/inbox", key).await;
        assert_eq!(status, StatusCode::OK, "{inbox}");
        inbox
    };
    assert_eq!(inbox(0).await["sessions"][0]["note"], json!(null));
    desk.transfer(&session, "safe").await;
    card_with(desk.person(1), "accept").await;
    assert_eq!(inbox(1).await["incoming"][0]["note"], "Please.");
    assert_eq!(inbox(0).await["sessions"][0]["note"], json!(null), "its sender knows it");
    desk.accept(1).await;
    assert_eq!(inbox(1).await["sessions"][0]["note"], "Please.");
    desk.terminate(1, &session).await;
    assert_eq!(inbox(1).await["sessions"][0]["note"], "Please.", "for the wrap-up, too");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_cannot_be_kept_is_refused_by_its_name_and_nothing_moves() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let path = format!("/api/v1/console/sessions/{session}/transfer");
    let key = &desk.client().world.keys.agents[0];
    for (note, why) in [("x".repeat(10_001), "cut it to 10000"), (" ".to_owned(), "leave it away")]
    {
        let body = json!({ "to": { "service": "guided" }, "note": note });
        let (status, problem) = desk.client().post(&path, key, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["errors"][0]["field"], "note");
        assert!(problem["detail"].as_str().expect("a detail").ends_with(why), "{problem}");
    }
    desk.terminate(0, &session).await;
    assert_eq!(desk.ended(&session).await["outcome"], "user_accepted");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blind_move_that_is_ignored_has_failed() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    desk.transfer(&session, "blind").await;
    // Nobody answers: no fault of the colleague, who asked for nothing.
    desk.until(&session, "transfer_failed", 1).await;
    desk.leave("website", &session).await;
    assert_eq!(desk.ended(&session).await["outcome"], "user_transfer_internal_failed");
    let results_of = desk.results(&session).await;
    assert_eq!(results_of[..2], results("transfer_failed", "cancelled_system"));
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safe_move_that_is_rejected_leaves_it_with_its_sender() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    assert_eq!(desk.transfer(&session, "safe").await["result"], "asked");
    let says = json!({ "client_message_id": "a1", "text": "One moment." });
    desk.console(0, &session, "messages", says).await;
    desk.click(1, "decline").await;
    desk.until(&session, "transfer_failed", 1).await;
    desk.leave("website", &session).await;
    assert_eq!(desk.ended(&session).await["outcome"], "user_accepted");
    assert_eq!(desk.results(&session).await, results("accepted", "declined"));
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safe_move_that_is_ignored_has_failed_unless_its_sender_goes_on() {
    for (goes_on, outcome, of_ada) in [
        (false, "user_transfer_internal_failed", "transfer_failed"),
        (true, "user_accepted", "accepted"),
    ] {
        let desk = Desk::new().await;
        let session = desk.connected().await;
        desk.transfer(&session, "safe").await;
        desk.until(&session, "transfer_failed", 1).await;
        if goes_on {
            let says = json!({ "client_message_id": "a1", "text": "I have you back." });
            desk.console(0, &session, "messages", says).await;
        }
        desk.leave("website", &session).await;
        assert_eq!(desk.ended(&session).await["outcome"], outcome);
        assert_eq!(desk.results(&session).await, results(of_ada, "cancelled_system"));
        desk.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_moved_to_a_service_waits_there_for_somebody_else() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    desk.console(0, &session, "transfer", json!({ "to": { "service": "guided" } })).await;
    desk.accept(1).await;
    desk.terminate(1, &session).await;
    let row = desk.ended(&session).await;
    assert_eq!(
        (&row["service"], &row["outcome"]),
        (&json!("guided"), &json!("user_transfer_internal_ok"),)
    );
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_safe_move_outside_that_is_refused_leaves_it_with_its_sender() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let answer = json!({ "result": "refused", "reason": "busy" });
    desk.outside(&session, "safe", answer).await;
    desk.terminate(0, &session).await;
    assert_eq!(desk.ended(&session).await["outcome"], "user_accepted");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_outside_that_nobody_answers_is_refused_after_ten_minutes() {
    for (mode, outcome) in [("safe", "user_accepted"), ("blind", "user_transfer_external_failed")] {
        let desk = Desk::new().await;
        let session = desk.connected().await;
        let to = json!({ "outside": { "address": "tel:+41000000000", "mode": mode } });
        let answer = desk.console(0, &session, "transfer", json!({ "to": to })).await;
        assert_eq!(answer["result"], "asked", "in either way it is theirs until the answer");
        desk.until(&session, "transfer_started", 1).await;
        desk.pass(SignedDuration::from_mins(10));
        desk.until(&session, "transfer_failed", 1).await;
        if mode == "safe" {
            desk.terminate(0, &session).await;
        }
        assert_eq!(desk.ended(&session).await["outcome"], outcome);
        desk.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_sessions_agent_moves_it_and_only_somewhere() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let client = desk.client();
    let keys = &client.world.keys;
    let path = format!("/api/v1/console/sessions/{session}/transfer");
    let (ada, ben) = (&keys.agents[0], &keys.agents[1]);
    let to_ben = json!({ "to": { "agent": { "id": desk.person(1).id(), "mode": "safe" } } });
    let to_ada = json!({ "to": { "agent": { "id": desk.person(0).id(), "mode": "safe" } } });
    let nobody = json!({ "to": { "agent": { "id": "00000000-0000-0000-0000-000000000009", "mode": "safe" } } });
    for (key, body, status) in [
        (ben, &to_ada, StatusCode::NOT_FOUND),
        (&keys.admin, &to_ben, StatusCode::FORBIDDEN),
        (ada, &to_ada, StatusCode::UNPROCESSABLE_ENTITY),
        (ada, &nobody, StatusCode::UNPROCESSABLE_ENTITY),
        (ada, &json!({ "to": { "service": "sales" } }), StatusCode::UNPROCESSABLE_ENTITY),
        (
            ada,
            &json!({ "to": { "outside": { "address": " ", "mode": "safe" } } }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (ada, &json!({ "to": { "moon": 1 } }), StatusCode::BAD_REQUEST),
    ] {
        let (found, answer) = client.post(&path, key, body.clone()).await;
        assert_eq!(found, status, "{body} {answer}");
    }
    let (_, targets) = client.get("/api/v1/console/transfer-targets", ada).await;
    assert_eq!(targets["agents"], json!([{ "id": desk.person(1).id(), "name": "Ben Franklin" }]));
    let services = targets["services"].as_array().expect("a list");
    assert_eq!(
        services.iter().map(|row| &row["id"]).collect::<Vec<_>>(),
        ["empty", "guided", "support"]
    );

    desk.person(1).uninstall_bot().await.expect("the bot is told");
    let (status, answer) = client.post(&path, ada, to_ben).await;
    assert_eq!(status, StatusCode::CONFLICT, "he cannot be rung: {answer}");
    let detail = answer["detail"].as_str().expect("a detail");
    assert!(detail.contains("neither the bot nor the console"), "{detail}");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_move_counts_until_it_is_answered() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    desk.transfer(&session, "safe").await;
    card_with(desk.person(1), "accept").await;
    let path = format!("/api/v1/console/sessions/{session}/transfer");
    let to = json!({ "to": { "service": "empty" } });
    let again = desk.must(&path, &desk.client().world.keys.agents[0], to).await;
    assert_eq!(again["result"], "unchanged");
    let said = again["message"].as_str().expect("a sentence");
    assert!(said.contains("moving this conversation already"), "{said}");
    desk.accept(1).await;
    desk.stop().await;
}
