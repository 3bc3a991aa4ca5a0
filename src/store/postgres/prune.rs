//! Removing what is past, a few hundred rows at a time.

use beckon_domain::effect::LaneKey;
use beckon_domain::ids::{AccountId, Address, SessionId};
use jiff::Timestamp;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Core;
use super::again::Work;
use super::link::Link;
use super::months::waited_for;
use super::rows::{column, key_text, natural, text_key};
use super::sql::{Query, query};
use crate::store::codec::micros;
use crate::store::{Expired, PRUNED_AT_ONCE, Pruned, StoreError};

/// How many sessions lose their messages in one transaction, and how many are removed: with the
/// shares below at most [`PRUNED_AT_ONCE`] rows.
const SILENCED: usize = 50;
const REMOVED: usize = 20;
/// How many rows of each kind go together: events, invitations, rings. Twenty sessions, with a
/// room, a report and three lanes each, are 120 more.
const SHARES: [usize; 3] = [220, 90, 50];

/// Sessions that are past: locked, so that nothing else happens to them meanwhile.
const WITH_MESSAGES: &str = "SELECT tenant, id, account, address FROM session
     WHERE texts = 1 AND ended_at < $1
     ORDER BY ended_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";
/// Those of a month that may still be dropped as a whole are left alone.
const WITHOUT: &str = "SELECT tenant, id, account, address FROM session
     WHERE texts = 0 AND ended_at < $1
       AND id < event_floor(event_month(to_timestamp($3 / 1000000.0), 0))
     ORDER BY ended_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";

const MESSAGES: &str = "DELETE FROM message gone USING (
       SELECT m.tenant, m.session, m.seq FROM unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
       JOIN message m USING (tenant, session) LIMIT $3) old
     WHERE gone.tenant = old.tenant AND gone.session = old.session AND gone.seq = old.seq";
const SILENT: &str = "UPDATE session s SET texts = 0
     FROM unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
     WHERE s.tenant = past.tenant AND s.id = past.session AND NOT EXISTS (
       SELECT FROM message m WHERE m.tenant = past.tenant AND m.session = past.session)";

const EVENTS: &str = "DELETE FROM event gone USING (
       SELECT e.tenant, e.session, e.seq FROM unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
       JOIN event e USING (tenant, session) LIMIT $3) old
     WHERE gone.tenant = old.tenant AND gone.session = old.session AND gone.seq = old.seq";
const INVITATIONS: &str = "DELETE FROM invitation gone USING (
       SELECT i.tenant, i.id FROM unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
       JOIN invitation i USING (tenant, session) LIMIT $3) old
     WHERE gone.tenant = old.tenant AND gone.id = old.id";
const RINGS: &str = "DELETE FROM agent_rings gone USING (
       SELECT r.tenant, r.session, r.agent
       FROM unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
       JOIN agent_rings r USING (tenant, session) LIMIT $3) old
     WHERE gone.tenant = old.tenant AND gone.session = old.session AND gone.agent = old.agent";
/// Only where nothing hangs on the session any more.
const SESSIONS: &str =
    "DELETE FROM session s USING unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
     WHERE s.tenant = past.tenant AND s.id = past.session
       AND NOT EXISTS (SELECT FROM event e WHERE e.tenant = s.tenant AND e.session = s.id)
       AND NOT EXISTS (SELECT FROM invitation i WHERE i.tenant = s.tenant AND i.session = s.id)
       AND NOT EXISTS (SELECT FROM agent_rings r WHERE r.tenant = s.tenant AND r.session = s.id)";
const ROOMS: &str =
    "DELETE FROM room gone USING unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
     WHERE gone.tenant = past.tenant AND gone.session = past.session AND NOT EXISTS (
       SELECT FROM session s WHERE s.tenant = past.tenant AND s.id = past.session)";
const ROOM_CHATS: &str =
    "DELETE FROM room_chat gone USING unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
     WHERE gone.tenant = past.tenant AND gone.session = past.session AND NOT EXISTS (
       SELECT FROM session s WHERE s.tenant = past.tenant AND s.id = past.session)";
const REPORTS: &str = "DELETE FROM session_report gone
     USING unnest($1::uuid[], $2::uuid[]) AS past (tenant, session)
     WHERE gone.tenant = past.tenant AND gone.session = past.session AND NOT EXISTS (
       SELECT FROM session s WHERE s.tenant = past.tenant AND s.id = past.session)";
