//! Opening a database: settings of the connection, the lock on the file, migrations.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::store::StoreError;

/// Every migration, in order. A published file is never edited: its checksum is kept.
const MIGRATIONS: &[(u32, &str)] = &[
    (1, include_str!("../../../migrations/sqlite/0001_initial.sql")),
    (2, include_str!("../../../migrations/sqlite/0002_engine.sql")),
];

/// Makes a writer's connection ready: durable, and with the newest schema.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // FULL: an acknowledged command survives a power cut, not only a crash of the process.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 1000;",
    )?;
    keep_plans(connection)?;
    migrate(connection)
}

/// Keeps what was prepared. Without the planner's stability guarantee SQLite plans a statement anew
/// each time a bound value changes that it looked at when it planned: every `LIMIT ?` is one, and
/// so is a key beside a partial index. No query of ours gains from that.
fn keep_plans(connection: &Connection) -> Result<(), StoreError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Makes a reader's connection ready.
pub(super) fn reader(connection: Connection) -> Result<Connection, StoreError> {
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192;")?;
    connection.busy_timeout(std::time::Duration::from_secs(1))?;
    keep_plans(&connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum BLOB NOT NULL)",
    )?;
    let found: u32 =
        tx.query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0))?;
    let known = MIGRATIONS.iter().map(|(number, _)| *number).max().unwrap_or(0);
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for (number, sql) in MIGRATIONS {
        let checksum = Sha256::digest(sql.as_bytes()).to_vec();
        if *number > found {
            tx.execute_batch(sql)?;
            tx.execute("INSERT INTO migration VALUES (?1, ?2)", params![number, checksum])?;
        } else {
            let applied: Vec<u8> = tx.query_row(
                "SELECT checksum FROM migration WHERE number = ?1",
                [number],
                |row| row.get(0),
            )?;
            if applied != checksum {
                return Err(StoreError::MigrationChanged { number: *number });
            }
        }
    }
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn opened(path: &Path) -> Result<Connection, StoreError> {
        let mut connection = Connection::open(path)?;
        prepare(&mut connection)?;
        Ok(connection)
    }

    #[test]
    fn a_second_start_applies_nothing_and_commits_are_synced() {
        let dir = crate::testing::TempDir::new();
        let path = dir.path().join("beckon.db");
        drop(opened(&path).unwrap());
        let connection = opened(&path).unwrap();
        let synchronous: i64 =
            connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap();
        assert_eq!(synchronous, 2, "2 is FULL");
    }

    #[test]
    fn a_newer_or_changed_schema_is_refused() {
        let dir = crate::testing::TempDir::new();
        let path = dir.path().join("beckon.db");
        let connection = opened(&path).unwrap();
        connection.execute("UPDATE migration SET checksum = x'00'", []).unwrap();
        assert!(matches!(opened(&path), Err(StoreError::MigrationChanged { number: 1 })));
        connection.execute("INSERT INTO migration VALUES (99, x'00')", []).unwrap();
        assert!(matches!(opened(&path), Err(StoreError::NewerSchema { found: 99, known: 2 })));
    }
}
