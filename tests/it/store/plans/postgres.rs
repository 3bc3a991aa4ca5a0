//! PostgreSQL plans by what is in the tables, so they are filled; and for any parameters, as
//! prepared statements are planned after a while.

use std::collections::HashMap;

use serde_json::Value;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::statements::statements;
use super::{Excused, judge};
use crate::store::place::Place;

const EXCUSED: &[Excused] = &[
    ("DELETE FROM lease", "a handful of rows"),
    ("FROM migration", "a handful of rows"),
    ("SELECT doc, version FROM sweep WHERE tenant", "a tenant has one"),
    ("UPDATE sweep SET version", "a tenant has one"),
    ("FROM send_budget WHERE tenant", "the tenant is the key: one row"),
    ("UPDATE send_budget SET", "the tenant is the key: one row"),
    ("SELECT last FROM feed", "one row"),
    ("UPDATE feed SET last", "one row"),
    ("SELECT at FROM outbox WHERE NOT dead ORDER BY pos LIMIT 1", "partial indexes and first rows"),
    ("SELECT EXISTS (SELECT FROM event WHERE feed_pos IS NULL)", "the indexes are the queue"),
    ("WITH fresh AS", "the indexes are the queue"),
    ("SELECT min(due) FROM lane WHERE due IS NOT NULL AND owner IS NULL", "lanes in work alone"),
    ("FROM session WHERE phase = 'waiting'", "the index is the queue"),
    ("FROM room WHERE open_chat IS NOT NULL", "the index is the list of chats in use"),
    ("card_owner = NULL", "at a stop; the index is the queue of cards"),
    ("SELECT tenant FROM session ORDER BY tenant LIMIT 1", "leaps from tenant to tenant"),
    ("DELETE FROM agent_state gone USING", "agent by agent; their states by key"),
    ("SELECT count(*) FROM agent a", "a dry run for an administrator"),
    ("SELECT count(*) FROM command c", "a dry run for an administrator"),
    ("SELECT count(*) FROM session s JOIN message m", "a dry run for an administrator"),
];

/// Ten tenants of many rows each.
const FILL: &str = "
    CREATE TEMP TABLE n AS SELECT n,
      ('00000000-0000-4000-8000-00000000000' || n % 10)::uuid AS tenant,
      (CASE WHEN n % 4 = 3 THEN '01a00000-0000'
         ELSE left(event_floor(event_month(now(), n % 4))::text, 13) END
         || '-7000-8000-' || lpad(n::text, 12, '0'))::uuid AS id,
      ('0000000a-0000-4000-8000-' || lpad((n % 3001)::text, 12, '0'))::uuid AS agent
      FROM generate_series(1, 20000) n;
    INSERT INTO session (tenant, id, version, phase, service, account, address, queued_at, doc,
        ended_at, texts)
      SELECT tenant, id, 1, CASE WHEN n % 50 = 0 THEN 'waiting' ELSE 'ended' END, 's' || n % 20,
        'website', 'a' || n, n, '{}', CASE WHEN n % 50 > 0 THEN n END, n % 2 FROM n;
    INSERT INTO invitation (tenant, id, version, session, agent, state, card_wanted, card_shown,
        card_due, doc)
      SELECT tenant, id, 1, id, agent, CASE WHEN n % 50 = 0 THEN 'ringing' ELSE 'concluded' END,
        2, CASE WHEN n % 100 = 0 THEN 1 ELSE 2 END, n, '{}' FROM n;
    INSERT INTO agent SELECT DISTINCT tenant, agent, 1, '{}' FROM n;
    INSERT INTO room SELECT tenant, id, 1, '{}' FROM n;
    INSERT INTO room_chat SELECT tenant, 'c' || n, id FROM n;
    INSERT INTO message SELECT tenant, id, seq, '{}' FROM n, generate_series(1, 3) seq;
    INSERT INTO event (tenant, session, seq, doc, feed_pos)
      SELECT tenant, id, seq, '{}', CASE WHEN n < 19900 THEN n * 3 + seq END
      FROM n, generate_series(1, 3) seq;
    INSERT INTO timer SELECT tenant, 'ring', id, 1, n FROM n;
    INSERT INTO command SELECT tenant, 'k' || n, n, '{}', id FROM n;
    INSERT INTO lane SELECT tenant, 'notice/' || id, CASE WHEN n % 100 = 0 THEN n END,
        CASE WHEN n % 200 = 0 THEN id END FROM n;
    INSERT INTO outbox (tenant, lane, dedupe, at, dead, doc)
      SELECT tenant, 'notice/' || id, 'd' || n, n, n % 50 = 0, '{}' FROM n;
    INSERT INTO follow_up (tenant, id, doc) SELECT tenant, id, '{}' FROM n;
    INSERT INTO session_report
      SELECT tenant, id, 's' || n % 20, 'website', 'api', 'user', agent, 5, 1, 0, 0, n, n, n, n, n,
        n, n, n, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 FROM n;
    INSERT INTO agent_rings SELECT tenant, id, agent, 's' || n % 20, 'api', n, 1, 0, 0, 0 FROM n;
    INSERT INTO agent_state SELECT tenant, agent, n, 'ringing' FROM n;
    DROP TABLE n;
    ANALYZE;
    SET enable_seqscan = off;
    SET plan_cache_mode = force_generic_plan;";

