//! Lists, read. Each list has a query for each index that leads to it; all of them
//! give their rows in the same order.

use beckon_domain::ids::{AccountId, Address, SessionId, TenantId};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::Session;
use uuid::Uuid;

use super::Core;
use super::reports::columns;
use super::rows::key_text;
use super::sql::{Param, Query, query};
use crate::store::codec::{micros, word};
use crate::store::report::report_columns;
use crate::store::{Finished, Invited, SessionReport, StoreError};

/// Filters that no index leads by.
macro_rules! filters {
    () => {
        " AND ($5::text IS NULL OR account = $5) AND ($6::text IS NULL OR channel = $6)
         AND ($7::bigint IS NULL OR outcome = $7) AND ($8::bigint IS NULL OR direct = $8)
         AND ($9::bigint IS NULL OR stale = $9)"
    };
}

/// Of one service, and of one of its agents if that is asked for.
const OF_SERVICE: &str = concat!(
    "SELECT ",
    report_columns!(),
    " FROM session_report WHERE tenant = $1 AND service = $2 AND created >= $3
      AND (created, session) < ($4, $10) AND ($11::uuid IS NULL OR agent = $11)",
    filters!(),
    " ORDER BY created DESC, session DESC LIMIT $12"
);
/// Of one agent, whatever the service.
const OF_AGENT: &str = concat!(
    "SELECT ",
    report_columns!(),
    " FROM session_report WHERE tenant = $1 AND agent = $11
      AND created >= $3 AND (created, service, session) < ($4, $2, $10)",
    filters!(),
    " ORDER BY created DESC, service DESC, session DESC LIMIT $12"
);
/// Of everybody.
const OF_ALL: &str = concat!(
    "SELECT ",
    report_columns!(),
    " FROM session_report WHERE tenant = $1 AND $11::uuid IS NULL
      AND created >= $3 AND (created, service, session) < ($4, $2, $10)",
    filters!(),
    " ORDER BY created DESC, service DESC, session DESC LIMIT $12"
);

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
    ) -> Result<Vec<SessionReport>, StoreError> {
        let sql = match (&wanted.service, wanted.agent) {
            (Some(_), _) => OF_SERVICE,
            (None, Some(_)) => OF_AGENT,
            (None, None) => OF_ALL,
        };
        let before = &wanted.before;
        let service = key_text(wanted.service.as_ref().unwrap_or(&before.service).as_str());
        // A place in another service: of the sessions that began in the same microsecond, those of
        // lesser services come after it.
        let session = match service.cmp(&key_text(before.service.as_str())) {
            std::cmp::Ordering::Less => Uuid::max(),
            std::cmp::Ordering::Equal => before.session.0,
            std::cmp::Ordering::Greater => Uuid::nil(),
        };
        let channel = wanted.channel.map(|channel| word("session_report", &channel)).transpose()?;
        let account = wanted.account.as_ref().map(|account| key_text(account.as_str()));
        let params: Vec<Param> = vec![
            tenant.0.into(),
            service.into(),
            micros(wanted.from).into(),
            micros(before.created).into(),
            account.into(),
            channel.into(),
            wanted.outcome.map(|outcome| i64::from(outcome.id())).into(),
            wanted.direct.map(i64::from).into(),
            wanted.stale.map(i64::from).into(),
            session.into(),
            wanted.agent.map(|agent| agent.0).into(),
            limit.into(),
        ];
        let answer = self.ask(Query::new(sql, params)).await?;
        answer.rows.iter().map(|row| SessionReport::from_columns(columns(row)?)).collect()
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
