//! Clicks that come twice, late or from the wrong person change nothing and hear the truth.

use fake_teams::{DuplicateKind, Service};
use serde_json::{Value, json};

use crate::stage::{Settings, Stage, card_says, card_with, forged_click, result_card, shared_card};

fn count(timeline: &Value, event: &str) -> usize {
    let events = timeline["events"].as_array().expect("events");
    events.iter().filter(|row| row["event"] == event).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_delivered_four_times_counts_once() {
    let stage = Stage::with(&Settings { people: &["Ada Lovelace"], ..Settings::default() }).await;
    let client = stage.client();
    let ada = stage.person(0);
    for kind in [DuplicateKind::SameId, DuplicateKind::NewId] {
        let address = format!("grace-{kind:?}");
        let written = client.write(&address, "m1", "Hello?").await;
        let session = written["session"].as_str().unwrap();
        let card = card_with(ada, "accept").await;
        stage.world.teams.faults().duplicate_next(kind, 3);
        let click = ada.click(&card.id, "accept", json!({})).await.unwrap();
        assert_eq!(click.deliveries.len(), 4, "{kind:?}");
        for delivery in &click.deliveries {
            let card = delivery.answer["value"].to_string();
            assert!(card.contains("You are in this conversation"), "{kind:?}: {card}");
        }
        let timeline = client.admin_session(session).await;
        assert_eq!(count(&timeline, "invitation_accepted"), 1);
        let shown = card_says(ada, "You are in this conversation").await;
        ada.click(&shown.id, "terminate", json!({})).await.unwrap();
        let shown = card_says(ada, "wrap-up is running").await;
        ada.click(&shown.id, "finish", json!({})).await.unwrap();
        result_card(ada).await;
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_click_on_an_old_view_hears_how_things_stand() {
    let stage = Stage::new().await;
    let client = stage.client();
    let ada = stage.person(0);
    let written = client.write("grace", "m1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    let data = card.card.as_ref().unwrap()["actions"][1]["data"].clone();
    ada.click(&card.id, "accept", json!({})).await.unwrap();

    // Another client still shows the invitation: its Decline comes after the Accept.
    let late = forged_click(&stage, ada, &card.id, "decline", data).await;
    assert!(late["value"].to_string().contains("You are in this conversation"), "{late}");
    let timeline = client.admin_session(written["session"].as_str().unwrap()).await;
    assert_eq!(count(&timeline, "invitation_declined"), 0);
    assert_eq!(timeline["session"]["phase"]["phase"], "connected");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_click_changes_nothing_and_says_whose_it_is() {
    let stage = Stage::new().await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    let card = card_with(stage.person(0), "accept").await;
    let data = card.card.as_ref().unwrap()["actions"][0]["data"].clone();
    let foreign = forged_click(&stage, stage.person(1), &card.id, "accept", data).await;
    let card = foreign["value"].to_string();
    assert!(card.contains("Ada Lovelace") && !card.contains("Grace"), "{card}");
    let timeline = client.admin_session(written["session"].as_str().unwrap()).await;
    assert_eq!(timeline["session"]["phase"]["phase"], "ringing");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_no_known_invitation_is_told_so() {
    let stage = Stage::new().await;
    let ada = stage.person(0);
    for data in [
        json!({ "invitation": "00000000-0000-7000-8000-000000000000", "version": 1 }),
        json!({ "invitation": "not an id", "version": 1 }),
        json!({}),
    ] {
        let answer = forged_click(&stage, ada, "1", "accept", data).await;
        assert!(answer["value"].as_str().unwrap().contains("no longer known"), "{answer}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stray_copy_is_adopted_when_it_is_looked_at_and_a_known_one_is_only_read() {
    let stage = Stage::with(&Settings { people: &["Ada Lovelace"], ..Settings::default() }).await;
    let (client, ada) = (stage.client(), stage.person(0));
    // The post takes effect and its answer is lost: Beckon posts again.
    stage
        .world
        .teams
        .faults()
        .drop_reply_after_effect(Service::Connector, Some("sendToConversation"));
    let written = client.write("grace", "m1", "Hello?").await;
    let invitations = || -> Vec<String> {
        let cards = ada.messages().into_iter().filter(|message| message.has_action("accept"));
        cards.map(|message| message.id).collect()
    };
    ada.wait_for_card(|_| invitations().len() == 2).await.expect("a second copy comes");
    let [stray, known] = &invitations()[..] else { panic!("two copies") };
    ada.click(known, "accept", json!({})).await.unwrap();
    card_says(ada, "You are in this conversation").await;
    let told = |id: &str| {
        let message =
            ada.messages().into_iter().find(|message| message.id == id).expect("it is there");
        message.words().contains("You are in this conversation")
    };
    assert!(!told(stray), "nobody knows of the stray yet");

    let events = |timeline: &Value| timeline["events"].as_array().unwrap().len();
    let session = written["session"].as_str().unwrap();
    let before = events(&client.admin_session(session).await);
    for id in [known, stray] {
        let refreshed = ada.client("desktop").refresh(id).await.unwrap();
        let view = refreshed.shown.expect("a card").to_string();
        assert!(view.contains("You are in this conversation"), "{view}");
    }
    shared_card(ada, |card| card.id == *stray && told(stray))
        .await
        .expect("the stray is repainted");
    assert_eq!(events(&client.admin_session(session).await), before, "looking changes nothing");
    stage.stop().await;
}
