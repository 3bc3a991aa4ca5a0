//! What `beckon check` says about a PostgreSQL database. Nothing is changed.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::claim::db_now;
use super::connect::Target;
use super::feed::skew;
use super::link::Link;
use super::rows::column;
use super::sql::{Statements, query};
use super::{Options, schema};
use crate::clock::Clock;
use crate::store::StoreError;
use crate::store::codec::timestamp;
use crate::store::migrator::newest;

/// Clocks further apart than this are worth a warning: timers and times in events are off by it.
const SKEWED: SignedDuration = SignedDuration::from_secs(2);

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// Where, without a password.
    pub place: String,
    /// The server's version, as `server_version_num` has it, e.g. 150008.
    pub version: i64,
    /// The newest migration that was applied; 0: none yet.
    pub schema: u32,
    /// The newest migration that this program knows.
    pub known: u32,
    /// Whether a pooler in transaction mode stands before the server: nodes then look four times a
    /// second for each other's news, and statements are not prepared.
    pub pooled: bool,
    /// How far our clock is ahead of the database's.
    pub skew: SignedDuration,
    /// Whether the server does not wait for its disk (`fsync = off`).
    pub unsynced: bool,
}

/// Connects and looks.
///
/// # Errors
/// [`StoreError::Connect`] when the server cannot be used as configured,
/// [`StoreError::NewerSchema`] when a newer Beckon works with this database.
pub async fn examine(options: &Options, clock: &dyn Clock) -> Result<Examination, StoreError> {
    let target = Target::parse(&options.url)?;
    let pool = target.pool(2)?;
    let mut link = Link::new(target.first(&pool).await?, Statements::Whole);
    let mut other = Link::new(pool.get().await?, Statements::Whole);
    let server = schema::inspect(&mut link).await?;
    let found = schema::found(&mut link).await?;
    let known = newest(schema::MIGRATIONS);
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    let pooled = schema::is_pooled(&mut link, &mut other).await?;
    let before = clock.now();
    let theirs = link.one_by_one(&[query!(concat!("SELECT ", db_now!()))]).await?;
    let after = clock.now();
    let row = theirs.first().and_then(|answer| answer.rows.first());
    let theirs: Timestamp = match row {
        Some(row) => timestamp("database", column(row, 0)?)?,
        None => after,
    };
    Ok(Examination {
        place: target.shown(),
        version: server.version,
        schema: found,
        known,
        pooled,
        skew: skew(before, after, theirs),
        unsynced: server.unsynced,
    })
}

impl fmt::Display for Examination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, version, schema, known, pooled, skew, unsynced } = self;
        let (major, minor) = (version / 10_000, version % 10_000);
        write!(f, "store: {place}, PostgreSQL {major}.{minor}, schema {schema} of {known}")?;
        if schema < known {
            write!(f, " (the next start brings it up to date)")?;
        }
        if *pooled {
            write!(
                f,
                "\nstore: behind a pooler in transaction mode; news between nodes take up to \
                 250 ms, a direct connection is faster"
            )?;
        }
        let millis = skew.as_millis();
        if skew.abs() > SKEWED {
            write!(
                f,
                "\nwarning: this clock is {millis} ms ahead of the database's; set it right"
            )?;
        }
        if *unsynced {
            write!(f, "\nwarning: fsync is off; a power cut can damage the database")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_well_takes_one_line_and_what_is_not_takes_its_own() {
        let well = Examination {
            place: "beckon on db".to_owned(),
            version: 150_008,
            schema: 2,
            known: 2,
            pooled: false,
            skew: SignedDuration::from_millis(-3),
            unsynced: false,
        };
        assert_eq!(well.to_string(), "store: beckon on db, PostgreSQL 15.8, schema 2 of 2");
        let ill = Examination {
            schema: 1,
            pooled: true,
            skew: SignedDuration::from_secs(-9),
            unsynced: true,
            ..well
        };
        let text = ill.to_string();
        assert_eq!(text.lines().count(), 4, "{text}");
        for words in ["up to date", "pooler in transaction mode", "-9000 ms", "fsync"] {
            assert!(text.contains(words), "{text}");
        }
    }
}
