//! What the sweep reads and writes.

use async_trait::async_trait;
use beckon_domain::ids::{SessionId, TenantId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::SqliteStore;
use crate::store::codec::{decode, encode, micros, timestamp};
use crate::store::{Class, SilentPlace, StoreError, SweepState, SweepStore};

#[async_trait]
impl SweepStore for SqliteStore {
    async fn silent_sessions(
        &self,
        tenant: TenantId,
        before: Timestamp,
        after: Option<SilentPlace>,
        limit: usize,
    ) -> Result<Vec<SilentPlace>, StoreError> {
        self.read(move |db| silent_sessions(db, tenant, before, after, limit)).await
    }

    async fn count_silent(&self, tenant: TenantId, before: Timestamp) -> Result<u64, StoreError> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT count(*) FROM session INDEXED BY session_silent
                 WHERE tenant = ?1 AND active_hour <= ?2 AND phase <> 'ended'",
            )?;
            Ok(statement.query_row(params![tenant.0, micros(before)], |row| row.get(0))?)
        })
        .await
    }

    async fn sweep(&self, tenant: TenantId) -> Result<Option<(SweepState, u64)>, StoreError> {
        self.read(move |db| {
            let mut statement =
                db.prepare_cached("SELECT doc, version FROM sweep WHERE tenant = ?1")?;
            let row = statement
                .query_row([tenant.0], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
                .optional()?;
            row.map(|(doc, version)| Ok((decode("sweep", &doc)?, version))).transpose()
        })
        .await
    }

    async fn put_sweep(
        &self,
        tenant: TenantId,
        seen: u64,
        state: &SweepState,
    ) -> Result<bool, StoreError> {
        let doc = encode("sweep", state)?;
        let write = move |db: &Connection| {
            let key = params![tenant.0, seen, doc];
            let change = "UPDATE sweep SET version = version + 1, doc = ?3 WHERE tenant = ?1 AND version = ?2";
            let first = "INSERT INTO sweep VALUES (?1, ?2 + 1, ?3) ON CONFLICT DO NOTHING";
            let sql = if seen == 0 { first } else { change };
            Ok(db.prepare_cached(sql)?.execute(key)? == 1)
        };
        self.writer.write(Class::Maintenance, write).await
    }
}

fn silent_sessions(
    db: &Connection,
    tenant: TenantId,
    before: Timestamp,
    after: Option<SilentPlace>,
    limit: usize,
) -> Result<Vec<SilentPlace>, StoreError> {
    let (hour, id) =
        after.map_or((i64::MIN, Uuid::nil()), |place| (micros(place.hour), place.session.0));
    let mut statement = db.prepare_cached(
        "SELECT active_hour, id FROM session INDEXED BY session_silent
         WHERE tenant = ?1 AND active_hour <= ?2 AND phase <> 'ended'
         AND (active_hour, id) > (?3, ?4) ORDER BY active_hour, id LIMIT ?5",
    )?;
    let key = params![tenant.0, micros(before), hour, id, limit as i64];
    let rows =
        statement.query_map(key, |row| Ok((row.get::<_, i64>(0)?, SessionId(row.get(1)?))))?;
    rows.map(|row| {
        let (hour, session) = row?;
        Ok(SilentPlace { hour: timestamp("session", hour)?, session })
    })
    .collect()
}
