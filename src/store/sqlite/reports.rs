//! What reports are made from, read.

use beckon_domain::ids::{AgentId, InvitationId, SessionId, TenantId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::codec::{from_word, micros, timestamp};
use crate::store::report::{NUMBERS, ReportColumns, SAID, report_columns};
use crate::store::{AgentInterval, SessionReport, StoreError};

pub(super) fn report(
    db: &Connection,
    tenant: TenantId,
    session: SessionId,
) -> Result<Option<SessionReport>, StoreError> {
    let row = db
        .prepare_cached(concat!(
            "SELECT ",
            report_columns!(),
            " FROM session_report INDEXED BY report_session WHERE tenant = ?1 AND session = ?2"
        ))?
        .query_row(params![tenant.0, session.0], columns)
        .optional()?;
    row.map(SessionReport::from_columns).transpose()
}

/// How many columns a row of a report has.
pub(super) const COLUMNS: usize = 6 + NUMBERS + SAID;

pub(super) fn columns(row: &Row<'_>) -> rusqlite::Result<ReportColumns> {
    let mut numbers = [None; NUMBERS];
    for (number, index) in numbers.iter_mut().zip(6..) {
        *number = row.get(index)?;
    }
    let mut said = [const { None }; SAID];
    for (text, index) in said.iter_mut().zip(6 + NUMBERS..) {
        *text = row.get(index)?;
    }
    Ok(ReportColumns {
        session: row.get(0)?,
        service: row.get(1)?,
        account: row.get(2)?,
        channel: row.get(3)?,
        ended_by: row.get(4)?,
        agent: row.get(5)?,
        numbers,
        said,
    })
}

pub(super) fn agent_intervals(
    db: &Connection,
    tenant: TenantId,
    agent: AgentId,
    (from, until): (Timestamp, Timestamp),
    limit: usize,
) -> Result<Vec<AgentInterval>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT from_at, to_at, kind, invitation FROM agent_interval
         WHERE tenant = ?1 AND agent = ?2 AND from_at >= ?3 AND from_at < ?4
         ORDER BY from_at, invitation LIMIT ?5",
    )?;
    let span = params![tenant.0, agent.0, micros(from), micros(until), limit as i64];
    let rows = statement
        .query_map(span, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.map(|row| {
        let (from, to, kind, invitation): (i64, i64, String, uuid::Uuid) = row?;
        Ok(AgentInterval {
            agent,
            kind: from_word("agent_interval", kind)?,
            from: timestamp("agent_interval", from)?,
            to: timestamp("agent_interval", to)?,
            invitation: InvitationId(invitation),
        })
    })
    .collect()
}
