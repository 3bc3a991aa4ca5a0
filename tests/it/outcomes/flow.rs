//! The seam for a workflow outside: who may use it, when, and what comes too late.

use reqwest::StatusCode;
use serde_json::json;

use super::desk::Desk;
use crate::stage::card_with;

#[tokio::test(flavor = "multi_thread")]
async fn a_step_says_how_the_session_stands() {
    let desk = Desk::new().await;
    let session = desk.guided(&[]).await;
    let standing = async |step: &str| {
        let answer = desk.flow(&session, json!({ "step": step })).await;
        (answer["phase"].clone(), answer["outcome"].clone())
    };
    let open = |phase: &str| (json!(phase), json!(null));
    assert_eq!(standing("accepted").await, open("flow"));
    standing("queued").await;
    card_with(desk.person(0), "accept").await;
    assert_eq!(standing("left_queue").await, open("flow"));
    standing("queued").await;
    desk.accept(1).await;
    assert_eq!(standing("handled").await, open("connected"), "too late: an agent has it");
    assert_eq!(standing("cancelled").await, (json!("ended"), json!("abandoned")));
    assert_eq!(standing("handled").await, (json!("ended"), json!("abandoned")), "for ever");
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_service_with_a_workflow_outside_is_decided_there() {
    let desk = Desk::new().await;
    let session = desk.write("desert", "grace", "m1").await;
    let client = desk.client();
    let keys = &client.world.keys;
    let path = format!("/api/v1/sessions/{session}/flow");
    let unknown = "/api/v1/sessions/00000000-0000-7000-8000-000000000000/flow";
    for (path, key, body, status) in [
        (&*path, &keys.integration, json!({ "step": "handled" }), StatusCode::CONFLICT),
        (&*path, &keys.integration, json!({ "step": "explode" }), StatusCode::BAD_REQUEST),
        (&*path, &keys.admin, json!({ "step": "handled" }), StatusCode::FORBIDDEN),
        (unknown, &keys.integration, json!({ "step": "handled" }), StatusCode::NOT_FOUND),
    ] {
        let (found, answer) = client.post(path, key, body.clone()).await;
        assert_eq!(found, status, "{body} {answer}");
    }
    let guided = desk.guided(&[]).await;
    let path = format!("/api/v1/sessions/{guided}/flow");
    for (body, field) in [
        (json!({ "step": "failed", "reason": " " }), "reason"),
        (json!({ "step": "failed", "reason": "x".repeat(501) }), "reason"),
        (
            json!({ "step": "standby_accepted", "agent": "00000000-0000-0000-0000-000000000009" }),
            "agent",
        ),
    ] {
        let (status, answer) = client.post(&path, &keys.integration, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        assert_eq!(answer["errors"][0]["field"], field);
    }
    desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_move_that_nobody_made_changes_nothing() {
    let desk = Desk::new().await;
    let session = desk.connected().await;
    let path = format!("/api/v1/sessions/{session}/transfer-result");
    let key = &desk.client().world.keys.integration;
    let answer = desk.must(&path, key, json!({ "result": "delivered" })).await;
    assert_eq!(answer["phase"], "connected");
    desk.stop().await;
}
