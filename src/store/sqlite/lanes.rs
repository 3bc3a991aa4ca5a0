//! The outbox and its lanes, and leases: writes that no rule decides on.

use beckon_domain::effect::{Effect, EffectBody};
use beckon_domain::ids::{SessionId, TenantId};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::codec::{decode, micros, timestamp};
use crate::store::{
    Class, LaneClaim, NodeId, OutboxEntry, Settled, Settlement, StoreError, parse_lane,
};

fn later(now: Timestamp, lease: SignedDuration) -> i64 {
    micros(now.saturating_add(lease).unwrap_or(Timestamp::MAX))
}

pub(super) fn claim(
    db: &Connection,
    class: Class,
    node: NodeId,
    now: Timestamp,
    lease: SignedDuration,
    limit: usize,
) -> Result<(Vec<LaneClaim>, Option<Timestamp>), StoreError> {
    let mut statement = db.prepare_cached(
        "UPDATE lane SET owner = ?1, epoch = epoch + 1, lease_until = ?3
         WHERE (tenant, lane) IN (
           SELECT tenant, lane FROM lane
           WHERE quiet = ?5 AND due <= ?2 AND (owner IS NULL OR lease_until <= ?2)
           ORDER BY due LIMIT ?4)
         RETURNING tenant, lane, epoch",
    )?;
    let key = params![node.0, micros(now), later(now, lease), limit as i64, class.is_quiet()];
    let rows = statement
        .query_map(key, |row| Ok((TenantId(row.get(0)?), row.get::<_, String>(1)?, row.get(2)?)))?;
    let mut claims = Vec::new();
    for row in rows {
        let (tenant, lane, epoch) = row?;
        claims.push(LaneClaim { tenant, lane: parse_lane(&lane)?, epoch });
    }
    let next: Option<i64> = db
        .prepare_cached(
            "SELECT min(CASE WHEN owner IS NULL THEN due ELSE max(due, lease_until) END)
             FROM lane WHERE due IS NOT NULL AND quiet = ?2 AND NOT (owner IS ?1)",
        )?
        .query_row(params![node.0, class.is_quiet()], |row| row.get(0))?;
    Ok((claims, next.map(|next| timestamp("lane", next)).transpose()?))
}

pub(super) fn head(
    db: &Connection,
    claim: &LaneClaim,
    limit: usize,
) -> Result<Vec<OutboxEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT tenant, pos, at, attempts, dead, error, doc, lane, dedupe, not_after FROM outbox
         WHERE tenant = ?1 AND lane = ?2 AND dead = 0 ORDER BY pos LIMIT ?3",
    )?;
    let rows = statement
        .query_map(params![claim.tenant.0, claim.lane.stored(), limit as i64], raw_entry)?;
    let mut entries = Vec::new();
    for row in rows {
        entries.push(entry(db, row?)?);
    }
    Ok(entries)
}

pub(super) fn renew(
    db: &Connection,
    claim: &LaneClaim,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<bool, StoreError> {
    let renewed = db
        .prepare_cached(
            "UPDATE lane SET lease_until = ?4
             WHERE tenant = ?1 AND lane = ?2 AND epoch = ?3 AND owner IS NOT NULL",
        )?
        .execute(params![claim.tenant.0, claim.lane.stored(), claim.epoch, later(now, lease)])?;
    Ok(renewed == 1)
}

pub(super) fn settle(
    db: &Connection,
    claim: &LaneClaim,
    settlement: &Settlement,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Settled, StoreError> {
    let lane = claim.lane.stored();
    let key = params![claim.tenant.0, lane, claim.epoch];
    let ours = db
        .prepare_cached(
            "SELECT 1 FROM lane
             WHERE tenant = ?1 AND lane = ?2 AND epoch = ?3 AND owner IS NOT NULL",
        )?
        .exists(key)?;
    if !ours {
        return Ok(Settled::Lost);
    }
    let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Result<usize, StoreError> {
        Ok(db.prepare_cached(sql)?.execute(params)?)
    };
    let tenant = claim.tenant.0;
    match settlement {
        Settlement::Sent { through } => {
            run(
                "DELETE FROM outbox WHERE tenant = ?1 AND lane = ?2 AND pos <= ?3 AND dead = 0",
                params![tenant, lane, through],
            )?;
        }
        Settlement::Dead { pos, error } => {
            run(
                "UPDATE outbox SET dead = 1, error = ?3, attempts = attempts + 1
                 WHERE tenant = ?1 AND pos = ?2",
                params![tenant, pos, error],
            )?;
        }
        Settlement::Retry { pos, through, at, error, counted } => {
            run(
                "UPDATE outbox SET error = ?5, attempts = attempts + ?6
                 WHERE tenant = ?1 AND lane = ?2 AND pos BETWEEN ?3 AND ?4 AND dead = 0",
                params![tenant, lane, pos, through, error, counted],
            )?;
            run(
                "UPDATE lane SET owner = NULL, lease_until = 0, due = ?3
                 WHERE tenant = ?1 AND lane = ?2",
                params![tenant, lane, micros(*at)],
            )?;
            return Ok(Settled::Ended);
        }
    }
    let more = db
        .prepare_cached("SELECT 1 FROM outbox WHERE tenant = ?1 AND lane = ?2 AND dead = 0")?
        .exists(params![tenant, lane])?;
    if more {
        run(
            "UPDATE lane SET lease_until = ?3 WHERE tenant = ?1 AND lane = ?2",
            params![tenant, lane, later(now, lease)],
        )?;
        Ok(Settled::More)
    } else {
        run(
            "UPDATE lane SET owner = NULL, lease_until = 0, due = NULL
             WHERE tenant = ?1 AND lane = ?2",
            params![tenant, lane],
        )?;
        Ok(Settled::Ended)
    }
}

pub(super) fn release(db: &Connection, node: NodeId) -> Result<(), StoreError> {
    db.execute("UPDATE lane SET owner = NULL, lease_until = 0 WHERE owner = ?1", [node.0])?;
    db.execute("DELETE FROM lease WHERE owner = ?1", [node.0])?;
    Ok(())
}

/// Frees whatever anybody had claimed.
pub(super) fn forget_claims(db: &Connection) -> Result<(), StoreError> {
    Ok(db.execute_batch(
        "UPDATE lane SET owner = NULL, lease_until = 0 WHERE owner IS NOT NULL;
         DELETE FROM lease;",
    )?)
}

pub(super) fn outbox(
    db: &Connection,
    after: u64,
    dead_only: bool,
    limit: usize,
) -> Result<Vec<OutboxEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT tenant, pos, at, attempts, dead, error, doc, lane, dedupe, not_after FROM outbox
         WHERE pos > ?1 AND dead >= ?2 ORDER BY pos LIMIT ?3",
    )?;
    let rows = statement.query_map(params![after, dead_only, limit as i64], raw_entry)?;
    let mut entries = Vec::new();
    for row in rows {
        entries.push(entry(db, row?)?);
    }
    Ok(entries)
}

