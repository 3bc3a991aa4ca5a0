//! A year of finished sessions, the same in both stores.

use std::path::Path;

use beckon_domain::outcome::Outcome;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::{BEGIN, Failure, TENANT, YEAR, agent};

/// The columns that are written, in this order; the others say nothing of a session here.
const COLUMNS: &str = "tenant, session, service, account, channel, ended_by, agent, outcome,
  outcome_group, direct, stale, created, accepted, queued, first_offer, first_connect, first_reply,
  ended, acw_end, workflow_ms, queue_ms, ring_ms, connected_ms, parked_ms, acw_ms, offers, declines,
  misses, undeliverable, transfers, messages_in, messages_out, undelivered, shared";
/// What an agent does for a session, and when after its beginning, in seconds.
const STATES: [(&str, i64); 4] =
    [("ringing", 0), ("connected", 5), ("acw", 305), ("available", 335)];
/// One in so many rang at a second agent, too.
const SHARED: usize = 5;

/// Writes finished sessions, evenly over a year.
pub(super) fn sqlite(path: &Path, sessions: usize) -> Result<(), Failure> {
    let mut db = Connection::open(path)?;
    let transaction = db.transaction()?;
    {
        let mut insert = transaction.prepare(&format!(
            "INSERT INTO session_report ({COLUMNS}) VALUES (?1, ?2, 'support', 'website', ?3, 'user', ?4, ?5,
               ?6, 0, 0, ?7, ?7, ?7, ?7 + 1000000, ?8, ?8 + 5000000, ?8 + 300000000, ?9, 0, ?10,
               5000, 300000, 0, 30000, 2, 1, 0, 0, 0, 9, 9, 0, ?11)",
        ))?;
        let mut ring = transaction.prepare(
            "INSERT INTO agent_rings (tenant, service, created, session, agent, channel, offers,
               declines, misses, undeliverable)
             VALUES (?1, 'support', ?2, ?3, ?4, ?5, 1, ?6, 0, 0)",
        )?;
        let mut did = transaction.prepare(
            "INSERT INTO agent_state (tenant, agent, at, state) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for number in 0..sessions {
            let created = BEGIN + number as i64 * (YEAR / sessions as i64);
            // Waits without a pattern: a prime steps through two minutes.
            let wait = (number * 7_919 % 120_000) as i64;
            let outcome = if number % 10_000 == 0 {
                Outcome::FailedInternal
            } else if number % 7 == 0 {
                Outcome::CustomerLeftInQueue
            } else {
                Outcome::UserAccepted
            };
            let id = Uuid::from_u128(((created / 1000) as u128) << 80 | 7 << 76 | number as u128);
            let connect = created + wait * 1000;
            let channel = ["api", "web", "sms", "whatsapp"][number % 4];
            let shared = number % SHARED == 0;
            let agents = if shared { 2 } else { 0 };
            for other in 0..agents {
                let agent = agent((number + other) % 50).0;
                ring.execute(params![TENANT.0, created, id, agent, channel, other as i64])?;
            }
            for (state, after) in STATES {
                let at = created + after * 1_000_000;
                did.execute(params![TENANT.0, agent(number % 50).0, at, state])?;
            }
            insert.execute(params![
                TENANT.0,
                id,
                channel,
                agent(number % 50).0,
                outcome.id(),
                if outcome == Outcome::UserAccepted { 1 } else { 3 },
                created,
                connect,
                connect + 330_000_000,
                wait,
                shared,
            ])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Runs SQL on PostgreSQL.
pub(super) async fn batch(url: &str, sql: &str) -> Result<(), Failure> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    Ok(connection.await??)
}

/// The same on PostgreSQL, whose statistics are brought up to date as its own upkeep would.
pub(super) async fn postgres(url: &str, sessions: usize) -> Result<(), Failure> {
    let (step, rare) = (YEAR / sessions as i64, Outcome::FailedInternal.id());
    let (left, accepted) = (Outcome::CustomerLeftInQueue.id(), Outcome::UserAccepted.id());
    let tenant = TENANT.0;
    let insert = format!(
        "INSERT INTO session_report ({COLUMNS})
         SELECT '{tenant}', ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
           'support', 'website', (ARRAY['api', 'web', 'sms', 'whatsapp'])[n % 4 + 1], 'user',
           ('00000000-0000-0000-0000-0000000' || to_hex(655360 + n % 50))::uuid,
           CASE WHEN n % 10000 = 0 THEN {rare} WHEN n % 7 = 0 THEN {left} ELSE {accepted} END,
           CASE WHEN n % 7 = 0 OR n % 10000 = 0 THEN 3 ELSE 1 END, 0, 0,
           at, at, at, at + 1000000, at + wait * 1000, at + wait * 1000 + 5000000,
           at + wait * 1000 + 300000000, at + wait * 1000 + 330000000, 0, wait,
           5000, 300000, 0, 30000, 2, 1, 0, 0, 0, 9, 9, 0, (n % {SHARED} = 0)::int
         FROM (SELECT n, {BEGIN} + n::bigint * {step} AS at, n::bigint * 7919 % 120000 AS wait
               FROM generate_series(0, {sessions} - 1) AS n) AS numbers"
    );
    batch(url, &insert).await?;
    let rings = format!(
        "INSERT INTO agent_rings (tenant, session, agent, service, channel, created, offers,
           declines, misses, undeliverable)
         SELECT tenant, session,
           ('00000000-0000-0000-0000-0000000' || to_hex(655360 + (n + other) % 50))::uuid,
           service, channel, created, 1, other, 0, 0
         FROM (SELECT *, (created - {BEGIN}) / {step} AS n FROM session_report) AS numbers,
           generate_series(0, 1) AS other WHERE shared = 1"
    );
    batch(url, &rings).await?;
    for (state, after) in STATES {
        let did = format!(
            "INSERT INTO agent_state (tenant, agent, at, state)
             SELECT tenant, agent, created + {after} * 1000000, '{state}' FROM session_report"
        );
        batch(url, &did).await?;
    }
    batch(url, "VACUUM ANALYZE agent_state").await?;
    batch(url, "VACUUM ANALYZE session_report").await?;
    batch(url, "VACUUM ANALYZE agent_rings").await
}
