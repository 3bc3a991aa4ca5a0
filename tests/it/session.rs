//! One session, end to end.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Stage, card_says, card_with, result_card};

fn texts(messages: &[Value]) -> Vec<(&str, &str)> {
    messages
        .iter()
        .map(|row| (row["from"].as_str().unwrap(), row["text"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_message_to_the_result() {
    let stage = Stage::new().await;
    let client = stage.client();
    let (ada, ben) = (stage.person(0), stage.person(1));

    let written = client.write("grace", "m1", "My secret order is lost.").await;
    let session = written["session"].as_str().unwrap().to_owned();

    let invitation = card_with(ada, "accept").await;
    assert!(invitation.words().contains("Grace Hopper"));
    assert!(!invitation.activity.to_string().contains("secret"), "hidden until accepted");
    assert!(!invitation.summary.is_empty(), "a toast needs words");
    let click = ada.click(&invitation.id, "accept", json!({})).await.unwrap();
    let shown = click.shown.unwrap().to_string();
    assert!(shown.contains("Support \u{a6} Grace Hopper"), "{shown}");
    assert!(shown.contains(&format!("{}/console/?session={session}", stage.url)));
    card_says(ada, "You are in this conversation").await;

    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let (_, conversation) = client.get(&path, &token).await;
    assert_eq!(conversation["phase"], "connected");
    let messages = conversation["messages"].as_array().unwrap();
    assert_eq!(texts(messages)[0], ("customer", "My secret order is lost."));

    client.write("grace", "m2", "Are you there?").await;
    let reply = json!({ "client_message_id": "a1", "text": "Yes, I am." });
    let (status, stored) = client.post(&path, &token, reply.clone()).await;
    assert_eq!((status, &stored["duplicate"]), (StatusCode::CREATED, &json!(false)));
    let (status, again) = client.post(&path, &token, reply).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&again["seq"], &again["duplicate"]), (&stored["seq"], &json!(true)));

    let read = client.read("grace", 4).await;
    assert_eq!(texts(&read)[2..], [("customer", "Are you there?"), ("agent", "Yes, I am.")]);
    assert_eq!(read[3]["name"], "Ada Lovelace");
    let seqs: Vec<u64> = read.iter().map(|row| row["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);

    let terminate = format!("/api/v1/console/sessions/{session}/terminate");
    let (_, ended) = client.post(&terminate, &token, json!({})).await;
    assert_eq!(ended["result"], "terminated");
    let (status, ended) = client.post(&terminate, &token, json!({})).await;
    assert_eq!((status, &ended["result"]), (StatusCode::OK, &json!("unchanged")));

    let terminated = card_says(ada, "wrap-up is running").await;
    ada.click(&terminated.id, "finish", json!({})).await.unwrap();
    let result = result_card(ada).await;
    assert_eq!(result.id, invitation.id, "updated in place, never posted again");
    assert!(result.actions().is_empty());
    assert_eq!(ada.messages().iter().filter(|message| message.card.is_some()).count(), 1);
    assert!(ben.messages().is_empty(), "nobody else was asked");

    let timeline = client.admin_session(&session).await;
    assert_eq!(timeline["session"]["phase"]["outcome"], "user_accepted");
    let events: Vec<&str> = timeline["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        events,
        [
            "session_created",
            "session_queued",
            "invitation_offered",
            "invitation_delivered",
            "invitation_accepted",
            "room_opened",
            "agent_replied",
            "room_closed",
            "session_ended",
            "invitation_concluded",
        ]
    );
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_goes_to_the_next_agent_and_back_again() {
    let stage = Stage::new().await;
    let client = stage.client();
    client.write("grace", "m1", "Hello?").await;
    let invitation = card_with(stage.person(0), "accept").await;
    stage.person(0).click(&invitation.id, "decline", json!({})).await.unwrap();
    card_says(stage.person(0), "You declined").await;
    let invitation = card_with(stage.person(1), "accept").await;
    let token = client.sign_in(1).await;
    let (_, inbox) = client.get("/api/v1/console/inbox", &token).await;
    assert_eq!(inbox["incoming"][0]["customer"], "Grace Hopper");
    let id = inbox["incoming"][0]["invitation"].as_str().unwrap();
    let (_, accepted) =
        client.post(&format!("/api/v1/console/invitations/{id}/accept"), &token, json!({})).await;
    assert_eq!(accepted["result"], "accepted");
    let card = card_says(stage.person(1), "You are in this conversation").await;
    assert_eq!(card.id, invitation.id, "card and console agree");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_leaves_while_it_rings_turns_the_card() {
    let stage = Stage::new().await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    card_with(stage.person(0), "accept").await;
    let path = "/api/v1/channels/website/leave";
    let body = json!({ "session": written["session"] });
    let (status, _) = client.post(path, &client.world.keys.integration, body).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let card = card_says(stage.person(0), "The customer left").await;
    assert!(card.actions().is_empty());
    let next = client.write("grace", "m2", "Me again").await;
    assert_ne!(next["session"], written["session"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_chat_never_takes_the_place_of_the_agents_own() {
    let stage = Stage::new().await;
    let client = stage.client();
    let (ada, ben) = (stage.person(0), stage.person(1));
    let group = stage.world.teams.group("Lunch", &[ada, ben]);
    ada.install_bot_in(&group).await.unwrap();
    client.write("grace", "m1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    assert_eq!(card.conversation, ada.chat(), "customers' names stay out of groups");
    ada.uninstall_bot_from(&group).await.unwrap();
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    card_says(ada, "You are in this conversation").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_removes_the_bot_while_it_rings_is_passed_over_at_once() {
    let stage = Stage::new().await;
    let client = stage.client();
    client.write("grace", "m1", "Hello?").await;
    card_with(stage.person(0), "accept").await;
    stage.person(0).uninstall_bot().await.unwrap();
    card_with(stage.person(1), "accept").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_client_answers_by_submit_and_sees_the_shared_card_change() {
    let stage = Stage::new().await;
    let client = stage.client();
    let ada = stage.person(0);
    let written = client.write("grace", "m1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    ada.desktop().click_fallback(&card.id, "accept", json!({})).await.unwrap();
    card_says(ada, "You are in this conversation").await;
    let timeline = client.admin_session(written["session"].as_str().unwrap()).await;
    let accepted = &timeline["events"][4];
    assert_eq!(
        (&accepted["event"], &accepted["surface"]),
        (&json!("invitation_accepted"), &json!("card_submit"))
    );
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_reads_the_end() {
    let stage = Stage::new().await;
    let client = stage.client();
    let ada = stage.person(0);
    let written = client.write("grace", "m1", "Hello?").await;
    let card = card_with(ada, "accept").await;
    ada.click(&card.id, "accept", json!({})).await.unwrap();
    let path = format!("/api/v1/sessions/{}/end", written["session"].as_str().unwrap());
    let admin = &client.world.keys.admin;
    let (status, ended) = client.post(&path, admin, json!({ "reason": "A test." })).await;
    assert_eq!((status, &ended["outcome"]), (StatusCode::OK, &json!("user_accepted")));
    let read = client.read("grace", 3).await;
    assert_eq!(texts(&read)[2], ("system", "This conversation has ended."));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_end_the_wait() {
    let stage = Stage::new().await;
    let client = stage.client();
    let token = client.sign_in(0).await;
    let address = format!("{}/api/v1/console/inbox", stage.url);
    let http = stage.world.http.clone();
    let first = http.get(&address).bearer_auth(&token).send().await.unwrap();
    let etag = first.headers()["etag"].clone();
    let waiting = http
        .get(&address)
        .bearer_auth(&token)
        .header("if-none-match", etag)
        .header("prefer", "wait=30")
        .send();
    let waiting = tokio::spawn(waiting);
    client.write("grace", "m1", "Hello?").await;
    assert_eq!(waiting.await.unwrap().unwrap().status(), StatusCode::OK, "news end the wait");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_every_change_once_and_in_order() {
    let stage = Stage::new().await;
    let client = stage.client();
    let (mut seen, mut cursor) = (Vec::new(), 0);
    let mut written = Value::Null;
    for number in 1..=3 {
        written = client.write(&format!("customer {number}"), "m1", "Hello?").await;
        while seen.iter().filter(|event: &&Value| event["event"] == "session_queued").count()
            < number
        {
            let path = format!("/api/v1/events?after={cursor}");
            let (status, feed) = client.get(&path, &client.world.keys.integration).await;
            assert_eq!(status, StatusCode::OK);
            cursor = feed["cursor"].as_u64().unwrap();
            seen.extend(feed["events"].as_array().unwrap().clone());
        }
    }
    let places: Vec<u64> = seen.iter().map(|event| event["cursor"].as_u64().unwrap()).collect();
    assert!(places.is_sorted() && places.windows(2).all(|pair| pair[0] != pair[1]), "{places:?}");
    // Within a session the feed has the events as the timeline has them, from the first on.
    let session = written["session"].as_str().unwrap();
    let timeline = client.admin_session(session).await;
    let of_session: Vec<&Value> = seen
        .iter()
        .filter(|event| event["session"] == session)
        .map(|event| &event["seq"])
        .collect();
    let told: Vec<&Value> =
        timeline["events"].as_array().unwrap().iter().map(|event| &event["seq"]).collect();
    assert!(!of_session.is_empty() && told.starts_with(&of_session), "{of_session:?} {told:?}");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_conversation_is_still_its_agents() {
    let stage = Stage::new().await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    let session = written["session"].as_str().unwrap();
    let ada = stage.person(0);
    let invitation = card_with(ada, "accept").await;
    ada.click(&invitation.id, "accept", json!({})).await.unwrap();
    let card = card_with(ada, "park").await;
    ada.click(&card.id, "park", json!({})).await.unwrap();
    card_with(ada, "unpark").await;

    client.write("grace", "m2", "Are you there?").await;
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let (status, read) = client.get(&path, &token).await;
    assert_eq!(status, StatusCode::OK);
    assert!(read.to_string().contains("Are you there?"), "what comes in shows: {read}");
    let reply = json!({ "client_message_id": "a1", "text": "Yes." });
    let (status, refused) = client.post(&path, &token, reply.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT, "nothing is sent meanwhile: {refused}");

    let card = card_with(ada, "unpark").await;
    ada.click(&card.id, "unpark", json!({})).await.unwrap();
    card_with(ada, "park").await;
    assert_eq!(client.post(&path, &token, reply).await.0, StatusCode::CREATED);
    stage.stop().await;
}
