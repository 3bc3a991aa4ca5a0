//! A copy of a running database, and its way back.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use beckon_domain::ids::{SessionId, TenantId};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::Session;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, params};

use super::schema;
use crate::store::StoreError;
use crate::store::codec::{decode, encode};

/// What an entry of the outbox of a restored database says.
const RESTORED: &str = "restored";

fn unusable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Database(format!("{}: {error}", path.display()))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Copies the database at `from` to `to`, as of one moment, while others read and write it. The
/// copy is complete and on the disk when it gets its name, and only our user may read it.
pub(super) fn backup(from: &Path, to: &Path) -> Result<u64, StoreError> {
    let part = beside(to, ".part");
    if to.try_exists().map_err(|error| unusable(to, &error))? {
        return Err(StoreError::Database(format!("{} is there already", to.display())));
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(
        |error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Database(format!(
                "{} is there already, of a backup that is being made or was cut off: \
                 if none is being made, remove it",
                part.display()
            )),
            _ => unusable(&part, &error),
        },
    )?;
    let written = copy(from, to, &part, &file);
    let removed = std::fs::remove_file(&part).map_err(|error| unusable(&part, &error));
    let bytes = written?;
    removed.map(|()| bytes)
}

fn copy(from: &Path, to: &Path, part: &Path, file: &File) -> Result<u64, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let name = part
        .to_str()
        .ok_or_else(|| StoreError::Database("the path of a backup must be UTF-8".to_owned()))?;
    Connection::open_with_flags(from, flags)?.execute("VACUUM INTO ?1", [name])?;
    // SQLite leaves it to us to bring a copy to the disk.
    file.sync_all().map_err(|error| unusable(part, &error))?;
    // A link never takes the place of a file that came in between.
    std::fs::hard_link(part, to).map_err(|error| unusable(to, &error))?;
    sync_folder(to)?;
    Ok(file.metadata().map_err(|error| unusable(part, &error))?.len())
}

fn sync_folder(of: &Path) -> Result<(), StoreError> {
    let folder = match of.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unusable(folder, &error))
}

/// A backup on its way back: a copy beside the database, which [`Restoration::finish`] puts in its
/// place. Whoever holds this holds the database's lock.
#[derive(Debug)]
pub struct Restoration {
    target: PathBuf,
    draft: PathBuf,
    _lock: File,
}

impl Restoration {
    /// Copies a backup beside the database.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while a server runs on the database. An error as well when there is a
    /// database and `force` is not given, and when the backup is damaged or none of ours.
    pub fn begin(backup: &Path, target: &Path, force: bool) -> Result<Self, StoreError> {
        let lock = super::lock(target)?;
        if !force && target.try_exists().map_err(|error| unusable(target, &error))? {
            return Err(StoreError::Database(format!(
                "{} is there already; --force puts the backup in its place",
                target.display()
            )));
        }
        check(backup)?;
        let draft = beside(target, ".restoring");
        for ending in ["", "-wal", "-shm"] {
            remove(&beside(&draft, ending))?;
        }
        std::fs::copy(backup, &draft).map_err(|error| unusable(&draft, &error))?;
        Ok(Self { target: target.to_owned(), draft, _lock: lock })
    }

    /// The copy, to be opened as a store.
    pub fn draft(&self) -> &Path {
        &self.draft
    }

