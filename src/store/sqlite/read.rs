//! Reads, on connections of their own. Each function is one snapshot.
//!
//! Where a query names its index, SQLite would walk all rows of the tenant instead: it has no
//! statistics, and takes the primary key for as good.

use std::collections::HashSet;

use beckon_domain::event::Event;
use beckon_domain::ids::{
    AccountId, Address, AgentId, InvitationId, ServiceId, SessionId, TenantId,
};
use beckon_domain::session::{Message, Session};
use beckon_domain::timer::Timer;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::store::codec::{decode, micros, timer_key, timestamp};
use crate::store::{
    CardRows, Class, CustomerMessage, DirtyCard, DueTimer, FeedEntry, FollowUp, Inbox, StoreError,
    StoreGauges, Waiting,
};

pub(super) fn one<T: DeserializeOwned>(
    db: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<Option<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let document: Option<String> = statement.query_row(params, |row| row.get(0)).optional()?;
    document.map(|text| decode(table, &text)).transpose()
}

pub(super) fn many<T: DeserializeOwned>(
    db: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<Vec<T>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params, |row| row.get::<_, String>(0))?;
    rows.map(|row| decode(table, &row?)).collect()
}

fn next_due(
    db: &Connection,
    table: &'static str,
    sql: &str,
    params: impl Params,
) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let due: Option<i64> = statement.query_row(params, |row| row.get(0))?;
    due.map(|due| timestamp(table, due)).transpose()
}

pub(super) fn due_timers(
    db: &mut Connection,
    tenant: TenantId,
    now: Timestamp,
    limit: usize,
) -> Result<(Vec<DueTimer>, Option<Timestamp>), StoreError> {
    let db = db.transaction()?;
    let mut statement = db.prepare_cached(
        "SELECT kind, target, generation, due FROM timer
         WHERE tenant = ?1 AND due <= ?2 ORDER BY due LIMIT ?3",
    )?;
    let rows = statement.query_map(params![tenant.0, micros(now), limit as i64], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Uuid>(1)?, row.get(2)?, row.get::<_, i64>(3)?))
    })?;
    let mut timers = Vec::new();
    for row in rows {
        let (kind, target, generation, due) = row?;
        let timer = Timer { key: timer_key(&kind, target)?, due: timestamp("timer", due)? };
        timers.push(DueTimer { tenant, timer, generation });
    }
    let next = "SELECT min(due) FROM timer WHERE tenant = ?1 AND due > ?2";
    Ok((timers, next_due(&db, "timer", next, params![tenant.0, micros(now)])?))
}

pub(super) fn dirty_cards(
    db: &mut Connection,
    tenants: &HashSet<TenantId>,
    class: Class,
    now: Timestamp,
    limit: usize,
) -> Result<(Vec<DirtyCard>, Option<Timestamp>), StoreError> {
    let db = db.transaction()?;
    let mut statement = db.prepare_cached(
        "SELECT tenant, id FROM invitation
         WHERE card_wanted <> card_shown AND quiet = ?1 AND card_due <= ?2
         ORDER BY card_due, tenant, id",
    )?;
    let key = params![class.is_quiet(), micros(now)];
    let rows = statement.query_map(key, |row| {
        Ok(DirtyCard { tenant: TenantId(row.get(0)?), invitation: InvitationId(row.get(1)?) })
    })?;
    // Stepped through no further than there are cards to be taken.
    let sent_for = |card: &Result<DirtyCard, rusqlite::Error>| {
        card.as_ref().map_or(true, |card| tenants.contains(&card.tenant))
    };
    let cards = rows.filter(sent_for).take(limit).collect::<Result<_, _>>()?;
    let next = next_due(
        &db,
        "invitation",
        "SELECT min(card_due) FROM invitation
         WHERE card_wanted <> card_shown AND quiet = ?1 AND card_due > ?2",
        params![class.is_quiet(), micros(now)],
    )?;
    Ok((cards, next))
}

pub(super) fn waiting(
    db: &mut Connection,
    after: Option<&Waiting>,
    limit: usize,
) -> Result<Vec<Waiting>, StoreError> {
    // Nothing comes before the nil tenant, so its place before all time is that of the first page.
    let (tenant, at, id) = after.map_or((Uuid::nil(), i64::MIN, Uuid::nil()), |last| {
        (last.tenant.0, micros(last.queued_at), last.session.0)
    });
    queued(
        db,
        "SELECT tenant, service, id, queued_at FROM session
         WHERE phase = 'waiting' AND (tenant, queued_at, id) > (?1, ?2, ?3)
         ORDER BY tenant, queued_at, id LIMIT ?4",
        params![tenant, at, id, limit as i64],
    )
}

