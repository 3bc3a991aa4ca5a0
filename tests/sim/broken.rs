//! A database that fails: triggers which refuse writes, as a full disk or a failing one would.

use rusqlite::Connection;

use crate::history::Broken;

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
];

/// From now on such writes fail.
pub(crate) fn damage(db: &Connection, broken: Broken) {
    let (verb, table) = PLACES[usize::from(broken.place) % PLACES.len()];
    let raise = if broken.rollback { "ROLLBACK" } else { "ABORT" };
    let every = broken.every;
    mend(db);
    db.execute_batch(&format!(
        "CREATE TRIGGER broken BEFORE {verb} ON {table} WHEN total_changes() % {every} = 0
         BEGIN SELECT RAISE({raise}, 'broken on purpose'); END"
    ))
    .expect("the trigger is made");
}

/// From now on nothing fails.
pub(crate) fn mend(db: &Connection) {
    db.execute_batch("DROP TRIGGER IF EXISTS broken").expect("the trigger is dropped");
}
