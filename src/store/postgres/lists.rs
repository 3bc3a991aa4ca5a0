//! Lists, read. Each list has a query for each index that leads to it; all of them
//! give their rows in the same order.

use beckon_domain::ids::{AccountId, Address, ServiceId, SessionId, TenantId};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::Session;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Core;
use super::reports::columns;
use super::rows::{column, key_text, text_key};
use super::sql::{Param, Query, query};
use crate::store::codec::{micros, timestamp, word};
use crate::store::report::report_columns;
use crate::store::{Finished, FinishedPage, Invited, ReportPlace, SessionReport, StoreError};

/// Sessions of one service, in the order of the list.
macro_rules! finished_of_service {
    () => {
        " FROM session_report WHERE tenant = $1 AND service = $2 AND created >= $3
          AND (created, session) < ($4, $5) ORDER BY created DESC, session DESC"
    };
}
/// Those of one agent, whatever the service.
macro_rules! finished_of_agent {
    () => {
        " FROM session_report WHERE tenant = $1 AND agent = $7 AND created >= $3
          AND (created, service, session) < ($4, $2, $5)
          ORDER BY created DESC, service DESC, session DESC"
    };
}
/// Those of everybody.
macro_rules! finished_of_all {
    () => {
        " FROM session_report WHERE tenant = $1 AND created >= $3
          AND (created, service, session) < ($4, $2, $5)
          ORDER BY created DESC, service DESC, session DESC"
    };
}
/// What of that, as far as it is looked at, passes the filters that no index leads by.
macro_rules! passing {
    () => {
        " LIMIT $6) AS looked_at
         WHERE ($7::uuid IS NULL OR agent = $7) AND ($8::text IS NULL OR account = $8)
         AND ($9::text IS NULL OR channel = $9) AND ($10::bigint IS NULL OR outcome = $10)
         AND ($11::bigint IS NULL OR direct = $11) AND ($12::bigint IS NULL OR stale = $12)
         ORDER BY created DESC, service DESC, session DESC LIMIT $13"
    };
}
/// A page of a list, and the last place that is looked at for it.
type List = (&'static str, &'static str);

const OF_SERVICE: List = (
    concat!("SELECT ", report_columns!(), " FROM (SELECT *", finished_of_service!(), passing!()),
    concat!("SELECT created, service, session", finished_of_service!(), " LIMIT 1 OFFSET $6"),
);
const OF_AGENT: List = (
    concat!("SELECT ", report_columns!(), " FROM (SELECT *", finished_of_agent!(), passing!()),
    concat!("SELECT created, service, session", finished_of_agent!(), " LIMIT 1 OFFSET $6"),
);
const OF_ALL: List = (
    concat!("SELECT ", report_columns!(), " FROM (SELECT *", finished_of_all!(), passing!()),
    concat!("SELECT created, service, session", finished_of_all!(), " LIMIT 1 OFFSET $6"),
);

fn place_of(row: &Row) -> Result<ReportPlace, StoreError> {
    Ok(ReportPlace {
        created: timestamp("session_report", column(row, 0)?)?,
        service: ServiceId(text_key(column(row, 1)?)),
        session: SessionId(column(row, 2)?),
    })
}

impl Core {
    pub(super) async fn open_sessions(
        &self,
        tenant: TenantId,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let read = query!(
            "SELECT doc FROM session
             WHERE tenant = $1 AND id < $2 AND phase <> 'ended' ORDER BY id DESC LIMIT $3",
            tenant.0,
            before.0,
            limit
        );
        self.ask(read).await?.documents("session")
    }

    pub(super) async fn customer_sessions(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        before: SessionId,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let read = query!(
            "SELECT doc FROM session WHERE tenant = $1 AND account = $2 AND address = $3
             AND id < $4 ORDER BY id DESC LIMIT $5",
            tenant.0,
            key_text(account.as_str()),
            key_text(address.as_str()),
            before.0,
            limit
        );
        self.ask(read).await?.documents("session")
    }

