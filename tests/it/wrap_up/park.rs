//! A conversation that is set aside: still its agent's, shown as such everywhere, and not for ever.

use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::json;

use super::{connected, event, row};
use crate::rooms::stage::Ahead;
use crate::stage::{Settings, Stage, World, card_says, card_with};

async fn stage_by(clock: &Arc<Ahead>, service: &'static str) -> Stage {
    let people = &["Ada Lovelace"];
    let world = World::new(&Settings { service, people, ..Settings::default() }).await;
    Stage::at(world, Arc::clone(clock) as _).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_is_reminded_then_it_goes_back_to_the_queue() {
    let clock = Arc::new(Ahead::default());
    let stage = stage_by(&clock, "").await;
    let ada = stage.person(0);
    let talk = connected(&stage, "grace").await;
    ada.click(&talk.card, "park", json!({})).await.unwrap();
    card_says(ada, "You set this conversation aside").await;
    let listed = row(&stage, &talk.session).await;
    assert_eq!(
        (&listed["state"], &listed["agent"]),
        (&json!("parked"), &json!(ada.id())),
        "hers still"
    );
    // Without parallelisation it blocks like any other conversation.
    let other = stage.client().write("alan", "m1", "Hello?").await;
    let waiting = row(&stage, other["session"].as_str().unwrap()).await;
    assert_eq!(waiting["state"], "waiting");

    clock.pass(SignedDuration::from_mins(10));
    card_says(ada, "You parked it a while ago").await;
    clock.pass(SignedDuration::from_mins(50));
    event(&stage, &talk, "invitation_returned").await;
    card_says(ada, "The conversation was parked for too long").await;
    assert_ne!(row(&stage, &talk.session).await["state"], "parked");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_parallelisation_others_come_meanwhile_and_there_is_no_room_to_take_it_up_again() {
    let clock = Arc::new(Ahead::default());
    let stage = stage_by(&clock, "parked = 1\npark_limit_seconds = 0").await;
    let (client, ada) = (stage.client(), stage.person(0));
    let talk = connected(&stage, "grace").await;
    ada.click(&talk.card, "park", json!({})).await.unwrap();
    client.write("alan", "m1", "Hello?").await;
    let second = card_with(ada, "accept").await;
    ada.click(&second.id, "accept", json!({})).await.unwrap();
    let token = client.sign_in(0).await;
    let unpark = format!("/api/v1/console/invitations/{}/unpark", talk.invitation);
    let (status, problem) = client.post(&unpark, &token, json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let refused = ada.click(&talk.card, "unpark", json!({})).await.unwrap();
    assert!(format!("{:?}", refused.outcome).contains("no room for another"), "{refused:?}");
    clock.pass(SignedDuration::from_hours(5));
    event(&stage, &talk, "agent_reminded").await;
    assert_eq!(row(&stage, &talk.session).await["state"], "parked", "0 seconds: never");
    stage.stop().await;
}
