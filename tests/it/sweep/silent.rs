//! Conversations that have been silent for years, made while no server runs.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::json;

use crate::crash::Process;
use crate::stage::{Settings, World, card_says, card_with};

/// A world in which this many customers talk with an agent each, and nobody has written for years.
/// Sessions in the order of the agents. No server runs.
pub(super) async fn silent_world(talks: usize) -> (World, Vec<String>) {
    let world = World::new(&Settings::default()).await;
    let process = Process::start(&world).await;
    world.install_all().await;
    let client = process.client(&world);
    let mut sessions = Vec::new();
    for number in 0..talks {
        let address = format!("customer-{number}");
        let written = client.write(&address, "m1", "Hello?").await;
        let person = &world.people[number];
        let card = card_with(person, "accept").await;
        person.click(&card.id, "accept", json!({})).await.unwrap();
        card_says(person, "You are in this conversation").await;
        sessions.push(written["session"].as_str().unwrap().to_owned());
    }
    process.kill().await;
    let aged = database(&world).execute(
        "UPDATE session SET active_hour = 1577836800000000,
           doc = json_set(doc, '$.last_activity_at', '2020-01-01T00:00:00Z')",
        [],
    );
    assert_eq!(aged, Ok(talks));
    (world, sessions)
}

/// Adds so many that nobody has yet, by SQL: through the API they would take long.
pub(super) fn add_silent(world: &World, count: usize) {
    let added = database(world).execute(
        "INSERT INTO session (tenant, id, version, phase, service, account, address, active_hour, doc)
         WITH RECURSIVE
           n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n <= ?1),
           k(b, t, a) AS (SELECT unhex('5e550000000040008000' || printf('%012x', n)),
             '5e550000-0000-4000-8000-' || printf('%012x', n), 'silent-' || n FROM n WHERE n <= ?1)
         SELECT tenant, b, 1, 'flow', service, account, a, active_hour, json_set(doc, '$.id', t,
           '$.customer.address', a, '$.phase', json('{\"phase\":\"flow\"}'))
         FROM k, (SELECT * FROM session LIMIT 1)",
        [count],
    );
    assert_eq!(added, Ok(count));
}

/// How many ends of sessions are written, of how many sessions, and how many are open.
pub(super) fn ended_and_open(world: &World) -> (usize, usize, usize) {
    let read = "SELECT count(*), count(DISTINCT session),
         (SELECT count(*) FROM session WHERE phase <> 'ended')
       FROM event WHERE json_extract(doc, '$.event') = 'session_ended'";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    database(world).query_row(read, [], row).unwrap()
}

/// Makes the newest day that is done this one; a server that starts then has a sweep to do, or not.
pub(super) fn swept_until(world: &World, date: &str) {
    let state = json!({ "f": 1, "done": date, "run": null }).to_string();
    let kept = database(world).execute(
        "INSERT OR REPLACE INTO sweep SELECT DISTINCT tenant, 1, ?1 FROM session",
        [state],
    );
    assert_eq!(kept, Ok(1));
}

/// The newest day that is done.
pub(super) fn done(world: &World) -> String {
    let read =
        "SELECT json_extract(doc, '$.done') FROM sweep WHERE json_extract(doc, '$.run') IS NULL";
    database(world).query_row(read, [], |row| row.get(0)).unwrap_or_default()
}

fn database(world: &World) -> Connection {
    let path: PathBuf = world.folder.path().join("beckon.db");
    Connection::open(path).unwrap()
}
