//! What people do in a room: who is heard, what is answered, who comes and goes.

use serde_json::{Value, json};

use super::stage::{Rooms, said};
use crate::stage::{card_says, card_with, signed};

/// An activity of Teams in a room, as no fake person makes it.
async fn told(rooms: &Rooms, chat: &str, change: Value) {
    let mut activity = rooms.ada().draft("").unwrap();
    let conversation = json!({
        "id": chat, "conversationType": "groupChat", "isGroup": true,
        "tenantId": rooms.stage.world.teams.environment().tenant_id,
    });
    activity["conversation"] = conversation;
    for (name, value) in change.as_object().unwrap() {
        activity[name] = value.clone();
    }
    let (status, answer) = signed(&rooms.stage, &activity.to_string()).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_agent_reaches_the_customer_and_others_are_told_once() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let faults = rooms.stage.world.teams.faults();
    faults.duplicate_next(fake_teams::DuplicateKind::SameId, 3);
    rooms.companions[0].say_in(&chat, "Psst.").await.unwrap();
    rooms.reads(rooms.ada(), &chat, "Not sent: Ada Lovelace speaks with the customer").await;
    faults.duplicate_next(fake_teams::DuplicateKind::SameId, 3);
    rooms.ada().say_in(&chat, "Four times delivered.").await.unwrap();
    assert_eq!(rooms.heard().await, ["Four times delivered."]);
    assert_eq!(rooms.events(&session, "room_message_not_sent").await.len(), 1);
    let answers = said(rooms.ada(), &chat);
    assert_eq!(answers.iter().filter(|text| text.starts_with("Not sent")).count(), 1);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_commands_are_carried_out_and_never_relayed() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let ada = rooms.ada();
    rooms.client().write("grace", "m2", "Good morning.").await;
    rooms.reads(ada, &chat, "Good morning.").await;
    ada.say_in(&chat, "/help").await.unwrap();
    rooms.reads(ada, &chat, "sets it aside").await;
    ada.say_in(&chat, "/transfer Ben").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: /transfer is no command. Commands are").await;
    ada.say_in(&chat, "/end now").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: /end stands alone; type it without").await;
    // Beckon spoke, so the customer's next words are not to be taken for its own.
    rooms.client().write("grace", "m3", "Are you there?").await;
    let post = rooms.reads(ada, &chat, "Are you there?").await;
    assert_eq!(post.text, "<strong>Grace Hopper:</strong> Are you there?");
    rooms.client().write("grace", "m4", "Or not?").await;
    assert_eq!(rooms.reads(ada, &chat, "Or not?").await.text, "Or not?");
    rooms.companions[0].say_in(&chat, "/end").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: Ada Lovelace speaks").await;
    ada.say_in(&chat, "/park").await.unwrap();
    rooms.event(&session, "session_parked").await;
    ada.say_in(&chat, "Into the void").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: the conversation is parked").await;
    ada.say_in(&chat, "/unpark").await.unwrap();
    rooms.event(&session, "session_unparked").await;
    ada.say_in(&chat, "Where were we?").await.unwrap();
    assert_eq!(rooms.heard().await, ["Where were we?"]);
    ada.say_in(&chat, "end!").await.unwrap();
    card_says(ada, "wrap-up is running").await;
    rooms.reads(ada, &chat, "This conversation ended at").await;
    ada.say_in(&chat, "One more thing").await.unwrap();
    rooms.reads(ada, &chat, "Your message was not delivered").await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_and_deletions_are_noted_and_the_room_hears_what_they_are_worth() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let ada = rooms.ada();
    let said = ada.say_in(&chat, "Wensday").await.unwrap().message_id;
    ada.edit(&said, "Wednesday").await.unwrap();
    let edited = rooms.event(&session, "room_message_edited").await;
    assert_eq!((&edited["message"], &edited["deleted"]), (&json!(3), &json!(false)));
    assert!(!edited.to_string().contains("Wednesday"), "its words go when messages go: {edited}");
    rooms.reads(ada, &chat, "The customer keeps what was sent").await;
    ada.delete(&said).await.unwrap();
    rooms
        .event_like(&session, |event| {
            event["event"] == "room_message_edited" && event["deleted"] == true
        })
        .await;
    // What was not sent is nobody's business.
    let psst = rooms.companions[0].say_in(&chat, "Psst.").await.unwrap().message_id;
    rooms.companions[0].edit(&psst, "Pst.").await.unwrap();
    assert_eq!(rooms.heard().await, ["Wensday"]);
    assert_eq!(rooms.events(&session, "room_message_edited").await.len(), 2);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_do_not_travel_and_the_agent_is_told_what_to_do() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    let file = json!([{ "contentType": "image/png", "contentUrl": "https://example.com/a.png" }]);
    told(&rooms, &chat, json!({ "id": "1700000000001", "text": "", "attachments": file })).await;
    rooms.reads(rooms.ada(), &chat, "Not sent. Files and pictures").await;
    told(&rooms, &chat, json!({ "id": "1700000000002", "text": "Look", "attachments": file }))
        .await;
    rooms.reads(rooms.ada(), &chat, "Only the text was sent").await;
    assert_eq!(rooms.heard().await, ["Look"]);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_welcomed_and_a_new_name_is_noted() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let ben = rooms.ben();
    let member = json!([{ "id": ben.mri(), "aadObjectId": ben.id(), "name": ben.name() }]);
    let change = json!({ "type": "conversationUpdate", "id": "f:1", "membersAdded": member });
    told(&rooms, &chat, change).await;
    rooms.reads(rooms.ada(), &chat, "The customer does not see what you write here").await;
    // The companion is nobody, and the agent knows.
    for (id, known) in [("f:3", &rooms.companions[0]), ("f:4", rooms.ada())] {
        let member = json!([{ "id": known.mri(), "aadObjectId": known.id() }]);
        let change = json!({ "type": "conversationUpdate", "id": id, "membersAdded": member });
        told(&rooms, &chat, change).await;
    }
    let welcomes = said(rooms.ada(), &chat).iter().filter(|it| it.contains("Welcome")).count();
    assert_eq!(welcomes, 1);
    let change = json!({ "type": "conversationUpdate", "id": "f:2", "topicName": "Grace" });
    told(&rooms, &chat, change).await;
    let renamed = rooms.event(&session, "room_renamed").await;
    assert_eq!(renamed["name"], "Grace");
    rooms.stage.stop().await;
}

