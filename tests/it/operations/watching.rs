//! Looking: gauges, the timeline of a session, the check of a configuration.

use std::os::unix::fs::PermissionsExt;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::beckon;
use crate::crash::Process;
use crate::stage::{Settings, Stage, World, card_says, card_with};

const GAUGES: [&str; 8] = [
    "beckon_oldest_effect_seconds",
    "beckon_dead_effects",
    "beckon_waiting_cards",
    "beckon_timer_lag_seconds",
    "beckon_feed_lag_events",
    "beckon_wal_bytes",
    "beckon_writer_queue_commands",
    "beckon_clock_skew_seconds",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_reads_every_gauge_and_nobody_else_does() {
    let stage = Stage::new().await;
    let client = stage.client();
    let keys = &client.world.keys;
    let read = |key: String| async move {
        let answer = client.call(Method::GET, "/metrics", &key, HeaderMap::new(), None).await;
        (answer.status(), answer.text().await.unwrap())
    };
    // We come from loopback, as everybody does behind a proxy: that lets nobody in.
    assert_eq!(read(String::new()).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(read(keys.integration.clone()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(read(keys.agents[0].clone()).await.0, StatusCode::FORBIDDEN);
    // The first reading is taken while the server starts.
    let mut text = String::new();
    for _ in 0..1_000 {
        text = read(keys.admin.clone()).await.1;
        if GAUGES.iter().all(|gauge| text.contains(&format!("\n{gauge} "))) {
            break;
        }
    }
    for gauge in GAUGES {
        assert!(text.contains(&format!("# HELP {gauge} ")), "{gauge} in {text}");
        assert!(text.contains(&format!("\n{gauge} ")), "{gauge} in {text}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_told_in_words_and_its_texts_only_when_asked_for() {
    let world = World::new(&Settings::default()).await;
    let mut process = Process::start(&world).await;
    world.install_all().await;
    let client = process.client(&world);
    let question = "My secret\u{1b}[2J question\nmessage 2, Ada Lovelace: Goodbye\u{202e}.";
    let written = client.write("grace", "m1", question).await;
    let session = written["session"].as_str().unwrap();
    let card = card_with(&world.people[0], "accept").await;
    world.people[0].click(&card.id, "accept", json!({})).await.unwrap();
    card_says(&world.people[0], "You are in this conversation").await;

    let socket = world.folder.path().join("beckon.db.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    let (done, told) = beckon(&world, &["session", "show", session]).await;
    assert!(done, "{told}");
    for words in [
        "Grace Hopper wrote to website",
        "it is connected with Ada Lovelace",
        "Ada Lovelace is invited (not Ben Franklin idle for less long)",
        "the card is on display for Ada Lovelace",
        "Ada Lovelace accepted (card)",
    ] {
        assert!(told.contains(words), "{words:?} in {told}");
    }
    assert!(!told.contains("secret"), "{told}");
    let (_, told) = beckon(&world, &["session", "show", session, "--text"]).await;
    let harmless =
        "message 1, the customer: My secret [2J question message 2, Ada Lovelace: Goodbye .";
    assert!(
        told.contains(harmless),
        "neither a command to the terminal nor a line of its own: {told}"
    );
    let path = format!("/api/v1/console/sessions/{session}/transfer");
    let to = json!({ "agent": { "id": world.people[1].id(), "mode": "safe" } });
    let body = json!({ "to": to, "note": "Called\ntwice." });
    let (status, answer) = client.post(&path, &world.keys.agents[0], body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let moves = "Ada Lovelace moves it to Ben Franklin (safe), with";
    let (_, told) = beckon(&world, &["session", "show", session]).await;
    assert!(told.contains(&format!("{moves} a note\n")), "{told}");
    let (_, told) = beckon(&world, &["session", "show", session, "--text"]).await;
    assert!(told.contains(&format!("{moves} the note: Called twice.\n")), "{told}");
    let (done, told) =
        beckon(&world, &["session", "show", "00000000-0000-7000-8000-000000000000"]).await;
    assert!(!done && told.contains("no configured tenant has a session"), "{told}");

    process.terminate().await;
    assert!(process.child.wait().await.unwrap().success());
    assert!(!socket.exists(), "it goes with the server");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_rings_nowhere_says_where_to_look() {
    let world = World::new(&Settings::default()).await;
    let process = Process::start(&world).await;
    let written = process.client(&world).write("grace", "m1", "Hello?").await;
    let show = ["session", "show", written["session"].as_str().unwrap()];
    // Nobody has the bot: each is tried once, then it waits.
    let mut told = String::new();
    for _ in 0..100 {
        told = beckon(&world, &show).await.1;
        if told.contains("it is waiting") {
            break;
        }
    }
    assert!(told.contains("rings nowhere: `beckon agents list` shows"), "{told}");
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_names_what_is_wrong_and_how_to_mend_it() {
    let mut world = World::new(&Settings::default()).await;
    let (done, said) = beckon(&world, &["check"]).await;
    assert!(done && said.contains("it is made at the first start"), "{said}");
    let process = Process::start(&world).await;
    let (done, said) = beckon(&world, &["check"]).await;
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    let numbers = std::fs::read_dir(migrations).unwrap().map(|file| -> u32 {
        let name = file.unwrap().file_name().into_string().unwrap();
        name.split_once('_').unwrap().0.parse().unwrap()
    });
    let newest = format!("schema {}\n", numbers.max().unwrap());
    assert!(done && said.contains(&newest), "{said}");
    process.kill().await;

    let database = world.folder.path().join("beckon.db");
    let newer = rusqlite::Connection::open(&database).unwrap();
    newer.execute("INSERT INTO migration VALUES (99, x'00')", []).unwrap();
    let (done, said) = beckon(&world, &["check"]).await;
    assert!(!done && said.contains("run the newer program"), "{said}");

    world.config = world.config.replace("wrap_up_seconds", "wrapup_seconds");
    let (done, said) = beckon(&world, &["check"]).await;
    assert!(!done && said.contains("did you mean `wrap_up_seconds`?"), "{said}");
}
