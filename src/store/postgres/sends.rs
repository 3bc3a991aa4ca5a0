//! The budget of sends, in a row for each tenant. Its clock is the database's.

use std::time::Duration;

use async_trait::async_trait;

use super::Core;
use super::again::Work;
use super::claim::db_now;
use super::link::Link;
use super::rows::{column, key_text};
use super::sql::query;
use crate::store::StoreError;
use crate::store::codec::{micros, timestamp};
use crate::store::sends::{Bucket, SendBudget, SendLimits, SendsGiven, SendsWanted};

const LOCK: &str = concat!(
    "SELECT untils, sends, paused_until, ",
    db_now!(),
    " FROM send_budget WHERE tenant = $1 FOR NO KEY UPDATE"
);

const PAUSE: &str = concat!(
    "INSERT INTO send_budget AS known (tenant, paused_until) VALUES ($1, ",
    db_now!(),
    " + $2)
     ON CONFLICT (tenant)
     DO UPDATE SET paused_until = greatest(known.paused_until, excluded.paused_until)"
);

#[async_trait]
impl SendBudget for Core {
    async fn take(
        &self,
        tenant: &str,
        limits: SendLimits,
        wanted: SendsWanted,
    ) -> Result<SendsGiven, StoreError> {
        self.work(Take { tenant, limits, wanted }).await
    }

    async fn pause(&self, tenant: &str, pause: Duration) -> Result<(), StoreError> {
        let pause = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX / 4);
        self.one_by_one(vec![query!(PAUSE, key_text(tenant), pause)]).await?;
        Ok(())
    }
}

/// The taking of a slice. Run again after it went through, it takes another one: the first is then
/// used by nobody, which errs on the careful side.
struct Take<'t> {
    tenant: &'t str,
    limits: SendLimits,
    wanted: SendsWanted,
}

impl Work for Take<'_> {
    type Done = SendsGiven;

    async fn run(&self, link: &mut Link) -> Result<SendsGiven, StoreError> {
        let tenant = key_text(self.tenant);
        let known = query!(
            "INSERT INTO send_budget (tenant) VALUES ($1) ON CONFLICT DO NOTHING",
            tenant.clone()
        );
        let answers = link.in_transaction(vec![known, query!(LOCK, tenant.clone())]).await?;
        let row = answers.get(1).and_then(|answer| answer.rows.first());
        let row = row.ok_or_else(|| StoreError::inconsistent("send_budget", "no row"))?;
        let (untils, sends): (Vec<i64>, Vec<i64>) = (column(row, 0)?, column(row, 1)?);
        let at = |micros| timestamp("send_budget", micros);
        let slices = untils.into_iter().zip(sends).map(|(until, sends)| {
            // What no version wrote counts as much as there can be.
            Ok((at(until)?, u32::try_from(sends).unwrap_or(u32::MAX)))
        });
        let mut bucket = Bucket {
            slices: slices.collect::<Result<_, StoreError>>()?,
            paused_until: at(column(row, 2)?)?,
        };
        let given = bucket.take(at(column(row, 3)?)?, self.limits, self.wanted);
        let (untils, sends): (Vec<i64>, Vec<i64>) =
            bucket.slices.iter().map(|(until, sends)| (micros(*until), i64::from(*sends))).unzip();
        let keep = query!(
            "UPDATE send_budget SET untils = $2, sends = $3 WHERE tenant = $1",
            tenant,
            untils,
            sends
        );
        link.commit(vec![keep]).await?;
        Ok(given)
    }
}
