//! Which migrations a database still needs. Pure: each store brings its own lock and its own SQL.
//!
//! A store takes its lock, reads what was applied, asks [`pending`], runs what comes back and notes
//! each with its checksum, all in one transaction: a start that is cut off changes nothing, and of
//! two servers that start together the second finds the work done.

use sha2::{Digest, Sha256};

use super::StoreError;

/// One numbered file of SQL. A published file is never edited.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its number. They rise and mean the same in every store; one that was left out stays free for
    /// ever, since what is below a migration that was applied would not be run any more.
    pub number: u32,
    /// What it does, as its file is called.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

impl Migration {
    /// The SHA-256 of the file, kept when it is applied.
    pub fn checksum(&self) -> [u8; 32] {
        Sha256::digest(self.sql.as_bytes()).into()
    }
}

/// A migration that a database has, as it is noted there.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Its number.
    pub number: u32,
    /// Its checksum at the time.
    pub checksum: Vec<u8>,
}

/// The number of the newest migration.
pub fn newest(known: &[Migration]) -> u32 {
    known.last().map_or(0, |migration| migration.number)
}

/// The migrations that are still to be run, in order.
///
/// # Errors
/// [`StoreError::NewerSchema`] when the database has one that is not known, and
/// [`StoreError::MigrationChanged`] when a known one is not what was applied.
pub fn pending<'m>(
    known: &'m [Migration],
    applied: &[Applied],
) -> Result<&'m [Migration], StoreError> {
    let newest = newest(known);
    let found = applied.iter().map(|row| row.number).max().unwrap_or(0);
    if found > newest {
        return Err(StoreError::NewerSchema { found, known: newest });
    }
    let (done, left) =
        known.split_at(known.iter().take_while(|migration| migration.number <= found).count());
    for migration in done {
        let Migration { number, .. } = *migration;
        let same =
            applied.iter().any(|row| row.number == number && row.checksum == migration.checksum());
        if !same {
            return Err(StoreError::MigrationChanged { number });
        }
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [Migration; 3] = [
        Migration { number: 1, name: "initial", sql: "CREATE TABLE a ()" },
        Migration { number: 2, name: "engine", sql: "CREATE TABLE b ()" },
        Migration { number: 3, name: "rooms", sql: "CREATE TABLE c ()" },
    ];

    fn applied(count: usize) -> Vec<Applied> {
        let row = |migration: &Migration| Applied {
            number: migration.number,
            checksum: migration.checksum().to_vec(),
        };
        KNOWN.iter().take(count).map(row).collect()
    }

    #[test]
    fn what_is_missing_is_run_in_order() {
        for count in 0..=3 {
            let numbers: Vec<u32> = pending(&KNOWN, &applied(count))
                .unwrap()
                .iter()
                .map(|migration| migration.number)
                .collect();
            let wanted: Vec<u32> = (1..=3).skip(count).collect();
            assert_eq!(numbers, wanted);
        }
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let error = pending(&KNOWN[..2], &applied(3)).unwrap_err();
        assert!(matches!(error, StoreError::NewerSchema { found: 3, known: 2 }), "{error}");
    }

    #[test]
    fn a_changed_or_missing_one_is_refused_by_its_number() {
        let mut changed = applied(3);
        changed[1].checksum[0] ^= 1;
        let error = pending(&KNOWN, &changed).unwrap_err();
        assert!(matches!(error, StoreError::MigrationChanged { number: 2 }), "{error}");

        let mut hole = applied(3);
        hole.remove(0);
        let error = pending(&KNOWN, &hole).unwrap_err();
        assert!(matches!(error, StoreError::MigrationChanged { number: 1 }), "{error}");
    }
}
