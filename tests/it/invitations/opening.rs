//! Inviting somebody whom the bot has not heard from: the chat is opened as part of the delivery.

use std::sync::Arc;

use beckon::clock::SystemClock;
use fake_teams::{Entry, Refuse, Service};
use serde_json::Value;

use crate::stage::{Settings, Stage, World, card_with};

const OPEN: Option<&str> = Some("createConversation");

/// Agents for whom the bot is installed, or not; it has heard from none of them.
async fn unheard(installed: &[usize]) -> Stage {
    let world = World::new(&Settings::default()).await;
    for number in installed {
        // There is no bot yet to hear of it.
        let _unheard = world.people[*number].install_bot().await;
    }
    Stage::unheard(world, Arc::new(SystemClock)).await
}

/// How often a chat was opened, or tried to be.
fn opened(stage: &Stage) -> usize {
    let of = |entry: &Entry| matches!(entry, Entry::Call(call) if Some(&*call.operation) == OPEN);
    stage.world.teams.record().iter().filter(|entry| of(entry)).count()
}

/// Why invitations of the session did not arrive.
async fn undelivered(stage: &Stage, session: &Value) -> Vec<String> {
    let timeline = stage.client().admin_session(session["session"].as_str().unwrap()).await;
    let events = timeline["events"].as_array().unwrap();
    let of = |row: &&Value| row["event"] == "invitation_undeliverable";
    events.iter().filter(of).map(|row| row["reason"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_is_opened_once_and_known_from_then_on() {
    let stage = unheard(&[0]).await;
    let ada = stage.person(0);
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "decline", serde_json::json!({})).await.unwrap();
    let reasons = undelivered(&stage, &written).await;
    // Ben may have been asked first: the bot is not installed for him.
    assert!(reasons.len() <= 1, "{reasons:?}");
    let tries = opened(&stage);
    client.write("alan", "m1", "Hello?").await;
    card_with(ada, "accept").await;
    assert!((1..=2).contains(&tries) && opened(&stage) == tries, "the chat is known");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_the_bot_is_undeliverable_with_its_reason_and_not_asked_again() {
    let stage = unheard(&[]).await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    // Both are tried, neither can be reached; somebody who installs the bot then gets it.
    let waited = async {
        loop {
            let reasons = undelivered(&stage, &written).await;
            if reasons.len() == 2 {
                break reasons;
            }
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(20);
    let reasons = tokio::time::timeout(patience, waited).await.expect("both are tried");
    assert!(reasons.iter().all(|reason| reason.contains("403")), "{reasons:?}");
    assert_eq!(opened(&stage), 2, "each was tried once");
    let ada = stage.person(0);
    ada.install_bot().await.unwrap();
    card_with(ada, "accept").await;
    assert_eq!(opened(&stage), 2);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_or_late_is_asked_for_again_and_there_is_one_card() {
    for fault in ["reply lost", "request lost", "unavailable", "throttled"] {
        let stage = unheard(&[0, 1]).await;
        let faults = stage.world.teams.faults();
        match fault {
            "reply lost" => faults.drop_reply_after_effect(Service::Connector, OPEN),
            "request lost" => faults.drop_request(Service::Connector, OPEN),
            "unavailable" => faults.refuse_next(Service::Connector, OPEN, Refuse::with(503)),
            _ => {
                let refuse = Refuse::with(429).retry_after(1);
                faults.refuse_next(Service::Connector, OPEN, refuse);
            }
        }
        let written = stage.client().write("grace", "m1", "Hello?").await;
        let people = [stage.person(0), stage.person(1)];
        let cards = || people.iter().flat_map(|person| person.messages()).count();
        tokio::select! {
            card = people[0].wait_for_card(|card| card.has_action("accept")) => { card.unwrap(); }
            card = people[1].wait_for_card(|card| card.has_action("accept")) => { card.unwrap(); }
        }
        assert_eq!(cards(), 1, "{fault}");
        assert!(undelivered(&stage, &written).await.is_empty(), "{fault}");
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_refused_for_good_is_undeliverable_and_the_next_is_asked() {
    let stage = unheard(&[0, 1]).await;
    let faults = stage.world.teams.faults();
    let refuse = Refuse::with(400).code("BadArgument");
    faults.refuse_next(Service::Connector, OPEN, refuse);
    let written = stage.client().write("grace", "m1", "Hello?").await;
    let people = [stage.person(0), stage.person(1)];
    tokio::select! {
        card = people[0].wait_for_card(|card| card.has_action("accept")) => { card.unwrap(); }
        card = people[1].wait_for_card(|card| card.has_action("accept")) => { card.unwrap(); }
    }
    let reasons = undelivered(&stage, &written).await;
    assert!(reasons.len() == 1 && reasons[0].contains("400"), "{reasons:?}");
    stage.stop().await;
}