    pub(super) async fn finished(
        &self,
        tenant: TenantId,
        wanted: &Finished,
        limit: usize,
    ) -> Result<FinishedPage, StoreError> {
        let Finished { before, agent, account, channel, outcome, direct, stale, .. } = wanted;
        let by_agent = wanted.service.is_none() && agent.is_some();
        let (page, last) = match &wanted.service {
            Some(_) => OF_SERVICE,
            None if by_agent => OF_AGENT,
            None => OF_ALL,
        };
        let service = key_text(wanted.service.as_ref().unwrap_or(&before.service).as_str());
        // A place in another service: of the sessions that began in the same microsecond, those of
        // lesser services come after it.
        let session = match service.cmp(&key_text(before.service.as_str())) {
            std::cmp::Ordering::Less => Uuid::max(),
            std::cmp::Ordering::Equal => before.session.0,
            std::cmp::Ordering::Greater => Uuid::nil(),
        };
        let sifted = account.is_some()
            || channel.is_some()
            || outcome.is_some()
            || direct.is_some()
            || stale.is_some()
            || agent.is_some() && !by_agent;
        let look = if sifted { wanted.look } else { wanted.look.min(limit) };
        let agent: Param = agent.map(|agent| agent.0).into();
        let place: Vec<Param> = vec![
            tenant.0.into(),
            service.into(),
            micros(wanted.from).into(),
            micros(before.created).into(),
            session.into(),
        ];
        let mut last_looked_at = place.clone();
        last_looked_at.push(look.saturating_sub(1).into());
        last_looked_at.extend(by_agent.then(|| agent.clone()));
        let mut asked = place;
        asked.extend([
            look.into(),
            agent,
            account.as_ref().map(|account| key_text(account.as_str())).into(),
            channel.map(|channel| word("session_report", &channel)).transpose()?.into(),
            outcome.map(|outcome| i64::from(outcome.id())).into(),
            direct.map(i64::from).into(),
            stale.map(i64::from).into(),
            limit.into(),
        ]);
        let queries = [Query::new(page, asked), Query::new(last, last_looked_at)];
        let mut answers = self.ask_all(queries.into()).await?.into_iter();
        let rows = answers.next().unwrap_or_default().rows;
        let last = answers.next().unwrap_or_default().rows;
        let reports: Vec<_> = rows
            .iter()
            .map(|row| SessionReport::from_columns(columns(row)?))
            .collect::<Result<_, _>>()?;
        let next = if reports.len() == limit {
            reports.last().and_then(SessionReport::place)
        } else {
            last.first().map(place_of).transpose()?
        };
        Ok(FinishedPage { reports, next })
    }

    pub(super) async fn invitations(
        &self,
        tenant: TenantId,
        wanted: Invited,
        limit: usize,
    ) -> Result<Vec<Invitation>, StoreError> {
        let Invited { agent, session, since, before } = wanted;
        let (tenant, since, before) = (tenant.0, since.0, before.0);
        let read = match (session, agent) {
            (Some(session), _) => query!(
                "SELECT doc FROM invitation WHERE tenant = $1 AND session = $2
                 AND id >= $3 AND id < $4 ORDER BY id DESC LIMIT $5",
                tenant,
                session.0,
                since,
                before,
                limit
            ),
            (None, Some(agent)) => query!(
                "SELECT doc FROM invitation WHERE tenant = $1 AND agent = $2
                 AND id >= $3 AND id < $4 ORDER BY id DESC LIMIT $5",
                tenant,
                agent.0,
                since,
                before,
                limit
            ),
            (None, None) => query!(
                "SELECT doc FROM invitation WHERE tenant = $1
                 AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4",
                tenant,
                since,
                before,
                limit
            ),
        };
        self.ask(read).await?.documents("invitation")
    }
}
