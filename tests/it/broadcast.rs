//! A service that rings several agents at once: the first who accepts has the session.

use serde_json::{Value, json};

use crate::stage::{Settings, Stage, card_says, card_with, shared_card};

fn two_at_once(people: &'static [&'static str]) -> Settings {
    Settings { service: "broadcast = 2", people, ..Settings::default() }
}

fn offered(timeline: &Value) -> usize {
    let events = timeline["events"].as_array().unwrap();
    events.iter().filter(|event| event["event"] == "invitation_offered").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_ring_one_wins_and_the_other_is_told() {
    let stage = Stage::with(&two_at_once(&["Ada Lovelace", "Ben Franklin", "Cy Young"])).await;
    let client = stage.client();
    let (ada, ben, cy) = (stage.person(0), stage.person(1), stage.person(2));
    let written = client.write("grace", "m1", "Hello?").await;
    let (first, second) = (card_with(ada, "accept").await, card_with(ben, "accept").await);

    ben.click(&second.id, "accept", json!({})).await.unwrap();
    card_says(ben, "You are in this conversation").await;
    let lost = shared_card(ada, |card| card.actions().is_empty()).await.expect("the card turns");
    assert_eq!(lost.id, first.id, "in place");
    assert!(lost.words().contains("Ben Franklin was faster"), "{}", lost.words());

    let session = written["session"].as_str().unwrap();
    let timeline = client.admin_session(session).await;
    assert_eq!(offered(&timeline), 2, "{timeline}");
    assert!(cy.messages().is_empty(), "two ring, not three");
    let events = timeline["events"].as_array().unwrap();
    let taken: Vec<&Value> =
        events.iter().filter(|event| event["event"] == "invitation_taken").collect();
    let [taken] = taken[..] else { panic!("one lost: {timeline}") };
    assert_eq!(taken["by"], json!(ben.id()), "{timeline}");
    assert_eq!(timeline["session"]["phase"]["phase"], "connected", "{timeline}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_declines_leaves_the_other_ringing() {
    let stage = Stage::with(&two_at_once(&["Ada Lovelace", "Ben Franklin"])).await;
    let client = stage.client();
    let (ada, ben) = (stage.person(0), stage.person(1));
    let written = client.write("grace", "m1", "Hello?").await;
    let (first, second) = (card_with(ada, "accept").await, card_with(ben, "accept").await);
    ada.click(&first.id, "decline", json!({})).await.unwrap();
    card_says(ada, "You declined").await;
    ben.click(&second.id, "accept", json!({})).await.unwrap();
    card_says(ben, "You are in this conversation").await;
    let timeline = client.admin_session(written["session"].as_str().unwrap()).await;
    assert_eq!(offered(&timeline), 2, "nobody was rung twice: {timeline}");
    stage.stop().await;
}
