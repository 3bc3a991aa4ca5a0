//! The months that events are kept in: made ahead of time, and dropped as a whole when every session
//! that began in one is past.
//!
//! Rows of a past session would else be taken out one by one, each with its index entries, and
//! leave holes for a vacuum. So on PostgreSQL a past session waits for the end of its month and
//! [`PATIENCE`] more: then the month is dropped. Where it cannot be (one session of that month went
//! on for long), its sessions go row by row.

use jiff::{SignedDuration, Timestamp};

use super::Core;
use super::link::Link;
use super::rows::column;
use super::sql::query;
use crate::store::codec::micros;
use crate::store::{Pruned, StoreError};

/// How long a month waits for its last sessions to be past.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// This month and the next two, by the database's time. Nobody waits long for a lock that others
/// queue up behind.
const AHEAD: &str = "SELECT event_partition(event_month(now(), later)) FROM generate_series(0, 2)
     AS later";

const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '2s'";

/// The months that ended before $1 (microseconds) and in which no session began that is open or
/// ended later than that. The tenants are found by leaps: there are few, and many sessions.
const DROPPABLE: &str = "WITH RECURSIVE tenants AS (
       (SELECT tenant FROM session ORDER BY tenant LIMIT 1)
       UNION ALL
       SELECT (SELECT s.tenant FROM session s WHERE s.tenant > t.tenant ORDER BY s.tenant LIMIT 1)
       FROM tenants t WHERE t.tenant IS NOT NULL
     ), months AS MATERIALIZED (
       SELECT part.relname::text AS part, make_timestamptz(substr(part.relname, 7, 4)::integer,
         substr(part.relname, 12, 2)::integer, 1, 0, 0, 0, 'UTC') AS begun
       FROM pg_inherits i JOIN pg_class part ON part.oid = i.inhrelid
       WHERE i.inhparent = 'event'::regclass AND part.relname ~ '^event_[0-9]{4}_[0-9]{2}$'
     )
     SELECT part FROM months
     WHERE event_month(begun, 1) <= to_timestamp($1 / 1000000.0) AND NOT EXISTS (
       SELECT FROM tenants t WHERE t.tenant IS NOT NULL AND (
         SELECT true FROM session s WHERE s.tenant = t.tenant
           AND s.id >= event_floor(begun) AND s.id < event_floor(event_month(begun, 1))
           AND (s.ended_at IS NULL OR s.ended_at >= $1) LIMIT 1))
     ORDER BY part";

/// Makes room for the events of this month and the next ones.
pub(super) async fn ahead(link: &mut Link) -> Result<(), StoreError> {
    link.in_transaction(vec![query!(LOCK_TIMEOUT), query!(AHEAD)]).await?;
    Ok(())
}

/// In microseconds: sessions whose month began before the month of this instant go by row, if those
/// that ended before `ended` are past.
pub(super) fn waited_for(ended: Timestamp) -> i64 {
    micros(ended.saturating_sub(PATIENCE).unwrap_or(Timestamp::MIN))
}

impl Core {
    /// Makes months ahead of time.
    pub(super) async fn make_months(&self) -> Result<(), StoreError> {
        let mut link = self.link().await.map_err(|(error, _)| error)?;
        ahead(&mut link).await?;
        link.commit(Vec::new()).await.map(drop)
    }

    /// The months that can be dropped, oldest first.
    pub(super) async fn past_months(&self, ended: Timestamp) -> Result<Vec<String>, StoreError> {
        let answer = self.ask(query!(DROPPABLE, micros(ended))).await?;
        answer.rows.iter().map(|row| column(row, 0)).collect()
    }

    /// Drops the oldest month that can be.
    pub(super) async fn drop_month(&self, ended: Timestamp) -> Result<Pruned, StoreError> {
        let months = self.past_months(ended).await?;
        let Some(month) = months.first() else { return Ok(Pruned::default()) };
        let mut link = self.link().await.map_err(|(error, _)| error)?;
        link.in_transaction(vec![query!(LOCK_TIMEOUT)]).await?;
        // The name came from the catalogue, and from it alone: event_ and digits.
        link.script(&format!("DROP TABLE {month}")).await?;
        link.commit(Vec::new()).await?;
        tracing::info!(target: "store.postgres", month, "a month of events is past");
        Ok(Pruned { rows: 1, count: 1 })
    }
}
