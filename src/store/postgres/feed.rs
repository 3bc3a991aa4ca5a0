//! The feed of events, and what else is written beside commands: gauges, secrets.
//!
//! Events are numbered within their session by the rules, under the session's lock. Across
//! sessions commits overtake each other, so a reader that followed the order of the table would
//! miss what is committed late. One node at a time gives committed events their places; readers
//! see those alone.

use beckon_domain::ids::{SessionId, TenantId};
use jiff::{SignedDuration, Timestamp};

use super::Core;
use super::again::Work;
use super::claim::db_now;
use super::link::Link;
use super::rows::{column, natural};
use super::sql::query;
use crate::store::codec::{decode, timestamp};
use crate::store::{FeedEntry, FollowUp, NodeId, StoreError, StoreGauges};

/// The lease of the one that numbers the feed.
const SEQUENCER: &str = "sequencer";
/// For how long it is the one without a sign of life.
const SEQUENCER_LEASE: SignedDuration = SignedDuration::from_secs(5);

/// Gives places to committed events in the order of the table: within a session that is their
/// own order, for later ones are drawn under the lock that the earlier ones were committed under.
const STAMP: &str = "WITH fresh AS (
       SELECT tenant, session, seq, row_number() OVER (ORDER BY pos) AS step
       FROM (SELECT tenant, session, seq, pos FROM event WHERE feed_pos IS NULL
             ORDER BY pos LIMIT $2) first
     )
     UPDATE event SET feed_pos = $1 + fresh.step FROM fresh
     WHERE event.tenant = fresh.tenant AND event.session = fresh.session
       AND event.seq = fresh.seq";

impl Core {
    pub(super) async fn feed(
        &self,
        tenant: TenantId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<FeedEntry>, StoreError> {
        let page = query!(
            "SELECT feed_pos, session, doc FROM event
             WHERE tenant = $1 AND feed_pos > $2 ORDER BY feed_pos LIMIT $3",
            tenant.0,
            after,
            limit
        );
        let entry = |row| {
            Ok(FeedEntry {
                pos: natural("event", row, 0)?,
                session: SessionId(column(row, 1)?),
                event: decode("event", column(row, 2)?)?,
            })
        };
        self.ask(page).await?.rows.iter().map(entry).collect()
    }

    pub(super) async fn sequence_feed(
        &self,
        node: NodeId,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let fresh = query!("SELECT EXISTS (SELECT FROM event WHERE feed_pos IS NULL)");
        let fresh = self.ask(fresh).await?;
        let fresh = fresh.rows.first().map_or(Ok(false), |row| column(row, 0))?;
        if !fresh || !self.lease(SEQUENCER, node, SEQUENCER_LEASE).await? {
            return Ok(0);
        }
        self.work(Stamp { limit }).await
    }

    pub(super) async fn follow_ups(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<FollowUp>, StoreError> {
        let page = query!(
            "SELECT tenant, pos, id, doc FROM follow_up WHERE pos > $1 ORDER BY pos LIMIT $2",
            after,
            limit
        );
        let entry = |row| {
            Ok(FollowUp {
                tenant: TenantId(column(row, 0)?),
                pos: natural("follow_up", row, 1)?,
                id: column(row, 2)?,
                command: decode("follow_up", column(row, 3)?)?,
            })
        };
        self.ask(page).await?.rows.iter().map(entry).collect()
    }

    pub(super) async fn gauges(&self) -> Result<StoreGauges, StoreError> {
        let before = self.clock.now();
        let answer = self
            .ask(query!(concat!(
                "SELECT ",
                db_now!(),
                ",
                   (SELECT at FROM outbox WHERE NOT dead ORDER BY pos LIMIT 1),
                   (SELECT count(*) FROM outbox WHERE dead),
                   (SELECT min(due) FROM timer),
                   (SELECT count(*) FROM event WHERE feed_pos IS NULL),
                   (SELECT count(*) FROM invitation WHERE card_wanted <> card_shown AND NOT quiet)"
            )))
            .await?;
        let after = self.clock.now();
        let Some(row) = answer.rows.first() else { return Ok(StoreGauges::default()) };
        let instant = |index, table| {
            let micros: Option<i64> = column(row, index)?;
            micros.map(|micros| timestamp(table, micros)).transpose()
        };
        Ok(StoreGauges {
            oldest_effect: instant(1, "outbox")?,
            dead_effects: natural("outbox", row, 2)?,
            oldest_timer: instant(3, "timer")?,
            feed_lag: natural("event", row, 4)?,
            waiting_cards: natural("invitation", row, 5)?,
            wal_bytes: None,
            writer_queue: None,
            skew: instant(0, "database")?.map(|theirs| skew(before, after, theirs)),
        })
    }

    pub(super) async fn secret(&self, name: &str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        // A statement each: the second sees what another node put there in the moment of the first.
        let answers = self
            .one_by_one(vec![
                query!(
                    "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                    name,
                    fresh
                ),
                query!("SELECT value FROM secret WHERE name = $1", name),
            ])
            .await?;
        let kept = answers.get(1).and_then(|answer| answer.rows.first());
        column(kept.ok_or_else(|| StoreError::inconsistent("secret", "the row is gone"))?, 0)
    }
}

/// How far our clock is ahead of theirs, which was read between these two looks at ours.
pub(super) fn skew(before: Timestamp, after: Timestamp, theirs: Timestamp) -> SignedDuration {
    let middle = before.saturating_add(after.duration_since(before) / 2).unwrap_or(after);
    middle.duration_since(theirs)
}

/// Gives places to events that have none.
struct Stamp {
    limit: usize,
}

impl Work for Stamp {
    type Done = usize;

    async fn run(&self, link: &mut Link) -> Result<usize, StoreError> {
        // Should two nodes both believe to be the one, the row's lock lets one through.
        let last = link.in_transaction(vec![query!("SELECT last FROM feed FOR UPDATE")]).await?;
        let last: i64 = match last.first().and_then(|answer| answer.rows.first()) {
            Some(row) => column(row, 0)?,
            None => return Err(StoreError::inconsistent("feed", "its row is gone")),
        };
        let stamped = link.in_transaction(vec![query!(STAMP, last, self.limit)]).await?;
        let count = stamped.first().map_or(0, |answer| answer.count);
        link.commit(vec![query!("UPDATE feed SET last = last + $1", count)]).await?;
        Ok(count as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skew_is_measured_from_the_middle_of_the_journey() {
        let at = |millis: i64| Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap();
        assert_eq!(skew(at(0), at(10), at(5)), SignedDuration::ZERO);
        assert_eq!(skew(at(100), at(110), at(5)), SignedDuration::from_millis(100));
        assert_eq!(skew(at(0), at(0), at(30)), SignedDuration::from_millis(-30));
    }
}
