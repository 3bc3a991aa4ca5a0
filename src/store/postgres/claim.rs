//! Claims: which node sends which card, works which lane and holds which lease.
//!
//! Nodes' clocks differ, so leases are measured by the time of the database alone. When something
//! is due is decided by the clock of the node that asks, as it was when it was set.

use beckon_domain::ids::{InvitationId, TenantId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Core;
use super::again::Work;
use super::link::Link;
use super::rows::{column, key_text, natural, text_key};
use super::sql::{Answer, query};
use crate::store::codec::{micros, timestamp};
use crate::store::{
    Class, DirtyCard, LaneClaim, NodeId, Settled, Settlement, StoreError, parse_lane,
};

/// The time of the database in microseconds, as it is when the statement is carried out.
macro_rules! db_now {
    () => {
        "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    };
}
pub(super) use db_now;

const CLAIM_CARDS: &str = concat!(
    "WITH due AS (
       SELECT tenant, id, card_due FROM invitation
       WHERE card_wanted <> card_shown AND quiet = $6 AND card_due <= $2 AND tenant = ANY ($5)
         AND (card_lease <= ",
    db_now!(),
    " OR card_owner = $1)
       ORDER BY card_due, tenant, id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED
     ), claimed AS (
       UPDATE invitation i SET card_owner = $1, card_lease = ",
    db_now!(),
    " + $3
       FROM due WHERE i.tenant = due.tenant AND i.id = due.id
     )
     SELECT tenant, id FROM due ORDER BY card_due, tenant, id"
);

/// When the next card can be claimed: one that is due later, or one whose sender may have died. The
/// latter are looked for among the first ones only; a longer queue is asked about again soon.
const NEXT_CARD: &str = concat!(
    "SELECT least(
       (SELECT min(card_due) FROM invitation
        WHERE card_wanted <> card_shown AND quiet = $4 AND card_due > $2),
       (SELECT min(first.card_lease - ",
    db_now!(),
    " + $2) FROM (
          SELECT card_owner, card_lease FROM invitation
          WHERE card_wanted <> card_shown AND quiet = $4 AND card_due <= $2 AND tenant = ANY ($3)
          ORDER BY card_due, tenant, id LIMIT 256) first
        WHERE first.card_owner <> $1))"
);

const CLAIM_LANES: &str = concat!(
    "WITH due AS (
       SELECT tenant, lane FROM lane
       WHERE quiet = $5 AND due <= $2 AND (owner IS NULL OR lease_until <= ",
    db_now!(),
    ")
       ORDER BY due LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED
     )
     UPDATE lane l SET owner = $1, epoch = epoch + 1, lease_until = ",
    db_now!(),
    " + $3
     FROM due WHERE l.tenant = due.tenant AND l.lane = due.lane
     RETURNING l.tenant, l.lane, l.epoch"
);

const RENEW_LANE: &str = concat!(
    "UPDATE lane SET lease_until = ",
    db_now!(),
    " + $4
     WHERE tenant = $1 AND lane = $2 AND epoch = $3 AND owner IS NOT NULL"
);

const NEXT_LANE: &str = concat!(
    "SELECT least(
       (SELECT min(due) FROM lane WHERE due IS NOT NULL AND owner IS NULL AND quiet = $3),
       (SELECT min(greatest(due, lease_until - ",
    db_now!(),
    " + $2)) FROM lane
        WHERE owner IS NOT NULL AND owner <> $1 AND due IS NOT NULL AND quiet = $3))"
);

const LEASE: &str = concat!(
    "INSERT INTO lease (name, owner, epoch, until) VALUES ($1, $2, 1, ",
    db_now!(),
    " + $3)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until,
       epoch = lease.epoch + CASE WHEN lease.owner = excluded.owner THEN 0 ELSE 1 END
     WHERE lease.owner = excluded.owner OR lease.until <= ",
    db_now!()
);

/// The lane after a settlement: still ours while there is more, else free.
const GO_ON: &str = concat!(
    "UPDATE lane SET
       owner = CASE WHEN rest.more THEN owner END,
       lease_until = CASE WHEN rest.more THEN ",
    db_now!(),
    " + $3 ELSE 0 END,
       due = CASE WHEN rest.more THEN due END
     FROM (SELECT EXISTS (
       SELECT FROM outbox WHERE tenant = $1 AND lane = $2 AND NOT dead) AS more) rest
     WHERE tenant = $1 AND lane = $2
     RETURNING rest.more"
);

fn span(lease: SignedDuration) -> i64 {
    i64::try_from(lease.as_micros()).unwrap_or(i64::MAX / 4)
}

fn instant(table: &'static str, answer: Option<&Answer>) -> Result<Option<Timestamp>, StoreError> {
    let Some(row) = answer.and_then(|answer| answer.rows.first()) else { return Ok(None) };
    let micros: Option<i64> = column(row, 0)?;
    micros.map(|micros| timestamp(table, micros)).transpose()
}

impl Core {
    pub(super) async fn claim_cards(
        &self,
        tenants: &[TenantId],
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError> {
        let tenants: Vec<Uuid> = tenants.iter().map(|tenant| tenant.0).collect();
        let (now, quiet) = (micros(now), class.is_quiet());
        let claim = query!(CLAIM_CARDS, node.0, now, span(lease), limit, tenants.clone(), quiet);
        let next = query!(NEXT_CARD, node.0, now, tenants, quiet);
        let answers = self.one_by_one(vec![claim, next]).await?;
        let cards = answers.first().map_or(&[][..], |answer| &answer.rows);
        let cards = cards
            .iter()
            .map(|row| {
                let (tenant, invitation) = (column(row, 0)?, column(row, 1)?);
                Ok(DirtyCard { tenant: TenantId(tenant), invitation: InvitationId(invitation) })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok((cards, instant("invitation", answers.get(1))?))
    }

    pub(super) async fn claim_lanes(
        &self,
        class: Class,
        node: NodeId,
        now: Timestamp,
        lease: SignedDuration,
        limit: usize,
    ) -> Result<(Vec<LaneClaim>, Option<Timestamp>), StoreError> {
        let (now, quiet) = (micros(now), class.is_quiet());
        let claim = query!(CLAIM_LANES, node.0, now, span(lease), limit, quiet);
        let next = query!(NEXT_LANE, node.0, now, quiet);
        let answers = self.one_by_one(vec![claim, next]).await?;
        let lanes = answers.first().map_or(&[][..], |answer| &answer.rows);
        let lanes = lanes
            .iter()
            .map(|row| {
                let lane = parse_lane(&text_key(column(row, 1)?))?;
                let epoch = natural("lane", row, 2)?;
                Ok(LaneClaim { tenant: TenantId(column(row, 0)?), lane, epoch })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok((lanes, instant("lane", answers.get(1))?))
    }

    pub(super) async fn renew_lane(
        &self,
        claim: &LaneClaim,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        let lane = key_text(&claim.lane.stored());
        self.wrote_one(query!(RENEW_LANE, claim.tenant.0, lane, claim.epoch, span(lease))).await
    }

    pub(super) async fn settle(
        &self,
        claim: &LaneClaim,
        settlement: &Settlement,
        lease: SignedDuration,
    ) -> Result<Settled, StoreError> {
        self.work(Settle { claim, settlement, lease }).await
    }

    pub(super) async fn lease(
        &self,
        name: &str,
        node: NodeId,
        lease: SignedDuration,
    ) -> Result<bool, StoreError> {
        self.wrote_one(query!(LEASE, name, node.0, span(lease))).await
    }

    pub(super) async fn release(&self, node: NodeId) -> Result<(), StoreError> {
        self.one_by_one(vec![
            query!("UPDATE lane SET owner = NULL, lease_until = 0 WHERE owner = $1", node.0),
            query!("DELETE FROM lease WHERE owner = $1", node.0),
            query!(
                "UPDATE invitation SET card_owner = NULL, card_lease = 0
                 WHERE card_wanted <> card_shown AND card_owner = $1",
                node.0
            ),
        ])
        .await?;
        Ok(())
    }
}

/// A settlement. Run again after it went through, it finds the claim ended, or settles once more
/// what is settled.
struct Settle<'s> {
    claim: &'s LaneClaim,
    settlement: &'s Settlement,
    lease: SignedDuration,
}

impl Work for Settle<'_> {
    type Done = Settled;

    async fn run(&self, link: &mut Link) -> Result<Settled, StoreError> {
        let Self { claim, settlement, lease } = self;
        let (tenant, lane) = (claim.tenant.0, key_text(&claim.lane.stored()));
        let fence = query!(
            "SELECT FROM lane WHERE tenant = $1 AND lane = $2 AND epoch = $3 AND owner IS NOT NULL
             FOR NO KEY UPDATE",
            tenant,
            lane.clone(),
            claim.epoch
        );
        let ours = link.in_transaction(vec![fence]).await?;
        if ours.first().is_none_or(|answer| answer.rows.is_empty()) {
            return Ok(Settled::Lost);
        }
        let outcome = match settlement {
            Settlement::Sent { through } => query!(
                "DELETE FROM outbox WHERE tenant = $1 AND lane = $2 AND pos <= $3 AND NOT dead",
                tenant,
                lane.clone(),
                *through
            ),
            Settlement::Dead { pos, error } => query!(
                "UPDATE outbox SET dead = true, error = $4, attempts = attempts + 1
                 WHERE tenant = $1 AND lane = $2 AND pos = $3",
                tenant,
                lane.clone(),
                *pos,
                key_text(error)
            ),
            Settlement::Retry { pos, through, at, error, counted } => {
                let entry = query!(
                    "UPDATE outbox SET error = $5, attempts = attempts + $6
                     WHERE tenant = $1 AND lane = $2 AND pos BETWEEN $3 AND $4 AND NOT dead",
                    tenant,
                    lane.clone(),
                    *pos,
                    *through,
                    key_text(error),
                    i64::from(*counted)
                );
                let rest = query!(
                    "UPDATE lane SET owner = NULL, lease_until = 0, due = $3
                     WHERE tenant = $1 AND lane = $2",
                    tenant,
                    lane.clone(),
                    micros(*at)
                );
                link.commit(vec![entry, rest]).await?;
                return Ok(Settled::Ended);
            }
        };
        let answers = link.commit(vec![outcome, query!(GO_ON, tenant, lane, span(*lease))]).await?;
        let row = answers.get(1).and_then(|answer| answer.rows.first());
        let more = row.map_or(Ok(false), |row| column(row, 0))?;
        Ok(if more { Settled::More } else { Settled::Ended })
    }
}
