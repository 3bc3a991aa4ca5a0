//! What is durable, read on a second connection. Rows that did not change are not decoded again.

use std::collections::{BTreeMap, BTreeSet};

use beckon_domain::agent::Agent;
use beckon_domain::event::Event;
use beckon_domain::ids::{AgentId, InvitationId, SessionId, TenantId};
use beckon_domain::invitation::Invitation;
use beckon_domain::session::{Message, Session};
use rusqlite::{Connection, Row, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A key within a tenant.
pub(crate) type Key<T> = (TenantId, T);

/// The rows of a table that has a version in each row.
#[derive(Debug)]
pub(crate) struct Table<T> {
    pub(crate) rows: BTreeMap<Key<Uuid>, (u64, T)>,
    /// What the last look found new or changed, with what it was before.
    pub(crate) changed: Vec<(Key<Uuid>, Option<T>)>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), changed: Vec::new() }
    }
}

impl<T: DeserializeOwned> Table<T> {
    fn refresh(&mut self, db: &Connection, name: &str) -> Result<(), String> {
        self.changed.clear();
        let wrong = |error: &dyn std::fmt::Display| format!("{name}: {error}");
        let mut statement = db
            .prepare_cached(&format!("SELECT tenant, id, version, doc FROM {name}"))
            .map_err(|error| wrong(&error))?;
        let mut rows = statement.query([]).map_err(|error| wrong(&error))?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(|error| wrong(&error))? {
            count += 1;
            let key = (TenantId(column(row, 0)), column::<Uuid>(row, 1));
            let version: u64 = column(row, 2);
            if self.rows.get(&key).is_some_and(|known| known.0 == version) {
                continue;
            }
            let text: String = column(row, 3);
            let document = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
            let before = self.rows.insert(key, (version, document)).map(|known| known.1);
            self.changed.push((key, before));
        }
        if count == self.rows.len() { Ok(()) } else { Err(format!("rule 3: a {name} is gone")) }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (TenantId, &T)> {
        self.rows.iter().map(|((tenant, _), (_, row))| (*tenant, row))
    }
}

/// A timer's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TimerRow {
    pub(crate) generation: u64,
    pub(crate) due: i64,
}

/// Everything that is durable.
#[derive(Default, Debug)]
pub(crate) struct Mirror {
    pub(crate) sessions: Table<Session>,
    pub(crate) invitations: Table<Invitation>,
    pub(crate) agents: Table<Agent>,
    pub(crate) messages: BTreeMap<Key<Uuid>, Vec<Message>>,
    pub(crate) events: BTreeMap<Key<Uuid>, Vec<Event>>,
    /// Sessions in the order in which they began.
    pub(crate) order: Vec<Key<SessionId>>,
    pub(crate) timers: BTreeMap<(TenantId, String, Uuid), TimerRow>,
    /// Sessions that changed at the last look.
    pub(crate) touched: BTreeSet<Key<Uuid>>,
    /// Events that were new at the last look.
    pub(crate) news: Vec<(Key<Uuid>, Event)>,
    last_event: i64,
}

fn column<T: rusqlite::types::FromSql>(row: &Row<'_>, n: usize) -> T {
    row.get(n).expect("the column is of this type")
}

impl Mirror {
    /// Looks again.
    pub(crate) fn refresh(&mut self, db: &Connection) -> Result<(), String> {
        self.sessions.refresh(db, "session")?;
        self.invitations.refresh(db, "invitation")?;
        self.agents.refresh(db, "agent")?;
        self.read_events(db).map_err(|error| error.to_string())?;
        self.touched = self.sessions.changed.iter().map(|(key, _)| *key).collect();
        self.touched.extend(self.news.iter().map(|(key, _)| *key));
        let rows = &self.invitations.rows;
        let of = |key: &Key<Uuid>| rows.get(key).map(|(_, row)| (key.0, row.session.0));
        self.touched.extend(self.invitations.changed.iter().filter_map(|(key, _)| of(key)));
        self.read_messages(db).map_err(|error| error.to_string())?;
        self.read_timers(db).map_err(|error| error.to_string())
    }

    fn read_events(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.news.clear();
        let mut statement = db.prepare_cached(
            "SELECT pos, tenant, session, doc FROM event WHERE pos > ?1 ORDER BY pos",
        )?;
        let mut rows = statement.query([self.last_event])?;
        while let Some(row) = rows.next()? {
            self.last_event = column(row, 0);
            let key = (TenantId(column(row, 1)), column::<Uuid>(row, 2));
            let text: String = column(row, 3);
            let event: Event = serde_json::from_str(&text).expect("events read back");
            let known = self.events.entry(key).or_default();
            if known.is_empty() {
                self.order.push((key.0, SessionId(key.1)));
            }
            known.push(event.clone());
            self.news.push((key, event));
        }
        Ok(())
    }

    fn read_messages(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut statement = db.prepare_cached(
            "SELECT doc FROM message WHERE tenant = ?1 AND session = ?2 ORDER BY seq LIMIT -1 OFFSET ?3",
        )?;
        for key in &self.touched {
            let known = self.messages.entry(*key).or_default();
            let mut rows = statement.query(params![key.0.0, key.1, known.len()])?;
            while let Some(row) = rows.next()? {
                let text: String = column(row, 0);
                known.push(serde_json::from_str(&text).expect("messages read back"));
            }
        }
        Ok(())
    }

    fn read_timers(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.timers.clear();
        let mut statement =
            db.prepare_cached("SELECT tenant, kind, target, generation, due FROM timer")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key = (TenantId(column(row, 0)), column(row, 1), column(row, 2));
            self.timers.insert(key, TimerRow { generation: column(row, 3), due: column(row, 4) });
        }
        Ok(())
    }

    pub(crate) fn session(&self, (tenant, id): Key<SessionId>) -> Option<&Session> {
        self.sessions.rows.get(&(tenant, id.0)).map(|(_, row)| row)
    }

    pub(crate) fn invitation(&self, (tenant, id): Key<InvitationId>) -> Option<&Invitation> {
        self.invitations.rows.get(&(tenant, id.0)).map(|(_, row)| row)
    }

    pub(crate) fn agent(&self, (tenant, id): Key<AgentId>) -> Option<&Agent> {
        self.agents.rows.get(&(tenant, id.0)).map(|(_, row)| row)
    }

    pub(crate) fn invitations_of(
        &self,
        (tenant, session): Key<Uuid>,
    ) -> impl Iterator<Item = &Invitation> {
        self.invitations
            .all()
            .filter(move |(of, row)| *of == tenant && row.session.0 == session)
            .map(|(_, row)| row)
    }

    pub(crate) fn events_of(&self, key: Key<Uuid>) -> &[Event] {
        self.events.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn messages_of(&self, key: Key<Uuid>) -> &[Message] {
        self.messages.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// One number out of the database.
pub(crate) fn count(db: &Connection, sql: &str) -> u64 {
    db.query_row(sql, [], |row| row.get(0)).expect("the query is right")
}
