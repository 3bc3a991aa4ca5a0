//! How throughput grows: with the size of a group commit, and with how many sessions are open.
//! Prints a table and, with `BECKON_PLOT=docs/images`, writes the plots. `make bench`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures real time and prints what it measured"
)]

mod plot;
#[path = "../clicks/stage.rs"]
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod stage;

use std::time::{Duration, Instant};

use beckon_domain::ids::TenantId;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use uuid::Uuid;

use crate::plot::Plot;
use crate::stage::{Failure, PER_SERVICE, Stage};

/// Commands that are under way at once: more than a group holds, so that groups are full.
const AT_ONCE: usize = 256;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let whole = std::env::args().any(|arg| arg == "--bench");
    let time = Duration::from_secs(if whole { 5 } else { 0 });
    let tenant = TenantId(Uuid::from_u128(1));

    let mut groups = Plot::new("Commands a second by the size of a group commit", "group");
    println!("group size   commands/s");
    for batch in [1, 4, 16, 64, 256] {
        let stage = Stage::new(tenant, 1_000, batch)?;
        fill(&stage, 1_000, 0, 1_000).await?;
        let rate = write_for(&stage, 1_000, time, 0).await?;
        println!("{batch:>10}   {rate:>10.0}");
        groups.add(batch as f64, rate);
        stage.end().await?;
    }

    let mut sessions = Plot::new("Commands a second by the number of open sessions", "sessions");
    println!("open sessions   commands/s   resident MB");
    let services = if whole { 100_000 } else { 100 };
    let stage = Stage::with_default_batch(tenant, services)?;
    let mut open = 0;
    let steps: &[usize] = if whole { &[1_000, 10_000, 100_000, 1_000_000] } else { &[100, 200] };
    for step in steps {
        fill(&stage, services, open, *step).await?;
        open = *step;
        let rate = write_for(&stage, open, time, 0).await?;
        println!("{step:>13}   {rate:>10.0}   {:>11}", resident_mb());
        sessions.add(*step as f64, rate);
    }
    stage.end().await?;

    let mut nodes =
        Plot::new("Commands a second by the number of nodes on one PostgreSQL", "nodes");
    println!("nodes   commands/s on PostgreSQL");
    let url = std::env::var("BECKON_TEST_POSTGRES")
        .map_err(|_| "run this by `make bench`: it wants a PostgreSQL (tools/with-postgres.sh)")?;
    let mut stages = Vec::new();
    for number in [1, 2] {
        stages.push(Stage::on_postgres(tenant, 1_000, &url).await?);
        if number == 1 {
            fill(&stages[0], 1_000, 0, 1_000).await?;
        }
        let rates = stages.iter().enumerate().map(|(at, stage)| write_for(stage, 1_000, time, at));
        let rate: f64 = futures_util::future::try_join_all(rates).await?.iter().sum();
        println!("{number:>5}   {rate:>10.0}");
        nodes.add(f64::from(number), rate);
    }
    for stage in stages {
        stage.end().await?;
    }

    if let Ok(folder) = std::env::var("BECKON_PLOT") {
        nodes.write(&format!("{folder}/throughput-nodes.svg"))?;
        groups.write(&format!("{folder}/throughput-group.svg"))?;
        sessions.write(&format!("{folder}/throughput-sessions.svg"))?;
    }
    Ok(())
}

/// Opens sessions until there are `until`.
async fn fill(stage: &Stage, services: usize, from: usize, until: usize) -> Result<(), Failure> {
    let mut under_way = FuturesUnordered::new();
    for customer in from..until {
        under_way.push(stage.write(customer % services, customer));
        if under_way.len() >= AT_ONCE {
            under_way.next().await.transpose()?;
        }
    }
    while under_way.next().await.transpose()?.is_some() {}
    Ok(())
}

/// The customers of `open` sessions write on, for so long; how many messages a second. `writer`
/// tells the messages of several nodes apart.
async fn write_for(
    stage: &Stage,
    open: usize,
    time: Duration,
    writer: usize,
) -> Result<f64, Failure> {
    let start = Instant::now();
    let (mut done, mut next) = (0_u64, 0_usize);
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < AT_ONCE {
            next += 1;
            // Another session each time, all over the table: a prime steps through them.
            let customer = next * 7_919 % open;
            let number = (open + next) * 2 + writer;
            under_way.push(stage.say(customer % stage.services, customer, number));
        }
        under_way.next().await.transpose()?;
        done += 1;
        if start.elapsed() >= time && done >= PER_SERVICE as u64 {
            break;
        }
    }
    let rate = done as f64 / start.elapsed().as_secs_f64();
    while under_way.next().await.transpose()?.is_some() {}
    Ok(rate)
}

/// What the process holds in memory, where the system tells.
fn resident_mb() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    });
    kilobytes.map_or("unknown".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}
