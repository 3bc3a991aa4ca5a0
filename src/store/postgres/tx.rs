//! The writer's side of PostgreSQL: one command in one transaction.
//!
//! Locks are taken in one order, so that commands wait for each other and never in a circle: the
//! command's own key, the session, agents by id, lanes by key. A session's lock covers all that
//! belongs to it. Rows that do not exist yet are guarded by unique indexes; whoever comes second
//! there is run again. Writes are kept back and leave together with the commit; what hangs on a
//! session is read in the round trip that locks it.

use std::collections::HashSet;

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
use beckon_domain::timer::{Timer, TimerKey};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::link::Link;
use super::reports;
use super::rows::{column, key_text};
use super::sql::{Answer, Query, query};
use crate::store::codec::{active_hour, encode, ended_at, micros};
use crate::store::{Class, SessionReport, StoreError, Transaction};

/// The tables whose rows are read before they are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Table {
    Session,
    Invitation,
    Agent,
    Room,
}

const LOCK_SESSION: &str =
    "SELECT doc FROM session WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE";
const LOCK_AGENT: &str = "SELECT doc FROM agent WHERE tenant = $1 AND id = $2 FOR NO KEY UPDATE";
const LOCK_OPEN_SESSION: &str = "SELECT doc FROM session
     WHERE tenant = $1 AND account = $2 AND address = $3 AND phase <> 'ended' FOR NO KEY UPDATE";
const LAST_SESSION: &str = "SELECT doc FROM session
     WHERE tenant = $1 AND account = $2 AND address = $3 ORDER BY id DESC LIMIT 1";
const COUNT_OPEN: &str = "SELECT count(*) FROM (SELECT FROM session
     WHERE tenant = $1 AND service = $2 AND phase <> 'ended' LIMIT $3::bigint) AS counted";
const LOCK_SESSION_OF_INVITATION: &str =
    "SELECT FROM session s JOIN invitation i ON i.tenant = s.tenant AND i.session = s.id
     WHERE i.tenant = $1 AND i.id = $2 FOR NO KEY UPDATE OF s";
const LIVE_INVITATIONS: &str = "SELECT doc FROM invitation WHERE tenant = $1 AND session = $2
     AND state IN ('ringing', 'accepted', 'wrap_up') ORDER BY id";
const EVENTS: &str = "SELECT doc FROM event WHERE tenant = $1 AND session = $2 ORDER BY seq";
const ROOM: &str = "SELECT doc FROM room WHERE tenant = $1 AND session = $2";

/// An open transaction, bound to one tenant.
pub(super) struct PostgresTransaction<'l> {
    link: &'l mut Link,
    tenant: TenantId,
    /// Rows that are there: they are updated. All others are inserted, and the key of a row that
    /// somebody else inserted meanwhile makes the command run again.
    known: HashSet<(Table, Uuid)>,
    /// What hangs on the session that was locked, read with it.
    attached: Option<Attached>,
    writes: Vec<Query>,
}

struct Attached {
    session: SessionId,
    invitations: Vec<Invitation>,
    room: Option<Room>,
}

impl<'l> PostgresTransaction<'l> {
    pub(super) fn new(link: &'l mut Link, tenant: TenantId) -> Self {
        Self { link, tenant, known: HashSet::new(), attached: None, writes: Vec::new() }
    }

    /// Makes everything durable.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.link.commit(self.writes).await.map(drop)
    }

    /// Carries out queries; what was written before is written before them.
    async fn ask(&mut self, queries: Vec<Query>) -> Result<Vec<Answer>, StoreError> {
        let held = self.writes.len();
        let mut all = std::mem::take(&mut self.writes);
        all.extend(queries);
        let mut answers = self.link.in_transaction(all).await?;
        Ok(answers.split_off(held))
    }

    async fn ask_one(&mut self, query: Query) -> Result<Answer, StoreError> {
        Ok(self.ask(vec![query]).await?.pop().unwrap_or_default())
    }

    fn write(&mut self, query: Query) {
        self.writes.push(query);
    }

    /// Whether a row is there already; from now on it is.
    fn exists(&mut self, table: Table, id: Uuid) -> bool {
        !self.known.insert((table, id))
    }

    fn know_invitations(&mut self, rows: &[Invitation]) {
        self.known.extend(rows.iter().map(|row| (Table::Invitation, row.id.0)));
    }
}

/// The number that stands for a command's key while it is carried out.
fn lock_number(tenant: TenantId, id: &CommandId) -> i64 {
    let digest = Sha256::new().chain_update(tenant.0).chain_update(id.as_str()).finalize();
    let mut number = [0; 8];
    number.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(number)
}

