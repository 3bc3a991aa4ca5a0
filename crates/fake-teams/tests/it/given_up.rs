//! Calls whose client does not wait for the answer: Teams goes on with them.

use std::time::Duration;

use fake_teams::{Call, Entry, FakeTeams, Service};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::bot::{Bot, activities};

const LIMIT: Duration = Duration::from_secs(5);

/// Sends `request`, hangs up once the call stands before the gate, and lets the call go after the
/// server has noticed: it closes its side too.
async fn give_up(teams: &FakeTeams, service: Service, operation: &str, request: String) {
    let held = teams.faults().hold_next(service, Some(operation));
    let address = teams.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    held.arrived().await;
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"", "the server answered a client that is gone");
    held.release();
}

/// The recorded call of this operation, as soon as it is there.
async fn recorded(teams: &FakeTeams, operation: &str) -> Call {
    let find = |teams: &FakeTeams| {
        teams.record().into_iter().find_map(|entry| match entry {
            Entry::Call(call) if call.operation == operation => Some(call),
            _ => None,
        })
    };
    teams.wait_for(operation, LIMIT, find).await.unwrap()
}

/// The double post: the bot's time limit ends before the connector answers, the bot sends again,
/// and both messages are there.
#[tokio::test]
async fn a_post_whose_client_gave_up_is_posted_and_recorded() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let base = bot.teams.environment().service_url;
    let path = base.strip_prefix(bot.teams.url()).unwrap();
    let activity = json!({"type": "message", "text": "ring"}).to_string();
    let request = format!(
        "POST {path}{} HTTP/1.1\r\nhost: fake\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{activity}",
        activities(ada.chat()),
        bot.token(),
        activity.len(),
    );
    give_up(&bot.teams, Service::Connector, "sendToConversation", request).await;

    let call = recorded(&bot.teams, "sendToConversation").await;
    assert_eq!((call.status, call.lost), (201, false));
    let again = json!({"type": "message", "text": "ring"});
    assert_eq!(bot.send(ada.chat(), again).await.status, 201);
    let texts: Vec<_> = ada.messages().into_iter().map(|message| message.text).collect();
    assert_eq!(texts, ["ring", "ring"]);
}

#[tokio::test]
async fn a_fetch_of_keys_whose_client_gave_up_is_recorded() {
    let bot = Bot::start().await;
    let request = "GET /v1/.well-known/keys HTTP/1.1\r\nhost: fake\r\n\r\n".to_owned();
    give_up(&bot.teams, Service::Keys, "keys", request).await;
    assert_eq!(recorded(&bot.teams, "keys").await.status, 200);
}
