//! Codes and tags on cards.

use std::sync::Arc;

use fake_teams::{ClickOutcome, DuplicateKind, FakeTeamsConfig};
use jiff::SignedDuration;
use serde_json::json;

use super::{CODES, connected, inputs, row, stage, terminated, values};
use crate::rooms::stage::Ahead;
use crate::stage::{Settings, Stage, World, forged_click, result_card};

#[tokio::test(flavor = "multi_thread")]
async fn codes_then_tags_on_the_same_shown_card_both_reach_the_result() {
    let stage = stage().await;
    let ada = stage.person(0);
    let talk = connected(&stage, "grace").await;
    let card = terminated(&stage, &talk).await;
    let shown = card.card.clone().expect("a card");
    let [codes, codes2, tags] = inputs(&shown);
    let edits = card.edits;

    let click = ada.click(&card.id, "codes", json!({ &codes: "billing" })).await.unwrap();
    assert_eq!(values(&click.shown.unwrap()), ["billing", "", ""]);
    // Another of her clients still shows the card as it was: the first code is empty there.
    let typed = json!({ &codes: "delivery", &codes2: "yes", &tags: " vip, late ,vip" });
    let click = ada.click(&card.id, "codes", typed).await.unwrap();
    assert_eq!(values(&click.shown.unwrap()), ["delivery", "yes", "vip, late"]);
    // What was chosen first is chosen again: Teams would call it the same click.
    for code in ["billing", "delivery"] {
        let click = ada.click(&card.id, "codes", json!({ &codes: code })).await.unwrap();
        assert_eq!(values(&click.shown.unwrap()), [code, "yes", "vip, late"]);
    }
    let now = ada.messages().into_iter().find(|message| message.id == card.id).unwrap();
    assert_eq!(now.edits, edits, "typing is never wiped: no update while inputs show");

    let click = ada.click(&card.id, "finish", json!({})).await.unwrap();
    let shown = click.shown.unwrap();
    assert_eq!(values(&shown), ["delivery", "yes", "vip, late"], "{shown}");
    let result = result_card(ada).await;
    assert_eq!(values(result.card.as_ref().unwrap()), ["delivery", "yes", "vip, late"]);
    assert_eq!(result.actions(), ["codes"]);
    let [_, codes2, _] = inputs(result.card.as_ref().unwrap());
    let click = ada.click(&result.id, "codes", json!({ &codes2: "no" })).await.unwrap();
    assert_eq!(values(&click.shown.unwrap()), ["delivery", "no", "vip, late"], "late, and heard");
    let row = row(&stage, &talk.session).await;
    assert_eq!((&row["codes"], &row["codes2"]), (&json!("delivery"), &json!("no")));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_counts_when_the_agent_finishes_and_an_extension_wipes_nothing() {
    let stage = stage().await;
    let ada = stage.person(0);
    let talk = connected(&stage, "grace").await;
    let card = terminated(&stage, &talk).await;
    let [codes, _, tags] = inputs(card.card.as_ref().unwrap());

    let click = ada.click(&card.id, "extend", json!({})).await.unwrap();
    let told = |text: &str| ClickOutcome::Message { text: text.to_owned() };
    assert_eq!(click.outcome, told("Your wrap-up has begun anew."), "the card stays as it is");
    let refused = ada.click(&card.id, "finish", json!({})).await;
    assert!(refused.is_err(), "the client asks for the code first");
    let long = "x".repeat(65);
    let click =
        ada.click(&card.id, "finish", json!({ &codes: "billing", &tags: long })).await.unwrap();
    let words = "A tag has 64 characters at most. Nothing was changed.";
    assert_eq!(click.outcome, told(words));

    let typed = json!({ &codes: "billing", &tags: "vip" });
    ada.click(&card.id, "finish", typed).await.unwrap();
    let result = result_card(ada).await;
    assert_eq!(values(result.card.as_ref().unwrap()), ["billing", "", "vip"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_client_hears_in_words_and_a_stranger_that_it_is_not_theirs() {
    let stage = Stage::with(&Settings { service: CODES, ..Settings::default() }).await;
    let (ada, ben) = (stage.person(0), stage.person(1));
    let talk = connected(&stage, "grace").await;
    let card = terminated(&stage, &talk).await;
    let shown = card.card.clone().expect("a card");
    let [codes, ..] = inputs(&shown);

    let mut data = json!({ "invitation": talk.invitation, "version": 3 });
    data[&codes] = json!("billing");
    let foreign = forged_click(&stage, ben, &card.id, "codes", data).await;
    let told = foreign["value"].to_string();
    assert!(told.contains("Ada Lovelace") && !told.contains("Grace"), "{told}");
    assert_eq!(row(&stage, &talk.session).await["codes"], json!(null));

    let typed = json!({ &codes: "billing" });
    ada.client("old").click_fallback(&card.id, "codes", typed).await.unwrap();
    ada.wait_for_message("the answer", |message| message.text == "Saved.").await.unwrap();
    assert_eq!(row(&stage, &talk.session).await["codes"], "billing");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_extension_counts_once_though_the_card_stays_as_it_is() {
    let clock = Arc::new(Ahead::default());
    let teams = FakeTeamsConfig { clock: Arc::clone(&clock) as _, ..FakeTeamsConfig::default() };
    let service = "[tenant.service.wrap_up]\nextensions = 2";
    let settings = Settings { service, people: &["Ada Lovelace"], ..Settings::default() };
    let world = World::beside(&settings, teams).await;
    let stage = Stage::at(world, Arc::clone(&clock) as _).await;
    let ada = stage.person(0);
    let talk = connected(&stage, "grace").await;
    let card = terminated(&stage, &talk).await;
    for extensions in [1, 2] {
        clock.pass(SignedDuration::from_secs(60));
        stage.world.teams.faults().duplicate_next(DuplicateKind::NewId, 2);
        let answer = ada.click(&card.id, "extend", json!({})).await.unwrap();
        let text = "Your wrap-up has begun anew.".to_owned();
        assert_eq!(answer.outcome, ClickOutcome::Message { text });
        let told = stage.client().admin_session(&talk.session).await;
        let events = told["events"].as_array().unwrap().iter();
        let extended = events.filter(|event| event["event"] == "wrap_up_extended").count();
        assert_eq!(extended, extensions, "{told}");
    }
    stage.stop().await;
}
