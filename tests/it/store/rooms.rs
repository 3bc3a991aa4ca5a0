//! Rooms in chats: whose a chat is, and which of them are in use.

use beckon_domain::command::{Action, Command, Reply, RoomReport, Written};
use beckon_domain::ids::CommandId;
use beckon_domain::room::Provider;

use super::place::{CHATS, Place, TENANT};

pub(super) async fn a_chat_leads_to_its_session_and_is_read_while_it_is_used(place: Place) {
    let node = place.open().await;
    node.install(2).await;
    let (session, invitation, agent) = node.connected(CHATS, "grace").await;
    let (other, ..) = node.connected(CHATS, "alan").await;
    assert!(node.store.open_rooms(None, 10).await.unwrap().is_empty(), "nothing is made yet");
    for (session, chat) in [(session, "19:grace"), (other, "19:alan")] {
        let report = RoomReport::Created { reference: chat.to_owned(), url: None };
        node.reply(Command::Room { session, attempt: 1, report: RoomReport::Opening }).await;
        node.reply(Command::Room { session, attempt: 1, report }).await;
    }
    let rows = node.store.room(TENANT, session).await.unwrap().expect("there is a room");
    assert_eq!((rows.session.id, rows.room.provider), (session, Provider::Graph));
    assert_eq!(rows.room.agent, Some(agent));

    let first = node.store.open_rooms(None, 1).await.unwrap();
    let [room] = &first[..] else { panic!("one a page: {first:?}") };
    let rest = node.store.open_rooms(Some((room.tenant, room.session)), 10).await.unwrap();
    let mut chats: Vec<&str> = first.iter().chain(&rest).map(|room| &*room.reference).collect();
    chats.sort_unstable();
    assert_eq!(chats, ["19:alan", "19:grace"]);

    let key = CommandId("room:8:19:grace:1".to_owned());
    assert_eq!(node.store.recorded(TENANT, &key).await.unwrap(), None);
    let (reference, text) = ("19:grace".to_owned(), "Yes".to_owned());
    let said = Command::RoomMessage { session, agent, reference, text, written: Written::Text };
    node.run(key.as_str(), said).await.unwrap();
    let kept = node.store.recorded(TENANT, &key).await.unwrap();
    assert_eq!(kept, Some(Reply::Stored { session, seq: 2 }));

    node.act(invitation, agent, Action::Terminate).await;
    let open = node.store.open_rooms(None, 10).await.unwrap();
    assert_eq!(open.len(), 1, "what is over is not read: {open:?}");
    let of = async |chat: &str| node.store.session_of_chat(TENANT, chat).await.unwrap();
    assert_eq!(of("19:grace").await, Some(session), "and is known all the same");
    assert_eq!(of("19:nobody").await, None);
    node.stop().await;
}

/// A message in a room changes its row and not whose the chat is.
pub(super) async fn whose_a_chat_is_is_written_when_it_is_made(place: Place) {
    let node = place.open().await;
    node.install(1).await;
    let (session, _, agent) = node.connected(CHATS, "grace").await;
    let of = async |chat: &str| node.store.session_of_chat(TENANT, chat).await.unwrap();
    let report = RoomReport::Created { reference: "19:one".to_owned(), url: None };
    node.reply(Command::Room { session, attempt: 1, report: RoomReport::Opening }).await;
    node.reply(Command::Room { session, attempt: 1, report }).await;
    assert_eq!(of("19:one").await, Some(session));

    place.sql("DELETE FROM room_chat").await;
    let (reference, text) = ("19:one".to_owned(), "Yes".to_owned());
    let said = Command::RoomMessage { session, agent, reference, text, written: Written::Text };
    node.reply(said).await;
    let report = RoomReport::Posted { post: "1".to_owned(), places: vec![] };
    node.reply(Command::Room { session, attempt: 1, report }).await;
    assert_eq!(of("19:one").await, None);
    node.stop().await;
}
