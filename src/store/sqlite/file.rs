//! The way to the file: who owns it, and the connections that only read it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::schema;
use crate::store::StoreError;

/// Takes the lock file beside the database: one process owns it, until it ends in whatever way.
/// SQLite's own locks would let a second server in between two transactions of the first.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let unusable = |error: &std::io::Error| {
        StoreError::Database(format!("cannot write {}: {error}", Path::new(&name).display()))
    };
    let file = File::create(&name).map_err(|error| unusable(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(path.display().to_string())),
        Err(TryLockError::Error(error)) => Err(unusable(&error)),
    }
}

/// How many connections are kept while nobody reads: a burst opens more, and gives them back.
const KEPT: usize = 16;

/// Connections that only read.
#[derive(Debug)]
pub(super) struct Readers {
    pub(super) path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// No connection is open yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default() }
    }

    /// The size of the write-ahead log.
    pub(super) fn wal_bytes(&self) -> Option<u64> {
        let mut name = self.path.clone().into_os_string();
        name.push("-wal");
        std::fs::metadata(name).ok().map(|file| file.len())
    }

    /// Runs a query on a connection of the pool.
    pub(super) fn with<T>(
        &self,
        query: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let pooled = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match pooled {
            Some(connection) => connection,
            None => schema::reader(Connection::open_with_flags(
                &self.path,
                OpenFlags::SQLITE_OPEN_READ_ONLY
                    | OpenFlags::SQLITE_OPEN_NO_MUTEX
                    | OpenFlags::SQLITE_OPEN_URI,
            )?)?,
        };
        let result = query(&mut connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // Closing takes a while: not while others wait for the pool.
        let spare = if idle.len() < KEPT {
            idle.push(connection);
            None
        } else {
            Some(connection)
        };
        drop(idle);
        drop(spare);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TempDir;

    /// Reads `depth` times at once.
    fn nested(readers: &Readers, depth: usize) -> Result<(), StoreError> {
        if depth == 0 { Ok(()) } else { readers.with(|_| nested(readers, depth - 1)) }
    }

    #[test]
    fn a_burst_of_reads_leaves_no_more_connections_than_are_kept() {
        let dir = TempDir::new();
        let path = dir.path().join("beckon.db");
        schema::prepare(&mut Connection::open(&path).unwrap()).unwrap();
        let readers = Readers::new(path);
        nested(&readers, 3).unwrap();
        assert_eq!(readers.idle.lock().unwrap().len(), 3, "they are used again");
        nested(&readers, KEPT + 4).unwrap();
        assert_eq!(readers.idle.lock().unwrap().len(), KEPT);
        nested(&readers, 1).unwrap();
        assert_eq!(readers.idle.lock().unwrap().len(), KEPT);
    }
}
