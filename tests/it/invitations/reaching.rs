//! The preference "invite me in Teams", and the console as the place where invitations ring (B2).

use std::sync::Arc;

use beckon::clock::SystemClock;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::crash::Process;
use crate::stage::{Client, Settings, Stage, World, card_with};

const ONE: Settings = Settings { wrap_up_seconds: 0, service: "", people: &["Ada Lovelace"] };

async fn prefer(client: Client<'_>, token: &str, body: Value) -> (StatusCode, Value) {
    client.send(Method::PUT, "/api/v1/console/preferences", token, body).await
}

async fn inbox(client: Client<'_>, token: &str) -> Value {
    let (status, inbox) = client.get("/api/v1/console/inbox", token).await;
    assert_eq!(status, StatusCode::OK, "{inbox}");
    inbox
}

async fn events(client: Client<'_>, session: &Value) -> Vec<String> {
    let timeline = client.admin_session(session["session"].as_str().unwrap()).await;
    let events = timeline["events"].as_array().unwrap().iter();
    events.map(|row| row["event"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_preference_it_rings_at_the_console_alone_and_no_card_is_posted() {
    let stage = Stage::with(&ONE).await;
    let (client, ada) = (stage.client(), stage.person(0));
    let token = client.sign_in(0).await;
    let (status, chosen) = prefer(client, &token, json!({ "invite_in_teams": false })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(chosen, json!({ "invite_in_teams": false, "own_choice": true }));

    // Nobody is there: it waits. The console opens, and it rings there.
    let written = client.write("grace", "m1", "Hello?").await;
    assert!(!events(client, &written).await.contains(&"invitation_offered".to_owned()));
    assert_eq!(inbox(client, &token).await["agent"]["invite_in_teams"], false);
    let ringing = loop {
        let inbox = inbox(client, &token).await;
        if let Some(incoming) = inbox["incoming"].as_array().unwrap().first() {
            break incoming.clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(ringing["rings_until"], Value::Null, "nobody has seen it");
    let invitation = ringing["invitation"].as_str().unwrap();
    let path = |what: &str| format!("/api/v1/console/invitations/{invitation}/{what}");
    for _ in 0..2 {
        let (status, _) = client.post(&path("seen"), &token, json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_ne!(inbox(client, &token).await["incoming"][0]["rings_until"], Value::Null);
    let delivered = events(client, &written).await;
    let count = |name: &str| delivered.iter().filter(|event| *event == name).count();
    assert_eq!(count("invitation_delivered"), 1, "{delivered:?}");

    let (status, answer) = client.post(&path("accept"), &token, json!({})).await;
    assert_eq!((status, &answer["result"]), (StatusCode::OK, &json!("accepted")));
    let session = written["session"].as_str().unwrap();
    let end = format!("/api/v1/console/sessions/{session}/terminate");
    assert_eq!(client.post(&end, &token, json!({})).await.0, StatusCode::OK);
    assert!(ada.messages().is_empty(), "{:?}", ada.messages());

    // With it on again, the next one comes to Teams.
    let (_, chosen) = prefer(client, &token, json!({ "invite_in_teams": null })).await;
    assert_eq!(chosen, json!({ "invite_in_teams": true, "own_choice": false }));
    client.write("alan", "m1", "Hello?").await;
    card_with(ada, "accept").await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seeing_is_for_ones_own_invitations_and_preferences_are_checked() {
    let stage = Stage::new().await;
    let client = stage.client();
    client.write("grace", "m1", "Hello?").await;
    card_with(stage.person(0), "accept").await;
    let (ada, ben) = (client.sign_in(0).await, client.sign_in(1).await);
    let incoming = inbox(client, &ada).await["incoming"][0].clone();
    let path =
        format!("/api/v1/console/invitations/{}/seen", incoming["invitation"].as_str().unwrap());
    assert_eq!(client.post(&path, &ben, json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(client.post(&path, &ada, json!({})).await.0, StatusCode::NO_CONTENT);
    let admin = &stage.world.keys.admin;
    assert_eq!(client.post(&path, admin, json!({})).await.0, StatusCode::FORBIDDEN);
    for body in [json!({}), json!({ "invite_in_teams": "no" }), json!({ "other": true })] {
        assert_eq!(prefer(client, &ada, body).await.0, StatusCode::BAD_REQUEST);
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_tells_the_bot_and_it_holds_over_a_restart() {
    let stage = Stage::with(&ONE).await;
    let ada = stage.person(0);
    ada.say("/invites off").await.unwrap();
    let said = |words: &str| ada.messages().iter().any(|message| message.words().contains(words));
    assert!(said("Invitations do not come here any more"), "{:?}", ada.messages());
    let world = stage.stop().await;
    let stage = Stage::unheard(world, Arc::new(SystemClock)).await;
    let client = stage.client();
    let token = client.sign_in(0).await;
    assert_eq!(inbox(client, &token).await["agent"]["invite_in_teams"], false);
    let ada = stage.person(0);
    ada.say("/invites on").await.unwrap();
    assert_eq!(inbox(client, &token).await["agent"]["invite_in_teams"], true);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_decides_until_an_agent_does_and_the_list_says_who_is_reached_where() {
    let mut world = World::new(&Settings::default()).await;
    world.config = world.config.replacen(
        "[[tenant.service]]",
        "invite_in_teams = false\n[[tenant.service]]",
        1,
    );
    let ben = format!("id = {:?}\n", world.people[1].id());
    let inviting = format!("{ben}invite_in_teams = true\n");
    world.config = world.config.replacen(
        &format!("[[tenant.agent]]\n{ben}"),
        &format!("[[tenant.agent]]\n{inviting}"),
        1,
    );
    let process = Process::start(&world).await;
    let client = process.client(&world);
    world.install_all().await;
    client.write("grace", "m1", "Hello?").await;
    card_with(&world.people[1], "accept").await;
    assert!(world.people[0].messages().is_empty(), "she is not to be invited in Teams");

    let list = || async {
        let output = Process::command(&world).args(["agents", "list"]).output().await.unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let said = list().await;
    let line = |name: &str| said.lines().find(|line| line.contains(name)).unwrap();
    assert!(line("Ada").contains("chat known       invites off  NOT REACHABLE"), "{said}");
    assert!(line("Ben").contains("chat known       invites on   Teams "), "{said}");
    assert!(said.contains("2 listed, 1 can be invited in Teams, 1 cannot be reached"), "{said}");
    let token = client.sign_in(0).await;
    inbox(client, &token).await;
    let said = list().await;
    let ada = said.lines().find(|line| line.contains("Ada")).unwrap();
    assert!(ada.contains("invites off  console "), "{said}");
}