/// A filled database, and the first column of each of its indexes.
struct Database {
    client: Client,
    leading: HashMap<String, String>,
}

const LEADING: &str = "SELECT i.relname, a.attname FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
    WHERE i.relnamespace = current_schema()::regnamespace";

/// What a plan says that is a walk: of a table, of an index by anything but its first column, or of
/// all rows of a tenant.
fn walks(database: &Database, plan: &Value, found: &mut Vec<String>) {
    let word = |key: &str| plan[key].as_str().unwrap_or_default();
    let (kind, table) = (word("Node Type"), word("Relation Name"));
    let by = word("Index Cond");
    let nothing_else =
        !by.contains(" AND ") && (by.starts_with("(tenant = ") || by.starts_with("(s.tenant = "));
    let indexed = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"].contains(&kind);
    let leads = database.leading.get(word("Index Name")).is_some_and(|column| {
        by.contains(&format!("({column} ")) || by.contains(&format!(".{column} "))
    });
    if kind == "Seq Scan" || indexed && (!leads || nothing_else) {
        found.push(format!("{kind} of {table} {} {by}", word("Index Name")));
    }
    for part in plan["Plans"].as_array().into_iter().flatten() {
        walks(database, part, found);
    }
}

async fn planned(database: &Database, statement: &str) -> Vec<String> {
    let count = (1..40).rev().find(|n| statement.contains(&format!("${n}"))).unwrap_or(0);
    let values = vec!["NULL"; count].join(", ");
    let values = if count == 0 { values } else { format!("({values})") };
    let asked = database
        .client
        .simple_query(&format!(
            "PREPARE p AS {statement}; EXPLAIN (FORMAT JSON) EXECUTE p{values}; DEALLOCATE p"
        ))
        .await
        .unwrap_or_else(|error| panic!("{error:?}: {statement}"));
    let mut plan = String::new();
    for message in asked {
        if let SimpleQueryMessage::Row(row) = message {
            plan.push_str(row.get(0).expect("a plan"));
        }
    }
    let plan: Value = serde_json::from_str(&plan).expect("a plan");
    let mut found = Vec::new();
    walks(database, &plan[0]["Plan"], &mut found);
    found
}

async fn database(place: &Place) -> Database {
    place.open().await.stop().await;
    let (client, connection) =
        tokio_postgres::connect(place.url().expect("a server"), NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(FILL).await.unwrap();
    let leading = client.query(LEADING, &[]).await.unwrap();
    let leading = leading.iter().map(|row| (row.get(0), row.get(1))).collect();
    Database { client, leading }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_query_walks() {
    let place = Place::postgres().await;
    let database = database(&place).await;
    let all = statements("postgres");
    assert!(all.len() > 60, "{} statements are not all", all.len());
    let mut found = Vec::new();
    for statement in all {
        let walks = planned(&database, &statement).await;
        if !walks.is_empty() {
            found.push((statement, walks));
        }
    }
    judge(EXCUSED, &found);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_is_noticed() {
    let place = Place::postgres().await;
    let database = database(&place).await;
    for statement in [
        "SELECT doc FROM invitation WHERE version = $1",
        "SELECT doc FROM session WHERE tenant = $1 AND service = $2",
        "DELETE FROM message WHERE seq = $1",
    ] {
        assert_ne!(planned(&database, statement).await, Vec::<String>::new(), "{statement}");
    }
    let by_key = "SELECT doc FROM session WHERE tenant = $1 AND id = $2";
    assert_eq!(planned(&database, by_key).await, Vec::<String>::new());
}
