//! How long reports and lists take beside 1,000,000 finished sessions of one service, a year of
//! them, on both stores. Prints a table for each and fails where SQLite is above the budget; on
//! PostgreSQL, where each row comes over a socket, the figures are to be looked at. `make bench`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures real time and prints what it measured"
)]

mod fill;

use std::sync::Arc;
use std::time::{Duration, Instant};

use beckon::clock::{Clock, SystemClock};
use beckon::directory::Directory;
use beckon::engine::{Executor, Signals};
use beckon::store::postgres::{Options, PostgresStore};
use beckon::store::sqlite::SqliteStore;
use beckon::store::{Finished, Grouping, Measures, ReportPlace, Span, Store};
use beckon_domain::agent::timeline;
use beckon_domain::ids::{AgentId, ServiceId, TenantId};
use beckon_domain::outcome::Outcome;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
/// When the first session began.
const BEGIN: i64 = 1_767_225_600_000_000;
/// A year, in microseconds.
const YEAR: i64 = 365 * 86_400_000_000;
/// What a report may take, at the 99th percentile.
const BUDGET: Duration = Duration::from_millis(200);

fn service() -> ServiceId {
    ServiceId("support".to_owned())
}

fn agent(number: usize) -> AgentId {
    AgentId(Uuid::from_u128(0xa_0000 + number as u128))
}

