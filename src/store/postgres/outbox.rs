//! The outbox as it is looked at: by lanes, and by administrators.

use std::collections::HashMap;

use beckon_domain::effect::{Effect, EffectBody};
use beckon_domain::ids::TenantId;
use beckon_domain::session::Message;
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Core;
use super::rows::{column, key_text, natural, text_key};
use super::sql::{Answer, query};
use crate::store::codec::{decode, micros, timestamp};
use crate::store::{LaneClaim, OutboxEntry, StoreError, parse_lane};

/// The columns that [`entry`] reads.
macro_rules! entries {
    ($rest:literal) => {
        concat!("SELECT tenant, pos, at, attempts, dead, error, lane, dedupe, not_after, doc FROM outbox ", $rest)
    };
}

/// A message of a session of a tenant.
type Place = (Uuid, Uuid, u64);

fn entry(row: &Row) -> Result<OutboxEntry, StoreError> {
    let error: Option<&str> = column(row, 5)?;
    let not_after: Option<i64> = column(row, 8)?;
    let effect = Effect {
        lane: parse_lane(&text_key(column(row, 6)?))?,
        body: decode("outbox", column(row, 9)?)?,
        unique: column(row, 7)?,
        not_after: not_after.map(|at| timestamp("outbox", at)).transpose()?,
    };
    Ok(OutboxEntry {
        tenant: TenantId(column(row, 0)?),
        pos: natural("outbox", row, 1)?,
        effect,
        at: timestamp("outbox", column(row, 2)?)?,
        attempts: u32::try_from(natural("outbox", row, 3)?).unwrap_or(u32::MAX),
        dead: column(row, 4)?,
        error: error.map(text_key),
        message: None,
    })
}

fn place(entry: &OutboxEntry) -> Option<Place> {
    match entry.effect.body {
        EffectBody::Message { session, seq } => Some((entry.tenant.0, session.0, seq)),
        EffectBody::Room { .. } | EffectBody::Notice { .. } => None,
    }
}

impl Core {
    pub(super) async fn lane_head(
        &self,
        claim: &LaneClaim,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        let head = query!(
            entries!("WHERE tenant = $1 AND lane = $2 AND NOT dead ORDER BY pos LIMIT $3"),
            claim.tenant.0,
            key_text(&claim.lane.stored()),
            limit
        );
        self.with_messages(self.ask(head).await?).await
    }

    pub(super) async fn outbox(
        &self,
        after: u64,
        dead_only: bool,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        let page = if dead_only {
            query!(entries!("WHERE pos > $1 AND dead ORDER BY pos LIMIT $2"), after, limit)
        } else {
            query!(entries!("WHERE pos > $1 ORDER BY pos LIMIT $2"), after, limit)
        };
        self.with_messages(self.ask(page).await?).await
    }

    /// The entries with the messages that they refer to. A message never changes, so it need not
    /// be read in the same moment.
    async fn with_messages(&self, answer: Answer) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut entries: Vec<OutboxEntry> =
            answer.rows.iter().map(entry).collect::<Result<_, _>>()?;
        let places: Vec<Place> = entries.iter().filter_map(place).collect();
        if places.is_empty() {
            return Ok(entries);
        }
        let read = query!(
            "SELECT m.tenant, m.session, m.seq, m.doc
             FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS wanted (tenant, session, seq)
             JOIN message m USING (tenant, session, seq)",
            places.iter().map(|place| place.0).collect::<Vec<_>>(),
            places.iter().map(|place| place.1).collect::<Vec<_>>(),
            places.iter().map(|place| place.2.cast_signed()).collect::<Vec<_>>()
        );
        let mut messages: HashMap<Place, Message> = HashMap::new();
        for row in self.ask(read).await?.rows {
            let place = (column(&row, 0)?, column(&row, 1)?, natural("message", &row, 2)?);
            messages.insert(place, decode("message", column(&row, 3)?)?);
        }
        for entry in &mut entries {
            entry.message = place(entry).and_then(|place| messages.get(&place).cloned());
        }
        Ok(entries)
    }

    pub(super) async fn outbox_retry(&self, pos: u64, now: Timestamp) -> Result<bool, StoreError> {
        // The lane is locked first, as everybody does.
        let retry = query!(
            "WITH lane_of AS (
               SELECT l.tenant, l.lane FROM outbox o
               JOIN lane l ON l.tenant = o.tenant AND l.lane = o.lane
               WHERE o.pos = $1 AND o.dead FOR NO KEY UPDATE OF l
             ), back AS (
               UPDATE outbox o SET dead = false, attempts = 0 FROM lane_of
               WHERE o.pos = $1 AND o.dead RETURNING o.tenant, o.lane
             )
             UPDATE lane l SET due = $2 FROM back
             WHERE l.tenant = back.tenant AND l.lane = back.lane",
            pos,
            micros(now)
        );
        self.wrote_one(retry).await
    }

    pub(super) async fn outbox_drop(&self, pos: u64) -> Result<bool, StoreError> {
        self.wrote_one(query!("DELETE FROM outbox WHERE pos = $1 AND dead", pos)).await
    }
}
