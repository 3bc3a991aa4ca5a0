//! Lists and reports, read. Each list has a query for each index that leads to it; all of them
//! give their rows in the same order.

use beckon_domain::ids::{AccountId, Address, ServiceId, SessionId, TenantId};
use beckon_domain::invitation::Invitation;
use beckon_domain::outcome::Outcome;
use beckon_domain::session::Session;
use rusqlite::{Connection, Row, ToSql, params};
use uuid::Uuid;

use super::read::many;
use super::reports::columns;
use crate::store::codec::{micros, word};
use crate::store::report::{Line, MeasureRow, RingsPart, measure_columns, report_columns};
use crate::store::{Finished, Invited, Measures, SessionReport, Span, StoreError};

pub(super) fn open_sessions(
    db: &Connection,
    tenant: TenantId,
    before: SessionId,
    limit: usize,
) -> Result<Vec<Session>, StoreError> {
    many(
        db,
        "session",
        "SELECT doc FROM session INDEXED BY session_live
         WHERE tenant = ?1 AND id < ?2 AND phase <> 'ended' ORDER BY id DESC LIMIT ?3",
        params![tenant.0, before.0, limit as i64],
    )
}

pub(super) fn customer_sessions(
    db: &Connection,
    tenant: TenantId,
    account: &AccountId,
    address: &Address,
    before: SessionId,
    limit: usize,
) -> Result<Vec<Session>, StoreError> {
    many(
        db,
        "session",
        "SELECT doc FROM session INDEXED BY session_address
         WHERE tenant = ?1 AND account = ?2 AND address = ?3 AND id < ?4 ORDER BY id DESC LIMIT ?5",
        params![tenant.0, account.as_str(), address.as_str(), before.0, limit as i64],
    )
}

/// Filters that no index leads by, and the end of the list's queries.
macro_rules! rest {
    () => {
        " AND (?5 IS NULL OR account = ?5) AND (?6 IS NULL OR channel = ?6)
         AND (?7 IS NULL OR outcome = ?7) AND (?8 IS NULL OR direct = ?8)
         AND (?9 IS NULL OR stale = ?9)"
    };
}

/// Of one service, and of one of its agents if that is asked for.
const OF_SERVICE: &str = concat!(
    "SELECT ",
    report_columns!(),
    " FROM session_report NOT INDEXED WHERE tenant = ?1 AND service = ?2 AND created >= ?3
      AND (created, session) < (?4, ?10) AND (?11 IS NULL OR agent = ?11)",
    rest!(),
    " ORDER BY created DESC, session DESC LIMIT ?12"
);
/// Of one agent, whatever the service.
const OF_AGENT: &str = concat!(
    "SELECT ",
    report_columns!(),
    " FROM session_report INDEXED BY report_agent WHERE tenant = ?1 AND agent = ?11
      AND created >= ?3 AND (created, service, session) < (?4, ?2, ?10)",
    rest!(),
    " ORDER BY created DESC, service DESC, session DESC LIMIT ?12"
);
/// Of everybody.
const OF_ALL: &str = concat!(
    "SELECT ",
    report_columns!(),
    " FROM session_report INDEXED BY report_created WHERE tenant = ?1
      AND created >= ?3 AND (created, service, session) < (?4, ?2, ?10) AND ?11 IS NULL",
    rest!(),
    " ORDER BY created DESC, service DESC, session DESC LIMIT ?12"
);

pub(super) fn finished(
    db: &Connection,
    tenant: TenantId,
    wanted: &Finished,
    limit: usize,
) -> Result<Vec<SessionReport>, StoreError> {
    let sql = match (&wanted.service, wanted.agent) {
        (Some(_), _) => OF_SERVICE,
        (None, Some(_)) => OF_AGENT,
        (None, None) => OF_ALL,
    };
    let before = &wanted.before;
    let service = wanted.service.as_ref().unwrap_or(&before.service);
    // A place in another service: of the sessions that began in the same microsecond, those of
    // lesser services come after it.
    let session = match service.cmp(&before.service) {
        std::cmp::Ordering::Less => Uuid::max(),
        std::cmp::Ordering::Equal => before.session.0,
        std::cmp::Ordering::Greater => Uuid::nil(),
    };
    let channel = wanted.channel.map(|channel| word("session_report", &channel)).transpose()?;
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(
        params![
            tenant.0,
            service.as_str(),
            micros(wanted.from),
            micros(before.created),
            wanted.account.as_ref().map(AccountId::as_str),
            channel,
            wanted.outcome.map(Outcome::id),
            wanted.direct,
            wanted.stale,
            session,
            wanted.agent.map(|agent| agent.0),
            limit as i64,
        ],
        columns,
    )?;
    rows.map(|row| SessionReport::from_columns(row?)).collect()
}

