//! From the accept to the closing line: both sides talk.

use fake_teams::Service;
use serde_json::json;

use super::stage::{Rooms, said};
use crate::stage::{card_says, shared_card};

#[tokio::test(flavor = "multi_thread")]
async fn an_accept_makes_a_room_and_both_sides_talk() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let written = client.write("grace", "m1", "Hello?").await;
    let session = written["session"].as_str().unwrap().to_owned();
    client.write("grace", "m2", "<b>Is & anybody</b> there?").await;
    let card = crate::stage::card_with(ada, "accept").await;
    assert!(ada.chats().iter().all(|chat| chat.topic.is_none()), "no room before the accept");
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let shown_id = card.id.clone();

    let chat = rooms.chat(ada).await;
    assert_eq!(chat.members, [ada.id(), rooms.companions[0].id()]);
    let transcript = rooms.reads(ada, &chat.id, "Hello?").await;
    assert!(
        transcript.text.starts_with(
            "<strong>Grace Hopper:</strong> Hello?<br><strong>Beckon:</strong> Thank you"
        ) && transcript.text.ends_with("&lt;b&gt;Is &amp; anybody&lt;/b&gt; there?"),
        "in order, and nothing in it is markup: {}",
        transcript.text
    );
    rooms.event(&session, "room_opened").await;
    let first = ada.messages().into_iter().find(|message| message.conversation == chat.id).unwrap();
    assert!(first.has_action("terminate"), "the first post is the control card: {first:?}");

    // Her own card leads there (R6).
    let way = |card: &fake_teams::Message| {
        card.id == shown_id
            && card
                .card
                .as_ref()
                .is_some_and(|it| it.to_string().contains("teams.microsoft.com/l/chat"))
    };
    shared_card(ada, way).await.expect("the card links to the room");

    client.write("grace", "m3", "I am here.").await;
    let post = rooms.reads(ada, &chat.id, "I am here.").await;
    assert_eq!(post.text, "<strong>Grace Hopper:</strong> I am here.");
    client.write("grace", "m4", "Still here.").await;
    let post = rooms.reads(ada, &chat.id, "Still here.").await;
    assert_eq!(post.text, "Still here.", "the name stands once per run");
    ada.say_in(&chat.id, "Good morning, Grace.").await.unwrap();
    let heard = client.read("grace", 6).await;
    let last = heard.last().unwrap();
    assert_eq!((&last["from"], &last["text"]), (&json!("agent"), &json!("Good morning, Grace.")));

    // The control card is the same card in another place, and ends the conversation.
    ada.click(&first.id, "terminate", json!({})).await.unwrap();
    card_says(ada, "wrap-up is running").await;
    rooms.reads(ada, &chat.id, "This conversation ended at").await;
    shared_card(ada, |card| card.id == first.id && !card.has_action("terminate"))
        .await
        .expect("the control card is kept true");
    rooms.event(&session, "room_closed").await;
    rooms.stage.world.teams.check_limits().unwrap();
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_console_writes_is_read_in_the_room_in_the_order_of_commit() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let (session, chat) = rooms.open().await;
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    for number in 1..=4 {
        client.write("grace", &format!("c{number}"), &format!("Question {number}")).await;
        let body = json!({ "client_message_id": format!("a{number}"), "text": format!("Answer {number}") });
        let (status, answer) = client.post(&path, &token, body).await;
        assert!(status.is_success(), "{status} {answer}");
    }
    rooms.reads(ada, &chat, "Answer 4").await;
    let there = said(ada, &chat).join("\n");
    let places: Vec<usize> = (1..=4)
        .flat_map(|number| [format!("Question {number}"), format!("Answer {number}")])
        .map(|words| {
            assert_eq!(there.matches(&words).count(), 1, "{words} once: {there}");
            there.find(&words).unwrap()
        })
        .collect();
    assert!(places.is_sorted(), "{there}");
    assert!(there.contains("<strong>Ada Lovelace:</strong> Answer 1"), "{there}");
    // What is written in the room stands there already.
    ada.say_in(&chat, "Typed here.").await.unwrap();
    client.read("grace", 11).await;
    assert_eq!(said(ada, &chat).iter().filter(|text| *text == "Typed here.").count(), 1);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_post_is_looked_for_before_it_is_made_again() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let (_, chat) = rooms.open().await;
    let faults = rooms.stage.world.teams.faults();
    // "Yes" stands there already, and is not taken for the second one.
    for (id, lost) in [("m2", false), ("m3", true), ("m4", false)] {
        if lost {
            faults.drop_reply_after_effect(Service::Connector, Some("sendToConversation"));
        }
        client.write("grace", id, "Yes").await;
    }
    faults.drop_request(Service::Connector, Some("sendToConversation"));
    client.write("grace", "m5", "The last one.").await;
    rooms.reads(ada, &chat, "The last one.").await;
    let there = said(ada, &chat).join("\n");
    assert_eq!(there.matches("Yes").count(), 3, "{there}");
    assert_eq!(there.matches("The last one.").count(), 1, "{there}");
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_post_of_several_messages_is_recognised_though_more_came_since() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let (_, chat) = rooms.open().await;
    let faults = rooms.stage.world.teams.faults();
    let operation = Some("sendToConversation");
    let held = faults.hold_next(Service::Connector, operation);
    client.write("grace", "m2", "Number 2.").await;
    held.arrived().await;
    for number in 3..=6 {
        client.write("grace", &format!("m{number}"), &format!("Number {number}.")).await;
    }
    faults.drop_reply_after_effect(Service::Connector, operation);
    held.release();
    rooms.reads(ada, &chat, "Number 6.").await;
    client.write("grace", "m7", "Number 7.").await;
    rooms.reads(ada, &chat, "Number 7.").await;
    let there = said(ada, &chat).join("\n");
    for number in 2..=7 {
        let text = format!("Number {number}.");
        assert_eq!(there.matches(&text).count(), 1, "{text} once: {there}");
    }
    let joined = |text: &String| text.contains("Number 3.") && text.contains("Number 6.");
    assert!(said(ada, &chat).iter().any(joined), "they went together: {there}");
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_joined_and_stays_within_what_the_platform_allows_a_chat() {
    let rooms = Rooms::new().await;
    let (client, ada) = (rooms.client(), rooms.ada());
    let (_, chat) = rooms.open().await;
    let before = said(ada, &chat).len();
    // Teams takes seven messages a second in one chat, and sixty in thirty seconds.
    for number in 1..=100 {
        client.write("grace", &format!("b{number}"), &format!("Line {number}.")).await;
    }
    rooms.reads(ada, &chat, "Line 100.").await;
    let posts = said(ada, &chat).split_off(before);
    let there = posts.join("\n");
    let place = |number: i32| {
        let line = format!("Line {number}.");
        assert_eq!(there.matches(&line).count(), 1, "{line} once: {there}");
        there.find(&line).unwrap()
    };
    assert!((1..=100).map(place).is_sorted(), "{there}");
    assert!(posts.len() < 60, "{} posts", posts.len());
    rooms.stage.world.teams.check_limits().unwrap();
    rooms.stage.stop().await;
}