pub(super) fn retry(db: &Connection, pos: u64, now: Timestamp) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached(
        "UPDATE outbox SET dead = 0, attempts = 0 WHERE pos = ?1 AND dead = 1
         RETURNING tenant, lane",
    )?;
    let lane = statement
        .query_row([pos], |row| Ok((row.get::<_, uuid::Uuid>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    let Some((tenant, lane)) = lane else { return Ok(false) };
    db.execute(
        "UPDATE lane SET due = ?3 WHERE tenant = ?1 AND lane = ?2",
        params![tenant, lane, micros(now)],
    )?;
    Ok(true)
}

pub(super) fn discard(db: &Connection, pos: u64) -> Result<bool, StoreError> {
    Ok(db.execute("DELETE FROM outbox WHERE pos = ?1 AND dead = 1", [pos])? == 1)
}

pub(super) fn lease(
    db: &Connection,
    name: &str,
    node: NodeId,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<bool, StoreError> {
    let written = db
        .prepare_cached(
            "INSERT INTO lease (name, owner, epoch, until) VALUES (?1, ?2, 1, ?4)
             ON CONFLICT (name) DO UPDATE SET
               epoch = epoch + (owner <> excluded.owner), owner = excluded.owner, until = excluded.until
             WHERE owner = excluded.owner OR until <= ?3",
        )?
        .execute(params![name, node.0, micros(now), later(now, lease)])?;
    Ok(written == 1)
}

struct RawEntry {
    tenant: TenantId,
    pos: u64,
    at: i64,
    attempts: u32,
    dead: bool,
    error: Option<String>,
    doc: String,
    lane: String,
    dedupe: Option<String>,
    not_after: Option<i64>,
}

fn raw_entry(row: &Row<'_>) -> rusqlite::Result<RawEntry> {
    Ok(RawEntry {
        tenant: TenantId(row.get(0)?),
        pos: row.get(1)?,
        at: row.get(2)?,
        attempts: row.get(3)?,
        dead: row.get(4)?,
        error: row.get(5)?,
        doc: row.get(6)?,
        lane: row.get(7)?,
        dedupe: row.get(8)?,
        not_after: row.get(9)?,
    })
}

fn entry(db: &Connection, raw: RawEntry) -> Result<OutboxEntry, StoreError> {
    let effect = Effect {
        lane: parse_lane(&raw.lane)?,
        body: decode("outbox", &raw.doc)?,
        unique: raw.dedupe,
        not_after: raw.not_after.map(|at| timestamp("outbox", at)).transpose()?,
    };
    let message = match &effect.body {
        EffectBody::Message { session, seq } => message(db, raw.tenant, *session, *seq)?,
        EffectBody::Room { .. } | EffectBody::Notice { .. } => None,
    };
    Ok(OutboxEntry {
        tenant: raw.tenant,
        pos: raw.pos,
        effect,
        at: timestamp("outbox", raw.at)?,
        attempts: raw.attempts,
        dead: raw.dead,
        error: raw.error,
        message,
    })
}

fn message(
    db: &Connection,
    tenant: TenantId,
    session: SessionId,
    seq: u64,
) -> Result<Option<beckon_domain::session::Message>, StoreError> {
    let text: Option<String> = db
        .prepare_cached("SELECT doc FROM message WHERE tenant = ?1 AND session = ?2 AND seq = ?3")?
        .query_row(params![tenant.0, session.0, seq], |row| row.get(0))
        .optional()?;
    text.map(|text| decode("message", &text)).transpose()
}
