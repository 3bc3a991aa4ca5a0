//! SQLite has no statistics here and plans by the schema alone, so the plan that is shown is the
//! plan that is used.

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::statements::statements;
use super::{Excused, judge};
use crate::store::place::Place;

const EXCUSED: &[Excused] = &[
    ("DELETE FROM lease", "a handful of rows"),
    ("FROM migration", "a handful of rows"),
    ("SELECT doc, version FROM sweep WHERE tenant", "a tenant has one"),
    ("UPDATE sweep SET version", "a tenant has one"),
    ("FROM sqlite_master", "at a start; a handful of rows"),
    ("SELECT DISTINCT tenant FROM session", "a restore, once"),
    ("INDEXED BY session_open WHERE tenant = ?1 AND phase", "a restore; open sessions alone"),
    ("UPDATE lane SET due = NULL, owner = NULL", "a restore, once"),
    ("UPDATE outbox SET dead = 1, error = ?1 WHERE dead = 0", "a restore, once"),
    ("WHERE card_wanted <> card_shown", "a restore; the index is the queue of cards"),
    ("DELETE FROM agent_state WHERE", "agent by agent; their states by key"),
    ("SELECT count(*) FROM agent a", "a dry run for an administrator"),
    ("count(*) FROM outbox WHERE dead = 1", "dead letters alone, by their index"),
    ("s.id > ?4 ORDER BY s.id, m.seq", "sorts the messages of one session at a time"),
    ("SELECT at FROM outbox WHERE dead = 0 ORDER BY pos LIMIT 1", "passes over dead letters alone"),
];

/// How a statement is carried out, a line for each step.
fn plan(db: &Connection, statement: &str) -> Vec<String> {
    let mut plan = db
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap_or_else(|error| panic!("{error}: {statement}"));
    let mut rows = plan.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get(3).unwrap());
    }
    lines
}

/// What a plan says that is a walk: a scan, or a search by nothing but the tenant.
fn walks(db: &Connection, statement: &str) -> Vec<String> {
    let mut walks = plan(db, statement);
    walks.retain(|detail| {
        // What a subquery found is scanned, and how it found that has a line of its own.
        let harmless = detail == "SCAN CONSTANT ROW" || detail.starts_with("SCAN (subquery");
        let walk = detail.starts_with("SCAN") && !harmless;
        walk || detail.ends_with("(tenant=?)") || detail.starts_with("USE TEMP B-TREE")
    });
    walks
}

async fn database(place: &Place) -> Connection {
    place.open().await.stop().await;
    let db = Connection::open(place.file().expect("a file")).unwrap();
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).unwrap();
    db
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_walks() {
    let place = Place::sqlite().await;
    let db = database(&place).await;
    let all = statements("sqlite");
    assert!(all.len() > 80, "{} statements are not all", all.len());
    let walks = all.into_iter().map(|statement| {
        let walks = walks(&db, &statement);
        (statement, walks)
    });
    let walks: Vec<_> = walks.filter(|(_, walks)| !walks.is_empty()).collect();
    judge(EXCUSED, &walks);
}

/// A month of a service has to be added up within a fifth of a second: that is half the pages of the
/// table, in one walk.
#[tokio::test(flavor = "multi_thread")]
async fn measures_of_a_service_read_nothing_but_their_index() {
    let place = Place::sqlite().await;
    let db = database(&place).await;
    let all = statements("sqlite");
    let measures = all.iter().filter(|sql| sql.contains("INDEXED BY report_measures"));
    let plans: Vec<String> = measures.flat_map(|sql| plan(&db, sql)).collect();
    let [plan] = &plans[..] else { panic!("one search by one statement: {plans:?}") };
    assert!(plan.contains("USING COVERING INDEX report_measures"), "{plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_is_noticed() {
    let place = Place::sqlite().await;
    let db = database(&place).await;
    for statement in [
        "SELECT doc FROM event WHERE seq = ?1",
        "SELECT doc FROM session WHERE tenant = ?1 AND service = ?2",
        "SELECT id FROM session WHERE tenant = ?1 AND id > ?2 ORDER BY service",
        "DELETE FROM message WHERE session = ?1",
        "SELECT count(*) FROM (SELECT 1 FROM session WHERE service = ?1 LIMIT 9)",
    ] {
        assert_eq!(walks(&db, statement).len(), 1, "{statement}");
    }
    assert_eq!(walks(&db, "SELECT doc FROM session WHERE tenant = ?1 AND id = ?2").len(), 0);
}
