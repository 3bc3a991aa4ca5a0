//! Codes that have to be chosen: while they hold the after-call work open, when it is over without
//! them, and a day later.

use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{CODES, Talk, connected, event, row, terminated, values};
use crate::rooms::stage::Ahead;
use crate::stage::{Settings, Stage, World, result_card, shared_card};

async fn stage_by(clock: &Arc<Ahead>) -> Stage {
    let people = &["Ada Lovelace"];
    let world = World::new(&Settings { service: CODES, people, ..Settings::default() }).await;
    Stage::at(world, Arc::clone(clock) as _).await
}

async fn choose(stage: &Stage, talk: &Talk, code: &str) -> (StatusCode, Value) {
    let path = format!("/api/v1/invitations/{}/codes", talk.invitation);
    let (client, body) = (stage.client(), json!({ "codes": code }));
    let key = &client.world.keys.admin;
    let put = client.call(reqwest::Method::PUT, &path, key, HeaderMap::new(), Some(body)).await;
    (put.status(), put.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_after_call_work_is_held_open_and_nothing_is_wiped_until_the_code_is_chosen() {
    let clock = Arc::new(Ahead::default());
    let stage = stage_by(&clock).await;
    let talk = connected(&stage, "grace").await;
    let card = terminated(&stage, &talk).await;
    clock.pass(SignedDuration::from_secs(301));
    event(&stage, &talk, "wrap_up_held").await;
    let token = stage.client().sign_in(0).await;
    let (_, inbox) = stage.client().get("/api/v1/console/inbox", &token).await;
    assert_eq!(inbox["sessions"][0]["wrap_up"]["held"], true, "{inbox}");
    assert_eq!(inbox["agent"]["state"], "wrap_up", "still blocked");
    let messages = stage.person(0).messages();
    let now = messages.iter().find(|message| message.id == card.id).expect("the card");
    assert_eq!(now.edits, card.edits, "what is typed into it stays");

    assert_eq!(choose(&stage, &talk, "billing").await.0, StatusCode::OK);
    event(&stage, &talk, "invitation_concluded").await;
    result_card(stage.person(0)).await;
    assert_eq!(row(&stage, &talk.session).await["codes_missing"], false);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_missing_until_they_come_and_after_a_day_they_come_too_late() {
    let clock = Arc::new(Ahead::default());
    let stage = stage_by(&clock).await;
    let (client, ada) = (stage.client(), stage.person(0));
    let talk = connected(&stage, "grace").await;
    terminated(&stage, &talk).await;
    clock.pass(SignedDuration::from_secs(301));
    event(&stage, &talk, "wrap_up_held").await;
    clock.pass(SignedDuration::from_mins(15));
    event(&stage, &talk, "codes_missing").await;
    assert_eq!(row(&stage, &talk.session).await["codes_missing"], true);
    let timeline = client.admin_session(&talk.session).await;
    assert_eq!(timeline["session"]["codes_missing"], true);

    let (status, kept) = choose(&stage, &talk, "delivery").await;
    assert_eq!((status, &kept["codes_missing"]), (StatusCode::OK, &json!(false)));
    assert_eq!(row(&stage, &talk.session).await["codes_missing"], false);
    let result = result_card(ada).await;
    assert_eq!(result.actions(), ["codes"]);

    clock.pass(SignedDuration::from_hours(24));
    let (status, problem) = choose(&stage, &talk, "billing").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("a day after the end"), "{problem}");
    let closed = shared_card(ada, |card| card.actions().is_empty()).await.expect("it asks no more");
    assert!(values(closed.card.as_ref().expect("a card")).is_empty());
    assert!(closed.words().contains("Delivery"), "{closed:?}");
    assert_eq!(row(&stage, &talk.session).await["codes"], "delivery");
    stage.stop().await;
}
