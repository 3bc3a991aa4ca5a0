//! The server has to be fit, and the schema up to date, before anything else is asked of it.

use super::link::Link;
use super::months;
use super::rows::column;
use super::sql::{Answer, query};
use crate::store::StoreError;
use crate::store::migrator::{Applied, Migration, pending};

/// Every migration, in order.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "initial",
        sql: include_str!("../../../migrations/postgres/0001_initial.sql"),
    },
    Migration {
        number: 2,
        name: "engine",
        sql: include_str!("../../../migrations/postgres/0002_engine.sql"),
    },
    Migration {
        number: 3,
        name: "reports",
        sql: include_str!("../../../migrations/postgres/0003_reports.sql"),
    },
    Migration {
        number: 4,
        name: "event_months",
        sql: include_str!("../../../migrations/postgres/0004_event_months.sql"),
    },
    Migration {
        number: 5,
        name: "send_budget",
        sql: include_str!("../../../migrations/postgres/0005_send_budget.sql"),
    },
    Migration {
        number: 6,
        name: "rooms",
        sql: include_str!("../../../migrations/postgres/0006_rooms.sql"),
    },
    Migration {
        number: 7,
        name: "ringing",
        sql: include_str!("../../../migrations/postgres/0007_ringing.sql"),
    },
    Migration {
        number: 8,
        name: "sweep",
        sql: include_str!("../../../migrations/postgres/0008_sweep.sql"),
    },
    Migration {
        number: 9,
        name: "lists",
        sql: include_str!("../../../migrations/postgres/0009_lists.sql"),
    },
    Migration {
        number: 11,
        name: "codes",
        sql: include_str!("../../../migrations/postgres/0011_codes.sql"),
    },
    Migration {
        number: 12,
        name: "service_limit",
        sql: include_str!("../../../migrations/postgres/0012_service_limit.sql"),
    },
    Migration {
        number: 14,
        name: "quiet",
        sql: include_str!("../../../migrations/postgres/0014_quiet.sql"),
    },
    Migration {
        number: 15,
        name: "rings",
        sql: include_str!("../../../migrations/postgres/0015_rings.sql"),
    },
    Migration {
        number: 16,
        name: "states",
        sql: include_str!("../../../migrations/postgres/0016_states.sql"),
    },
    Migration {
        number: 17,
        name: "sla",
        sql: include_str!("../../../migrations/postgres/0017_sla.sql"),
    },
];

/// The oldest server that works, as `server_version_num` has it: 13 introduced
/// `pg_current_snapshot()`.
const OLDEST: i64 = 130_000;

/// The number of the lock that migrations are made under: "beckon" in ASCII.
const LOCK: i64 = 0x62_65_63_6b_6f_6e;

/// What is known about a server that is fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Server {
    /// Its version, as `server_version_num` has it, e.g. 150008.
    pub(super) version: i64,
    /// Whether it was told not to wait for its disk at all (`fsync = off`): a power cut can then
    /// damage the database.
    pub(super) unsynced: bool,
}

impl Server {
    /// Says what an administrator should know, at the start.
    pub(super) fn warn(&self, pooled: bool) {
        let Self { version, unsynced } = *self;
        tracing::info!(target: "store.postgres", version, pooled, "PostgreSQL is fit");
        if unsynced {
            tracing::warn!(
                target: "store.postgres",
                "fsync is off on this server: a power cut can damage the database"
            );
        }
    }
}

