//! What becomes of a room after the end.

use std::sync::Arc;

use beckon::clock::Clock as _;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::json;

use super::stage::{Ahead, PATIENCE, Rooms, with_rooms, world, world_by};
use crate::operations::beckon;
use crate::stage::{Stage, World, card_says};

/// A zone that is half an hour off whole hours, and never on summer time.
const ZONE: &str = "Asia/Kolkata";

/// A world whose tenant lives by that zone, and whose rooms are kept for a month.
fn in_zone(world: &mut World) {
    world.config =
        world.config.replacen("[[tenant]]", &format!("[[tenant]]\ntime_zone = {ZONE:?}"), 1);
    with_rooms(world, "empty_after_hours = 720");
}

/// When a session ended, there.
async fn ended(rooms: &Rooms, session: &str) -> Zoned {
    let told = rooms.client().admin_session(session).await;
    let at: Timestamp = told["session"]["phase"]["at"].as_str().unwrap().parse().unwrap();
    at.to_zoned(TimeZone::get(ZONE).unwrap())
}

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

#[tokio::test(flavor = "multi_thread")]
async fn times_are_told_in_the_tenants_zone_and_with_their_date_on_another_day() {
    let clock = Arc::new(Ahead::default());
    let (mut world, companions) = world_by(&clock).await;
    in_zone(&mut world);
    let rooms = Rooms { stage: Stage::at(world, Arc::clone(&clock) as _).await, companions };
    let (session, chat) = rooms.open().await;
    rooms.ada().say_in(&chat, "/end").await.unwrap();
    let line = rooms.reads(rooms.ada(), &chat, "This conversation ended at").await;
    let ended = ended(&rooms, &session).await;
    assert_eq!(line.text, format!("This conversation ended at {}.", ended.strftime("%H:%M")));
    assert!(line.activity["channelData"]["notification"].is_null(), "{}", line.activity);
    clock.pass(SignedDuration::from_hours(48));
    let taken = rooms.ada().say_in(&chat, "One more thing").await.unwrap().deliveries;
    assert!(taken.iter().all(fake_teams::Delivery::accepted), "{taken:?}");
    let late = rooms.reads(rooms.ada(), &chat, "Your message was not delivered").await;
    let day = ended.strftime("ended at %H:%M on %-d %B %Y.").to_string();
    assert!(late.text.contains(&day), "{day}: {}", late.text);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_sweep_ends_is_closed_without_calling_anybody() {
    let clock = Arc::new(Ahead::default());
    let (mut world, companions) = world_by(&clock).await;
    in_zone(&mut world);
    let rooms = Rooms { stage: Stage::at(world, Arc::clone(&clock) as _).await, companions };
    let (session, chat) = rooms.open().await;
    clock.pass(SignedDuration::from_hours(25));
    let (done, told) = beckon(&rooms.stage.world, &["sweep"]).await;
    assert!(done, "{told}");
    let line = rooms.reads(rooms.ada(), &chat, "This conversation ended at").await;
    assert_eq!(line.activity["channelData"]["notification"]["alert"], false, "{}", line.activity);
    let now = clock.now().duration_since(ended(&rooms, &session).await.timestamp());
    assert!(now < SignedDuration::from_hours(1), "just now: {now}");
    rooms.stage.stop().await;
}
