//! The process dies at each crash point, in the middle of a session, and the session goes on.

use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;

use beckon::engine::crash::POINTS;
use fake_teams::{ClickOutcome, Message};
use reqwest::StatusCode;
use serde_json::json;

use super::consumer::{Consumer, REFUSED};
use super::judge::{Acknowledged, judge};
use super::server::Server;
use crate::stage::{Settings, World};
use crate::webhook::push_to;

/// SIGABRT.
pub(crate) const ABORTED: i32 = 6;

macro_rules! dies {
    ($($test:ident at $point:literal, time $time:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            survive($point, $time).await;
        })*

        #[test]
        fn every_point_is_survived() {
            let tried = [$($point),*];
            let in_rooms = crate::rooms::crash::POINTS;
            let missing: Vec<_> = POINTS
                .iter()
                .filter(|point| !tried.contains(point) && !in_rooms.contains(point))
                .collect();
            assert!(missing.is_empty(), "no test dies at {missing:?}");
        }
    };
}

dies! {
    written_by_an_early_batch at "execute.written", time 6;
    written_in_the_middle at "execute.written", time 20;
    written_by_a_late_batch at "execute.written", time 26;
    committed_at_the_start at "execute.committed", time 1;
    committed_early at "execute.committed", time 7;
    committed_in_the_middle at "execute.committed", time 19;
    committed_late at "execute.committed", time 27;
    answered_early at "execute.answered", time 8;
    answered_in_the_middle at "execute.answered", time 21;
    answered_late at "execute.answered", time 25;
    a_first_card_is_claimed at "card.claimed", time 1;
    an_update_is_claimed at "card.claimed", time 2;
    a_first_card_is_sent at "card.sent", time 1;
    an_update_is_sent at "card.sent", time 2;
    a_first_card_is_reported at "card.reported", time 1;
    an_update_is_reported at "card.reported", time 2;
    a_lane_is_claimed at "lane.claimed", time 2;
    a_push_is_sent at "lane.sent", time 2;
    a_push_is_given_up at "lane.given_up", time 1;
    a_push_is_settled at "lane.settled", time 2;
    a_timer_is_due at "timer.due", time 1;
    a_timer_has_fired at "timer.fired", time 1;
    a_follow_up_is_due at "follow_up.due", time 1;
    a_follow_up_is_done at "follow_up.done", time 1;
    a_session_waits at "offer.waiting", time 1;
    an_offer_is_made at "offer.made", time 1;
    upkeep_has_its_lease at "upkeep.leased", time 2;
    old_keys_are_forgotten at "upkeep.pruned", time 2;
    a_sweep_has_its_lease at "sweep.leased", time 1;
    a_sweep_has_begun at "sweep.begun", time 1;
    a_session_is_swept at "sweep.session", time 1;
    a_page_is_swept at "sweep.ended", time 1;
    a_page_is_noted at "sweep.noted", time 1;
    a_sweep_is_done at "sweep.done", time 1;
    a_session_of_the_second_page_is_swept at "sweep.session", time 700;
    a_second_page_is_swept at "sweep.ended", time 2;
    a_second_page_is_noted at "sweep.noted", time 2;
}

async fn survive(point: &str, time: u32) {
    if point.starts_with("sweep") {
        return crate::sweep::survive(point, time).await;
    }
    let consumer = Consumer::start(None).await;
    let settings = Settings { wrap_up_seconds: 5, ..Settings::default() };
    let mut world = World::new(&settings).await;
    push_to(&mut world, &consumer.address);
    let server = Server::start(world, Some(&format!("{point}:{time}"))).await;
    let revival = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.revive().await }
    });
    server.install_all().await;
    let acknowledged = play(&server, point).await;
    let death = revival.await.unwrap();
    assert_eq!(death.signal(), Some(ABORTED), "{point} was not reached: {death}");
    judge(&server, &consumer, &acknowledged, 1).await;
}

/// One session from the first message to the result. Some points need a turn of their own.
async fn play(server: &Arc<Server>, point: &str) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    write(server, "m1", &mut acknowledged).await;
    let session = acknowledged[0].session.clone();
    let mut agent = 0;
    if point.starts_with("follow_up") {
        // The invitation is withdrawn by a follow-up, and rings elsewhere.
        let ada = &server.world.people[0];
        ada.wait_for_card(|card| card.has_action("accept")).await.unwrap();
        loop {
            let life = server.life();
            let told = ada.uninstall_bot().await.unwrap();
            if told.iter().all(fake_teams::Delivery::accepted) {
                break;
            }
            Server::back(life).await;
        }
        agent = 1;
    }
    click_until(server, agent, "accept", "You are in this conversation").await;
    write(server, "m2", &mut acknowledged).await;
    let token = server.sign_in(agent).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let refused = point == "lane.given_up";
    for text in ["Answer 1", if refused { REFUSED } else { "Answer 2" }, "Answer 3", "Answer 4"] {
        let body = json!({ "client_message_id": text, "text": text });
        let (status, answer) = server.post(&path, &token, &body).await;
        assert!(status.is_success(), "{status} {answer}");
        acknowledged.push(Acknowledged {
            address: "grace".to_owned(),
            session: session.clone(),
            seq: answer["seq"].as_u64().unwrap(),
            text: text.to_owned(),
        });
    }
    click_until(server, agent, "terminate", "wrap-up is running").await;
    if point.starts_with("timer") {
        // Its time passes.
        let concluded =
            |card: &Message| card.words().contains("Handled") && !card.has_action("finish");
        wait_for(server, agent, concluded).await;
    } else {
        click_until(server, agent, "finish", "Handled").await;
    }
    acknowledged
}

async fn write(server: &Server, id: &str, acknowledged: &mut Vec<Acknowledged>) {
    let body = json!({ "address": "grace", "client_message_id": id, "text": format!("{id}?") });
    let path = "/api/v1/channels/website/messages";
    let (status, answer) = server.post(path, &server.world.keys.integration, &body).await;
    assert!(matches!(status, StatusCode::OK | StatusCode::CREATED), "{status} {answer}");
    acknowledged.push(Acknowledged {
        address: "grace".to_owned(),
        session: answer["session"].as_str().unwrap().to_owned(),
        seq: answer["seq"].as_u64().unwrap(),
        text: format!("{id}?"),
    });
}

/// Clicks until a card says so, as somebody does who gets no answer.
async fn click_until(server: &Server, agent: usize, action: &str, words: &str) {
    loop {
        // What is done is not offered any more: the card of a wrap-up has the result's words, too.
        let done = |card: &Message| card.words().contains(words) && !card.has_action(action);
        let card = wait_for(server, agent, |card| done(card) || card.has_action(action)).await;
        if done(&card) {
            return;
        }
        let life = server.life();
        match server.world.people[agent].click(&card.id, action, json!({})).await {
            Ok(click) if matches!(click.outcome, ClickOutcome::Unreachable { .. }) => {
                Server::back(life).await;
            }
            // An update came in between: look again.
            Ok(_) | Err(fake_teams::Error::NoAction { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// The newest card that fits; a restart may take a while.
async fn wait_for(server: &Server, agent: usize, fits: impl Fn(&Message) -> bool) -> Message {
    let person = &server.world.people[agent];
    for _ in 0..2 {
        if let Ok(card) = person.wait_for_card(&fits).await {
            return card;
        }
    }
    panic!("no such card: {:?}", person.messages());
}
