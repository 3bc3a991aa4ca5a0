//! Faults that a database can have, thrown for by its own triggers: whoever writes an event now
//! and then meets a serialisation failure, a deadlock, a full disk. PostgreSQL is reached through a
//! way that breaks; SQLite's file is locked by somebody else from time to time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

use super::dice::Dice;
use super::node::Node;
use super::place::Place;
use super::proxy::Proxy;

/// Faults in a place, and the nodes that meet them.
pub(super) struct Faults {
    proxy: Option<Proxy>,
    stop: Arc<AtomicBool>,
    rival: Option<JoinHandle<()>>,
}

/// How often a fault is thrown, one of so many events.
const SERIALISATION: u32 = 31;
const DEADLOCK: u32 = 47;
const DISK_FULL: u32 = 83;

impl Faults {
    /// Opens the nodes of a place, two where it can have two, in a way that can break.
    pub(super) async fn prepare(place: &Place, dice: &Dice) -> (Self, Vec<Node>) {
        let stop = Arc::new(AtomicBool::new(false));
        let Some(url) = place.url() else {
            let nodes = vec![place.open().await];
            return (Self { proxy: None, stop, rival: None }, nodes);
        };
        let proxy = Proxy::before(url, dice.part(0)).await;
        let through = proxy.through(url);
        let nodes = vec![place.open_at(Some(&through)).await, place.open_at(Some(&through)).await];
        (Self { proxy: Some(proxy), stop, rival: None }, nodes)
    }

    /// From now on there are faults.
    pub(super) async fn begin(&mut self, place: &Place, dice: &Dice) {
        if let (Some(url), Some(proxy)) = (place.url(), &self.proxy) {
            let first = dice.part(1).below(1000);
            postgres(url, &throwing(first)).await;
            proxy.break_connections(true);
            self.rival = Some(tokio::spawn(lock_in_disorder(url.to_owned(), self.stop.clone())));
        } else {
            let path = place.file().expect("a file");
            let connection = Connection::open(&path).expect("the file opens");
            // By chance, not by count: a count would be rolled back with what it failed, and fail the
            // next one, too.
            connection
                .execute_batch(&format!(
                    "CREATE TABLE held (times INTEGER); INSERT INTO held VALUES (0);
                     CREATE TRIGGER throwing BEFORE INSERT ON event BEGIN
                       SELECT RAISE(ROLLBACK, 'database or disk is full')
                         WHERE abs(random()) % {DISK_FULL} = 0;
                       SELECT RAISE(ABORT, 'disk I/O error')
                         WHERE abs(random()) % {SERIALISATION} = 0;
                     END;"
                ))
                .expect("faults are prepared");
            let stop = Arc::clone(&self.stop);
            self.rival =
                Some(tokio::task::spawn_blocking(move || hold_the_lock(&connection, &stop)));
        }
    }

    /// The faults are over.
    pub(super) async fn end(&mut self, place: &Place) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(rival) = self.rival.take() {
            rival.await.expect("the rival ends in peace");
        }
        if let (Some(url), Some(proxy)) = (place.url(), &self.proxy) {
            proxy.break_connections(false);
            postgres(url, "DROP TRIGGER throwing ON event").await;
            assert!(proxy.cuts() > 0, "no connection was cut: the faults tested nothing");
        } else {
            let connection = Connection::open(place.file().expect("a file")).expect("it opens");
            connection.busy_timeout(Duration::from_secs(10)).expect("a setting");
            connection.execute_batch("DROP TRIGGER throwing").expect("the trigger goes");
        }
    }
}

/// A sequence counts although its transaction is rolled back: a command that is run again throws
/// anew.
fn throwing(first: u64) -> String {
    format!(
        "CREATE SEQUENCE throws START {first} MINVALUE 0;
         CREATE FUNCTION throwing() RETURNS trigger LANGUAGE plpgsql AS $$
         DECLARE count bigint := nextval('throws');
         BEGIN
           IF count % {DISK_FULL} = 0 THEN RAISE 'the disk is full' USING ERRCODE = '53100'; END IF;
           IF count % {DEADLOCK} = 0 THEN RAISE 'a circle' USING ERRCODE = '40P01'; END IF;
           IF count % {SERIALISATION} = 0 THEN RAISE 'in the way' USING ERRCODE = '40001'; END IF;
           RETURN new;
         END $$;
         CREATE TRIGGER throwing BEFORE INSERT ON event
           FOR EACH ROW EXECUTE FUNCTION throwing();"
    )
}

async fn postgres(url: &str, statements: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("it answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(statements).await.expect("faults are prepared");
    drop(client);
    connection.await.expect("the connection ends").expect("in peace");
}

/// Somebody who locks agents before sessions, the wrong way round: real deadlocks, which the server
/// finds and ends.
async fn lock_in_disorder(url: String, stop: Arc<AtomicBool>) {
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("it answers");
    let connection = tokio::spawn(connection);
    while !stop.load(Ordering::SeqCst) {
        // Whether it is the one that is ended does not matter.
        let _either = client
            .batch_execute(
                "BEGIN; SELECT FROM agent ORDER BY id DESC FOR UPDATE;
                 SELECT pg_sleep(0.002); SELECT FROM session FOR UPDATE; COMMIT",
            )
            .await;
        let _none_open = client.batch_execute("ROLLBACK; SELECT pg_sleep(0.02)").await;
    }
    drop(client);
    connection.await.expect("the connection ends").expect("in peace");
}

/// Somebody else who writes to the file.
fn hold_the_lock(connection: &Connection, stop: &AtomicBool) {
    connection.busy_timeout(Duration::from_secs(10)).expect("a setting");
    while !stop.load(Ordering::SeqCst) {
        connection
            .execute_batch("BEGIN IMMEDIATE; UPDATE held SET times = times + 1; COMMIT")
            .expect("the lock comes");
        // SQLite's lock is not fair: whoever takes it again at once may keep everybody else out. So
        // the others get a turn first; not for ever, for they may be done.
        let seen = committed_by_others(connection);
        let mut patience = 2_000;
        while patience > 0 && committed_by_others(connection) == seen {
            std::thread::yield_now();
            patience -= 1;
        }
    }
}

/// A number that changes when somebody else commits.
fn committed_by_others(connection: &Connection) -> i64 {
    connection.query_row("PRAGMA data_version", [], |row| row.get(0)).expect("a number")
}
