//! Reads. Each function is one statement, or several that see the same state.

use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::session::{Message, Session};
use beckon_domain::timer::Timer;
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Core;
use super::fault::Fault;
use super::rows::{column, document, key_text, natural, text_key};
use super::sql::{Answer, Query, query};
use crate::store::codec::{decode, micros, timer_key, timestamp};
use crate::store::{CardRows, CustomerMessage, DueTimer, Inbox, StoreError, Waiting};

/// The rows that a card is rendered from. In this order: [`card_rows`] reads them.
macro_rules! card_rows {
    ($rest:literal) => {
        concat!(
            "SELECT i.doc, s.doc, a.doc, r.doc FROM invitation i
             LEFT JOIN session s ON s.tenant = i.tenant AND s.id = i.session
             LEFT JOIN agent a ON a.tenant = i.tenant AND a.id = i.agent
             LEFT JOIN room r ON r.tenant = i.tenant AND r.session = i.session ",
            $rest
        )
    };
}

/// How often a read is tried again whose connection was gone. The pool may hold several that the
/// server closed, and finds out only when it uses them.
const RETRIES: usize = 3;

fn card_rows(row: &Row) -> Result<CardRows, StoreError> {
    let missing = |table| StoreError::Inconsistent {
        table: "invitation",
        detail: format!("names a {table} that is not there"),
    };
    Ok(CardRows {
        invitation: document("invitation", row, 0)?.ok_or_else(|| missing("document"))?,
        session: document("session", row, 1)?.ok_or_else(|| missing("session"))?,
        agent: document("agent", row, 2)?,
        room: document("room", row, 3)?,
    })
}

impl Core {
    /// Reads with one statement.
    pub(super) async fn ask(&self, query: Query) -> Result<Answer, StoreError> {
        let mut answers = self.ask_all(vec![query]).await?;
        Ok(answers.pop().unwrap_or_default())
    }

    /// Reads with several statements that see the same state.
    pub(super) async fn ask_all(&self, queries: Vec<Query>) -> Result<Vec<Answer>, StoreError> {
        for _ in 0..RETRIES {
            let mut link = self.link().await.map_err(|(error, _)| error)?;
            match link.read(queries.clone()).await {
                Err(_) if link.fault() == Some(Fault::Lost) => {}
                answers => return answers,
            }
        }
        let mut link = self.link().await.map_err(|(error, _)| error)?;
        link.read(queries).await
    }

    pub(super) async fn due_timers(
        &self,
        tenant: TenantId,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError> {
        let answer = self
            .ask(query!(
                "(SELECT kind, target, generation, due FROM timer
                  WHERE tenant = $1 AND due <= $2 ORDER BY due LIMIT $3)
                 UNION ALL
                 (SELECT kind, target, generation, due FROM timer
                  WHERE tenant = $1 AND due > $2 ORDER BY due LIMIT 1)
                 ORDER BY due",
                tenant.0,
                micros(now),
                limit
            ))
            .await?;
        let (mut timers, mut next) = (Vec::new(), None);
        for row in answer.rows {
            let due = timestamp("timer", column(&row, 3)?)?;
            if due > now {
                next = Some(due);
                continue;
            }
            let key = timer_key(column(&row, 0)?, column(&row, 1)?)?;
            let generation = natural("timer", &row, 2)?;
            timers.push(DueTimer { tenant, timer: Timer { key, due }, generation });
        }
        Ok((timers, next))
    }

    pub(super) async fn waiting(
        &self,
        after: Option<&Waiting>,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        // Nothing comes before the nil tenant, so its place before all time is that of the first
        // page.
        let (tenant, at, id) = after.map_or((Uuid::nil(), i64::MIN, Uuid::nil()), |last| {
            (last.tenant.0, micros(last.queued_at), last.session.0)
        });
        let page = query!(
            "SELECT tenant, service, id, queued_at FROM session
             WHERE phase = 'waiting' AND (tenant, queued_at, id) > ($1, $2, $3)
             ORDER BY tenant, queued_at, id LIMIT $4",
            tenant,
            at,
            id,
            limit
        );
        self.queued(page).await
    }

    pub(super) async fn ringing_at_fewer(
        &self,
        tenant: TenantId,
        service: &ServiceId,
        at_once: u32,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        let ringing = query!(
            "SELECT tenant, service, id, queued_at FROM session s
             WHERE tenant = $1 AND service = $2 AND phase = 'ringing' AND $3 >
               (SELECT count(*) FROM invitation i
                WHERE i.tenant = s.tenant AND i.session = s.id AND i.state = 'ringing')
             ORDER BY queued_at, id LIMIT $4",
            tenant.0,
            key_text(service.as_str()),
            at_once,
            limit
        );
        self.queued(ringing).await
    }