/// Lanes of a session that is gone, and of an address that has no session any more, if nothing is
/// in them: a lane that is not due holds dead letters at most.
const LANES: &str = "DELETE FROM lane gone
     USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
       AS past (tenant, session, lane, account, address)
     WHERE gone.tenant = past.tenant AND gone.lane = past.lane
       AND gone.due IS NULL AND gone.owner IS NULL
       AND NOT EXISTS (SELECT FROM outbox o
         WHERE o.tenant = gone.tenant AND o.lane = gone.lane AND o.dead)
       AND NOT EXISTS (SELECT FROM session s WHERE s.tenant = past.tenant AND s.id = past.session)
       AND NOT EXISTS (SELECT FROM session s WHERE s.tenant = past.tenant
         AND s.account = past.account AND s.address = past.address)";

const DEAD_LETTERS: &str = "DELETE FROM outbox gone USING (
       SELECT pos FROM outbox WHERE dead AND at < $1 ORDER BY at LIMIT $2
       FOR UPDATE SKIP LOCKED) old
     WHERE gone.pos = old.pos";
const KEYS: &str = "DELETE FROM command gone USING (
       SELECT c.tenant, c.id FROM command c
       WHERE c.at < $1 AND (c.at < $2 OR c.id NOT LIKE 'given-up:%') AND NOT EXISTS (
         SELECT FROM session s WHERE s.tenant = c.tenant AND s.id = c.session AND s.ended_at IS NULL)
       ORDER BY c.at LIMIT $3 FOR UPDATE OF c SKIP LOCKED) old
     WHERE gone.tenant = old.tenant AND gone.id = old.id";

/// Agent by agent, each up to the last change before then.
const STATES: &str = "DELETE FROM agent_state gone USING (
       SELECT a.tenant, a.id, s.at FROM agent a CROSS JOIN LATERAL (
         SELECT s.at FROM agent_state s
         WHERE s.tenant = a.tenant AND s.agent = a.id AND s.at < (
           SELECT max(l.at) FROM agent_state l
           WHERE l.tenant = a.tenant AND l.agent = a.id AND l.at < $1)
         LIMIT $2) s
       LIMIT $2) old
     WHERE gone.tenant = old.tenant AND gone.agent = old.id AND gone.at = old.at";

const COUNT_STATES: &str = "SELECT count(*) FROM agent a
     JOIN agent_state s ON s.tenant = a.tenant AND s.agent = a.id AND s.at < (
       SELECT max(l.at) FROM agent_state l
       WHERE l.tenant = a.tenant AND l.agent = a.id AND l.at < $1)";
const COUNT_MESSAGES: &str = "SELECT count(*) FROM session s
     JOIN message m ON m.tenant = s.tenant AND m.session = s.id
     WHERE s.texts = 1 AND s.ended_at < $1";
const COUNT_SESSIONS: &str = "SELECT count(*) FROM session WHERE texts IN (0, 1) AND ended_at < $1
     AND id < event_floor(event_month(to_timestamp($2 / 1000000.0), 0))";
const COUNT_DEAD_LETTERS: &str = "SELECT count(*) FROM outbox WHERE dead AND at < $1";
const COUNT_KEYS: &str = "SELECT count(*) FROM command c
     WHERE c.at < $1 AND (c.at < $2 OR c.id NOT LIKE 'given-up:%') AND NOT EXISTS (
       SELECT FROM session s WHERE s.tenant = c.tenant AND s.id = c.session AND s.ended_at IS NULL)";

impl Core {
    pub(super) async fn prune(&self, what: Expired) -> Result<Pruned, StoreError> {
        // Closed never; see `execute`.
        let _turn = self.maintenance.acquire().await.ok();
        let gone = match what {
            Expired::Months(before) => return self.drop_month(before).await,
            Expired::Messages(before) => return self.work(Messages { before }).await,
            Expired::Sessions(before) => return self.work(Sessions { before }).await,
            Expired::States(before) => query!(STATES, micros(before), PRUNED_AT_ONCE),
            Expired::DeadLetters(before) => {
                query!(DEAD_LETTERS, micros(before), PRUNED_AT_ONCE)
            }
            Expired::Keys { before, given_up_before } => {
                query!(KEYS, micros(before), micros(given_up_before), PRUNED_AT_ONCE)
            }
        };
        let answers = self.one_by_one(vec![gone]).await?;
        let count = answers.first().map_or(0, |answer| answer.count as usize);
        Ok(Pruned { rows: count, count })
    }

