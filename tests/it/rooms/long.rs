//! What is longer than the platform shows of one post.

use fake_teams::Service;

use super::stage::{Rooms, said};
use crate::stage::card_with;

/// 25 KB: two bytes for each unit.
const MOST: usize = 12_500;

fn short_enough(posts: &[String]) {
    let units: Vec<usize> = posts.iter().map(|post| post.encode_utf16().count()).collect();
    assert!(units.iter().all(|units| *units <= MOST), "{units:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_nothing_but_ampersands_comes_in_parts_and_an_unclear_one_is_not_doubled() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let (_, chat) = rooms.open().await;
    let before = said(ada, &chat).len();
    let faults = rooms.stage.world.teams.faults();
    let operation = Some("sendToConversation");
    // The first part gets there; whether the second does is not known; all of them look alike.
    let held = faults.hold_next(Service::Connector, operation);
    client.write("grace", "m2", &"&".repeat(10_000)).await;
    held.arrived().await;
    faults.drop_reply_after_effect(Service::Connector, operation);
    held.release();
    client.write("grace", "m3", "Over.").await;
    rooms.reads(ada, &chat, "Over.").await;
    let posts = said(ada, &chat).split_off(before);
    short_enough(&posts);
    assert!(posts.len() >= 5, "{}", posts.len());
    assert_eq!(posts.concat().matches("&amp;").count(), 10_000);
    assert_eq!(posts.concat().matches("Grace Hopper").count(), 1, "one run, one name");
    rooms.stage.world.teams.check_limits().unwrap();
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_transcript_comes_in_parts_and_in_order_and_nothing_is_missing() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let long = |number: u32| format!("Line {number}. {}", "<".repeat(2_000));
    for number in 1..=8 {
        client.write("grace", &format!("m{number}"), &long(number)).await;
    }
    let card = card_with(ada, "accept").await;
    let faults = rooms.stage.world.teams.faults();
    let operation = Some("sendToConversation");
    let held = faults.hold_next(Service::Connector, operation);
    ada.click(&card.id, "accept", serde_json::json!({})).await.unwrap();
    // The control card; then the first part, whose answer is lost.
    held.arrived().await;
    faults.drop_reply_after_effect(Service::Connector, operation);
    held.release();
    let chat = rooms.chat(ada).await.id;
    client.write("grace", "m9", "The ninth.").await;
    rooms.reads(ada, &chat, "The ninth.").await;
    let posts = said(ada, &chat);
    short_enough(&posts);
    let there = posts.join("\n");
    let place = |number: u32| {
        let line = format!("Line {number}.");
        assert_eq!(there.matches(&line).count(), 1, "{line} once");
        there.find(&line).unwrap()
    };
    assert!((1..=8).map(place).is_sorted(), "{posts:?}");
    assert_eq!(there.matches("&lt;").count(), 8 * 2_000);
    assert!(posts.len() > 5, "{}", posts.len());
    rooms.stage.stop().await;
}
