//! What reports are made from: written with a session's end, and read.

use beckon_domain::ids::{SessionId, TenantId};
use beckon_domain::report::Rings;
use tokio_postgres::Row;

use super::Core;
use super::rows::{column, key_text, text_key};
use super::sql::{Param, Query, query};
use crate::store::codec::{micros, word};
use crate::store::report::{NUMBERS, ReportColumns, SAID, report_columns};
use crate::store::{SessionReport, StoreError};

/// Writes a report; of one that is there, what can still change.
pub(super) fn put(tenant: TenantId, row: &SessionReport) -> Result<Query, StoreError> {
    let row = row.columns()?;
    let mut values: Vec<Param> = vec![
        tenant.0.into(),
        row.session.into(),
        key_text(&row.service).into(),
        key_text(&row.account).into(),
        row.channel.into(),
        row.ended_by.into(),
        row.agent.into(),
    ];
    values.extend(row.numbers.map(Param::from));
    values.extend(row.said.map(Param::from));
    Ok(Query::new(
        concat!(
            "INSERT INTO session_report (tenant, ",
            report_columns!(),
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33,
                 $34, $35, $36, $37, $38, $39)
             ON CONFLICT (tenant, session) DO UPDATE SET acw_end = excluded.acw_end,
               acw_ms = excluded.acw_ms, undelivered = excluded.undelivered,
               codes = excluded.codes, codes2 = excluded.codes2, tags = excluded.tags,
               codes_missing = excluded.codes_missing, shared = excluded.shared"
        ),
        values,
    ))
}

/// Adds how often an agent was rung, if it is new.
pub(super) fn add_rings(
    tenant: TenantId,
    report: &SessionReport,
    row: &Rings,
) -> Result<Query, StoreError> {
    Ok(query!(
        "INSERT INTO agent_rings (tenant, session, agent, service, channel, created, offers,
           declines, misses, undeliverable)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        tenant.0,
        report.session.0,
        row.agent.0,
        key_text(report.service.as_str()),
        word("agent_rings", &report.channel)?,
        report.times.created.map(micros),
        row.offers,
        row.declines,
        row.misses,
        row.undeliverable
    ))
}

pub(super) fn columns(row: &Row) -> Result<ReportColumns, StoreError> {
    let mut numbers = [None; NUMBERS];
    for (number, index) in numbers.iter_mut().zip(6..) {
        *number = column(row, index)?;
    }
    let mut said = [const { None }; SAID];
    for (text, index) in said.iter_mut().zip(6 + NUMBERS..) {
        *text = column(row, index)?;
    }
    Ok(ReportColumns {
        session: column(row, 0)?,
        service: text_key(column(row, 1)?),
        account: text_key(column(row, 2)?),
        channel: column(row, 3)?,
        ended_by: column(row, 4)?,
        agent: column(row, 5)?,
        numbers,
        said,
    })
}

impl Core {
    pub(super) async fn report(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Option<SessionReport>, StoreError> {
        let read = query!(
            concat!(
                "SELECT ",
                report_columns!(),
                " FROM session_report WHERE tenant = $1 AND session = $2"
            ),
            tenant.0,
            session.0
        );
        let answer = self.ask(read).await?;
        let row = answer.rows.first().map(columns).transpose()?;
        row.map(SessionReport::from_columns).transpose()
    }
}
