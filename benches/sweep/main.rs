//! The daily sweep: how fast 100,000 silent sessions among a million are found and ended while
//! agents click, and how fast new invitations leave while the cards of 10,000 that it ended want
//! the whole budget of the tenant. `make bench`. The budgets: found in 1 s, ended in 120 s beside
//! 300 clicks a second with a p99 below 50 ms, 150 MB; new invitations within 1 s at p99.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures real time and prints what it measured"
)]

mod apart;
mod many;
#[path = "../clicks/stage.rs"]
#[expect(dead_code, reason = "the other benchmarks use the rest")]
mod stage;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use beckon::budget::limits;
use beckon::clock::{Clock, SystemClock};
use beckon::engine::{CardSender, Delivery};
use beckon::store::CardRows;
use beckon::store::sqlite::DEFAULT_BATCH;
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::ids::TenantId;
use botframework::limiter::{Ask, Limiter, Operation, Priority};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::apart::{APART, Apart};
use crate::many::Many;
use crate::stage::{Failure, PER_SERVICE, Stage};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Under `cargo test`, which runs this too, a handful shows that it still works.
    let whole = std::env::args().any(|arg| arg == "--bench");
    if let [_, apart, folder, services] = &std::env::args().collect::<Vec<_>>()[..]
        && apart == APART
    {
        return apart::run(folder, services.parse()?).await;
    }
    // What rings is enough for the 120 s that the sweep may take.
    let (silent, fresh) = if whole { (100_000, 900_000) } else { (40, 60) };
    beside_clicks(Many { silent, fresh }, 300.0, if whole { 3_600 } else { 2 }).await?;
    let silent = if whole { 10_000 } else { 20 };
    beside_invitations(Many { silent, fresh: 0 }, if whole { 300 } else { 10 }).await
}

/// Ends them in a process apart while agents accept, so many a second.
async fn beside_clicks(many: Many, clicks: f64, services: usize) -> Result<(), Failure> {
    let (folder, ringing) = many::folder(TENANT, services, many).await?;
    let stage = Stage::in_folder(TENANT, services, DEFAULT_BATCH, folder)?;
    let store = stage.engine.store();
    let before = SystemClock.now().saturating_sub(SignedDuration::from_hours(24))?;
    let start = Instant::now();
    let (mut found, mut after) = (0, None);
    loop {
        let page = store.silent_sessions(TENANT, before, after, 500).await?;
        let Some(last) = page.last() else { break };
        (found, after) = (found + page.len(), Some(*last));
    }
    let all = many.silent + many.fresh;
    println!("sweep: {found} of {all} found in {:.2} s", start.elapsed().as_secs_f64());
    let folder = stage.close().await.ok_or("there is a folder")?;
    let figures = Apart::start(&folder, services)?.click(&ringing, clicks)?;
    println!("sweep: {found} {figures}");
    Ok(())
}

/// Lets customers write, five a second, while the sweep runs and its cards are repainted.
async fn beside_invitations(many: Many, customers: usize) -> Result<(), Failure> {
    let services = customers / PER_SERVICE + 2;
    // One service rings while it is made; the customers come to the others.
    let (folder, _) = many::folder(TENANT, 1, many).await?;
    let stage = Stage::in_folder(TENANT, services, DEFAULT_BATCH, folder)?;
    for service in 1..services {
        stage.reach(service).await?;
    }
    let sent = Arc::new(Sent::new()?);
    stage.start_with(Arc::clone(&sent) as _);
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    for customer in 0..customers {
        tick.tick().await;
        stage.write(1 + customer % (services - 1), customer + 1).await?;
    }
    while sent.posts().len() < customers {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (mut posts, repaints) = (sent.posts(), sent.repaints());
    posts.sort_by(f64::total_cmp);
    println!(
        "sweep: {} new invitations left p50 {:.0} ms, p99 {:.0} ms after the customer wrote, while \
         {repaints} of {} swept cards were repainted",
        posts.len(),
        part(&posts, 0.50) * 1000.0,
        part(&posts, 0.99) * 1000.0,
        many.silent,
    );
    stage.end().await
}

/// Cards leave as the limits of Teams allow; the network takes no time.
struct Sent {
    limiter: Limiter,
    /// Seconds from a customer's first message to the post of the invitation, and repaints.
    seen: Mutex<(Vec<f64>, u64)>,
}

impl Sent {
    fn new() -> Result<Self, Failure> {
        Ok(Self { limiter: Limiter::new(limits())?, seen: Mutex::default() })
    }

    fn posts(&self) -> Vec<f64> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn repaints(&self) -> u64 {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

#[async_trait]
impl CardSender for Sent {
    async fn send(&self, tenant: TenantId, rows: &CardRows, _now: Timestamp) -> Vec<Delivery> {
        let quiet = rows.session.ended_quietly();
        let first = rows.invitation.card.copies.is_empty();
        let (tenant, agent) = (tenant.to_string(), rows.invitation.agent.to_string());
        let ask = Ask {
            tenant: &tenant,
            conversation: &agent,
            operation: Operation::Send,
            priority: if quiet { Priority::Background } else { Priority::Interactive },
        };
        self.limiter.acquire(ask).await;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if first {
            let waited = SystemClock.now().duration_since(rows.session.created_at);
            seen.0.push(waited.as_secs_f64());
        } else {
            seen.1 += u64::from(quiet);
        }
        vec![Delivery::Shown(CardCopy {
            conversation: "a:1".to_owned(),
            activity: rows.invitation.id.to_string(),
            shown: rows.invitation.card.wanted,
            kind: CopyKind::Invitation,
        })]
    }
}

async fn done(stage: &Stage) -> Result<bool, Failure> {
    let sweep = stage.engine.store().sweep(TENANT).await?;
    Ok(sweep.is_some_and(|(sweep, _)| sweep.run.is_none() && sweep.done.year() > 2020))
}

/// How long until the sweep was done.
async fn finished(stage: &Stage, start: Instant) -> Result<Duration, Failure> {
    while !done(stage).await? {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(start.elapsed())
}

/// What this part of them stayed below.
fn part(sorted: &[f64], part: f64) -> f64 {
    let place = ((sorted.len().max(1) - 1) as f64 * part) as usize;
    sorted.get(place).copied().unwrap_or(0.0)
}
