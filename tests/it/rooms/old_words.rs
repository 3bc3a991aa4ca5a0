//! What was typed once does not come true later, when the room is read back.

use super::stage::{Rooms, said};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_in_vain_is_not_carried_out_after_a_restart() {
    let rooms = Rooms::new().await;
    let (session, chat) = rooms.open().await;
    let ada = rooms.ada();
    rooms.hand_back(0).await;
    ada.say_in(&chat, "/end").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: nobody has this conversation").await;
    rooms.accepts(rooms.ben()).await;
    rooms.handed_to(&session, rooms.ben()).await;
    rooms.hand_back(1).await;
    rooms.accepts(ada).await;
    rooms.handed_to(&session, ada).await;
    let help = ada.say_in(&chat, "/help").await.unwrap().message_id;
    rooms.reads(ada, &chat, "sets it aside").await;
    for typed in ["/park", "/park", "/unpark", "/unpark"] {
        ada.say_in(&chat, typed).await.unwrap();
    }
    rooms.reads(ada, &chat, "You are in the conversation again").await;
    ada.edit(&help, "Not for the customer").await.unwrap();
    let before = said(ada, &chat).len();

    let companions = rooms.companions.clone();
    let world = rooms.stage.stop().await;
    let ada = world.people[0].clone();
    ada.say_in(&chat, "Last.").await.unwrap();
    let rooms = Rooms { stage: Stage::in_world(world).await, companions };
    // What was missed stands behind it all: so everything before it was read.
    assert_eq!(rooms.heard().await, ["Last."]);
    let told = rooms.client().admin_session(&session).await;
    assert_eq!(told["session"]["phase"]["phase"], "connected", "{told}");
    assert_eq!(rooms.events(&session, "session_parked").await.len(), 1, "{told}");
    rooms.reads(&ada, &chat, "The end.").await;
    assert_eq!(said(&ada, &chat).len(), before + 2, "nobody is answered anew");
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_help_is_helped_once_however_often_it_is_delivered() {
    let rooms = Rooms::new().await;
    let (_, chat) = rooms.open().await;
    let ada = rooms.ada();
    let faults = rooms.stage.world.teams.faults();
    faults.duplicate_next(fake_teams::DuplicateKind::SameId, 3);
    ada.say_in(&chat, "/help").await.unwrap();
    rooms.reads(ada, &chat, "sets it aside").await;
    rooms.client().write("grace", "m2", "Are you there?").await;
    rooms.reads(ada, &chat, "Are you there?").await;
    let helped = said(ada, &chat).iter().filter(|text| text.contains("sets it aside")).count();
    assert_eq!(helped, 1, "{:?}", said(ada, &chat));
    rooms.stage.stop().await;
}
