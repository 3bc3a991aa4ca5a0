//! The writer's side of SQLite: one command inside one savepoint.

use beckon_domain::agent::{Agent, StateChange};
use beckon_domain::command::{Command, Reply};
use beckon_domain::effect::Effect;
use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, CommandId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::invitation::Invitation;
use beckon_domain::report::Rings;
use beckon_domain::room::Room;
use beckon_domain::session::{Message, Session};
use beckon_domain::timer::Timer;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, ToSql, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::store::codec::{active_hour, decode, encode, ended_at, micros, word};
use crate::store::report::report_columns;
use crate::store::{Class, SessionReport, StoreError, Transaction};

/// An open transaction, bound to one tenant. There is one writer, so every row it reads is locked.
/// Every method is done when it returns; the trait is async for stores on a network.
pub(super) struct SqliteTransaction<'c> {
    connection: &'c mut Connection,
    tenant: TenantId,
}

impl<'c> SqliteTransaction<'c> {
    pub(super) fn new(connection: &'c mut Connection, tenant: TenantId) -> Self {
        Self { connection, tenant }
    }

    fn one<T: DeserializeOwned>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let document: Option<String> = statement.query_row(params, |row| row.get(0)).optional()?;
        document.map(|text| decode(table, &text)).transpose()
    }

    fn many<T: DeserializeOwned>(
        &self,
        table: &'static str,
        sql: &str,
        params: impl Params,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| row.get::<_, String>(0))?;
        rows.map(|row| decode(table, &row?)).collect()
    }

    fn run(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }
}