/// The room is no more, and what the agent writes in My Sessions reaches the customer.
async fn goes_on_in_my_sessions(rooms: &Rooms, session: &str) {
    rooms.event(session, "room_lost").await;
    let token = rooms.client().sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let body = json!({ "client_message_id": "a1", "text": "Still here." });
    let (status, answer) = rooms.client().post(&path, &token, body).await;
    assert!(status.is_success(), "{status} {answer}");
    assert_eq!(rooms.heard().await, ["Still here."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_agent_leaves_the_chat_goes_on_in_my_sessions() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    rooms.ada().leave(&chat).await.unwrap();
    goes_on_in_my_sessions(&rooms, &session).await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_bot_is_taken_out_the_chat_goes_on_in_my_sessions() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    rooms.ada().uninstall_bot_from(&chat).await.unwrap();
    goes_on_in_my_sessions(&rooms, &session).await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_agent_comes_into_the_same_room_and_the_one_before_goes() {
    let rooms = Rooms::new().await;
    let client = rooms.client();
    let (session, chat) = rooms.open().await;
    let token = client.sign_in(0).await;
    let (_, inbox) = client.get("/api/v1/console/inbox", &token).await;
    let invitation = inbox["sessions"][0]["invitation"].as_str().unwrap();
    let path = format!("/api/v1/console/invitations/{invitation}/hand_back");
    let (status, answer) = client.post(&path, &token, json!({})).await;
    assert!(status.is_success(), "{status} {answer}");
    let card = card_with(rooms.ben(), "accept").await;
    rooms.ben().click(&card.id, "accept", json!({})).await.unwrap();
    rooms.event(&session, "room_handed_over").await;
    let there = rooms.chat(rooms.ben()).await;
    assert_eq!(there.id, chat, "the same room");
    assert!(!there.members.contains(&rooms.ada().id().to_owned()), "{there:?}");
    rooms.reads(rooms.ben(), &chat, "Hello?").await;
    rooms.ben().say_in(&chat, "I am Ben.").await.unwrap();
    assert_eq!(rooms.heard().await, ["I am Ben."]);
    // His control card is his, and hers offers nothing any more.
    let offers = || -> Vec<String> {
        let there = rooms.ben().messages().into_iter();
        let cards = there.filter(|card| card.conversation == chat && card.has_action("terminate"));
        cards.map(|card| card.id).collect()
    };
    let control = rooms
        .ben()
        .wait_for_card(|card| card.conversation == chat && offers() == [card.id.clone()])
        .await
        .unwrap();
    rooms.ben().click(&control.id, "terminate", json!({})).await.unwrap();
    card_says(rooms.ben(), "wrap-up is running").await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_markup_reaches_nobody_and_links_stay_whole() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    let html = "<p onclick=\"steal()\">Look <script>alert(1)</script>\
                <a href=\"javascript:alert(2)\">here</a> or \
                <a href=\"https://example.com/a_b?x=1&amp;y=*2*\">there</a></p>\
                <style>p{}</style><iframe src=\"https://evil.example\"></iframe>";
    let copy = json!([{ "contentType": "text/html", "content": html }]);
    let message = json!({ "id": "1700000000001", "text": "Look", "attachments": copy });
    told(&rooms, &chat, message).await;
    let heard = rooms.heard().await;
    let [text] = &heard[..] else { panic!("one message: {heard:?}") };
    assert!(text.contains("https://example.com/a_b?x=1&y=*2*"), "{text}");
    for hostile in ["<", "alert", "javascript", "evil.example", "onclick", "p{}"] {
        assert!(!text.contains(hostile), "{hostile}: {text}");
    }
    rooms.stage.stop().await;
}
