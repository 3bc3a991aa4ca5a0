//! Who is in a room, and who is not any more, when its session moves on and comes back.

use std::sync::Arc;

use fake_teams::{Person, Refuse, Service};
use jiff::SignedDuration;

use super::stage::{Ahead, PATIENCE, Rooms, world_by};
use crate::stage::Stage;

/// Waits until a person is in none of the rooms, or in this one.
async fn is_in(rooms: &Rooms, person: &Person, chat: Option<&str>) {
    let there = || {
        let all = person.chats().into_iter().filter(|chat| chat.topic.is_some());
        let ids: Vec<String> = all.map(|chat| chat.id).collect();
        (ids == Vec::from_iter(chat.map(str::to_owned))).then_some(())
    };
    let what = format!("{} to be in {chat:?}", person.name());
    rooms.stage.world.teams.wait_for(&what, PATIENCE, |_| there()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_the_room_and_gets_the_session_back_is_taken_in_again() {
    let clock = Arc::new(Ahead::default());
    let (mut world, companions) = world_by(&clock).await;
    let (ada, ben) = (world.people[0].id().to_owned(), world.people[1].id().to_owned());
    // Nobody else is asked in between.
    world.config = world.config.replacen(&format!("{ada:?}, {ben:?}"), &format!("{ada:?}"), 1);
    let rooms = Rooms { stage: Stage::at(world, Arc::clone(&clock) as _).await, companions };
    let (session, chat) = rooms.open().await;
    rooms.hand_back(0).await;
    rooms.ada().leave(&chat).await.unwrap();
    is_in(&rooms, rooms.ada(), None).await;
    clock.pass(SignedDuration::from_mins(2));
    rooms.accepts(rooms.ada()).await;
    rooms.handed_to(&session, rooms.ada()).await;
    is_in(&rooms, rooms.ada(), Some(&chat)).await;
    rooms.ada().say_in(&chat, "Here I am again.").await.unwrap();
    assert_eq!(rooms.heard().await, ["Here I am again."]);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_had_the_session_goes_though_the_next_one_did_not_keep_it() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    let faults = rooms.stage.world.teams.faults();
    let held = faults.hold_next(Service::Connector, Some("sendToConversation"));
    rooms.client().write("grace", "m2", "Are you there?").await;
    held.arrived().await;
    // The lane is busy while the session moves on twice.
    rooms.hand_back(0).await;
    rooms.accepts(rooms.ben()).await;
    rooms.hand_back(1).await;
    held.release();
    rooms.reads(&rooms.companions[0], &chat, "Are you there?").await;
    is_in(&rooms, rooms.ada(), None).await;
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_leaves_a_room_that_could_not_be_handed_on() {
    let rooms = Rooms::with(2).await;
    let (session, chat) = rooms.open().await;
    rooms.ada().add(&chat, &rooms.companions[1]).await.unwrap();
    let colleague = rooms.stage.world.teams.person("Carol");
    rooms.ada().add(&chat, &colleague).await.unwrap();
    let add = Some("POST /chats/{id}/members");
    rooms.stage.world.teams.faults().refuse_next(Service::Graph, add, Refuse::with(403));
    rooms.hand_back(0).await;
    rooms.accepts(rooms.ben()).await;
    rooms.event(&session, "room_lost").await;
    for person in [rooms.ada(), &colleague, &rooms.companions[1]] {
        is_in(&rooms, person, None).await;
    }
    let fresh = rooms.chat(rooms.ben()).await;
    assert_ne!(fresh.id, chat);
    rooms.stage.stop().await;
}