pub(super) fn ringing_at_fewer(
    db: &mut Connection,
    tenant: TenantId,
    service: &ServiceId,
    at_once: u32,
    limit: usize,
) -> Result<Vec<Waiting>, StoreError> {
    queued(
        db,
        "SELECT tenant, service, id, queued_at FROM session s INDEXED BY session_ringing
         WHERE tenant = ?1 AND service = ?2 AND phase = 'ringing' AND ?3 >
           (SELECT count(*) FROM invitation i
            WHERE i.tenant = s.tenant AND i.session = s.id AND i.state = 'ringing')
         ORDER BY queued_at, id LIMIT ?4",
        params![tenant.0, service.as_str(), at_once, limit as i64],
    )
}

fn queued(db: &Connection, sql: &str, params: impl Params) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Waiting {
            tenant: TenantId(row.get(0)?),
            service: ServiceId(row.get(1)?),
            session: SessionId(row.get(2)?),
            queued_at: timestamp("session", row.get(3)?)?,
        });
    }
    Ok(found)
}

pub(super) fn session(
    db: &mut Connection,
    tenant: TenantId,
    id: SessionId,
) -> Result<Option<Session>, StoreError> {
    one(
        db,
        "session",
        "SELECT doc FROM session WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, id.0],
    )
}

pub(super) fn card(
    db: &mut Connection,
    tenant: TenantId,
    id: InvitationId,
) -> Result<Option<CardRows>, StoreError> {
    let db = db.transaction()?;
    let invitation = one(
        &db,
        "invitation",
        "SELECT doc FROM invitation WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, id.0],
    )?;
    invitation.map_or(Ok(None), |invitation| card_rows(&db, tenant, invitation))
}

fn card_rows(
    db: &Connection,
    tenant: TenantId,
    invitation: beckon_domain::invitation::Invitation,
) -> Result<Option<CardRows>, StoreError> {
    let Some(session) = one(
        db,
        "session",
        "SELECT doc FROM session WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, invitation.session.0],
    )?
    else {
        return Err(StoreError::Inconsistent {
            table: "invitation",
            detail: format!("{} names a session that is not there", invitation.id),
        });
    };
    let agent = one(
        db,
        "agent",
        "SELECT doc FROM agent WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, invitation.agent.0],
    )?;
    let room = one(
        db,
        "room",
        "SELECT doc FROM room WHERE tenant = ?1 AND session = ?2",
        params![tenant.0, invitation.session.0],
    )?;
    Ok(Some(CardRows { invitation, session, agent, room }))
}

pub(super) fn messages(
    db: &mut Connection,
    tenant: TenantId,
    session: SessionId,
    after: u64,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    messages_after(db, tenant, session, after, limit)
}

fn messages_after(
    db: &Connection,
    tenant: TenantId,
    session: SessionId,
    after: u64,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    many(
        db,
        "message",
        "SELECT doc FROM message WHERE tenant = ?1 AND session = ?2 AND seq > ?3
         ORDER BY seq LIMIT ?4",
        params![tenant.0, session.0, after, limit as i64],
    )
}

pub(super) fn customer_messages(
    db: &mut Connection,
    tenant: TenantId,
    account: &AccountId,
    address: &Address,
    after: Option<(SessionId, u64)>,
    limit: usize,
) -> Result<(Vec<CustomerMessage>, Option<Session>), StoreError> {
    let db = db.transaction()?;
    let (account, address) = (account.as_str(), address.as_str());
    let mut read = Vec::new();
    // What is left of the session first: its older messages are not looked at.
    if let Some((session, seq)) = after {
        let own = db
            .prepare_cached(
                "SELECT 1 FROM session
                 WHERE tenant = ?1 AND id = ?2 AND account = ?3 AND address = ?4",
            )?
            .exists(params![tenant.0, session.0, account, address])?;
        if own {
            let rest = messages_after(&db, tenant, session, seq, limit)?;
            read.extend(rest.into_iter().map(|message| CustomerMessage { session, message }));
        }
    }
    let mut statement = db.prepare_cached(
        // The plus keeps SQLite from looking the messages up by range instead of by session.
        "SELECT m.session, m.doc FROM session s INDEXED BY session_address
         CROSS JOIN message m ON m.tenant = s.tenant AND m.session = +s.id
         WHERE s.tenant = ?1 AND s.account = ?2 AND s.address = ?3 AND s.id > ?4
         ORDER BY s.id, m.seq LIMIT ?5",
    )?;
    let left = limit.saturating_sub(read.len());
    let since = after.map_or(Uuid::nil(), |(session, _)| session.0);
    let rows = statement
        .query_map(params![tenant.0, account, address, since, left as i64], |row| {
            Ok((row.get::<_, Uuid>(0)?, row.get::<_, String>(1)?))
        })?;
    for row in rows {
        let (session, document) = row?;
        let message = decode("message", &document)?;
        read.push(CustomerMessage { session: SessionId(session), message });
    }
    let newest = one(
        &db,
        "session",
        "SELECT doc FROM session INDEXED BY session_address
         WHERE tenant = ?1 AND account = ?2 AND address = ?3 ORDER BY id DESC LIMIT 1",
        params![tenant.0, account, address],
    )?;
    Ok((read, newest))
}

