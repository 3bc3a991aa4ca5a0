//! From the accept to the closing line: both sides talk.

use serde_json::json;

use super::stage::{PATIENCE, Rooms};
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

    let chat = rooms.chat(ada).await;
    assert_eq!(chat.members, [ada.id(), rooms.companions[0].id()]);
    let transcript = rooms.reads(ada, &chat.id, "Hello?").await;
    assert!(
        transcript.text.contains("Hello?<br/>&lt;b&gt;Is &amp; anybody&lt;/b&gt; there?"),
        "in order, and nothing in it is markup: {}",
        transcript.text
    );
    rooms.event(&session, "room_opened").await;
    let first = ada.messages().into_iter().find(|message| message.conversation == chat.id).unwrap();
    assert!(first.has_action("terminate"), "the first post is the control card: {first:?}");

    client.write("grace", "m3", "I am here.").await;
    let post = rooms.reads(ada, &chat.id, "I am here.").await;
    assert_eq!(post.text, "<b>Grace Hopper:</b> I am here.");
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
    assert!(PATIENCE.as_secs() > 20);
}
