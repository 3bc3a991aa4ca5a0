//! Looks at a database from outside, for `beckon check`.

use jiff::{SignedDuration, Timestamp};

use super::connect::Target;
use super::link::Link;
use super::rows::column;
use super::sql::{Statements, query};
use super::{Options, schema};
use crate::clock::Clock;
use crate::store::StoreError;
use crate::store::codec::timestamp;
use crate::store::migrator;

/// What a database looks like from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// Where it is, without the password.
    pub place: String,
    /// The server's version, as `server_version_num` has it, e.g. 150008.
    pub server: i64,
    /// Whether a pooler lends us a server process for a transaction at a time. Beckon works with
    /// it, and hears of other nodes' changes a little later.
    pub pooled: bool,
    /// Whether the server does not wait for its disk at all.
    pub unsynced: bool,
    /// How many migrations it has.
    pub schema: usize,
    /// How many it still needs; the next start brings them.
    pub pending: usize,
    /// How far our clock is ahead of the server's.
    pub skew: SignedDuration,
}

/// Looks at a database without changing it.
///
/// # Errors
/// [`StoreError`] when it cannot be reached, or this program cannot work with it.
pub async fn inspect(options: &Options, clock: &dyn Clock) -> Result<Inspection, StoreError> {
    let target = Target::parse(&options.url)?;
    let pool = target.pool(2)?;
    let client = pool.get().await.map_err(|error| match error {
        deadpool_postgres::PoolError::Backend(error) => target.explain(&error),
        other => other.into(),
    })?;
    let mut link = Link::new(client, Statements::Whole);
    let schema::Server { version: server, unsynced } = schema::inspect(&mut link).await?;
    let applied =
        if has_schema(&mut link).await? { schema::applied(&mut link).await? } else { Vec::new() };
    let pending = migrator::pending(schema::MIGRATIONS, &applied)?.len();
    let skew = skew(&mut link, clock).await?;
    let mut other = Link::new(pool.get().await?, Statements::Whole);
    let pooled = schema::is_pooled(&mut link, &mut other).await?;
    let (place, schema) = (target.shown(), applied.len());
    Ok(Inspection { place, server, pooled, unsynced, schema, pending, skew })
}

async fn has_schema(link: &mut Link) -> Result<bool, StoreError> {
    let answers = link.one_by_one(&[query!("SELECT to_regclass('migration') IS NOT NULL")]).await?;
    let row = answers.first().and_then(|answer| answer.rows.first());
    row.map_or(Ok(false), |row| column(row, 0))
}

/// Compares the clocks; the middle of the question counts as the time of the answer.
async fn skew(link: &mut Link, clock: &dyn Clock) -> Result<SignedDuration, StoreError> {
    let asked = clock.now();
    let time = query!("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
    let answers = link.one_by_one(&[time]).await?;
    let answered = clock.now();
    let row = answers
        .first()
        .and_then(|answer| answer.rows.first())
        .ok_or(StoreError::Unavailable("the server does not answer"))?;
    let theirs: Timestamp = timestamp("clock", column(row, 0)?)?;
    let middle = answered.duration_since(asked) / 2;
    Ok(asked.duration_since(theirs) + middle)
}
