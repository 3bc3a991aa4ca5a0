//! The rehearsal of docs/go-live.md: the binary as an administrator runs it, beside the fake Teams
//! as its own process would be.

use std::collections::HashMap;
use std::fs;
use std::process::Output;

use fake_teams::{FakeTeams, FakeTeamsConfig, Refuse, Service};
use tokio::process::Command;

use crate::stage::Folder;

const REHEARSAL: &str = include_str!("../../docs/rehearsal.toml");

/// A folder with the configuration of the guide, for a fake on a port of its own.
async fn stage() -> (FakeTeams, Folder) {
    let teams = FakeTeams::start(FakeTeamsConfig::default()).await.unwrap();
    let names = ["Ada Lovelace", "Room Keeper"];
    for id in names.map(|name| teams.person(name).id().to_owned()) {
        assert!(REHEARSAL.contains(&id), "fake-teams prints {id}, and the guide has another");
    }
    let variables: HashMap<_, _> = teams.environment().variables().into_iter().collect();
    let folder = Folder::new();
    let text = REHEARSAL.replace("127.0.0.1:3979", &variables["BOT_ALLOWED_HOSTS"]);
    fs::write(folder.path().join("beckon.toml"), text).unwrap();
    (teams, folder)
}

/// `beckon check --live` for Ada: what it printed, and what it ended with.
async fn check(folder: &Folder, secret: &str) -> (String, Option<i32>) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_beckon"))
        .current_dir(folder.path())
        .env("BECKON_BOT_SECRET", secret)
        .args(["check", "--live", "--agent", "Ada Lovelace"])
        .output()
        .await
        .unwrap();
    (String::from_utf8([stdout, stderr].concat()).unwrap(), status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rehearsal_walks_every_step_and_ends_with_the_code_of_the_first_that_fails() {
    let (teams, folder) = stage().await;
    let (said, code) = check(&folder, "fake-secret").await;
    assert_eq!(code, Some(0), "{said}");
    let places =
        ["room     ok: ", "install  ok: ", "post     ok: ", "read     ok: ", "remove   ok: "]
            .map(|line| said.find(line));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{said}");

    for (service, operation, step, code) in [
        (Service::Graph, "POST /chats", "room", 10),
        (Service::Graph, "POST /chats/{id}/installedApps", "install", 11),
        (Service::Connector, "sendToConversation", "post", 12),
        (Service::Graph, "GET /chats/{id}/messages", "read", 13),
        (Service::Graph, "DELETE /chats/{id}/members/{id}", "remove", 14),
    ] {
        teams.faults().refuse_next(service, Some(operation), Refuse::with(400).code("BadRequest"));
        let (said, ended) = check(&folder, "fake-secret").await;
        assert_eq!(ended, Some(code), "{operation}: {said}");
        let line = said.lines().find(|line| line.contains(" failed: ")).unwrap_or_default();
        assert!(line.starts_with(step) && line.contains("; mend: "), "{operation}: {said}");
    }

    let (said, code) = check(&folder, "the id of the secret").await;
    assert_eq!(code, Some(10), "{said}");
    assert!(said.contains("AADSTS7000215") && said.contains("BECKON_BOT_SECRET"), "{said}");
}