pub(super) fn invitations(
    db: &Connection,
    tenant: TenantId,
    wanted: Invited,
    limit: usize,
) -> Result<Vec<Invitation>, StoreError> {
    let Invited { agent, session, since, before } = wanted;
    let (sql, key) = match (session, agent) {
        (Some(session), _) => (
            "SELECT doc FROM invitation INDEXED BY invitation_session
             WHERE tenant = ?1 AND session = ?2 AND id >= ?3 AND id < ?4
             ORDER BY id DESC LIMIT ?5",
            session.0,
        ),
        (None, Some(agent)) => (
            "SELECT doc FROM invitation INDEXED BY invitation_agent
             WHERE tenant = ?1 AND agent = ?2 AND id >= ?3 AND id < ?4
             ORDER BY id DESC LIMIT ?5",
            agent.0,
        ),
        (None, None) => (
            "SELECT doc FROM invitation NOT INDEXED
             WHERE tenant = ?1 AND ?2 IS NOT NULL AND id >= ?3 AND id < ?4
             ORDER BY id DESC LIMIT ?5",
            Uuid::nil(),
        ),
    };
    many(db, "invitation", sql, params![tenant.0, key, since.0, before.0, limit as i64])
}

/// Filters of measures that no index leads by.
macro_rules! by_channel {
    () => {
        " AND created >= ?3 AND created < ?4 AND (?5 IS NULL OR channel = ?5)"
    };
}

/// Of one service: nothing but the index is read.
const MEASURE_SERVICE: &str = concat!(
    measure_columns!(),
    "INDEXED BY report_measures WHERE tenant = ?1 AND service = ?2
      AND (?6 IS NULL OR agent = ?6)",
    by_channel!()
);
/// Of one agent.
const MEASURE_AGENT: &str = concat!(
    measure_columns!(),
    "INDEXED BY report_agent WHERE tenant = ?1 AND agent = ?6 AND ?2 IS NULL",
    by_channel!()
);
/// Of everybody.
const MEASURE_ALL: &str = concat!(
    measure_columns!(),
    "INDEXED BY report_created WHERE tenant = ?1 AND ?2 IS NULL AND ?6 IS NULL",
    by_channel!()
);

macro_rules! rings_columns {
    () => {
        "SELECT service, agent, channel, created, offers, declines, misses, undeliverable
         FROM agent_rings "
    };
}

/// Of sessions of one service.
const RINGS_SERVICE: &str = concat!(
    rings_columns!(),
    "NOT INDEXED WHERE tenant = ?1 AND service = ?2 AND (?6 IS NULL OR agent = ?6)",
    by_channel!()
);
/// Of one agent.
const RINGS_AGENT: &str = concat!(
    rings_columns!(),
    "INDEXED BY rings_agent WHERE tenant = ?1 AND agent = ?6 AND ?2 IS NULL",
    by_channel!()
);
/// Of everybody.
const RINGS_ALL: &str = concat!(
    rings_columns!(),
    "INDEXED BY rings_created WHERE tenant = ?1 AND ?2 IS NULL AND ?6 IS NULL",
    by_channel!()
);

pub(super) fn measure(
    db: &Connection,
    tenant: TenantId,
    span: &Span,
    mut measures: Measures,
) -> Result<Measures, StoreError> {
    let (sql, rings) = match (&span.service, span.agent) {
        (Some(_), _) => (MEASURE_SERVICE, RINGS_SERVICE),
        (None, Some(_)) => (MEASURE_AGENT, RINGS_AGENT),
        (None, None) => (MEASURE_ALL, RINGS_ALL),
    };
    let apart = measures.by().agent || span.agent.is_some();
    let channel = span.channel.map(|channel| word("session_report", &channel)).transpose()?;
    let service: &dyn ToSql = &span.service.as_ref().map(ServiceId::as_str);
    let agent = span.agent.map(|agent| agent.0);
    let asked = params![tenant.0, service, micros(span.from), micros(span.until), channel, agent];
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(asked)?;
    while let Some(row) = rows.next()? {
        measures.take(&measured(row)?, apart)?;
    }
    if apart {
        let mut statement = db.prepare_cached(rings)?;
        let mut rows = statement.query(asked)?;
        while let Some(row) = rows.next()? {
            let line = Line {
                begun: measures.begun(row.get(3)?),
                service: Some(text(row, 0)?),
                agent: row.get(1)?,
                channel: Some(text(row, 2)?),
            };
            let counts = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
            measures.ring(&RingsPart { line, counts });
        }
    }
    Ok(measures)
}

fn text<'r>(row: &'r Row<'_>, index: usize) -> Result<&'r str, StoreError> {
    let value = row.get_ref(index)?.as_str();
    value.map_err(|error| StoreError::inconsistent("session_report", error))
}

fn measured<'r>(row: &'r Row<'_>) -> Result<MeasureRow<'r>, StoreError> {
    Ok(MeasureRow {
        service: text(row, 0)?,
        agent: row.get(1)?,
        channel: text(row, 2)?,
        outcome: row.get(3)?,
        created: row.get(4)?,
        queued: row.get(5)?,
        first_connect: row.get(6)?,
        first_reply: row.get(7)?,
        acw_end: row.get(8)?,
        queue_ms: row.get(9)?,
        connected_ms: row.get(10)?,
        acw_ms: row.get(11)?,
        counts: [row.get(12)?, row.get(13)?, row.get(14)?, row.get(15)?, row.get(16)?],
        shared: row.get(17)?,
        sla_seconds: row.get(18)?,
    })
}
