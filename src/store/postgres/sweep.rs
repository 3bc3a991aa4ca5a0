//! What the sweep reads and writes.

use async_trait::async_trait;
use beckon_domain::ids::{SessionId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::PostgresStore;
use super::rows::{column, natural};
use super::sql::query;
use crate::store::codec::{decode, encode, micros, timestamp};
use crate::store::{SilentPlace, StoreError, SweepState, SweepStore};

#[async_trait]
impl SweepStore for PostgresStore {
    async fn silent_sessions(
        &self,
        tenant: TenantId,
        before: Timestamp,
        after: Option<SilentPlace>,
        limit: usize,
    ) -> Result<Vec<SilentPlace>, StoreError> {
        let (hour, id) =
            after.map_or((i64::MIN, Uuid::nil()), |place| (micros(place.hour), place.session.0));
        let page = query!(
            "SELECT active_hour, id FROM session
             WHERE tenant = $1 AND active_hour <= $2 AND phase <> 'ended'
             AND (active_hour, id) > ($3, $4) ORDER BY active_hour, id LIMIT $5",
            tenant.0,
            micros(before),
            hour,
            id,
            limit
        );
        let rows = self.core.ask(page).await?.rows;
        rows.iter()
            .map(|row| {
                let hour = timestamp("session", column(row, 0)?)?;
                Ok(SilentPlace { hour, session: SessionId(column(row, 1)?) })
            })
            .collect()
    }

    async fn count_silent(&self, tenant: TenantId, before: Timestamp) -> Result<u64, StoreError> {
        let count = query!(
            "SELECT count(*) FROM session
             WHERE tenant = $1 AND active_hour <= $2 AND phase <> 'ended'",
            tenant.0,
            micros(before)
        );
        let rows = self.core.ask(count).await?.rows;
        rows.first().map_or(Ok(0), |row| natural("session", row, 0))
    }

    async fn sweep(&self, tenant: TenantId) -> Result<Option<(SweepState, u64)>, StoreError> {
        let read = query!("SELECT doc, version FROM sweep WHERE tenant = $1", tenant.0);
        let rows = self.core.ask(read).await?.rows;
        rows.first()
            .map(|row| Ok((decode("sweep", column(row, 0)?)?, natural("sweep", row, 1)?)))
            .transpose()
    }

    /// Cut off after it went through, it finds the version raised and says false: who sweeps then
    /// reads anew how far it has come.
    async fn put_sweep(
        &self,
        tenant: TenantId,
        seen: u64,
        state: &SweepState,
    ) -> Result<bool, StoreError> {
        let sql = if seen == 0 {
            "INSERT INTO sweep VALUES ($1, $2 + 1, $3) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE sweep SET version = version + 1, doc = $3 WHERE tenant = $1 AND version = $2"
        };
        let doc = encode("sweep", state)?;
        self.core.wrote_one(query!(sql, tenant.0, seen, doc)).await
    }
}
