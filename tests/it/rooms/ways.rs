//! By which way a room is reached: where it was heard from, and without its agent's own chat.

use fake_teams::{Entry, Forgery, Message, Refuse, Service};
use serde_json::json;

use super::stage::{PATIENCE, Rooms};
use crate::stage::{Stage, shared_card};

/// The control card of the room.
async fn control(rooms: &Rooms, chat: &str) -> Message {
    let like = |card: &Message| card.conversation == chat && card.has_action("terminate");
    rooms.ada().wait_for_card(like).await.expect("the control card")
}

/// Waits until a control card offers nothing any more.
async fn is_kept_true(rooms: &Rooms, card: &Message) {
    let like = |it: &Message| it.id == card.id && !it.has_action("terminate");
    shared_card(rooms.ada(), like).await.expect("the control card is kept true");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_written_to_after_a_restart_though_its_agent_removed_the_bot() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    rooms.ada().uninstall_bot().await.unwrap();
    let companions = rooms.companions.clone();
    let world = rooms.stage.stop().await;
    let stage = Stage::unheard(world, std::sync::Arc::new(beckon::clock::SystemClock)).await;
    let rooms = Rooms { stage, companions };
    rooms.client().write("grace", "m2", "Are you there?").await;
    rooms.reads(rooms.ada(), &chat, "Are you there?").await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_card_is_kept_true_though_its_agent_removed_the_bot() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    let card = control(&rooms, &chat).await;
    rooms.ada().uninstall_bot().await.unwrap();
    // What a young room does not know yet is no reason to give its card up.
    let refuse = Refuse::with(403).code("BotNotInConversationRoster");
    let faults = rooms.stage.world.teams.faults();
    faults.refuse_next(Service::Connector, Some("updateActivity"), refuse);
    rooms.ada().say_in(&chat, "/end").await.unwrap();
    is_kept_true(&rooms, &card).await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_card_is_repainted_where_its_room_was_heard_from() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    let card = control(&rooms, &chat).await;
    let teams = &rooms.stage.world.teams;
    let environment = teams.environment();
    let (host, _) = environment.service_url.split_once("/emea/").unwrap();
    let elsewhere = format!("{host}/teams/");
    let mut activity = rooms.ada().draft("/park").unwrap();
    activity["serviceUrl"] = json!(elsewhere);
    activity["conversation"] = json!({
        "id": chat, "conversationType": "groupChat", "isGroup": true,
        "tenantId": environment.tenant_id,
    });
    let forgery = Forgery::of_claims(json!({ "serviceurl": elsewhere }));
    let token = format!("Bearer {}", teams.forge(&forgery).unwrap());
    let headers = [("authorization", &*token), ("content-type", "application/json")];
    let told = teams.deliver_raw(&headers, &activity.to_string()).await.unwrap();
    assert_eq!(told.status, Some(200), "{}", told.answer);
    rooms.reads(rooms.ada(), &chat, "Parked").await;
    // Its other way, by the region of her own chat, may have been used before.
    let by_that_way = |entry: &Entry| match entry {
        Entry::Call(call) => {
            let update = call.operation == "updateActivity" && call.path.contains(&card.id);
            update && call.path.starts_with("/teams/") && call.status == 200
        }
        Entry::Delivery(_) => false,
    };
    let repainted = || teams.record().iter().any(by_that_way).then_some(());
    teams.wait_for("the card to be repainted", PATIENCE, |_| repainted()).await.unwrap();
    rooms.stage.stop().await;
}
