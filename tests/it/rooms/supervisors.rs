//! Supervisors: added to a room, they reach the customer beside the agent whose conversation it is.

use serde_json::{Value, json};

use super::stage::{Rooms, said, world};
use crate::stage::Stage;

/// A stage on which Ben supervises the service, and is no member of it.
async fn supervised() -> Rooms {
    let (mut world, companions) = world(1).await;
    let (ada, ben) = (world.people[0].id().to_owned(), world.people[1].id().to_owned());
    let members = world.config.lines().find(|line| line.trim().starts_with("members = "));
    let members = members.expect("the members").to_owned();
    assert!(members.contains(&ben), "{members}");
    let section = format!("members = [{ada:?}]\nsupervisors = [{ben:?}]");
    world.config = world.config.replacen(&members, &section, 1);
    Rooms { stage: Stage::in_world(world).await, companions }
}

fn names(messages: &[Value]) -> Vec<(&str, &str)> {
    let agents = messages.iter().filter(|message| message["from"] == "agent");
    agents.map(|it| (it["name"].as_str().unwrap(), it["text"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_who_joined_reaches_the_customer_and_the_session_stays_its_agents() {
    let rooms = supervised().await;
    let (session, chat) = rooms.open().await;
    let (ada, ben) = (rooms.ada(), rooms.ben());
    ada.add(&chat, ben).await.unwrap();
    rooms.reads(ada, &chat, "What a supervisor writes here goes to the customer").await;
    ben.say_in(&chat, "Ben here, too.").await.unwrap();
    let messages = rooms.client().read("grace", 3).await;
    assert_eq!(names(&messages), [("Ben Franklin", "Ben here, too.")]);
    assert!(rooms.events(&session, "agent_replied").await.is_empty(), "Ada has not answered yet");
    ada.say_in(&chat, "Good morning.").await.unwrap();
    let replied = rooms.event(&session, "agent_replied").await;
    assert_eq!(replied["agent"], ada.id());

    // The conversation is not his to end or to park.
    for typed in ["/end", "/park"] {
        ben.say_in(&chat, typed).await.unwrap();
    }
    rooms.reads(ada, &chat, "only Ada Lovelace can end it, park it").await;
    let told = rooms.client().admin_session(&session).await;
    assert_eq!(told["session"]["phase"]["phase"], "connected", "{told}");
    ada.say_in(&chat, "/park").await.unwrap();
    rooms.event(&session, "session_parked").await;
    ben.say_in(&chat, "Into the void").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: the conversation is parked. Its agent").await;
    ada.say_in(&chat, "/unpark").await.unwrap();
    rooms.event(&session, "session_unparked").await;
    // Others are not heard, as ever.
    rooms.companions[0].say_in(&chat, "Psst.").await.unwrap();
    rooms.reads(ada, &chat, "Not sent: Ada Lovelace speaks with the customer").await;
    let typo = ben.say_in(&chat, "By Wensday.").await.unwrap().message_id;
    ben.edit(&typo, "By Wednesday.").await.unwrap();
    let edited = rooms.event(&session, "room_message_edited").await;
    assert_eq!((&edited["message"], &edited["deleted"]), (&json!(5), &json!(false)));
    assert_eq!(rooms.heard().await, ["Ben here, too.", "Good morning.", "By Wensday."]);
    let welcomes = said(ada, &chat).iter().filter(|text| text.starts_with("Welcome")).count();
    assert_eq!(welcomes, 1, "he is not told that the customer does not see him");
    rooms.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_supervisor_wrote_while_nobody_listened_is_found() {
    let rooms = supervised().await;
    let (_, chat) = rooms.open().await;
    rooms.ada().add(&chat, rooms.ben()).await.unwrap();
    let companions = rooms.companions.clone();
    let world = rooms.stage.stop().await;
    world.people[1].say_in(&chat, "Is anybody there?").await.unwrap();
    world.people[1].say_in(&chat, "/end").await.unwrap();
    companions[0].say_in(&chat, "Not for the customer").await.unwrap();

    let rooms = Rooms { stage: Stage::in_world(world).await, companions };
    let messages = rooms.client().read("grace", 3).await;
    assert_eq!(names(&messages), [("Ben Franklin", "Is anybody there?")]);
    rooms.reads(rooms.ada(), &chat, "Not sent: Ada Lovelace speaks").await;
    assert_eq!(rooms.heard().await, ["Is anybody there?"], "and nothing was ended");
    rooms.stage.stop().await;
}
