//! Removing what is past, a few hundred rows at a time.

use beckon_domain::effect::LaneKey;
use beckon_domain::ids::{AccountId, Address, SessionId};
use jiff::Timestamp;
use rusqlite::{Connection, Params, params};
use uuid::Uuid;

use crate::store::codec::micros;
use crate::store::{Expired, PRUNED_AT_ONCE, Pruned, StoreError};

/// How many sessions one transaction looks at.
const SESSIONS: usize = 50;

/// The dependants of a session: one row of each, by the rest of its key.
const DEPENDANTS: [&str; 3] = [
    "DELETE FROM event WHERE pos IN (
       SELECT pos FROM event WHERE tenant = ?1 AND session = ?2 LIMIT ?3)",
    "DELETE FROM invitation WHERE tenant = ?1 AND id IN (
       SELECT id FROM invitation INDEXED BY invitation_session
       WHERE tenant = ?1 AND session = ?2 LIMIT ?3)",
    "DELETE FROM agent_rings WHERE (tenant, service, created, session, agent) IN (
       SELECT tenant, service, created, session, agent
       FROM agent_rings INDEXED BY rings_session
       WHERE tenant = ?1 AND session = ?2 LIMIT ?3)",
];

struct Past {
    tenant: Uuid,
    id: Uuid,
    account: String,
    address: String,
}

pub(super) fn prune(db: &Connection, what: Expired) -> Result<Pruned, StoreError> {
    match what {
        // There are none here.
        Expired::Months(_) => Ok(Pruned::default()),
        Expired::Messages(before) => messages(db, before),
        Expired::Sessions(before) => sessions(db, before),
        Expired::States(before) => {
            let gone = run(
                db,
                "DELETE FROM agent_state WHERE (tenant, agent, at) IN (
                   SELECT s.tenant, s.agent, s.at FROM agent a
                   CROSS JOIN agent_state s ON s.tenant = a.tenant AND s.agent = a.id AND s.at < (
                     SELECT max(l.at) FROM agent_state l
                     WHERE l.tenant = a.tenant AND l.agent = a.id AND l.at < ?1)
                   LIMIT ?2)",
                params![micros(before), PRUNED_AT_ONCE as i64],
            )?;
            Ok(Pruned { rows: gone, count: gone })
        }
        Expired::DeadLetters(before) => {
            let gone = run(
                db,
                "DELETE FROM outbox WHERE pos IN (
                   SELECT pos FROM outbox WHERE dead = 1 AND at < ?1 ORDER BY at LIMIT ?2)",
                params![micros(before), PRUNED_AT_ONCE as i64],
            )?;
            Ok(Pruned { rows: gone, count: gone })
        }
        Expired::Keys { before, given_up_before } => {
            let gone = run(
                db,
                "DELETE FROM command WHERE (tenant, id) IN (
                   SELECT c.tenant, c.id FROM command c
                   WHERE c.at < ?1 AND (c.at < ?2 OR c.id NOT GLOB 'given-up:*') AND NOT EXISTS (
                     SELECT 1 FROM session s
                     WHERE s.tenant = c.tenant AND s.id = c.session AND s.ended_at IS NULL)
                   ORDER BY c.at LIMIT ?3)",
                params![micros(before), micros(given_up_before), PRUNED_AT_ONCE as i64],
            )?;
            Ok(Pruned { rows: gone, count: gone })
        }
    }
}

/// How many there are to remove.
pub(super) fn expired(db: &Connection, what: Expired) -> Result<u64, StoreError> {
    let count = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Result<u64, StoreError> {
        Ok(db.prepare_cached(sql)?.query_row(params, |row| row.get(0))?)
    };
    match what {
        Expired::Months(_) => Ok(0),
        Expired::Messages(before) => count(
            "SELECT count(*) FROM session s INDEXED BY session_past
             CROSS JOIN message m ON m.tenant = s.tenant AND m.session = s.id
             WHERE s.texts = 1 AND s.ended_at < ?1",
            params![micros(before)],
        ),
        Expired::Sessions(before) => count(
            "SELECT count(*) FROM session WHERE texts IN (0, 1) AND ended_at < ?1",
            params![micros(before)],
        ),
        Expired::States(before) => count(
            "SELECT count(*) FROM agent a
             CROSS JOIN agent_state s ON s.tenant = a.tenant AND s.agent = a.id AND s.at < (
               SELECT max(l.at) FROM agent_state l
               WHERE l.tenant = a.tenant AND l.agent = a.id AND l.at < ?1)",
            params![micros(before)],
        ),
        Expired::DeadLetters(before) => {
            count("SELECT count(*) FROM outbox WHERE dead = 1 AND at < ?1", params![micros(before)])
        }
        Expired::Keys { before, given_up_before } => count(
            "SELECT count(*) FROM command c
             WHERE c.at < ?1 AND (c.at < ?2 OR c.id NOT GLOB 'given-up:*') AND NOT EXISTS (
               SELECT 1 FROM session s
               WHERE s.tenant = c.tenant AND s.id = c.session AND s.ended_at IS NULL)",
            params![micros(before), micros(given_up_before)],
        ),
    }
}

