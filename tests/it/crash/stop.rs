//! A stop while the other side hangs: it ends within its time, and nothing counts as tried.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use rusqlite::Connection;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::Process;
use super::consumer::Consumer;
use crate::stage::{Settings, World, card_says, card_with};
use crate::webhook::push_to;

/// What container engines allow a process that was told to stop.
const WITHIN: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_a_receiver_hangs_gives_the_lane_back_untried() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hanging = format!("http://{}/", listener.local_addr().unwrap());
    let asked = watch::Sender::new(false);
    let router = Router::new().route(
        "/",
        post({
            let asked = asked.clone();
            move || async move {
                asked.send_replace(true);
                std::future::pending::<()>().await;
            }
        }),
    );
    let hangs = tokio::spawn(async move { axum::serve(listener, router).await });

    let mut world = World::new(&Settings::default()).await;
    push_to(&mut world, &hanging);
    let mut process = Process::start(&world).await;
    world.install_all().await;
    let client = process.client(&world);
    let written = client.write("grace", "m1", "Hello?").await;
    let invitation = card_with(&world.people[0], "accept").await;
    world.people[0].click(&invitation.id, "accept", json!({})).await.unwrap();
    card_says(&world.people[0], "You are in this conversation").await;
    let token = client.sign_in(0).await;
    let path = format!(
        "/api/v1/console/sessions/{}/messages",
        written["session"].as_str().expect("a session")
    );
    client.post(&path, &token, json!({ "client_message_id": "a1", "text": "An answer" })).await;
    timeout(WITHIN, asked.subscribe().wait_for(|asked| *asked)).await.unwrap().unwrap();

    let told = Instant::now();
    process.terminate().await;
    let status = timeout(WITHIN, process.child.wait()).await.expect("it ends in time").unwrap();
    assert!(status.success(), "{status} after {:?}", told.elapsed());

    let database = Connection::open(world.folder.path().join("beckon.db")).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert!(count("SELECT count(*) FROM outbox WHERE dead = 0") > 0, "there is something to send");
    assert_eq!(count("SELECT count(*) FROM lane WHERE owner IS NOT NULL"), 0, "given back");
    assert_eq!(count("SELECT max(attempts) FROM outbox"), 0, "not counted as tried");
    let marked = count("SELECT count(*) FROM outbox WHERE error LIKE 'let go of by a stop%'");
    assert!(marked > 0, "whoever has it next is told that it may have arrived");
    drop(database);

    // The next start finds a receiver that works, and what it has to send is due.
    hangs.abort();
    let consumer = Consumer::start(None).await;
    world.config = world.config.replace(&hanging, &consumer.address);
    let process = Process::start(&world).await;
    let arrived = |texts: &[super::consumer::Received], _: &[_]| {
        texts.iter().any(|message| message.text == "An answer")
    };
    let (messages, _) = consumer.received(Duration::from_secs(10), arrived).await;
    assert!(arrived(&messages, &[]), "it is delivered at once: {messages:?}");
    process.kill().await;
}
