//! Many silent conversations, made from one by SQL: through the engine they would take minutes.

use std::path::{Path, PathBuf};

use beckon::store::sqlite::DEFAULT_BATCH;
use beckon_domain::command::{Action, Command, Surface};
use beckon_domain::ids::{AgentId, InvitationId, TenantId};
use rusqlite::{Connection, params};

use crate::stage::{Failure, PER_SERVICE, Stage};

/// How many sessions there are.
#[derive(Clone, Copy)]
pub(crate) struct Many {
    /// Conversations in which nobody has written for years, each with an agent, a room and a card.
    pub(crate) silent: u64,
    /// Other sessions that are open.
    pub(crate) fresh: u64,
}

/// A folder with a database of so many sessions, whose sweep is due; and what rings at the agents of
/// all services but the first, which has the silent ones.
pub(crate) async fn folder(
    tenant: TenantId,
    services: usize,
    many: Many,
) -> Result<(PathBuf, Vec<(AgentId, InvitationId)>), Failure> {
    let stage = Stage::new(tenant, services, DEFAULT_BATCH)?;
    stage.start();
    stage.reach(0).await?;
    let session = stage.write(0, 0).await?;
    let (agent, invitation) = stage.rings(session).await?;
    let surface = Surface::Card;
    let accept = Command::Act { invitation, agent, action: Action::Accept, surface, seen: None };
    stage.engine.execute_new(tenant, accept).await?;
    loop {
        let rows = stage.engine.store().card(tenant, invitation).await?.ok_or("it is there")?;
        if !rows.invitation.card.is_dirty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let mut sessions = Vec::new();
    for service in 1..services {
        stage.reach(service).await?;
        let customers = service * PER_SERVICE + 1..=(service + 1) * PER_SERVICE;
        let written = customers.map(|customer| stage.write(service, customer));
        sessions.extend(futures_util::future::try_join_all(written).await?);
    }
    let mut ringing = Vec::with_capacity(sessions.len());
    for session in sessions {
        ringing.push(stage.rings(session).await?);
    }
    let folder = stage.close().await.ok_or("there is a folder")?;
    multiply(&folder.join("beckon.db"), tenant, many)?;
    Ok((folder, ringing))
}

/// Session, invitation, agent and room of number N have ids that end in N. The one that was there
/// stays, as one of the fresh.
fn multiply(path: &Path, tenant: TenantId, many: Many) -> Result<(), Failure> {
    let db = Connection::open(path)?;
    db.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL; PRAGMA cache_size = -200000;
         CREATE TEMP TABLE one AS SELECT s.doc AS s, i.doc AS i, a.doc AS a, r.doc AS r,
           s.service AS service, s.account AS account
           FROM session s JOIN invitation i ON i.session = s.id
           JOIN agent a ON a.id = i.agent JOIN room r ON r.session = s.id;
         BEGIN;",
    )?;
    let numbers = "WITH RECURSIVE n(n) AS (SELECT ?2 UNION ALL SELECT n + 1 FROM n WHERE n < ?3),
       k AS (SELECT n,
         unhex('5e550000000040008000' || printf('%012x', n)) AS sb,
         '5e550000-0000-4000-8000-' || printf('%012x', n) AS st,
         unhex('1a710000000040008000' || printf('%012x', n)) AS ib,
         '1a710000-0000-4000-8000-' || printf('%012x', n) AS it,
         unhex('a9e10000000040008000' || printf('%012x', n)) AS ab,
         'a9e10000-0000-4000-8000-' || printf('%012x', n) AS at FROM n)";
    let run = |insert: &str, from: u64, until: u64| -> Result<(), Failure> {
        db.execute(
            &format!("{insert} {numbers} {}", select(insert)),
            params![tenant.0, from, until],
        )?;
        Ok(())
    };
    let Many { silent, fresh } = many;
    for insert in [SESSION, INVITATION, AGENT, ROOM] {
        run(insert, 1, silent)?;
    }
    run(FRESH, silent + 1, silent + fresh)?;
    let state = r#"{"f":1,"done":"2020-01-01","run":null}"#;
    db.execute("INSERT OR REPLACE INTO sweep VALUES (?1, 1, ?2)", params![tenant.0, state])?;
    db.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

const SESSION: &str = "INSERT INTO session
  (tenant, id, version, phase, service, account, address, active_hour, doc)";
const FRESH: &str = "INSERT INTO session
  (tenant, id, version, phase, service, account, address,  active_hour, doc)";
const INVITATION: &str = "INSERT INTO invitation
  (tenant, id, version, session, agent, state, card_wanted, card_shown, card_due, doc)";
const AGENT: &str = "INSERT INTO agent (tenant, id, version, doc)";
const ROOM: &str = "INSERT INTO room (tenant, session, version, doc)";

fn select(insert: &str) -> &'static str {
    match insert {
        SESSION => {
            "SELECT ?1, sb, 1, 'connected', service, account, 'silent-' || n, 1577836800000000,
               json_set(s, '$.id', st, '$.customer.address', 'silent-' || n,
                 '$.last_activity_at', '2020-01-01T00:00:00Z', '$.phase.invitation', it,
                 '$.phase.agent', at) FROM k, one"
        }
        FRESH => {
            "SELECT ?1, sb, 1, 'flow', service, account, 'fresh-' || n,
               CAST(strftime('%s', 'now') AS INTEGER) / 3600 * 3600000000,
               json_set(s, '$.id', st, '$.customer.address', 'fresh-' || n,
                 '$.phase', json('{\"phase\":\"flow\"}')) FROM k, one"
        }
        INVITATION => {
            "SELECT ?1, ib, 1, sb, ab, 'accepted', i ->> '$.card.wanted', i ->> '$.card.shown', 0,
               json_set(i, '$.id', it, '$.session', st, '$.agent', at,
                 '$.card.copies[0].activity', it) FROM k, one"
        }
        AGENT => {
            "SELECT ?1, ab, 1, json_set(a, '$.id', at, '$.work[0].session', st,
               '$.work[0].invitation', it) FROM k, one"
        }
        _ => "SELECT ?1, sb, 1, json_set(r, '$.session', st) FROM k, one",
    }
}