fn run(db: &Connection, sql: &str, params: impl Params) -> Result<usize, StoreError> {
    Ok(db.prepare_cached(sql)?.execute(params)?)
}

fn past(db: &Connection, texts: bool, before: Timestamp) -> Result<Vec<Past>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT tenant, id, account, address FROM session
         WHERE texts = ?1 AND ended_at < ?2 ORDER BY ended_at LIMIT ?3",
    )?;
    let rows = statement.query_map(params![texts, micros(before), SESSIONS as i64], |row| {
        Ok(Past {
            tenant: row.get(0)?,
            id: row.get(1)?,
            account: row.get(2)?,
            address: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn messages(db: &Connection, before: Timestamp) -> Result<Pruned, StoreError> {
    let mut pruned = Pruned::default();
    for Past { tenant, id, .. } in past(db, true, before)? {
        let room = PRUNED_AT_ONCE.saturating_sub(pruned.rows + 1);
        let gone = run(
            db,
            "DELETE FROM message WHERE tenant = ?1 AND session = ?2 AND seq IN (
               SELECT seq FROM message WHERE tenant = ?1 AND session = ?2 LIMIT ?3)",
            params![tenant, id, room as i64],
        )?;
        pruned.rows += gone;
        pruned.count += gone;
        if gone >= room {
            break;
        }
        pruned.rows +=
            run(db, "UPDATE session SET texts = 0 WHERE tenant = ?1 AND id = ?2", [tenant, id])?;
    }
    Ok(pruned)
}

fn sessions(db: &Connection, before: Timestamp) -> Result<Pruned, StoreError> {
    let mut pruned = Pruned::default();
    'sessions: for past in past(db, false, before)? {
        for sql in DEPENDANTS {
            // The last rows are those of `finish`.
            let room = PRUNED_AT_ONCE.saturating_sub(pruned.rows + 6);
            let gone = run(db, sql, params![past.tenant, past.id, room as i64])?;
            pruned.rows += gone;
            if gone >= room {
                break 'sessions;
            }
        }
        pruned.rows += finish(db, &past)?;
        pruned.count += 1;
    }
    Ok(pruned)
}

/// Removes a session on which nothing hangs any more, with what there is of it once or a few times:
/// a row of each kind, and one for each room it had.
fn finish(db: &Connection, past: &Past) -> Result<usize, StoreError> {
    let key = [past.tenant, past.id];
    let mut rows = run(db, "DELETE FROM room WHERE tenant = ?1 AND session = ?2", key)?;
    rows += run(db, "DELETE FROM room_chat WHERE tenant = ?1 AND session = ?2", key)?;
    rows += run(db, "DELETE FROM session_report WHERE tenant = ?1 AND session = ?2", key)?;
    rows += run(db, "DELETE FROM session WHERE tenant = ?1 AND id = ?2", key)?;
    let session = SessionId(past.id);
    for lane in [LaneKey::Room { session }, LaneKey::Notice { session }] {
        rows += forget_lane(db, past.tenant, &lane)?;
    }
    let others = db
        .prepare_cached(
            "SELECT 1 FROM session INDEXED BY session_address
             WHERE tenant = ?1 AND account = ?2 AND address = ?3",
        )?
        .exists(params![past.tenant, past.account, past.address])?;
    if !others {
        let account = AccountId(past.account.clone());
        let address = Address::from(past.address.as_str());
        rows += forget_lane(db, past.tenant, &LaneKey::Customer { account, address })?;
    }
    Ok(rows)
}

/// Removes a lane in which nothing is, for good.
fn forget_lane(db: &Connection, tenant: Uuid, lane: &LaneKey) -> Result<usize, StoreError> {
    run(
        db,
        "DELETE FROM lane WHERE tenant = ?1 AND lane = ?2 AND due IS NULL AND owner IS NULL
         AND NOT EXISTS (SELECT 1 FROM outbox o INDEXED BY outbox_dead_lane
           WHERE o.tenant = ?1 AND o.lane = ?2 AND o.dead = 1)",
        params![tenant, lane.stored()],
    )
}