pub(super) fn inbox(
    db: &mut Connection,
    tenant: TenantId,
    agent: AgentId,
    limit: usize,
) -> Result<Inbox, StoreError> {
    let db = db.transaction()?;
    let row = one(
        &db,
        "agent",
        "SELECT doc FROM agent WHERE tenant = ?1 AND id = ?2",
        params![tenant.0, agent.0],
    )?;
    let invitations = many(
        &db,
        "invitation",
        "SELECT doc FROM invitation INDEXED BY invitation_agent
         WHERE tenant = ?1 AND agent = ?2 ORDER BY id DESC LIMIT ?3",
        params![tenant.0, agent.0, limit as i64],
    )?;
    let mut entries = Vec::with_capacity(invitations.len());
    for invitation in invitations {
        entries.extend(card_rows(&db, tenant, invitation)?);
    }
    Ok(Inbox { agent: row, entries })
}

pub(super) fn events(
    db: &mut Connection,
    tenant: TenantId,
    session: SessionId,
) -> Result<Vec<Event>, StoreError> {
    many(
        db,
        "event",
        "SELECT doc FROM event WHERE tenant = ?1 AND session = ?2 ORDER BY seq",
        params![tenant.0, session.0],
    )
}

pub(super) fn feed(
    db: &mut Connection,
    tenant: TenantId,
    after: u64,
    limit: usize,
) -> Result<Vec<FeedEntry>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT pos, session, doc FROM event WHERE tenant = ?1 AND pos > ?2 ORDER BY pos LIMIT ?3",
    )?;
    let rows = statement.query_map(params![tenant.0, after, limit as i64], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
    })?;
    rows.map(|row| {
        let (pos, session, document) = row?;
        let event = decode("event", &document)?;
        Ok(FeedEntry { pos, session: SessionId(session), event })
    })
    .collect()
}

pub(super) fn follow_ups(
    db: &mut Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<FollowUp>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT tenant, pos, id, doc FROM follow_up WHERE pos > ?1 ORDER BY pos LIMIT ?2",
    )?;
    let rows = statement.query_map(params![after, limit as i64], |row| {
        Ok((TenantId(row.get(0)?), row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
    })?;
    rows.map(|row| {
        let (tenant, pos, id, document) = row?;
        Ok(FollowUp { tenant, pos, id, command: decode("follow_up", &document)? })
    })
    .collect()
}

pub(super) fn gauges(db: &mut Connection) -> Result<StoreGauges, StoreError> {
    let db = db.transaction()?;
    let oldest = |table, sql| next_due(&db, table, sql, []);
    let count = |sql| db.prepare_cached(sql)?.query_row([], |row| row.get(0));
    let dead = count("SELECT count(*) FROM outbox WHERE dead = 1")?;
    let cards = "SELECT count(*) FROM invitation WHERE card_wanted <> card_shown AND quiet = 0";
    Ok(StoreGauges {
        // Positions are drawn in the order of time, so the first row is the oldest.
        oldest_effect: oldest(
            "outbox",
            "SELECT min(at) FROM (SELECT at FROM outbox WHERE dead = 0 ORDER BY pos LIMIT 1)",
        )?,
        dead_effects: dead,
        waiting_cards: count(cards)?,
        oldest_timer: oldest("timer", "SELECT min(due) FROM timer")?,
        ..StoreGauges::default()
    })
}

/// Whether a lane has something to send at `now`; else when the next one will.
pub(super) fn lanes_due(
    db: &mut Connection,
    class: Class,
    now: Timestamp,
) -> Result<(bool, Option<Timestamp>), StoreError> {
    let free = "SELECT min(CASE WHEN owner IS NULL THEN due ELSE max(due, lease_until) END)
                FROM lane WHERE due IS NOT NULL AND quiet = ?1";
    let next = next_due(db, "lane", free, [class.is_quiet()])?;
    Ok((next.is_some_and(|next| next <= now), next))
}
