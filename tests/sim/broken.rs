//! A database that fails: triggers which refuse writes, as a full disk or a failing one would, or
//! which leave a row behind that makes the commit fail.

use rusqlite::Connection;

use crate::history::{Broken, How};

/// Which writes can be made to fail.
pub(crate) const PLACES: &[(&str, &str)] = &[
    ("INSERT", "session"),
    ("UPDATE", "session"),
    ("INSERT", "invitation"),
    ("UPDATE", "invitation"),
    ("UPDATE", "agent"),
    ("INSERT", "message"),
    ("INSERT", "event"),
    ("INSERT", "command"),
    ("INSERT", "timer"),
    ("DELETE", "timer"),
    ("INSERT", "outbox"),
    ("DELETE", "outbox"),
    ("UPDATE", "outbox"),
    ("UPDATE", "lane"),
    ("INSERT", "follow_up"),
    ("DELETE", "follow_up"),
    ("INSERT", "sweep"),
    ("UPDATE", "sweep"),
];

/// From now on such writes fail.
pub(crate) fn damage(db: &Connection, broken: Broken) {
    let (verb, table) = PLACES[usize::from(broken.place) % PLACES.len()];
    let fail = match broken.how {
        How::Statement => "SELECT RAISE(ABORT, 'broken on purpose')",
        How::Transaction => "SELECT RAISE(ROLLBACK, 'broken on purpose')",
        How::Commit => "INSERT INTO doomed VALUES (1)",
    };
    let every = broken.every;
    mend(db);
    db.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS nowhere (id INTEGER PRIMARY KEY);
         CREATE TABLE IF NOT EXISTS doomed
           (id INTEGER REFERENCES nowhere (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER broken BEFORE {verb} ON {table} WHEN total_changes() % {every} = 0
         BEGIN {fail}; END"
    ))
    .expect("the trigger is made");
}

/// From now on nothing fails.
pub(crate) fn mend(db: &Connection) {
    db.execute_batch("DROP TRIGGER IF EXISTS broken").expect("the trigger is dropped");
}