impl Transaction for SqliteTransaction<'_> {
    async fn recorded(&mut self, id: &CommandId) -> Result<Option<Reply>, StoreError> {
        self.one(
            "command",
            "SELECT reply FROM command WHERE tenant = ?1 AND id = ?2",
            params![self.tenant.0, id.as_str()],
        )
    }

    async fn record(
        &mut self,
        id: &CommandId,
        session: Option<SessionId>,
        at: Timestamp,
        reply: &Reply,
    ) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO command (tenant, id, session, at, reply) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                self.tenant.0,
                id.as_str(),
                session.map(|session| session.0),
                micros(at),
                encode("command", reply)?
            ],
        )?;
        Ok(())
    }

    async fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        self.one(
            "session",
            "SELECT doc FROM session WHERE tenant = ?1 AND id = ?2",
            params![self.tenant.0, id.0],
        )
    }

    async fn open_session(
        &mut self,
        account: &AccountId,
        address: &Address,
    ) -> Result<Option<Session>, StoreError> {
        self.one(
            "session",
            "SELECT doc FROM session
             WHERE tenant = ?1 AND account = ?2 AND address = ?3 AND phase <> 'ended'",
            params![self.tenant.0, account.as_str(), address.as_str()],
        )
    }

    async fn newcomer(
        &mut self,
        account: &AccountId,
        address: &Address,
        service: Option<(&ServiceId, u32)>,
    ) -> Result<(Option<Session>, u32), StoreError> {
        let last = self.one(
            "session",
            "SELECT doc FROM session INDEXED BY session_address
             WHERE tenant = ?1 AND account = ?2 AND address = ?3 ORDER BY id DESC LIMIT 1",
            params![self.tenant.0, account.as_str(), address.as_str()],
        )?;
        let Some((service, limit)) = service else { return Ok((last, 0)) };
        let mut count = self.connection.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM session INDEXED BY session_service
             WHERE tenant = ?1 AND service = ?2 AND phase <> 'ended' LIMIT ?3)",
        )?;
        let key = params![self.tenant.0, service.as_str(), limit];
        Ok((last, count.query_row(key, |row| row.get(0))?))
    }

    async fn session_of(&mut self, id: InvitationId) -> Result<Option<SessionId>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT session FROM invitation WHERE tenant = ?1 AND id = ?2")?;
        let key = params![self.tenant.0, id.0];
        Ok(statement.query_row(key, |row| row.get(0).map(SessionId)).optional()?)
    }

    async fn live_invitations(
        &mut self,
        session: SessionId,
    ) -> Result<Vec<Invitation>, StoreError> {
        self.many(
            "invitation",
            // Without statistics SQLite would rather walk all invitations of the tenant.
            "SELECT doc FROM invitation INDEXED BY invitation_live
             WHERE tenant = ?1 AND session = ?2
             AND state IN ('ringing', 'accepted', 'wrap_up') ORDER BY id",
            params![self.tenant.0, session.0],
        )
    }

    async fn invitation(&mut self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        self.one(
            "invitation",
            "SELECT doc FROM invitation WHERE tenant = ?1 AND id = ?2",
            params![self.tenant.0, id.0],
        )
    }

    async fn agent(&mut self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        self.one(
            "agent",
            "SELECT doc FROM agent WHERE tenant = ?1 AND id = ?2",
            params![self.tenant.0, id.0],
        )
    }

    async fn peek_agents(&mut self, ids: &[AgentId]) -> Result<Vec<Agent>, StoreError> {
        let mut agents = Vec::with_capacity(ids.len());
        for id in ids {
            agents.extend(self.agent(*id).await?);
        }
        Ok(agents)
    }

    async fn room(&mut self, session: SessionId) -> Result<Option<Room>, StoreError> {
        self.one(
            "room",
            "SELECT doc FROM room WHERE tenant = ?1 AND session = ?2",
            params![self.tenant.0, session.0],
        )
    }

    async fn events(&mut self, session: SessionId) -> Result<Vec<Event>, StoreError> {
        self.many(
            "event",
            "SELECT doc FROM event WHERE tenant = ?1 AND session = ?2 ORDER BY seq",
            params![self.tenant.0, session.0],
        )
    }

    async fn put_session(&mut self, row: &Session) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO session (tenant, id, version, phase, service, account, address, queued_at,
               active_hour, ended_at, doc)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (tenant, id) DO UPDATE SET version = version + 1,
               phase = excluded.phase, service = excluded.service, queued_at = excluded.queued_at,
               active_hour = excluded.active_hour, ended_at = excluded.ended_at, doc = excluded.doc",
            params![
                self.tenant.0,
                row.id.0,
                row.phase.name(),
                row.service.as_str(),
                row.account.as_str(),
                row.customer.address.as_str(),
                row.queued_at.map(micros),
                active_hour(row.last_activity_at),
                ended_at(row),
                encode("session", row)?,
            ],
        )?;
        Ok(())
    }

    async fn put_invitation(&mut self, row: &Invitation, class: Class) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO invitation
               (tenant, id, version, session, agent, state, card_wanted, card_shown, card_due, doc,
                quiet)
             VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (tenant, id) DO UPDATE SET version = version + 1,
               state = excluded.state, card_wanted = excluded.card_wanted,
               card_shown = excluded.card_shown, card_due = excluded.card_due, doc = excluded.doc,
               quiet = excluded.quiet",
            params![
                self.tenant.0,
                row.id.0,
                row.session.0,
                row.agent.0,
                row.state.name(),
                row.card.wanted,
                row.card.shown,
                row.card.not_before.map_or(0, micros),
                encode("invitation", row)?,
                class.is_quiet(),
            ],
        )?;
        Ok(())
    }

    async fn put_agent(&mut self, row: &Agent) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO agent (tenant, id, version, doc) VALUES (?1, ?2, 1, ?3)
             ON CONFLICT (tenant, id) DO UPDATE SET version = version + 1, doc = excluded.doc",
            params![self.tenant.0, row.id.0, encode("agent", row)?],
        )?;
        Ok(())
    }

    async fn put_room(&mut self, row: &Room) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO room (tenant, session, version, open_chat, doc) VALUES (?1, ?2, 1, ?3, ?4)
             ON CONFLICT (tenant, session) DO UPDATE SET version = version + 1,
               open_chat = excluded.open_chat, doc = excluded.doc",
            params![self.tenant.0, row.session.0, row.open_chat(), encode("room", row)?],
        )?;
        if let Some(reference) = &row.reference {
            self.run(
                "INSERT OR IGNORE INTO room_chat (tenant, reference, session) VALUES (?1, ?2, ?3)",
                params![self.tenant.0, reference, row.session.0],
            )?;
        }
        Ok(())
    }

    async fn add_message(&mut self, session: SessionId, row: &Message) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO message (tenant, session, seq, doc) VALUES (?1, ?2, ?3, ?4)",
            params![self.tenant.0, session.0, row.seq, encode("message", row)?],
        )?;
        Ok(())
    }

    async fn add_event(&mut self, session: SessionId, row: &Event) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO event (tenant, session, seq, doc) VALUES (?1, ?2, ?3, ?4)",
            params![self.tenant.0, session.0, row.seq, encode("event", row)?],
        )?;
        Ok(())
    }

    async fn put_report(&mut self, row: &SessionReport) -> Result<(), StoreError> {
        let row = row.columns()?;
        let mut values: Vec<&dyn ToSql> = vec![
            &self.tenant.0,
            &row.session,
            &row.service,
            &row.account,
            &row.channel,
            &row.ended_by,
            &row.agent,
        ];
        values.extend(row.numbers.iter().map(|number| number as &dyn ToSql));
        values.extend(row.said.iter().map(|said| said as &dyn ToSql));
        self.run(
            concat!(
                "INSERT INTO session_report (tenant, ",
                report_columns!(),
                ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                     ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32,
                     ?33, ?34, ?35, ?36, ?37, ?38, ?39)
                 ON CONFLICT (tenant, session) DO UPDATE SET acw_end = excluded.acw_end,
                   acw_ms = excluded.acw_ms, undelivered = excluded.undelivered,
                   codes = excluded.codes, codes2 = excluded.codes2, tags = excluded.tags,
                   codes_missing = excluded.codes_missing, shared = excluded.shared"
            ),
            &values[..],
        )?;
        Ok(())
    }

    async fn add_rings(&mut self, report: &SessionReport, row: &Rings) -> Result<(), StoreError> {
        self.run(
            "INSERT OR IGNORE INTO agent_rings
               (tenant, service, created, session, agent, channel, offers, declines, misses,
                undeliverable)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                self.tenant.0,
                report.service.as_str(),
                report.times.created.map(micros),
                report.session.0,
                row.agent.0,
                word("agent_rings", &report.channel)?,
                row.offers,
                row.declines,
                row.misses,
                row.undeliverable,
            ],
        )?;
        Ok(())
    }

    async fn put_state(&mut self, agent: AgentId, row: &StateChange) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO agent_state (tenant, agent, at, state) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, agent, at) DO UPDATE SET state = excluded.state",
            params![self.tenant.0, agent.0, micros(row.at), row.state.name()],
        )?;
        Ok(())
    }

    async fn set_timer(&mut self, timer: &Timer) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO timer (tenant, kind, target, generation, due) VALUES (?1, ?2, ?3, 1, ?4)
             ON CONFLICT (tenant, kind, target)
             DO UPDATE SET generation = generation + 1, due = excluded.due",
            params![self.tenant.0, timer.key.kind(), timer.key.target(), micros(timer.due)],
        )?;
        Ok(())
    }

    async fn add_effect(
        &mut self,
        row: &Effect,
        at: Timestamp,
        class: Class,
    ) -> Result<(), StoreError> {
        let lane = row.lane.stored();
        self.run(
            "INSERT INTO lane (tenant, lane, due, quiet) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, lane) DO UPDATE SET due = coalesce(due, excluded.due),
               quiet = excluded.quiet AND (due IS NULL OR quiet)",
            params![self.tenant.0, lane, micros(at), class.is_quiet()],
        )?;
        self.run(
            "INSERT INTO outbox (tenant, lane, dedupe, at, not_after, doc)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (tenant, lane, dedupe) WHERE dedupe IS NOT NULL DO NOTHING",
            params![
                self.tenant.0,
                lane,
                row.unique,
                micros(at),
                row.not_after.map(micros),
                encode("outbox", &row.body)?,
            ],
        )?;
        Ok(())
    }

    async fn add_follow_up(&mut self, id: Uuid, row: &Command) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO follow_up (tenant, id, doc) VALUES (?1, ?2, ?3)",
            params![self.tenant.0, id, encode("follow_up", row)?],
        )?;
        Ok(())
    }

    async fn take_follow_up(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let taken = self.run(
            "DELETE FROM follow_up WHERE tenant = ?1 AND id = ?2",
            params![self.tenant.0, id],
        )?;
        Ok(taken == 1)
    }

    async fn take_timer(&mut self, timer: &Timer, generation: u64) -> Result<bool, StoreError> {
        let (kind, target) = (timer.key.kind(), timer.key.target());
        let taken = self.run(
            "DELETE FROM timer
             WHERE tenant = ?1 AND kind = ?2 AND target = ?3 AND generation = ?4 AND due = ?5",
            params![self.tenant.0, kind, target, generation, micros(timer.due)],
        )?;
        Ok(taken == 1)
    }
}
