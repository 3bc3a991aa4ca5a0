//! Measures, added up by the server as far as they can be: each finished session of a month would
//! otherwise come over the socket, which takes longer than all the rest.
//!
//! What cannot be added up is how long each one waited: percentiles need every value, and get them
//! as one array for each line.

use beckon_domain::ids::{ServiceId, TenantId};
use tokio_postgres::Row;

use super::Core;
use super::rows::{column, key_text, text_key};
use super::sql::{Param, Query, query};
use crate::store::codec::{micros, word};
use crate::store::report::{Line, MeasurePart, RingsPart};
use crate::store::{Measures, Span, StoreError};

/// The planner cannot know how few lines there are, so it would sort every row, on the disk, and
/// compile the query, which takes longer than running it. For this one transaction.
const BY_HASH: &str =
    "SELECT set_config('enable_sort', 'off', true), set_config('jit', 'off', true),
     set_config('work_mem', '32MB', true)";

/// What is told apart, the same for sessions and rings. `$10` is when times begin, and a row's is
/// the number of those that have begun.
macro_rules! told_apart {
    () => {
        "SELECT CASE WHEN $7::boolean THEN service END AS of_service,
           CASE WHEN $8::boolean THEN agent END AS of_agent,
           CASE WHEN $9::boolean THEN channel END AS of_channel,
           width_bucket(created, $10::bigint[])::bigint AS begun, "
    };
}

/// The sums of a line and an outcome, in the order of [`MeasurePart`]. What is shared is left to
/// the rings where agents are told apart (`$12`).
macro_rules! sums {
    () => {
        "outcome, array_agg(queue_ms) FILTER (WHERE queued IS NOT NULL),
         count(*), count(*) FILTER (
           WHERE queued IS NOT NULL AND queue_ms <= coalesce($11::bigint, sla_seconds * 1000)),
         count(first_connect), sum(connected_ms) FILTER (WHERE first_connect IS NOT NULL)::bigint,
         count(acw_end), sum(acw_ms) FILTER (WHERE acw_end IS NOT NULL)::bigint,
         count(first_reply - first_connect),
         sum(greatest((first_reply - first_connect) / 1000, 0))::bigint,
         sum(offers) FILTER (WHERE shared = 0 OR NOT $12::boolean)::bigint,
         sum(declines) FILTER (WHERE shared = 0 OR NOT $12::boolean)::bigint,
         sum(misses) FILTER (WHERE shared = 0 OR NOT $12::boolean)::bigint,
         sum(undeliverable) FILTER (WHERE shared = 0 OR NOT $12::boolean)::bigint,
         sum(transfers)::bigint
         FROM session_report "
    };
}

macro_rules! rings {
    () => {
        "sum(offers)::bigint, sum(declines)::bigint, sum(misses)::bigint,
         sum(undeliverable)::bigint FROM agent_rings "
    };
}

macro_rules! of_service {
    () => {
        "WHERE tenant = $1 AND service = $2 AND ($6::uuid IS NULL OR agent = $6)"
    };
}

macro_rules! of_agent {
    () => {
        "WHERE tenant = $1 AND agent = $6 AND $2::text IS NULL"
    };
}

macro_rules! of_all {
    () => {
        "WHERE tenant = $1 AND $2::text IS NULL AND $6::uuid IS NULL"
    };
}

/// Filters that no index leads by.
macro_rules! in_span {
    () => {
        " AND created >= $3 AND created < $4 AND ($5::text IS NULL OR channel = $5)
         GROUP BY of_service, of_agent, of_channel, begun"
    };
}

const MEASURE_SERVICE: &str =
    concat!(told_apart!(), sums!(), of_service!(), in_span!(), ", outcome");
const MEASURE_AGENT: &str = concat!(told_apart!(), sums!(), of_agent!(), in_span!(), ", outcome");
const MEASURE_ALL: &str = concat!(told_apart!(), sums!(), of_all!(), in_span!(), ", outcome");
const RINGS_SERVICE: &str = concat!(told_apart!(), rings!(), of_service!(), in_span!());
const RINGS_AGENT: &str = concat!(told_apart!(), rings!(), of_agent!(), in_span!());
const RINGS_ALL: &str = concat!(told_apart!(), rings!(), of_all!(), in_span!());

impl Core {
    pub(super) async fn measure(
        &self,
        tenant: TenantId,
        span: &Span,
        mut measures: Measures,
    ) -> Result<Measures, StoreError> {
        let (sql, rings) = match (&span.service, span.agent) {
            (Some(_), _) => (MEASURE_SERVICE, RINGS_SERVICE),
            (None, Some(_)) => (MEASURE_AGENT, RINGS_AGENT),
            (None, None) => (MEASURE_ALL, RINGS_ALL),
        };
        let by = measures.by();
        let apart = by.agent || span.agent.is_some();
        let channel = span.channel.map(|channel| word("session_report", &channel)).transpose()?;
        let asked: Vec<Param> = vec![
            tenant.0.into(),
            span.service.as_ref().map(ServiceId::as_str).map(key_text).into(),
            micros(span.from).into(),
            micros(span.until).into(),
            channel.into(),
            span.agent.map(|agent| agent.0).into(),
            by.service.into(),
            by.agent.into(),
            by.channel.into(),
            measures.begins().into(),
        ];
        let mut sums = asked.clone();
        sums.extend([measures.asked_ms().into(), apart.into()]);
        let mut queries = vec![query!(BY_HASH), Query::new(sql, sums)];
        if apart {
            queries.push(Query::new(rings, asked));
        }
        let answers = self.ask_all(queries).await?;
        for row in answers.get(1).into_iter().flat_map(|answer| &answer.rows) {
            let service = service(row)?;
            measures.add(MeasurePart {
                line: line(row, service.as_deref())?,
                outcome: column(row, 4)?,
                waits: column::<Option<_>>(row, 5)?.unwrap_or_default(),
                sums: numbers(row, 6)?,
                counts: numbers(row, 14)?,
            })?;
        }
        for row in answers.get(2).into_iter().flat_map(|answer| &answer.rows) {
            let service = service(row)?;
            let line = line(row, service.as_deref())?;
            measures.ring(&RingsPart { line, counts: numbers(row, 4)? });
        }
        Ok(measures)
    }
}

fn service(row: &Row) -> Result<Option<String>, StoreError> {
    Ok(column::<Option<&str>>(row, 0)?.map(text_key))
}

fn line<'r>(row: &'r Row, service: Option<&'r str>) -> Result<Line<'r>, StoreError> {
    let begun: i64 = column(row, 3)?;
    Ok(Line {
        begun: usize::try_from(begun).unwrap_or_default(),
        service,
        agent: column(row, 1)?,
        channel: column(row, 2)?,
    })
}

/// Sums from a column on; one of nothing is nought.
fn numbers<const N: usize>(row: &Row, from: usize) -> Result<[i64; N], StoreError> {
    let mut numbers = [0; N];
    for (number, index) in numbers.iter_mut().zip(from..) {
        *number = column::<Option<i64>>(row, index)?.unwrap_or_default();
    }
    Ok(numbers)
}