impl Transaction for PostgresTransaction<'_> {
    async fn recorded(&mut self, id: &CommandId) -> Result<Option<Reply>, StoreError> {
        // The lock makes a twin that is under way be waited for; then its reply is read.
        let number = lock_number(self.tenant, id);
        let answers = self
            .ask(vec![
                query!("SELECT pg_advisory_xact_lock($1)", number),
                query!(
                    "SELECT reply FROM command WHERE tenant = $1 AND id = $2",
                    self.tenant.0,
                    key_text(id.as_str())
                ),
            ])
            .await?;
        answers.last().map_or(Ok(None), |answer| answer.document("command"))
    }

    async fn record(
        &mut self,
        id: &CommandId,
        session: Option<SessionId>,
        at: Timestamp,
        reply: &Reply,
    ) -> Result<(), StoreError> {
        self.write(query!(
            "INSERT INTO command (tenant, id, session, at, reply) VALUES ($1, $2, $3, $4, $5)",
            self.tenant.0,
            key_text(id.as_str()),
            session.map(|session| session.0),
            micros(at),
            encode("command", reply)?
        ));
        Ok(())
    }

    async fn take_timer(&mut self, timer: &Timer, generation: u64) -> Result<bool, StoreError> {
        // Who sets a timer holds its session, or its agent: so does who takes it away.
        let (tenant, target) = (self.tenant.0, timer.key.target());
        let lock = match timer.key {
            TimerKey::Delivery(_)
            | TimerKey::Ring(_)
            | TimerKey::WrapUp(_)
            | TimerKey::LateCodes(_) => {
                query!(LOCK_SESSION_OF_INVITATION, tenant, target)
            }
            TimerKey::Offer(_)
            | TimerKey::MaxWait(_)
            | TimerKey::ParkLimit(_)
            | TimerKey::Reminder(_)
            | TimerKey::Idle(_)
            | TimerKey::EmptyRoom(_)
            | TimerKey::Outbound(_) => query!(LOCK_SESSION, tenant, target),
            TimerKey::Rona(_) => query!(LOCK_AGENT, tenant, target),
        };
        let take = query!(
            "DELETE FROM timer
             WHERE tenant = $1 AND kind = $2 AND target = $3 AND generation = $4 AND due = $5",
            tenant,
            timer.key.kind(),
            target,
            generation,
            micros(timer.due)
        );
        let answers = self.ask(vec![lock, take]).await?;
        Ok(answers.last().is_some_and(|answer| answer.count == 1))
    }

    async fn take_follow_up(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let take = query!("DELETE FROM follow_up WHERE tenant = $1 AND id = $2", self.tenant.0, id);
        Ok(self.ask_one(take).await?.count == 1)
    }

    async fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        // The later queries start when the first has its lock: they see what the session's last
        // user left.
        let answers = self
            .ask(vec![
                query!(LOCK_SESSION, self.tenant.0, id.0),
                query!(LIVE_INVITATIONS, self.tenant.0, id.0),
                query!(ROOM, self.tenant.0, id.0),
            ])
            .await?;
        let [session, invitations, room] = &answers[..] else { return Ok(None) };
        let Some(row) = session.document::<Session>("session")? else { return Ok(None) };
        self.known.insert((Table::Session, id.0));
        self.attached = Some(Attached {
            session: id,
            invitations: invitations.documents("invitation")?,
            room: room.document("room")?,
        });
        Ok(Some(row))
    }

    async fn open_session(
        &mut self,
        account: &AccountId,
        address: &Address,
    ) -> Result<Option<Session>, StoreError> {
        let (account, address) = (key_text(account.as_str()), key_text(address.as_str()));
        let lock = query!(LOCK_OPEN_SESSION, self.tenant.0, account, address);
        let row: Option<Session> = self.ask_one(lock).await?.document("session")?;
        self.known.extend(row.as_ref().map(|row| (Table::Session, row.id.0)));
        Ok(row)
    }

    async fn newcomer(
        &mut self,
        account: &AccountId,
        address: &Address,
        service: Option<(&ServiceId, u32)>,
    ) -> Result<(Option<Session>, u32), StoreError> {
        let (account, address) = (key_text(account.as_str()), key_text(address.as_str()));
        let mut queries = vec![query!(LAST_SESSION, self.tenant.0, account, address)];
        queries.extend(service.map(|(service, limit)| {
            query!(COUNT_OPEN, self.tenant.0, key_text(service.as_str()), i64::from(limit))
        }));
        let answers = self.ask(queries).await?;
        let last = answers.first().map_or(Ok(None), |answer| answer.document("session"))?;
        let count = answers.get(1).and_then(|answer| answer.rows.first());
        let count: i64 = count.map_or(Ok(0), |row| column(row, 0))?;
        Ok((last, u32::try_from(count).unwrap_or(u32::MAX)))
    }

    async fn session_of(&mut self, id: InvitationId) -> Result<Option<SessionId>, StoreError> {
        let sql = "SELECT session FROM invitation WHERE tenant = $1 AND id = $2";
        let answer = self.ask_one(query!(sql, self.tenant.0, id.0)).await?;
        answer.rows.first().map(|row| column(row, 0).map(SessionId)).transpose()
    }

    async fn invitation(&mut self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        let sql = "SELECT doc FROM invitation WHERE tenant = $1 AND id = $2";
        let answer = self.ask_one(query!(sql, self.tenant.0, id.0)).await?;
        let row = answer.document("invitation")?;
        self.know_invitations(row.as_slice());
        Ok(row)
    }

    async fn live_invitations(
        &mut self,
        session: SessionId,
    ) -> Result<Vec<Invitation>, StoreError> {
        let rows = match &self.attached {
            Some(attached) if attached.session == session => attached.invitations.clone(),
            _ => {
                let read = query!(LIVE_INVITATIONS, self.tenant.0, session.0);
                self.ask_one(read).await?.documents("invitation")?
            }
        };
        self.know_invitations(&rows);
        Ok(rows)
    }

    async fn room(&mut self, session: SessionId) -> Result<Option<Room>, StoreError> {
        let row = match &self.attached {
            Some(attached) if attached.session == session => attached.room.clone(),
            _ => self.ask_one(query!(ROOM, self.tenant.0, session.0)).await?.document("room")?,
        };
        self.known.extend(row.as_ref().map(|row| (Table::Room, row.session.0)));
        Ok(row)
    }

    async fn agent(&mut self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        let row: Option<Agent> =
            self.ask_one(query!(LOCK_AGENT, self.tenant.0, id.0)).await?.document("agent")?;
        self.known.extend(row.as_ref().map(|row| (Table::Agent, row.id.0)));
        Ok(row)
    }

    async fn peek_agents(&mut self, ids: &[AgentId]) -> Result<Vec<Agent>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let sql = "SELECT doc FROM agent WHERE tenant = $1 AND id = ANY($2)";
        self.ask_one(query!(sql, self.tenant.0, ids)).await?.documents("agent")
    }

    async fn events(&mut self, session: SessionId) -> Result<Vec<Event>, StoreError> {
        self.ask_one(query!(EVENTS, self.tenant.0, session.0)).await?.documents("event")
    }

    async fn put_session(&mut self, row: &Session) -> Result<(), StoreError> {
        let sql = if self.exists(Table::Session, row.id.0) {
            "UPDATE session SET version = version + 1, phase = $3, service = $4, account = $5,
               address = $6, queued_at = $7, active_hour = $8, ended_at = $9, doc = $10
             WHERE tenant = $1 AND id = $2"
        } else {
            "INSERT INTO session (tenant, id, version, phase, service, account, address, queued_at,
               active_hour, ended_at, doc) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10)"
        };
        self.write(query!(
            sql,
            self.tenant.0,
            row.id.0,
            row.phase.name(),
            key_text(row.service.as_str()),
            key_text(row.account.as_str()),
            key_text(row.customer.address.as_str()),
            row.queued_at.map(micros),
            active_hour(row.last_activity_at),
            ended_at(row),
            encode("session", row)?
        ));
        Ok(())
    }

    async fn put_invitation(&mut self, row: &Invitation, class: Class) -> Result<(), StoreError> {
        let sql = if self.exists(Table::Invitation, row.id.0) {
            "UPDATE invitation SET version = version + 1, session = $3, agent = $4, state = $5,
               card_wanted = $6, card_shown = $7, card_due = $8, doc = $9, quiet = $10,
               card_lease = CASE WHEN $6::bigint = $7::bigint THEN 0 ELSE card_lease END
             WHERE tenant = $1 AND id = $2"
        } else {
            "INSERT INTO invitation (tenant, id, version, session, agent, state, card_wanted,
               card_shown, card_due, doc, quiet)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10)"
        };
        self.write(query!(
            sql,
            self.tenant.0,
            row.id.0,
            row.session.0,
            row.agent.0,
            row.state.name(),
            row.card.wanted,
            row.card.shown,
            row.card.not_before.map_or(0, micros),
            encode("invitation", row)?,
            class.is_quiet()
        ));
        Ok(())
    }

    async fn put_agent(&mut self, row: &Agent) -> Result<(), StoreError> {
        let sql = if self.exists(Table::Agent, row.id.0) {
            "UPDATE agent SET version = version + 1, doc = $3 WHERE tenant = $1 AND id = $2"
        } else {
            "INSERT INTO agent (tenant, id, version, doc) VALUES ($1, $2, 1, $3)"
        };
        self.write(query!(sql, self.tenant.0, row.id.0, encode("agent", row)?));
        Ok(())
    }

    async fn put_room(&mut self, row: &Room) -> Result<(), StoreError> {
        let sql = if self.exists(Table::Room, row.session.0) {
            "UPDATE room SET version = version + 1, open_chat = $3, doc = $4
             WHERE tenant = $1 AND session = $2"
        } else {
            "INSERT INTO room (tenant, session, version, open_chat, doc) VALUES ($1, $2, 1, $3, $4)"
        };
        let open_chat = row.open_chat().map(key_text);
        self.write(query!(sql, self.tenant.0, row.session.0, open_chat, encode("room", row)?));
        if let Some(reference) = &row.reference {
            self.write(query!(
                "INSERT INTO room_chat (tenant, reference, session) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
                self.tenant.0,
                key_text(reference),
                row.session.0
            ));
        }
        Ok(())
    }

    async fn add_message(&mut self, session: SessionId, row: &Message) -> Result<(), StoreError> {
        self.write(query!(
            "INSERT INTO message (tenant, session, seq, doc) VALUES ($1, $2, $3, $4)",
            self.tenant.0,
            session.0,
            row.seq,
            encode("message", row)?
        ));
        Ok(())
    }

    async fn add_event(&mut self, session: SessionId, row: &Event) -> Result<(), StoreError> {
        self.write(query!(
            "INSERT INTO event (tenant, session, seq, doc) VALUES ($1, $2, $3, $4)",
            self.tenant.0,
            session.0,
            row.seq,
            encode("event", row)?
        ));
        Ok(())
    }

    async fn put_report(&mut self, row: &SessionReport) -> Result<(), StoreError> {
        self.write(reports::put(self.tenant, row)?);
        Ok(())
    }

    async fn add_rings(&mut self, report: &SessionReport, row: &Rings) -> Result<(), StoreError> {
        self.write(reports::add_rings(self.tenant, report, row)?);
        Ok(())
    }

    async fn put_state(&mut self, agent: AgentId, row: &StateChange) -> Result<(), StoreError> {
        self.write(query!(
            "INSERT INTO agent_state (tenant, agent, at, state) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, agent, at) DO UPDATE SET state = excluded.state",
            self.tenant.0,
            agent.0,
            micros(row.at),
            row.state.name()
        ));
        Ok(())
    }

    async fn set_timer(&mut self, timer: &Timer) -> Result<(), StoreError> {
        self.write(query!(
            "INSERT INTO timer (tenant, kind, target, generation, due) VALUES ($1, $2, $3, 1, $4)
             ON CONFLICT (tenant, kind, target)
             DO UPDATE SET generation = timer.generation + 1, due = excluded.due",
            self.tenant.0,
            timer.key.kind(),
            timer.key.target(),
            micros(timer.due)
        ));
        Ok(())
    }

    async fn add_effect(
        &mut self,
        row: &Effect,
        at: Timestamp,
        class: Class,
    ) -> Result<(), StoreError> {
        let lane = key_text(&row.lane.stored());
        self.write(query!(
            "INSERT INTO lane (tenant, lane, due, quiet) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, lane) DO UPDATE SET due = coalesce(lane.due, excluded.due),
               quiet = excluded.quiet AND (lane.due IS NULL OR lane.quiet)",
            self.tenant.0,
            lane.clone(),
            micros(at),
            class.is_quiet()
        ));
        self.write(query!(
            "INSERT INTO outbox (tenant, lane, dedupe, at, not_after, doc)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, lane, dedupe) WHERE dedupe IS NOT NULL DO NOTHING",
            self.tenant.0,
            lane,
            row.unique.clone(),
            micros(at),
            row.not_after.map(micros),
            encode("outbox", &row.body)?
        ));
        Ok(())
    }

    async fn add_follow_up(&mut self, id: Uuid, row: &Command) -> Result<(), StoreError> {
        self.write(query!(
            "INSERT INTO follow_up (tenant, id, doc) VALUES ($1, $2, $3)",
            self.tenant.0,
            id,
            encode("follow_up", row)?
        ));
        Ok(())
    }
}
