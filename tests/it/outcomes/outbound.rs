//! Writing first.

use reqwest::StatusCode;
use serde_json::json;

use super::desk::Desk;
use super::ways::outbound;
use crate::webhook::{Receiver, pushing_world};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rings_before_the_customer_answers() {
    let desk = Desk::new().await;
    let session = outbound(&desk).await;
    let again = outbound(&desk).await;
    assert_eq!(again, session, "the same id is the same message");
    let client = desk.client();
    let row = client.admin_session(&session).await;
    assert_eq!(row["session"]["phase"]["phase"], "flow");
    let second = json!({ "address": "grace", "client_message_id": "o2", "text": "And now?" });
    let path = "/api/v1/channels/website/outbound";
    let (status, answer) = client.post(path, &client.world.keys.integration, second).await;
    assert_eq!(status, StatusCode::CONFLICT, "she has a session: {answer}");
    let read = client.read("grace", 1).await;
    assert_eq!((&read[0]["from"], &read[0]["text"]), (&json!("system"), &json!("Your parcel.")));
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_block_list_names_is_not_written_to() {
    let desk = Desk::new().await;
    let client = desk.client();
    let path = "/api/v1/channels/website/outbound";
    let body = json!({ "address": "spammer", "client_message_id": "o1", "text": "Your parcel." });
    let (status, answer) = client.post(path, &client.world.keys.integration, body).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    let (_, sessions) = client.get("/api/v1/sessions", &client.world.keys.admin).await;
    assert_eq!(sessions["sessions"], json!([]));
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_delivered_was_not_accepted() {
    let receiver = Receiver::start().await;
    receiver.answer(&[StatusCode::UNPROCESSABLE_ENTITY]);
    let desk = Desk::in_world(pushing_world(&receiver).await).await;
    let session = outbound(&desk).await;
    let row = desk.ended(&session).await;
    assert_eq!(row["outcome"], "outbound_not_accepted");
    assert_eq!(row["undelivered"], 1);
    desk.stop().await;
}