/// Looks whether the server is fit.
pub(super) async fn inspect(link: &mut Link) -> Result<Server, StoreError> {
    let answers = link
        .one_by_one(&[query!(
            "SELECT current_setting('server_version_num')::bigint,
               current_setting('server_encoding'), current_setting('synchronous_commit'),
               current_setting('fsync'), current_setting('server_version')"
        )])
        .await?;
    let row = answers
        .first()
        .and_then(|answer| answer.rows.first())
        .ok_or(StoreError::Unavailable("the server does not answer"))?;
    let version = column(row, 0)?;
    let (encoding, commit, fsync): (&str, &str, &str) =
        (column(row, 1)?, column(row, 2)?, column(row, 3)?);
    if version < OLDEST {
        let shown: &str = column(row, 4)?;
        return Err(StoreError::Connect(format!(
            "store.url: the server is PostgreSQL {shown}; 13 or newer is needed"
        )));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Connect(format!(
            "store.url: the database has the encoding {encoding}; make one with UTF8: createdb \
             --encoding=UTF8 --template=template0 NAME"
        )));
    }
    if commit == "off" {
        return Err(StoreError::Connect(
            "store.url: the server acknowledges commits that a crash can lose (synchronous_commit \
             is off): ALTER ROLE … SET synchronous_commit = on"
                .to_owned(),
        ));
    }
    Ok(Server { version, unsynced: fsync == "off" })
}

/// The newest migration that was applied; 0 where there is no schema yet.
pub(super) async fn found(link: &mut Link) -> Result<u32, StoreError> {
    let there = link.one_by_one(&[query!("SELECT to_regclass('migration') IS NOT NULL")]).await?;
    let there = there.first().and_then(|answer| answer.rows.first());
    if !there.map_or(Ok(false), |row| column(row, 0))? {
        return Ok(0);
    }
    let newest = link.one_by_one(&[query!("SELECT max(number) FROM migration")]).await?;
    let row = newest.first().and_then(|answer| answer.rows.first());
    let newest: Option<i64> = row.map_or(Ok(None), |row| column(row, 0))?;
    Ok(newest.map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX)))
}

/// Whether the connections of this pool do not have a server process each: a pooler in transaction
/// mode lends them one for a transaction at a time. While the second connection keeps the process
/// that the first one had, the first one gets another.
pub(super) async fn is_pooled(first: &mut Link, second: &mut Link) -> Result<bool, StoreError> {
    let before = process(&first.one_by_one(&[query!(PROCESS)]).await?)?;
    let kept = process(&second.in_transaction(vec![query!(PROCESS)]).await?)?;
    let after = process(&first.one_by_one(&[query!(PROCESS)]).await?)?;
    Ok(before == kept || before != after)
}

const PROCESS: &str = "SELECT pg_backend_pid()";

fn process(answers: &[Answer]) -> Result<Option<i32>, StoreError> {
    let row = answers.first().and_then(|answer| answer.rows.first());
    row.map(|row| column(row, 0)).transpose()
}

/// Brings the schema up to date. Of several nodes that start together, one does it.
pub(super) async fn migrate(link: &mut Link, known: &[Migration]) -> Result<(), StoreError> {
    link.in_transaction(vec![
        query!("SELECT pg_advisory_xact_lock($1)", LOCK),
        query!(
            "CREATE TABLE IF NOT EXISTS migration (
               number bigint PRIMARY KEY, checksum bytea NOT NULL)"
        ),
    ])
    .await?;
    let answers = link
        .in_transaction(vec![query!("SELECT number, checksum FROM migration ORDER BY number")])
        .await?;
    let applied = answers
        .iter()
        .flat_map(|answer| &answer.rows)
        .map(|row| {
            let number: i64 = column(row, 0)?;
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            Ok(Applied { number, checksum: column(row, 1)? })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    for migration in pending(known, &applied)? {
        apply(link, migration).await?;
    }
    months::ahead(link).await?;
    link.commit(Vec::new()).await?;
    Ok(())
}

async fn apply(link: &mut Link, migration: &Migration) -> Result<(), StoreError> {
    link.script(migration.sql).await?;
    let Migration { number, name, .. } = *migration;
    let note = "INSERT INTO migration (number, checksum) VALUES ($1, $2)";
    link.in_transaction(vec![query!(note, number, migration.checksum().to_vec())]).await?;
    tracing::info!(target: "store.postgres", number, name, "migrated");
    Ok(())
}