fn at(micros: i64) -> Result<Timestamp, jiff::Error> {
    Timestamp::from_microsecond(micros)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let whole = std::env::args().any(|arg| arg == "--bench");
    let (sessions, rounds) = if whole { (1_000_000, 100) } else { (1_000, 2) };
    let folder = std::env::temp_dir().join(format!("beckon-bench-{}", SystemClock.new_id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("beckon.db");
    let executor = || Executor::new(Arc::new(Directory::default()));
    let (clock, signals) = (Arc::new(SystemClock), Arc::<Signals>::default());
    let sqlite = SqliteStore::open(&path, executor(), clock.clone(), signals.clone())?;
    fill::sqlite(&path, sessions)?;
    println!("SQLite, {sessions} finished sessions");
    let on_sqlite = measure_all(&sqlite, rounds).await;
    std::fs::remove_dir_all(&folder)?;
    let slowest = on_sqlite?;

    match std::env::var("BECKON_TEST_POSTGRES") {
        Ok(server) => {
            // A schema of its own: other benchmarks share the server.
            fill::batch(&server, "CREATE SCHEMA reports").await?;
            let url = format!("{server} options='-c search_path=reports'");
            let options = Options { url: url.as_str().into(), pool_size: 4 };
            let postgres = PostgresStore::open(&options, executor(), clock, signals).await?;
            fill::postgres(&url, sessions).await?;
            println!("PostgreSQL, {sessions} finished sessions");
            let on_postgres = measure_all(&postgres, rounds).await;
            fill::batch(&server, "DROP SCHEMA reports CASCADE").await?;
            on_postgres?;
        }
        Err(_) if whole => {
            return Err("run this by `make bench`: it wants a PostgreSQL too".into());
        }
        Err(_) => {}
    }
    if whole && slowest > BUDGET {
        return Err(format!("{slowest:?} is above the budget of {BUDGET:?}").into());
    }
    Ok(())
}

/// Prints each query's figures; the slowest 99th percentile.
async fn measure_all(store: &dyn Store, rounds: usize) -> Result<Duration, Failure> {
    println!("{:<44} {:>9} {:>9} {:>9}", "", "p50 ms", "p99 ms", "rows");

    let mut slowest = Duration::ZERO;
    let groupings: [(&str, &[&str]); 6] = [
        ("a month of a service, one line", &[]),
        ("a month of a service, by day", &["day"]),
        ("a month of a service, by hour of the day", &["hour"]),
        ("a month of a service, by agent", &["agent"]),
        ("a month of a service, by channel", &["channel"]),
        ("a month of a service, by day, agent, channel", &["day", "agent", "channel"]),
    ];
    for (name, by) in groupings {
        let by = Grouping {
            service: false,
            agent: by.contains(&"agent"),
            channel: by.contains(&"channel"),
            day: by.contains(&"day"),
            hour: by.contains(&"hour"),
        };
        let mut times = Times::default();
        for round in 0..rounds {
            times.take(|| report(store, by, round)).await?;
        }
        slowest = slowest.max(times.print(name));
    }
    for (name, outcome, agent, age) in [
        ("the list of a service, first page", None, None, 0),
        ("the list of a service, a page a year deep", None, None, YEAR / 100 * 99),
        ("  of a rare outcome, first page", Some(Outcome::FailedInternal), None, 0),
        ("  of an agent, first page", None, Some(agent(3)), 0),
    ] {
        let mut times = Times::default();
        for round in 0..rounds {
            times.take(|| list(store, outcome, agent, age, round)).await?;
        }
        slowest = slowest.max(times.print(name));
    }
    let mut times = Times::default();
    for round in 0..rounds {
        times.take(|| states(store, round)).await?;
    }
    slowest = slowest.max(times.print("a month of what agents did, a page of 50,000"));
    store.close().await;
    Ok(slowest)
}

/// How long a query took, and how many rows it gave.
#[derive(Default)]
struct Times {
    times: Vec<Duration>,
    rows: usize,
}

impl Times {
    async fn take<F: Future<Output = Result<usize, Failure>>>(
        &mut self,
        query: impl FnOnce() -> F,
    ) -> Result<(), Failure> {
        let begin = Instant::now();
        self.rows = query().await?;
        self.times.push(begin.elapsed());
        Ok(())
    }

    /// Prints the figures; the 99th percentile.
    fn print(mut self, name: &str) -> Duration {
        self.times.sort_unstable();
        let at = |percent: usize| self.times[(self.times.len() * percent).div_ceil(100) - 1];
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        println!("{name:<44} {:>9.1} {:>9.1} {:>9}", ms(at(50)), ms(at(99)), self.rows);
        at(99)
    }
}

/// The figures of a month, another one each round.
async fn report(store: &dyn Store, by: Grouping, round: usize) -> Result<usize, Failure> {
    let from = BEGIN + (round % 11) as i64 * YEAR / 12;
    let (from, until) = (at(from)?, at(from + YEAR / 12)?);
    let zone = TimeZone::get("Europe/Zurich")?;
    let span = Span { from, until, service: Some(service()), agent: None, channel: None };
    let measures = Measures::new(by, &zone, from, until, None);
    let measures = store.measure(TENANT, &span, measures).await?;
    let lines = measures.groups().into_iter().map(|(_, mut measure)| measure.waited(90));
    Ok(lines.count())
}

/// A page of the list, so far from its beginning.
async fn list(
    store: &dyn Store,
    outcome: Option<Outcome>,
    agent: Option<AgentId>,
    age: i64,
    round: usize,
) -> Result<usize, Failure> {
    let newest = at(BEGIN + YEAR - age - round as i64)?;
    let wanted = Finished {
        from: newest.checked_sub(SignedDuration::from_hours(31 * 24))?,
        before: ReportPlace::at(newest),
        service: Some(service()),
        agent,
        account: None,
        channel: None,
        outcome,
        direct: None,
        stale: None,
    };
    Ok(store.finished(TENANT, &wanted, 200).await?.len())
}

/// What agents did in a month, agent by agent until a page of the report is full.
async fn states(store: &dyn Store, round: usize) -> Result<usize, Failure> {
    let from = BEGIN + (round % 11) as i64 * YEAR / 12;
    let (from, until) = (at(from)?, at(from + YEAR / 12)?);
    let mut looked_at = 0;
    for number in 0..50 {
        let history = store.agent_history(TENANT, agent(number), from, until, 100_000).await?;
        looked_at += timeline(&history.changes, from, until).len();
        if looked_at > 50_000 {
            break;
        }
    }
    Ok(looked_at)
}
