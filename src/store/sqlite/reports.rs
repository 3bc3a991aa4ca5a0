//! What reports are made from, read.

use beckon_domain::ids::{SessionId, TenantId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::report::{NUMBERS, ReportColumns, SAID, report_columns};
use crate::store::{SessionReport, StoreError};

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
