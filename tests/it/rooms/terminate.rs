//! The end from within the room: from its control card and typed, in every state of both.

use fake_teams::Service;
use serde_json::{Value, json};

use super::stage::Rooms;
use crate::stage::card_says;

/// Where in the room a conversation is ended.
#[derive(Clone, Copy, Debug)]
enum Surface {
    ControlCard,
    Typed,
}

fn count(timeline: &Value, event: &str) -> usize {
    timeline["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter(|row| row["event"] == event)
        .count()
}

async fn end(rooms: &Rooms, surface: Surface, chat: &str) {
    let ada = rooms.ada();
    match surface {
        Surface::ControlCard => {
            let control = ada
                .wait_for_card(|card| card.conversation == chat && card.has_action("terminate"))
                .await
                .expect("the control card");
            ada.click(&control.id, "terminate", json!({})).await.expect("a click");
        }
        Surface::Typed => {
            ada.say_in(chat, "/end").await.expect("it is said");
        }
    }
}

async fn ends_alike(surface: Surface) {
    for parked in [false, true] {
        let rooms = Rooms::new().await;
        let (session, chat) = rooms.open().await;
        if parked {
            rooms.ada().say_in(&chat, "/park").await.expect("it is said");
            rooms.event(&session, "session_parked").await;
        }
        end(&rooms, surface, &chat).await;
        card_says(rooms.ada(), "wrap-up is running").await;
        rooms.reads(rooms.ada(), &chat, "This conversation ended at").await;
        // Twice is once: only typing can still be tried, and it is answered.
        rooms.ada().say_in(&chat, "/end").await.expect("it is said");
        rooms.reads(rooms.ada(), &chat, "not delivered").await;
        let timeline = rooms.client().admin_session(&session).await;
        let phase = &timeline["session"]["phase"];
        assert_eq!((&phase["outcome"], &phase["by"]), (&json!("user_accepted"), &json!("user")));
        assert_eq!(count(&timeline, "session_ended"), 1, "{surface:?}, parked: {parked}");
        rooms.stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_control_card() {
    ends_alike(Surface::ControlCard).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_in_the_room() {
    ends_alike(Surface::Typed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_room_opens_the_card_the_console_and_the_api_end_it_alike() {
    for surface in ["card", "console", "api"] {
        let rooms = Rooms::new().await;
        let install = Some("POST /chats/{id}/installedApps");
        let held = rooms.stage.world.teams.faults().hold_next(Service::Graph, install);
        let session = rooms.accepted().await;
        held.arrived().await;
        let (client, ada) = (rooms.client(), rooms.ada());
        match surface {
            "card" => {
                let card = card_says(ada, "Opening the chat").await;
                ada.click(&card.id, "terminate", json!({})).await.expect("a click");
            }
            "console" => {
                let token = client.sign_in(0).await;
                let path = format!("/api/v1/console/sessions/{session}/terminate");
                assert!(client.post(&path, &token, json!({})).await.0.is_success());
            }
            _ => {
                let path = format!("/api/v1/sessions/{session}/end");
                let why = json!({ "reason": "A test." });
                let admin = &client.world.keys.admin;
                assert!(client.post(&path, admin, why).await.0.is_success());
            }
        }
        card_says(ada, "wrap-up is running").await;
        held.release();
        rooms.event(&session, "room_closed").await;
        let timeline = client.admin_session(&session).await;
        assert_eq!(timeline["session"]["phase"]["outcome"], "user_accepted", "{surface}");
        assert_eq!(count(&timeline, "session_ended"), 1, "{surface}");
        rooms.stage.stop().await;
    }
}