    pub(super) async fn expired(&self, what: Expired) -> Result<u64, StoreError> {
        let count = match what {
            Expired::Months(before) => return Ok(self.past_months(before).await?.len() as u64),
            Expired::Messages(before) => query!(COUNT_MESSAGES, micros(before)),
            Expired::Sessions(before) => {
                query!(COUNT_SESSIONS, micros(before), waited_for(before))
            }
            Expired::States(before) => query!(COUNT_STATES, micros(before)),
            Expired::DeadLetters(before) => query!(COUNT_DEAD_LETTERS, micros(before)),
            Expired::Keys { before, given_up_before } => {
                query!(COUNT_KEYS, micros(before), micros(given_up_before))
            }
        };
        let answer = self.ask(count).await?;
        answer.rows.first().map_or(Ok(0), |row| natural("session", row, 0))
    }
}

/// Sessions that are past, by column.
#[derive(Default)]
struct Past {
    tenants: Vec<Uuid>,
    ids: Vec<Uuid>,
    places: Vec<(AccountId, Address)>,
}

impl Past {
    fn of(rows: &[Row]) -> Result<Self, StoreError> {
        let mut past = Self::default();
        for row in rows {
            past.tenants.push(column(row, 0)?);
            past.ids.push(column(row, 1)?);
            let (account, address) = (text_key(column(row, 2)?), text_key(column(row, 3)?));
            past.places.push((AccountId(account), Address(address)));
        }
        Ok(past)
    }

    fn query(&self, sql: &'static str) -> Query {
        query!(sql, self.tenants.clone(), self.ids.clone())
    }

    fn limited(&self, sql: &'static str, limit: usize) -> Query {
        query!(sql, self.tenants.clone(), self.ids.clone(), limit)
    }

    /// The lanes of these sessions and of their customers. A session's own lane goes with it
    /// whoever the customer is; the customer's goes with the last session.
    fn lanes(&self) -> Query {
        let (mut tenants, mut ids, mut lanes) = (Vec::new(), Vec::new(), Vec::new());
        let (mut accounts, mut addresses) = (Vec::new(), Vec::new());
        let sessions = self.tenants.iter().zip(&self.ids).zip(&self.places);
        for ((tenant, id), (account, address)) in sessions {
            let session = SessionId(*id);
            let customer = LaneKey::Customer { account: account.clone(), address: address.clone() };
            let place = (key_text(account.as_str()), key_text(address.as_str()));
            // No session is of no account.
            let nowhere = (String::new(), String::new());
            for (lane, (account, address)) in [
                (LaneKey::Room { session }, nowhere.clone()),
                (LaneKey::Notice { session }, nowhere),
                (customer, place),
            ] {
                tenants.push(*tenant);
                ids.push(*id);
                lanes.push(key_text(&lane.stored()));
                accounts.push(account);
                addresses.push(address);
            }
        }
        query!(LANES, tenants, ids, lanes, accounts, addresses)
    }
}

fn touched(answers: &[crate::store::postgres::sql::Answer]) -> usize {
    answers.iter().map(|answer| answer.count as usize).sum()
}

/// Removes messages of past sessions.
struct Messages {
    before: Timestamp,
}

impl Work for Messages {
    type Done = Pruned;

    async fn run(&self, link: &mut Link) -> Result<Pruned, StoreError> {
        let find = query!(WITH_MESSAGES, micros(self.before), SILENCED);
        let found = link.in_transaction(vec![find]).await?;
        let past = Past::of(found.first().map_or(&[][..], |answer| &answer.rows))?;
        let answers = link
            .commit(vec![past.limited(MESSAGES, PRUNED_AT_ONCE - SILENCED), past.query(SILENT)])
            .await?;
        let count = answers.first().map_or(0, |answer| answer.count as usize);
        Ok(Pruned { rows: touched(&answers), count })
    }
}

/// Removes past sessions with all that hangs on them.
struct Sessions {
    before: Timestamp,
}

impl Work for Sessions {
    type Done = Pruned;

    async fn run(&self, link: &mut Link) -> Result<Pruned, StoreError> {
        let find = query!(WITHOUT, micros(self.before), REMOVED, waited_for(self.before));
        let found = link.in_transaction(vec![find]).await?;
        let past = Past::of(found.first().map_or(&[][..], |answer| &answer.rows))?;
        let [events, invitations, rings] = SHARES;
        let answers = link
            .commit(vec![
                past.limited(EVENTS, events),
                past.limited(INVITATIONS, invitations),
                past.limited(RINGS, rings),
                past.query(SESSIONS),
                past.query(ROOMS),
                past.query(ROOM_CHATS),
                past.query(REPORTS),
                past.lanes(),
            ])
            .await?;
        let count = answers.get(3).map_or(0, |answer| answer.count as usize);
        Ok(Pruned { rows: touched(&answers), count })
    }
}
