//! What is written while nobody listens: Beckon is away, its store is, or the channel is silent.

use std::sync::Arc;

use beckon_domain::event::RoomEdit;
use fake_teams::Delivery;
use jiff::SignedDuration;
use serde_json::Value;

use super::stage::{Ahead, Rooms, said};
use crate::stage::Stage;

/// An address where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9/api/messages";

fn unheard(deliveries: &[Delivery]) {
    assert!(!deliveries.iter().any(Delivery::accepted), "somebody listened: {deliveries:?}");
}

/// Where these stand in the room, each exactly once.
fn in_order(there: &[String], texts: &[&str]) {
    let there = there.join("\n");
    let place = |text: &&str| {
        assert_eq!(there.matches(text).count(), 1, "{text} once: {there}");
        there.find(text).unwrap()
    };
    assert!(texts.iter().map(place).is_sorted(), "{there}");
}

/// What is known of edits.
fn known(events: &[Value]) -> Vec<RoomEdit> {
    events.iter().map(|event| serde_json::from_value(event.clone()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn beckon_is_away_for_a_minute_and_nothing_is_missing_doubled_or_out_of_order() {
    let clock = Arc::new(Ahead::default());
    let rooms = Rooms::at(&clock).await;
    let (session, chat) = rooms.open().await;
    rooms.ada().say_in(&chat, "Before.").await.unwrap();
    let typo = rooms.ada().say_in(&chat, "Wensday.").await.unwrap().message_id;
    let mistake = rooms.ada().say_in(&chat, "Wrong window.").await.unwrap().message_id;
    rooms.client().read("grace", 5).await;
    rooms.client().write("grace", "c0", "Before, too.").await;
    let url = rooms.stage.client().url.to_owned();
    let companions = rooms.companions.clone();
    let world = rooms.stage.stop().await;
    let ada = world.people[0].clone();
    unheard(&ada.say_in(&chat, "Away 1").await.unwrap().deliveries);
    clock.pass(SignedDuration::from_secs(30));
    unheard(&ada.edit(&typo, "Wednesday.").await.unwrap());
    unheard(&ada.delete(&mistake).await.unwrap());
    let draft = ada.say_in(&chat, "Awya 2").await.unwrap().message_id;
    unheard(&ada.edit(&draft, "Away 2").await.unwrap());
    let secret = ada.say_in(&chat, "Taken back in time").await.unwrap().message_id;
    unheard(&ada.delete(&secret).await.unwrap());
    companions[0].say_in(&chat, "Not for the customer").await.unwrap();
    let path = format!("{url}/api/v1/channels/website/messages");
    let request = world.http.post(path).bearer_auth(&world.keys.integration).send();
    assert!(request.await.is_err(), "the customer's client gets no answer either");
    clock.pass(SignedDuration::from_secs(30));

    let rooms = Rooms { stage: Stage::at(world, clock).await, companions };
    ada.say_in(&chat, "Back.").await.unwrap();
    // What was not answered, or whose answer may have been lost, is sent again by the client.
    for (id, text) in [("c0", "Before, too."), ("c1", "Customer 1"), ("c2", "Customer 2")] {
        rooms.client().write("grace", id, text).await;
        rooms.client().write("grace", id, text).await;
    }
    rooms.reads(&ada, &chat, "Customer 2").await;
    in_order(&said(&ada, &chat), &["Before, too.", "Customer 1", "Customer 2"]);
    rooms.reads(&ada, &chat, "Not sent: Ada Lovelace speaks").await;
    let heard = rooms.heard().await;
    assert_eq!(heard, ["Before.", "Wensday.", "Wrong window.", "Away 1", "Away 2", "Back."]);
    let all = rooms.client().read("grace", 12).await;
    let seqs: Vec<u64> = all.iter().map(|message| message["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=12).collect::<Vec<_>>(), "{all:?}");
    assert_eq!(rooms.events(&session, "room_message_not_sent").await.len(), 1);
    let edits = rooms.events(&session, "room_message_edited").await;
    assert_eq!(known(&edits), [RoomEdit::to(4, Some("Wednesday.")), RoomEdit::to(5, None)]);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_while_the_store_was_away_is_found_in_the_room() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let ada = rooms.ada();
    let typo = ada.say_in(&chat, "Wensday").await.unwrap().message_id;
    rooms.client().read("grace", 3).await;
    let database = rooms.stage.world.folder.path().join("beckon.db");
    let database = rusqlite::Connection::open(database).unwrap();
    database.busy_timeout(super::stage::PATIENCE).unwrap();
    let away = "ALTER TABLE room RENAME TO room_away";
    let back = "ALTER TABLE room_away RENAME TO room";

    database.execute_batch(away).unwrap();
    let refused = ada.say_in(&chat, "First").await.unwrap().deliveries;
    assert!(refused.iter().all(|it| it.status.is_some_and(|status| status >= 500)), "{refused:?}");
    database.execute_batch(back).unwrap();
    // Nobody says anything more: it is found all the same.
    let heard = rooms.client().read("grace", 4).await;
    assert_eq!(heard[3]["text"], "First");

    database.execute_batch(away).unwrap();
    unheard(&ada.say_in(&chat, "Second").await.unwrap().deliveries);
    unheard(&ada.edit(&typo, "Wednesday").await.unwrap());
    database.execute_batch(back).unwrap();
    ada.say_in(&chat, "Third").await.unwrap();
    assert_eq!(rooms.heard().await, ["Wensday", "First", "Second", "Third"]);
    let edits = rooms.events(&session, "room_message_edited").await;
    assert_eq!(edits.len(), 1, "{edits:?}");
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_long_silence_the_room_is_read_before_what_breaks_it() {
    let clock = Arc::new(Ahead::default());
    let rooms = Rooms::at(&clock).await;
    let (session, chat) = rooms.open().await;
    let ada = rooms.ada();
    let typo = ada.say_in(&chat, "Wensday").await.unwrap().message_id;
    rooms.client().read("grace", 3).await;
    let teams = &rooms.stage.world.teams;
    teams.set_bot_endpoint(NOWHERE);
    unheard(&ada.say_in(&chat, "Unheard").await.unwrap().deliveries);
    unheard(&ada.edit(&typo, "Wednesday").await.unwrap());
    teams.set_bot_endpoint(format!("{}/api/messages", rooms.stage.url));
    clock.pass(SignedDuration::from_mins(11));
    ada.say_in(&chat, "Back").await.unwrap();
    assert_eq!(rooms.heard().await, ["Wensday", "Unheard", "Back"]);
    // What was read back and comes late after all is known.
    ada.edit(&typo, "Wednesday").await.unwrap();
    ada.edit(&typo, "Thursday").await.unwrap();
    let edits = rooms.events(&session, "room_message_edited").await;
    let to = |text| RoomEdit::to(3, Some(text));
    assert_eq!(known(&edits), [to("Wednesday"), to("Thursday")]);
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_to_the_bot_by_name_is_read_back_as_it_would_have_been_heard() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let companions = rooms.companions.clone();
    let world = rooms.stage.stop().await;
    let ada = world.people[0].clone();
    unheard(&ada.say_in(&chat, "<at>Beckon</at> Good morning.").await.unwrap().deliveries);
    unheard(&ada.say_in(&chat, "<at>Beckon</at> /end").await.unwrap().deliveries);

    let rooms = Rooms { stage: Stage::in_world(world).await, companions };
    rooms.event(&session, "session_ended").await;
    let heard = rooms.client().read("grace", 4).await;
    let texts: Vec<_> = heard[2..].iter().map(|message| message["text"].as_str()).collect();
    assert_eq!(texts, [Some("Good morning."), Some("This conversation has ended.")]);
    rooms.stage.stop().await;
}
