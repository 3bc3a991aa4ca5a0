//! The process dies between any two steps of a room's making, and when a message is posted there.

use std::os::unix::process::ExitStatusExt;
use std::sync::Arc;

use fake_teams::Service;
use serde_json::json;

use super::stage::{PATIENCE, said, world};
use crate::crash::server::Server;
use crate::stage::card_with;

/// SIGABRT.
const ABORTED: i32 = 6;

/// The points at which a process dies here; the self-test of the crash points counts them in.
pub(crate) const POINTS: [&str; 7] = [
    "room.step",
    "room.asked",
    "room.made",
    "room.posted",
    "room.part",
    "room.answer",
    "room.closed",
];

/// Something is in the room and kept, and the lane was not told: a point that other lanes have, too.
const SENT: &str = "lane.sent";

/// How much of each message makes it longer than one post, where it is to be: four posts.
const LONG: usize = 9_000;

/// Plays a session across a death: what was said is in the room once, or the room was given up and
/// nobody was let in.
async fn survive(point: &str, time: u32) {
    assert!(POINTS.contains(&point) || point == SENT);
    let (world, _companions) = world(1).await;
    let server = Server::start(world, Some(&format!("{point}:{time}"))).await;
    let revival = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.revive().await }
    });
    server.install_all().await;
    let ada = &server.world.people[0];
    let rest = if point == "room.part" { "&".repeat(LONG) } else { String::new() };
    let write = async |id: &str| {
        let body = json!({ "address": "grace", "name": "Grace Hopper", "client_message_id": id, "text": format!("{id}?{rest}") });
        let path = "/api/v1/channels/website/messages";
        let (status, answer) = server.post(path, &server.world.keys.integration, &body).await;
        assert!(status.is_success(), "{status} {answer}");
        answer["session"].as_str().unwrap().to_owned()
    };
    let session = write("m1").await;
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    write("m2").await;
    let death = revival.await.unwrap();
    assert_eq!(death.signal(), Some(ABORTED), "{point} was not reached: {death}");
    write("m3").await;

    // Whether Graph made it is not known after a death in between: then it is given up.
    let unclear = ["room.asked", "room.made"].contains(&point);
    let wanted = if unclear { "room_failed" } else { "room_opened" };
    let path = format!("/api/v1/sessions/{session}");
    let teams = &server.world.teams;
    if unclear {
        let happened = async || {
            let told = server.get(&path, &server.world.keys.admin).await;
            told["events"].as_array().unwrap().iter().any(|event| event["event"] == wanted)
        };
        let given_up = tokio::time::timeout(PATIENCE, async {
            while !happened().await {
                tokio::task::yield_now().await;
            }
        });
        given_up.await.expect("the room is given up");
        for chat in ada.chats().iter().filter(|chat| chat.topic.is_some()) {
            assert!(!chat.installed, "the twin got no app: {chat:?}");
        }
        return;
    }
    let chat = ada
        .wait_for_chat(|chat| chat.topic.as_deref() == Some("Support \u{a6} Grace Hopper"))
        .await
        .unwrap();
    let arrived = || {
        let all = said(ada, &chat.id).join("\n");
        (all.contains("m3?") && all.matches("&amp;").count() >= 3 * rest.len()).then_some(all)
    };
    let all = teams.wait_for("m3 to arrive", PATIENCE, |_| arrived()).await.unwrap();
    assert_eq!(all.matches("&amp;").count(), 3 * rest.len(), "no part is there twice");
    for id in ["m1?", "m2?", "m3?"] {
        assert_eq!(all.matches(id).count(), 1, "{id} once: {all}");
    }
    let places: Vec<_> = ["m1?", "m2?", "m3?"].map(|id| all.find(id)).to_vec();
    assert!(places.is_sorted(), "{all}");
    assert_eq!(ada.chats().iter().filter(|chat| chat.topic.is_some()).count(), 1, "one room");
    ada.say_in(&chat.id, "Hello Grace.").await.unwrap();
    let path = "/api/v1/channels/website/messages?address=grace";
    let heard = server.get(path, &server.world.keys.integration).await;
    let heard = heard["messages"].as_array().unwrap();
    assert_eq!(heard.iter().filter(|row| row["text"] == "Hello Grace.").count(), 1, "{heard:?}");
}

macro_rules! dies {
    ($($test:ident at $point:literal, time $time:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            survive($point, $time).await;
        })*
    };
}

dies! {
    a_room_is_asked_for at "room.asked", time 1;
    a_room_is_made_and_nobody_knows at "room.made", time 1;
    a_room_is_created at "room.step", time 1;
    the_bot_is_installed at "room.step", time 2;
    the_control_card_is_posted at "room.step", time 3;
    the_transcript_is_posted at "room.step", time 4;
    a_room_is_open at "room.step", time 5;
    a_message_is_posted at "room.posted", time 1;
    a_message_is_posted_and_kept at "lane.sent", time 2;
    a_part_of_the_transcript_is_posted at "room.part", time 2;
    a_part_of_a_message_is_posted at "room.part", time 5;
}

