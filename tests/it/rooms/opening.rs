//! The making of a room, and everything that can come in between.

use fake_teams::{Entry, Refuse, Service};
use serde_json::{Value, json};

use super::stage::{Rooms, with_rooms, world};
use crate::stage::{Stage, card_says, card_with};

/// How often a call of Graph was made.
fn calls(rooms: &Rooms, operation: &str) -> usize {
    let record = rooms.stage.world.teams.record();
    let same = |entry: &&Entry| matches!(entry, Entry::Call(call) if call.operation == operation);
    record.iter().filter(same).count()
}

/// The session is Ada's, and she can write in My Sessions.
async fn goes_on_in_my_sessions(rooms: &Rooms, session: &str) {
    let client = rooms.client();
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let body = json!({ "client_message_id": "a1", "text": "I am here." });
    let (status, answer) = client.post(&path, &token, body).await;
    assert!(status.is_success(), "{status} {answer}");
    let heard = client.read("grace", 3).await;
    assert_eq!(heard[2]["text"], "I am here.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_tried_again_and_there_is_one_room() {
    let rooms = Rooms::new().await;
    let refuse = Refuse::with(429).retry_after(1);
    rooms.stage.world.teams.faults().refuse_next(Service::Graph, Some("POST /chats"), refuse);
    rooms.open().await;
    assert_eq!(calls(&rooms, "POST /chats"), 2);
    assert_eq!(rooms.ada().chats().iter().filter(|chat| chat.topic.is_some()).count(), 1);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_making_is_never_repeated_and_the_chat_goes_on_in_my_sessions() {
    let rooms = Rooms::new().await;
    rooms.stage.world.teams.faults().drop_reply_after_effect(Service::Graph, Some("POST /chats"));
    let session = rooms.accepted().await;
    let failed = rooms.event(&session, "room_failed").await;
    assert!(failed["reason"].as_str().unwrap().contains("unclear"), "{failed}");
    goes_on_in_my_sessions(&rooms, &session).await;
    assert_eq!(calls(&rooms, "POST /chats"), 1);
    let twin = rooms.chat(rooms.ada()).await;
    assert!(!twin.installed, "it got no app");
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_too_late_is_reported_and_the_twin_gets_no_app() {
    let rooms = Rooms::new().await;
    let held = rooms.stage.world.teams.faults().hold_next(Service::Graph, Some("POST /chats"));
    let session = rooms.accepted().await;
    held.arrived().await;
    rooms.event(&session, "room_failed").await;
    held.release();
    let twin = rooms.event(&session, "room_twin").await;
    let chat = rooms.chat(rooms.ada()).await;
    assert_eq!(twin["reference"], chat.id);
    assert!(!chat.installed);
    goes_on_in_my_sessions(&rooms, &session).await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_refused_in_a_young_room_is_nothing_yet() {
    let rooms = Rooms::new().await;
    let written = rooms.client().write("grace", "m1", "Hello?").await;
    let card = card_with(rooms.ada(), "accept").await;
    let held = rooms.stage.world.teams.faults().hold_next(Service::Graph, Some("POST /chats"));
    rooms.ada().click(&card.id, "accept", json!({})).await.unwrap();
    held.arrived().await;
    card_says(rooms.ada(), "Opening the chat").await;
    for _ in 0..2 {
        let refuse = Refuse::with(403).code("BotNotInConversationRoster");
        let faults = rooms.stage.world.teams.faults();
        faults.refuse_next(Service::Connector, Some("sendToConversation"), refuse);
    }
    held.release();
    rooms.event(written["session"].as_str().unwrap(), "room_opened").await;
    let chat = rooms.chat(rooms.ada()).await;
    rooms.reads(rooms.ada(), &chat.id, "Hello?").await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_refused_in_a_room_that_is_young_and_open_is_nothing_either() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    for code in ["BotNotInConversationRoster", "ConversationNotFound"] {
        let status = if code == "ConversationNotFound" { 404 } else { 403 };
        let refuse = Refuse::with(status).code(code);
        let faults = rooms.stage.world.teams.faults();
        faults.refuse_next(Service::Connector, Some("sendToConversation"), refuse);
    }
    rooms.client().write("grace", "m2", "Are you there?").await;
    rooms.reads(rooms.ada(), &chat, "Are you there?").await;
    assert!(rooms.events(&session, "room_lost").await.is_empty());
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_one_companion_is_refused_the_other_one_comes() {
    let rooms = Rooms::with(2).await;
    let refuse = Refuse::with(400);
    rooms.stage.world.teams.faults().refuse_next(Service::Graph, Some("POST /chats"), refuse);
    rooms.open().await;
    let chat = rooms.chat(rooms.ada()).await;
    assert_eq!(chat.members, [rooms.ada().id(), rooms.companions[1].id()]);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_may_not_be_read_is_no_room() {
    let rooms = Rooms::new().await;
    let faults = rooms.stage.world.teams.faults();
    let read = Some("GET /chats/{id}/messages");
    faults.refuse_next(Service::Graph, read, Refuse::with(403));
    let session = rooms.accepted().await;
    let failed = rooms.event(&session, "room_failed").await;
    assert!(failed["reason"].as_str().unwrap().contains("RSC"), "{failed}");
    goes_on_in_my_sessions(&rooms, &session).await;
    // Nobody is left in a chat that nobody hears.
    let left = || rooms.ada().chats().iter().all(|chat| chat.topic.is_none()).then_some(());
    let teams = &rooms.stage.world.teams;
    teams.wait_for("the agent to leave", super::stage::PATIENCE, |_| left()).await.unwrap();
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_failures_nobody_waits_for_graph() {
    let rooms = Rooms::new().await;
    rooms.stage.world.teams.faults().outage(Service::Graph, 503);
    let session = rooms.accepted().await;
    rooms.event(&session, "room_failed").await;
    let asked = calls(&rooms, "POST /chats");
    assert!(asked <= 3, "{asked}");
    // The next one does not ask at all.
    let written = rooms.client().write("alan", "m1", "Hello?").await;
    let card = card_with(rooms.ben(), "accept").await;
    rooms.ben().click(&card.id, "accept", json!({})).await.unwrap();
    let failed = rooms.event(written["session"].as_str().unwrap(), "room_failed").await;
    assert!(failed["reason"].as_str().unwrap().contains("left alone"), "{failed}");
    assert_eq!(calls(&rooms, "POST /chats"), asked);
    goes_on_in_my_sessions(&rooms, &session).await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_fallback_the_session_goes_back_and_somebody_else_is_rung() {
    let (mut world, companions) = world(1).await;
    with_rooms(&mut world, "fallback = false");
    let rooms = Rooms { stage: Stage::in_world(world).await, companions };
    let refuse = Refuse::with(403);
    rooms.stage.world.teams.faults().refuse_next(Service::Graph, Some("POST /chats"), refuse);
    let session = rooms.accepted().await;
    rooms.event(&session, "room_failed").await;
    let card = card_with(rooms.ben(), "accept").await;
    rooms.ben().click(&card.id, "accept", json!({})).await.unwrap();
    let chat = rooms.chat(rooms.ben()).await;
    rooms.reads(rooms.ben(), &chat.id, "Hello?").await;
    rooms.stage.stop().await;
}

/// Accepts with Graph's answer to the installation held back, ends the session, lets go.
async fn ended_while_opening(rooms: &Rooms, by_customer: bool) -> (String, Value) {
    let install = Some("POST /chats/{id}/installedApps");
    let held = rooms.stage.world.teams.faults().hold_next(Service::Graph, install);
    let session = rooms.accepted().await;
    held.arrived().await;
    if by_customer {
        let path = "/api/v1/channels/website/leave";
        let body = json!({ "session": session });
        let key = &rooms.stage.world.keys.integration;
        let (status, answer) = rooms.client().post(path, key, body).await;
        assert!(status.is_success(), "{status} {answer}");
    } else {
        let shown = card_says(rooms.ada(), "Opening the chat").await;
        rooms.ada().click(&shown.id, "terminate", json!({})).await.unwrap();
    }
    held.release();
    let closed = rooms.event(&session, "room_closed").await;
    (session, closed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_whose_session_ends_while_it_opens_is_left_again() {
    for by_customer in [false, true] {
        let rooms = Rooms::new().await;
        ended_while_opening(&rooms, by_customer).await;
        assert!(rooms.ada().chats().iter().all(|chat| chat.topic.is_none()), "she is out again");
        let cards = rooms.ada().messages();
        assert!(cards.iter().all(|message| message.conversation == rooms.ada().chat()));
        card_says(rooms.ada(), "wrap-up is running").await;
        rooms.stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_handed_back_while_its_room_opens_takes_the_next_agent_there() {
    let rooms = Rooms::new().await;
    let install = Some("POST /chats/{id}/installedApps");
    let held = rooms.stage.world.teams.faults().hold_next(Service::Graph, install);
    let session = rooms.accepted().await;
    held.arrived().await;
    let shown = card_says(rooms.ada(), "Opening the chat").await;
    let (client, token) = (rooms.client(), rooms.client().sign_in(0).await);
    let (_, inbox) = client.get("/api/v1/console/inbox", &token).await;
    let invitation = inbox["sessions"][0]["invitation"].as_str().unwrap();
    let path = format!("/api/v1/console/invitations/{invitation}/hand_back");
    let (status, answer) = client.post(&path, &token, json!({})).await;
    assert!(status.is_success(), "{status} {answer} {shown:?}");
    let card = card_with(rooms.ben(), "accept").await;
    rooms.ben().click(&card.id, "accept", json!({})).await.unwrap();
    held.release();
    let chat = rooms.chat(rooms.ben()).await;
    rooms.reads(rooms.ben(), &chat.id, "Hello?").await;
    rooms.event(&session, "room_opened").await;
    rooms.ben().say_in(&chat.id, "I am Ben.").await.unwrap();
    assert_eq!(rooms.heard().await, ["I am Ben."]);
    assert!(rooms.ada().chats().iter().all(|chat| chat.topic.is_none()), "she is out");
    rooms.stage.stop().await;
}