    /// The tenants whose sessions are in it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let db = Connection::open(&self.draft)?;
        let mut statement = db.prepare("SELECT DISTINCT tenant FROM session")?;
        let rows = statement.query_map([], |row| row.get(0).map(TenantId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Its sessions that are not over.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn open_sessions(&self, tenant: TenantId) -> Result<Vec<SessionId>, StoreError> {
        let db = Connection::open(&self.draft)?;
        let mut statement = db.prepare(
            "SELECT id FROM session INDEXED BY session_open WHERE tenant = ?1 AND phase <> 'ended'",
        )?;
        let rows = statement.query_map([tenant.0], |row| row.get(0).map(SessionId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sees to it that nothing leaves of what was under way when the backup was made: nothing in
    /// the outbox is sent, no card that was never on display is posted. The clocks of what goes on
    /// begin anew at `now`: nobody knows what was said since the backup.
    ///
    /// # Errors
    /// [`StoreError`]; the database itself was not touched.
    pub fn silence(&self, now: Timestamp) -> Result<Silenced, StoreError> {
        let mut db = Connection::open(&self.draft)?;
        let tx = db.transaction()?;
        let effects =
            tx.execute("UPDATE outbox SET dead = 1, error = ?1 WHERE dead = 0", [RESTORED])?;
        tx.execute("UPDATE lane SET due = NULL, owner = NULL, lease_until = 0", [])?;
        tx.execute("DELETE FROM follow_up", [])?;
        let cards = settle_cards(&tx)?;
        restart_clocks(&tx, now)?;
        tx.commit()?;
        Ok(Silenced { effects, cards })
    }

    /// Puts the copy in the place of the database.
    ///
    /// # Errors
    /// [`StoreError::Database`]; the database is the old one or the new one, never a mixture.
    pub fn finish(self) -> Result<(), StoreError> {
        let db = Connection::open(&self.draft)?;
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        db.close().map_err(|(_, error)| error)?;
        File::open(&self.draft)
            .and_then(|file| file.sync_all())
            .map_err(|error| unusable(&self.draft, &error))?;
        close_log(&self.target)?;
        std::fs::rename(&self.draft, &self.target)
            .map_err(|error| unusable(&self.target, &error))?;
        for ending in ["-wal", "-shm", ".lock"] {
            remove(&beside(&self.draft, ending))?;
        }
        sync_folder(&self.target)
    }
}

/// What a restored database keeps to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silenced {
    /// Deliveries that were not made, and are listed as given up.
    pub effects: usize,
    /// Cards that were never on display, and are not posted.
    pub cards: usize,
}

/// Removes the log of a database that is to be replaced: it would be played into the new file. What
/// is in it is brought into the old one first, which stays whole should we die before the new one
/// has its name.
fn close_log(database: &Path) -> Result<(), StoreError> {
    let old = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let closed = Connection::open_with_flags(database, old)
        .and_then(|db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    if let Err(error) = closed {
        // A database that is damaged, or not there, is what restoring is for.
        tracing::info!(target: "store.sqlite", %error, "the old log could not be closed");
    }
    for ending in ["-wal", "-shm"] {
        remove(&beside(database, ending))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}

/// Whether a file is a whole database of ours.
fn check(backup: &Path) -> Result<(), StoreError> {
    let damaged = |detail: String| {
        StoreError::Database(format!("{} is no usable backup: {detail}", backup.display()))
    };
    let db = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sound: String = db
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(error.to_string()))?;
    if sound != "ok" {
        return Err(damaged(sound));
    }
    schema::inspected(&db).map_err(|error| damaged(error.to_string())).map(|_| ())
}

/// Counts a card that was never on display as shown; how many. The others are only updated.
fn settle_cards(db: &Connection) -> Result<usize, StoreError> {
    let mut statement =
        db.prepare("SELECT tenant, id, doc FROM invitation WHERE card_wanted <> card_shown")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, uuid::Uuid>(0)?, row.get::<_, uuid::Uuid>(1)?, row.get::<_, String>(2)?))
    })?;
    let mut settled = 0;
    for row in rows {
        let (tenant, id, document) = row?;
        let mut invitation: Invitation = decode("invitation", &document)?;
        if !invitation.card.copies.is_empty() {
            continue;
        }
        invitation.card.shown = invitation.card.wanted;
        db.execute(
            "UPDATE invitation SET card_shown = ?3, version = version + 1, doc = ?4
             WHERE tenant = ?1 AND id = ?2",
            params![tenant, id, invitation.card.shown, encode("invitation", &invitation)?],
        )?;
        settled += 1;
    }
    Ok(settled)
}

/// Notes in every open session when it was restored.
fn restart_clocks(db: &Connection, now: Timestamp) -> Result<(), StoreError> {
    let mut statement = db.prepare("SELECT tenant, id, doc FROM session WHERE phase <> 'ended'")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, uuid::Uuid>(0)?, row.get::<_, uuid::Uuid>(1)?, row.get::<_, String>(2)?))
    })?;
    // All of them first: a row that is written while they are read may be met again.
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let (tenant, id, document) = row;
        let mut session: Session = decode("session", &document)?;
        session.restored_at = Some(now);
        db.execute(
            "UPDATE session SET version = version + 1, doc = ?3 WHERE tenant = ?1 AND id = ?2",
            params![tenant, id, encode("session", &session)?],
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    #[test]
    fn what_a_backup_that_was_cut_off_left_behind_is_named_with_its_mend() {
        let dir = TempDir::new();
        let (from, to) = (dir.path().join("beckon.db"), dir.path().join("copy.db"));
        Connection::open(&from).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        std::fs::write(beside(&to, ".part"), "half").unwrap();
        let said = backup(&from, &to).unwrap_err().to_string();
        assert!(said.contains("copy.db.part") && said.contains("remove it"), "{said}");
        remove(&beside(&to, ".part")).unwrap();
        assert!(backup(&from, &to).unwrap() > 0);
    }

    #[test]
    fn a_log_is_put_into_its_database_before_it_goes() {
        let dir = TempDir::new();
        let (live, dead) = (dir.path().join("live.db"), dir.path().join("dead.db"));
        let writer = Connection::open(&live).unwrap();
        writer.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
        writer.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)").unwrap();
        // As a process leaves it that was killed.
        for ending in ["", "-wal"] {
            std::fs::copy(beside(&live, ending), beside(&dead, ending)).unwrap();
        }
        close_log(&dead).unwrap();
        assert!(!beside(&dead, "-wal").exists());
        let rows = "SELECT count(*) FROM t";
        let rows: i64 =
            Connection::open(&dead).unwrap().query_row(rows, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 1);
    }

    #[test]
    fn the_log_of_a_database_that_is_damaged_goes_all_the_same() {
        let dir = TempDir::new();
        let path = dir.path().join("beckon.db");
        std::fs::write(
            &path,
            "no database at all, for as long as a header is: one hundred bytes …",
        )
        .unwrap();
        std::fs::write(beside(&path, "-wal"), "no log").unwrap();
        close_log(&path).unwrap();
        assert!(!beside(&path, "-wal").exists());
    }
}
