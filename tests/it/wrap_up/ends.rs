//! The end, from every surface and in every state: the same each time, and twice is once.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Talk, connected};
use crate::stage::{Client, Settings, Stage, card_says, card_with, forged_click};

/// Where a conversation can be ended.
#[derive(Clone, Copy, Debug)]
enum Surface {
    Card,
    Console,
    Invitation,
    Api,
}

async fn plain() -> Stage {
    Stage::with(&Settings { people: &["Ada Lovelace"], ..Settings::default() }).await
}

async fn end(stage: &Stage, surface: Surface, talk: &Talk) {
    let client = stage.client();
    let token = client.sign_in(0).await;
    let Talk { session, invitation, card } = talk;
    let (path, key, body) = match surface {
        Surface::Card => {
            // As a client sends it that still shows the conversation.
            let data = json!({ "invitation": invitation, "version": 2 });
            let answer = forged_click(stage, stage.person(0), card, "terminate", data).await;
            assert!(answer["value"].to_string().contains("wrap-up is running"), "{answer}");
            return;
        }
        Surface::Console => {
            (format!("/api/v1/console/sessions/{session}/terminate"), &token, json!({}))
        }
        Surface::Invitation => {
            (format!("/api/v1/console/invitations/{invitation}/terminate"), &token, json!({}))
        }
        Surface::Api => {
            let why = json!({ "reason": "The line is needed." });
            (format!("/api/v1/sessions/{session}/end"), &client.world.keys.admin, why)
        }
    };
    let (status, answer) = client.post(&path, key, body).await;
    assert_eq!(status, StatusCode::OK, "{surface:?}: {answer}");
}

async fn act(client: &Client<'_>, talk: &Talk, action: &str) {
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/invitations/{}/{action}", talk.invitation);
    let (status, answer) = client.post(&path, &token, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{action}: {answer}");
}

fn count(timeline: &Value, event: &str) -> usize {
    timeline["events"].as_array().unwrap().iter().filter(|row| row["event"] == event).count()
}

async fn ends_alike(surface: Surface) {
    let stage = plain().await;
    let client = stage.client();
    for parked in [false, true] {
        let talk = connected(&stage, if parked { "alan" } else { "grace" }).await;
        if parked {
            act(&client, &talk, "park").await;
            card_with(stage.person(0), "unpark").await;
        }
        end(&stage, surface, &talk).await;
        card_says(stage.person(0), "wrap-up is running").await;
        if !matches!(surface, Surface::Api) {
            end(&stage, surface, &talk).await;
        }
        let timeline = client.admin_session(&talk.session).await;
        let phase = &timeline["session"]["phase"];
        let by = if matches!(surface, Surface::Api) { "admin" } else { "user" };
        assert_eq!((&phase["outcome"], &phase["by"]), (&json!("user_accepted"), &json!(by)));
        assert_eq!(count(&timeline, "session_ended"), 1, "{surface:?}, parked: {parked}");
        assert_eq!(count(&timeline, "session_parked"), usize::from(parked));
        assert_eq!(count(&timeline, "invitation_concluded"), 0, "the after-call work runs");
        act(&client, &talk, "finish").await;
        card_says(stage.person(0), "Handled").await;
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_card() {
    ends_alike(Surface::Card).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_conversation_in_the_console() {
    ends_alike(Surface::Console).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_invitation_in_the_console() {
    ends_alike(Surface::Invitation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_api() {
    ends_alike(Surface::Api).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_ends_every_state_and_each_time_who_and_why_is_kept() {
    let stage = plain().await;
    let client = stage.client();
    let ended = async |session: &str, outcome: &str, records: usize| {
        let path = format!("/api/v1/sessions/{session}/end");
        let why = json!({ "reason": " Fire drill. " });
        let (status, answer) = client.post(&path, &client.world.keys.admin, why).await;
        assert_eq!((status, &answer["outcome"]), (StatusCode::OK, &json!(outcome)));
        let timeline = client.admin_session(session).await;
        let kept = json!({ "by": { "as": "key", "name": "admin" }, "reason": "Fire drill." });
        let events = timeline["events"].as_array().unwrap();
        let forced: Vec<_> = events.iter().filter(|row| row["event"] == "admin_ended").collect();
        assert_eq!(forced.len(), records, "{timeline}");
        assert!(forced.iter().all(|row| row["audit"] == kept), "{forced:?}");
        timeline
    };
    let session = |written: Value| written["session"].as_str().unwrap().to_owned();

    let ringing = session(client.write("grace", "m1", "Hello?").await);
    card_with(stage.person(0), "accept").await;
    let waiting = session(client.write("alan", "m1", "Hello?").await);
    ended(&waiting, "admin_terminated", 1).await;
    ended(&ringing, "admin_terminated", 1).await;
    ended(&ringing, "admin_terminated", 1).await;
    card_says(stage.person(0), "This invitation was withdrawn").await;

    let talk = connected(&stage, "linus").await;
    ended(&talk.session, "user_accepted", 1).await;
    card_says(stage.person(0), "wrap-up is running").await;
    let timeline = ended(&talk.session, "user_accepted", 2).await;
    assert_eq!(count(&timeline, "invitation_concluded"), 1, "the agent is free");
    ended(&talk.session, "user_accepted", 2).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_finds_a_session_broken_is_on_record_once() {
    let stage = plain().await;
    let client = stage.client();
    let talk = connected(&stage, "grace").await;
    for reason in [" Rule 2 is broken. ", "Again."] {
        let path = format!("/api/v1/sessions/{}/fail", talk.session);
        let why = json!({ "reason": reason });
        let (status, answer) = client.post(&path, &client.world.keys.admin, why).await;
        assert_eq!((status, &answer["outcome"]), (StatusCode::OK, &json!("failed_internal")));
    }
    let timeline = client.admin_session(&talk.session).await;
    let events = timeline["events"].as_array().unwrap();
    let forced: Vec<_> = events
        .iter()
        .filter(|row| row["event"] == "admin_ended")
        .map(|row| &row["audit"])
        .collect();
    let by = json!({ "as": "key", "name": "admin" });
    assert_eq!(forced, [&json!({ "by": by, "reason": "Rule 2 is broken." })]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_without_a_reason_is_refused() {
    let stage = plain().await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    let path = format!("/api/v1/sessions/{}/end", written["session"].as_str().unwrap());
    let admin = &client.world.keys.admin;
    for (body, status) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({ "reason": " " }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "reason": "x".repeat(501) }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "reason": "x".repeat(500) }), StatusCode::OK),
    ] {
        assert_eq!(client.post(&path, admin, body.clone()).await.0, status, "{body}");
    }
    stage.stop().await;
}