/// Somebody writes what does not go to the customer, and Beckon dies before they are told, or right
/// after: they are told once.
async fn told_once(point: &str, time: u32) {
    assert!(POINTS.contains(&point) || point == SENT);
    let (world, companions) = world(1).await;
    let server = Server::start(world, Some(&format!("{point}:{time}"))).await;
    let revival = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.revive().await }
    });
    server.install_all().await;
    let ada = &server.world.people[0];
    let write = async |id: &str| {
        let body = json!({ "address": "grace", "name": "Grace Hopper", "client_message_id": id, "text": format!("{id}?") });
        let path = "/api/v1/channels/website/messages";
        let (status, answer) = server.post(path, &server.world.keys.integration, &body).await;
        assert!(status.is_success(), "{status} {answer}");
    };
    write("m1").await;
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let chat = ada.wait_for_chat(|chat| chat.topic.is_some()).await.unwrap().id;
    let teams = &server.world.teams;
    let arrived = async |words: &str| {
        let there = || said(ada, &chat).iter().any(|text| text.contains(words)).then_some(());
        teams.wait_for(words, PATIENCE, |_| there()).await.unwrap();
    };
    arrived("m1?").await;
    // She can be heard as soon as the bot is in the room.
    companions[0].say_in(&chat, "Psst.").await.unwrap();
    let death = revival.await.unwrap();
    assert_eq!(death.signal(), Some(ABORTED), "{point} was not reached: {death}");
    arrived("Not sent").await;
    // What comes behind it in the lane is there: so would be a second answer.
    write("m2").await;
    arrived("m2?").await;
    let answers = said(ada, &chat).iter().filter(|text| text.contains("Not sent")).count();
    assert_eq!(answers, 1, "{:?}", said(ada, &chat));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_heard_is_told_though_beckon_dies_before() {
    told_once("room.answer", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_told_is_not_told_again_though_beckon_dies_after() {
    told_once("room.posted", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_told_is_not_told_again_though_the_lane_was_not_told() {
    told_once(SENT, 2).await;
}

/// A message is posted, Beckon dies, and with what came meanwhile it would go as one now: it stands
/// in the room once, and so does the rest.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_posted_alone_is_known_though_more_waits_behind_it() {
    let (world, _companions) = world(1).await;
    let server = Server::start(world, Some("room.posted:1")).await;
    let revival = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.revive().await }
    });
    server.install_all().await;
    let ada = &server.world.people[0];
    let write = async |id: &str, text: &str| {
        let body = json!({ "address": "grace", "name": "Grace Hopper", "client_message_id": id, "text": text });
        let path = "/api/v1/channels/website/messages";
        let (status, answer) = server.post(path, &server.world.keys.integration, &body).await;
        assert!(status.is_success(), "{status} {answer}");
    };
    write("m1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let chat = ada.wait_for_chat(|chat| chat.topic.is_some()).await.unwrap().id;
    let teams = &server.world.teams;
    let arrived = async |words: &str| {
        let there = || said(ada, &chat).iter().any(|text| text.contains(words)).then_some(());
        teams.wait_for(words, PATIENCE, |_| there()).await.unwrap();
    };
    arrived("Hello?").await;
    let held = teams.faults().hold_next(Service::Connector, Some("sendToConversation"));
    write("m2", "Yes.").await;
    held.arrived().await;
    for (id, text) in [("m3", "Yes."), ("m4", "No."), ("m5", "Yes.")] {
        write(id, text).await;
    }
    held.release();
    let death = revival.await.unwrap();
    assert_eq!(death.signal(), Some(ABORTED), "it was not reached: {death}");
    write("m6", "The last one.").await;
    arrived("The last one.").await;
    let all = said(ada, &chat).join("\n");
    assert_eq!(all.matches("Yes.").count(), 3, "{all}");
    assert_eq!(all.matches("No.").count(), 1, "{all}");
    let order = all.rsplit_once("No.").map(|(before, _)| before.matches("Yes.").count());
    assert_eq!(order, Some(2), "{all}");
}

/// The closing line is posted and Beckon dies: it is said once.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_told_once() {
    let (world, _companions) = world(1).await;
    let server = Server::start(world, Some("room.closed:1")).await;
    let revival = tokio::spawn({
        let server = Arc::clone(&server);
        async move { server.revive().await }
    });
    server.install_all().await;
    let ada = &server.world.people[0];
    let body = json!({ "address": "grace", "name": "Grace Hopper", "client_message_id": "m1", "text": "Hello?" });
    let path = "/api/v1/channels/website/messages";
    let (_, written) = server.post(path, &server.world.keys.integration, &body).await;
    let session = written["session"].as_str().unwrap();
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let chat = ada.wait_for_chat(|chat| chat.topic.is_some()).await.unwrap().id;
    let teams = &server.world.teams;
    let there = || said(ada, &chat).iter().any(|text| text.contains("Hello?")).then_some(());
    teams.wait_for("the transcript", PATIENCE, |_| there()).await.unwrap();
    ada.say_in(&chat, "/end").await.unwrap();
    let death = revival.await.unwrap();
    assert_eq!(death.signal(), Some(ABORTED), "it was not reached: {death}");
    let path = format!("/api/v1/sessions/{session}");
    let closed = async || {
        let told = server.get(&path, &server.world.keys.admin).await;
        told["events"].as_array().unwrap().iter().any(|event| event["event"] == "room_closed")
    };
    let waited = tokio::time::timeout(PATIENCE, async {
        while !closed().await {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("the room is closed");
    let all = said(ada, &chat).join("\n");
    assert_eq!(all.matches("This conversation ended at").count(), 1, "{all}");
}
