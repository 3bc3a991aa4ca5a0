//! Opening a database: settings of the connection, the lock on the file, migrations.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use crate::store::StoreError;
use crate::store::migrator::{self, Applied, Migration};

/// Every migration, in order.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "initial",
        sql: include_str!("../../../migrations/sqlite/0001_initial.sql"),
    },
    Migration {
        number: 2,
        name: "engine",
        sql: include_str!("../../../migrations/sqlite/0002_engine.sql"),
    },
    Migration {
        number: 3,
        name: "reports",
        sql: include_str!("../../../migrations/sqlite/0003_reports.sql"),
    },
    Migration {
        number: 4,
        name: "event_months",
        sql: include_str!("../../../migrations/sqlite/0004_event_months.sql"),
    },
    Migration {
        number: 5,
        name: "send_budget",
        sql: include_str!("../../../migrations/sqlite/0005_send_budget.sql"),
    },
    Migration {
        number: 6,
        name: "rooms",
        sql: include_str!("../../../migrations/sqlite/0006_rooms.sql"),
    },
    Migration {
        number: 7,
        name: "ringing",
        sql: include_str!("../../../migrations/sqlite/0007_ringing.sql"),
    },
    Migration {
        number: 8,
        name: "sweep",
        sql: include_str!("../../../migrations/sqlite/0008_sweep.sql"),
    },
    Migration {
        number: 9,
        name: "lists",
        sql: include_str!("../../../migrations/sqlite/0009_lists.sql"),
    },
    Migration {
        number: 11,
        name: "codes",
        sql: include_str!("../../../migrations/sqlite/0011_codes.sql"),
    },
    Migration {
        number: 12,
        name: "service_limit",
        sql: include_str!("../../../migrations/sqlite/0012_service_limit.sql"),
    },
    Migration {
        number: 14,
        name: "quiet",
        sql: include_str!("../../../migrations/sqlite/0014_quiet.sql"),
    },
    Migration {
        number: 15,
        name: "rings",
        sql: include_str!("../../../migrations/sqlite/0015_rings.sql"),
    },
    Migration {
        number: 16,
        name: "states",
        sql: include_str!("../../../migrations/sqlite/0016_states.sql"),
    },
    Migration {
        number: 17,
        name: "sla",
        sql: include_str!("../../../migrations/sqlite/0017_sla.sql"),
    },
];

/// Makes a writer's connection ready: durable, and with the newest schema.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    // Before anything is changed: it may be another program's.
    applied(connection)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // FULL: an acknowledged command survives a power cut, not only a crash of the process.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 1000;",
    )?;
    // Read back: what SQLite was built to ignore must not go unnoticed. 2 is FULL.
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    if synchronous != 2 {
        return Err(StoreError::Database(format!(
            "the database does not wait for its disk: synchronous is {synchronous}, not 2 (FULL)"
        )));
    }
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

/// What was applied to a database; nothing to one that is empty.
fn applied(db: &Connection) -> Result<Vec<Applied>, StoreError> {
    let tables = "SELECT count(*), count(*) FILTER (WHERE name = 'migration') FROM sqlite_master";
    let (tables, ours): (i64, i64) =
        db.query_row(tables, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    if ours == 0 {
        let theirs = "it belongs to another program: name another file";
        return Err(StoreError::Database(theirs.to_owned()));
    }
    let mut statement = db.prepare("SELECT number, checksum FROM migration")?;
    let rows = statement
        .query_map([], |row| Ok(Applied { number: row.get(0)?, checksum: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a database looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The newest migration that was applied; 0: none yet.
    pub schema: u32,
    /// The newest that this program knows: the next start brings the schema there.
    pub newest: u32,
}

/// Looks at a database file without changing it, also while a server has it open. `None`: there is
/// no file yet.
///
/// # Errors
/// [`StoreError`] when it cannot be read, or this program cannot work with it.
pub fn inspect(path: &Path) -> Result<Option<Inspection>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    inspected(&db).map(Some)
}

/// As [`inspect`], of an open database.
pub(super) fn inspected(db: &Connection) -> Result<Inspection, StoreError> {
    let applied = applied(db)?;
    // Refused is here what a start would refuse.
    migrator::pending(MIGRATIONS, &applied)?;
    let schema = applied.iter().map(|row| row.number).max().unwrap_or(0);
    Ok(Inspection { schema, newest: migrator::newest(MIGRATIONS) })
}

/// Brings the schema up to date, under the lock of the one who writes.
fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let applied = applied(&tx)?;
    tx.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum BLOB NOT NULL)",
    )?;
    for migration in migrator::pending(MIGRATIONS, &applied)? {
        tx.execute_batch(migration.sql)?;
        tx.execute(
            "INSERT INTO migration VALUES (?1, ?2)",
            params![migration.number, migration.checksum()],
        )?;
        let Migration { number, name, .. } = migration;
        tracing::info!(target: "store.sqlite", number, name, "migrated");
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
    fn a_file_of_another_program_is_left_alone_and_an_empty_one_is_taken() {
        let dir = crate::testing::TempDir::new();
        let path = dir.path().join("theirs.db");
        let theirs = Connection::open(&path).unwrap();
        theirs.execute_batch("CREATE TABLE invoice (id)").unwrap();
        for refused in [opened(&path).err(), inspect(&path).err()] {
            let said = refused.expect("it is not ours").to_string();
            assert!(said.contains("another program"), "{said}");
        }
        let tables = "SELECT count(*) FROM sqlite_master";
        let tables: i64 = theirs.query_row(tables, [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1, "nothing came in beside it");

        let path = dir.path().join("empty.db");
        std::fs::write(&path, "").unwrap();
        let found = Inspection { schema: 0, newest: migrator::newest(MIGRATIONS) };
        assert_eq!(inspect(&path).unwrap(), Some(found));
        opened(&path).unwrap();
    }

    #[test]
    fn a_schema_is_told_by_the_number_of_its_newest_migration() {
        let dir = crate::testing::TempDir::new();
        let path = dir.path().join("beckon.db");
        drop(opened(&path).unwrap());
        let newest = MIGRATIONS.last().unwrap().number;
        assert!(newest as usize > MIGRATIONS.len(), "some numbers stay free");
        let found = Inspection { schema: newest, newest };
        assert_eq!(inspect(&path).unwrap(), Some(found));
    }

    #[test]
    fn a_newer_or_changed_schema_is_refused() {
        let dir = crate::testing::TempDir::new();
        let path = dir.path().join("beckon.db");
        let connection = opened(&path).unwrap();
        connection.execute("UPDATE migration SET checksum = x'00'", []).unwrap();
        assert!(matches!(opened(&path), Err(StoreError::MigrationChanged { number: 1 })));
        connection.execute("INSERT INTO migration VALUES (99, x'00')", []).unwrap();
        assert!(matches!(opened(&path), Err(StoreError::NewerSchema { found: 99, .. })));
    }
}
