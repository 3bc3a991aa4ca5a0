//! What becomes of a room after the end.

use serde_json::json;

use super::stage::{PATIENCE, Rooms, with_rooms, world};
use crate::stage::{Stage, card_says};

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_leaves_the_room_when_its_time_is_over() {
    let (mut world, companions) = world(1).await;
    with_rooms(&mut world, "empty_after_hours = 0");
    let rooms = Rooms { stage: Stage::in_world(world).await, companions };
    let (session, chat) = rooms.open().await;
    let shown = card_says(rooms.ada(), "You are in this conversation").await;
    rooms.ada().click(&shown.id, "terminate", json!({})).await.unwrap();
    rooms.event(&session, "room_emptied").await;
    let left = || rooms.ada().chats().iter().all(|known| known.id != chat).then_some(());
    let teams = &rooms.stage.world.teams;
    teams.wait_for("the agent to leave", PATIENCE, |_| left()).await.unwrap();
    rooms.stage.stop().await;
}