    async fn queued(&self, query: Query) -> Result<Vec<Waiting>, StoreError> {
        self.ask(query)
            .await?
            .rows
            .iter()
            .map(|row| {
                Ok(Waiting {
                    tenant: TenantId(column(row, 0)?),
                    service: ServiceId(text_key(column(row, 1)?)),
                    session: SessionId(column(row, 2)?),
                    queued_at: timestamp("session", column(row, 3)?)?,
                })
            })
            .collect()
    }

    pub(super) async fn card(
        &self,
        tenant: TenantId,
        invitation: InvitationId,
    ) -> Result<Option<CardRows>, StoreError> {
        let answer = self
            .ask(query!(card_rows!("WHERE i.tenant = $1 AND i.id = $2"), tenant.0, invitation.0))
            .await?;
        answer.rows.first().map(card_rows).transpose()
    }

    pub(super) async fn session(
        &self,
        tenant: TenantId,
        id: SessionId,
    ) -> Result<Option<Session>, StoreError> {
        let read = query!("SELECT doc FROM session WHERE tenant = $1 AND id = $2", tenant.0, id.0);
        self.ask(read).await?.document("session")
    }

    pub(super) async fn messages(
        &self,
        tenant: TenantId,
        session: SessionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Message>, StoreError> {
        let read = query!(
            "SELECT doc FROM message WHERE tenant = $1 AND session = $2 AND seq > $3
             ORDER BY seq LIMIT $4",
            tenant.0,
            session.0,
            after,
            limit
        );
        self.ask(read).await?.documents("message")
    }

    pub(super) async fn customer_messages(
        &self,
        tenant: TenantId,
        account: &AccountId,
        address: &Address,
        after: Option<(SessionId, u64)>,
        limit: usize,
    ) -> Result<(Vec<CustomerMessage>, Option<Session>), StoreError> {
        let (session, seq) = after.map_or((Uuid::nil(), 0), |(session, seq)| (session.0, seq));
        let (account, address) = (key_text(account.as_str()), key_text(address.as_str()));
        // What is left of the session, without a look at its older messages; then what came later.
        let rest = query!(
            "SELECT m.doc, m.session FROM session s
             JOIN message m ON m.tenant = s.tenant AND m.session = s.id
             WHERE s.tenant = $1 AND s.id = $4 AND s.account = $2 AND s.address = $3 AND m.seq > $5
             ORDER BY m.seq LIMIT $6",
            tenant.0,
            account.clone(),
            address.clone(),
            session,
            seq,
            limit
        );
        let later = query!(
            "SELECT m.doc, m.session FROM session s
             JOIN message m ON m.tenant = s.tenant AND m.session = s.id
             WHERE s.tenant = $1 AND s.account = $2 AND s.address = $3 AND s.id > $4
             ORDER BY s.id, m.seq LIMIT $5",
            tenant.0,
            account.clone(),
            address.clone(),
            session,
            limit
        );
        let newest = query!(
            "SELECT doc FROM session WHERE tenant = $1 AND account = $2 AND address = $3
             ORDER BY id DESC LIMIT 1",
            tenant.0,
            account,
            address
        );
        let mut answers = self.ask_all(vec![rest, later, newest]).await?.into_iter();
        let rest = answers.next().unwrap_or_default();
        let later = answers.next().unwrap_or_default();
        let messages = rest
            .rows
            .iter()
            .chain(&later.rows)
            .take(limit)
            .map(|row| {
                Ok(CustomerMessage {
                    session: SessionId(column(row, 1)?),
                    message: decode("message", column(row, 0)?)?,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        let newest = answers.next().unwrap_or_default().document("session")?;
        Ok((messages, newest))
    }

    pub(super) async fn inbox(
        &self,
        tenant: TenantId,
        agent: AgentId,
        limit: usize,
    ) -> Result<Inbox, StoreError> {
        let row = query!("SELECT doc FROM agent WHERE tenant = $1 AND id = $2", tenant.0, agent.0);
        let entries = query!(
            card_rows!("WHERE i.tenant = $1 AND i.agent = $2 ORDER BY i.id DESC LIMIT $3"),
            tenant.0,
            agent.0,
            limit
        );
        let mut answers = self.ask_all(vec![row, entries]).await?.into_iter();
        let agent = answers.next().unwrap_or_default().document("agent")?;
        let entries = answers.next().unwrap_or_default();
        let entries = entries.rows.iter().map(card_rows).collect::<Result<_, _>>()?;
        Ok(Inbox { agent, entries })
    }

    pub(super) async fn events(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Vec<Event>, StoreError> {
        let read = query!(
            "SELECT doc FROM event WHERE tenant = $1 AND session = $2 ORDER BY seq",
            tenant.0,
            session.0
        );
        self.ask(read).await?.documents("event")
    }
}
