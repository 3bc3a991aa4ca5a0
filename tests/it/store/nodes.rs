//! Two nodes on one database, and what opening one can meet.

use std::time::Duration;

use beckon::clock::SystemClock;
use beckon::engine::{Executor, Signals, Topic};
use beckon::store::StoreError;
use beckon::store::postgres::{Options, PostgresStore, examine};
use beckon_domain::command::Reply;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_postgres::NoTls;

use super::dice::Dice;
use super::node::message;
use super::place::{Place, READ, TENANT};
use super::proxy::{Lost, Proxy};

/// How long news may take.
const SOON: Duration = Duration::from_secs(20);

pub(super) async fn sql(place: &Place, statement: &str) {
    let url = place.url().expect("a server");
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

async fn refused(url: &str) -> StoreError {
    let options = Options { url: url.to_owned().into(), pool_size: 2 };
    let executor = Executor::new(std::sync::Arc::default());
    let clock = std::sync::Arc::new(SystemClock);
    let signals = std::sync::Arc::<Signals>::default();
    PostgresStore::open(&options, executor, clock, signals).await.expect_err("it is refused")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_wakes_who_waits_at_another_node() {
    let place = Place::postgres().await;
    let (one, two) = (place.open().await, place.open().await);
    let (session, _) = one.write(READ, "grace", "Hello?").await;
    let mut news = two.signals.subscribe(Topic::Session(TENANT, session));
    // What came before the subscription may still be on its way: the row tells.
    one.write(READ, "grace", "Still there?").await;
    timeout(SOON, async {
        while two.session(session).await.last_seq < 2 {
            news.changed().await;
        }
    })
    .await
    .expect("the news come");
    timeout(SOON, news.changed()).await.expect("and wake who waits");
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_commit_is_found_out_about() {
    let place = Place::postgres().await;
    let url = place.url().expect("a server");
    let proxy = Proxy::before(url, Dice::new(1)).await;
    let node = place.open_at(Some(&proxy.through(url))).await;
    let (session, _) = node.write(READ, "grace", "first").await;
    for (seq, lost) in [(2, Lost::Commit), (3, Lost::Answer), (4, Lost::Commit), (5, Lost::Answer)]
    {
        let text = format!("marked {seq}");
        proxy.lose(&text, lost);
        let cuts = proxy.cuts();
        let command = message(READ, "grace", &text, session);
        let executed = node.run(&format!("message:{seq}"), command).await.unwrap();
        assert_eq!(proxy.cuts(), cuts + 1, "the trap was sprung");
        assert_eq!(executed.reply, Some(Reply::Stored { session, seq }));
        assert_eq!(executed.repeated, lost == Lost::Answer, "{lost:?}");
        assert!(executed.wakes.matcher || lost == Lost::Commit, "everybody looks");
    }
    let texts = node.store.messages(TENANT, session, 0, 10).await.unwrap();
    let texts: Vec<&str> = texts.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["first", "marked 2", "marked 3", "marked 4", "marked 5"]);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_make_one_schema() {
    let place = Place::postgres().await;
    let nodes = futures_util::future::join_all((0..4).map(|_| place.open())).await;
    let secrets = nodes.iter().zip(0..).map(|(node, byte)| node.store.secret("tokens", vec![byte]));
    let secrets = futures_util::future::join_all(secrets).await;
    let secrets: Vec<_> = secrets.into_iter().map(Result::unwrap).collect();
    assert!(secrets.iter().all(|secret| *secret == secrets[0]), "{secrets:?}");
    for node in nodes {
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_of_somebody_else_is_refused() {
    let place = Place::postgres().await;
    let url = place.url().expect("a server").to_owned();
    place.open().await.stop().await;
    sql(&place, "UPDATE migration SET checksum = '\\x00' WHERE number = 2").await;
    let error = refused(&url).await;
    assert!(matches!(error, StoreError::MigrationChanged { number: 2 }), "{error}");
    sql(&place, "INSERT INTO migration VALUES (99, '\\x00')").await;
    let error = refused(&url).await;
    assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_it_from_connecting_is_said_in_one_line() {
    let place = Place::postgres().await;
    let url = place.url().expect("a server").to_owned();
    let nobody = url.replace("user=beckon", "user=nobody password=hush");
    let elsewhere = url.replace("dbname=postgres", "dbname=absent");
    let forgetful = url.replace("search_path=", "synchronous_commit=off -c search_path=");
    for (url, words) in [
        ("postgres://beckon@", "store.url names no host"),
        ("mysql://beckon@localhost/beckon", "store.url is no connection string"),
        ("host=127.0.0.1 port=1 user=beckon", "cannot reach beckon on 127.0.0.1"),
        (nobody.as_str(), "nobody"),
        (elsewhere.as_str(), "there is no database absent"),
        (forgetful.as_str(), "synchronous_commit"),
    ] {
        let error = refused(url).await.to_string();
        assert!(error.contains(words) && error.starts_with("store.url"), "{error}");
        assert!(!error.contains('\n') && !error.contains("hush"), "{error}");
    }
}

/// A server that answers the wish for encryption like this, and then says no sensible word.
async fn answering(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut wish = [0; 8];
            if connection.read_exact(&mut wish).await.is_ok() {
                let _gone = connection.write_all(answer).await;
            }
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn encryption_that_fails_is_explained_and_never_left_away() {
    let garbled = answering(b"SHello, this is no TLS").await;
    let error = refused(&format!("host=127.0.0.1 port={garbled} user=beckon")).await.to_string();
    assert!(error.contains("no encrypted connection") && error.contains("sslmode"), "{error}");

    let refusing = answering(b"N").await;
    let url = format!("host=127.0.0.1 port={refusing} user=beckon sslmode=require");
    let error = refused(&url).await.to_string();
    assert!(error.contains("no encrypted connection"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_changes_nothing_and_tells_what_it_found() {
    let place = Place::postgres().await;
    let url = place.url().expect("a server").to_owned();
    let options = Options { url: url.into(), pool_size: 2 };
    let before = examine(&options, &SystemClock).await.unwrap();
    assert_eq!((before.schema, before.pooled), (0, false));
    place.open().await.stop().await;
    let after = examine(&options, &SystemClock).await.unwrap();
    assert_eq!(after.schema, after.known);
    assert!(after.skew.abs() < jiff::SignedDuration::from_mins(1), "the same machine: {after}");
}
