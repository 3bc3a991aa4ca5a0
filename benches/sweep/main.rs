//! The daily sweep: how fast 100,000 silent sessions among a million are found and ended while
//! agents click, and how fast new invitations leave while the cards of 10,000 that it ended want
//! the whole budget of the tenant. `make bench`. The budgets: found in 1 s, ended in 120 s beside
//! 300 clicks a second with a p99 below 50 ms, 150 MB; new invitations within 1 s at p99.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures real time and prints what it measured"
)]

mod many;
#[path = "../clicks/stage.rs"]
#[expect(dead_code, reason = "the other benchmarks use the rest")]
mod stage;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use beckon::clock::{Clock, SystemClock};
use beckon::engine::{CardSender, Delivery};
use beckon::store::CardRows;
use beckon::store::sqlite::DEFAULT_BATCH;
use beckon_domain::card::{CardCopy, CopyKind};
use beckon_domain::command::{Action, Command, Surface};
use beckon_domain::ids::TenantId;
use botframework::limiter::{Ask, Limiter, LimiterConfig, Operation, Priority};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::many::Many;
use crate::stage::{Failure, PER_SERVICE, Stage};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // Under `cargo test`, which runs this too, a handful shows that it still works.
    let whole = std::env::args().any(|arg| arg == "--bench");
    let (silent, fresh) = if whole { (100_000, 900_000) } else { (40, 60) };
    beside_clicks(Many { silent, fresh }, if whole { 1_800 } else { 2 }).await?;
    let silent = if whole { 10_000 } else { 20 };
    beside_invitations(Many { silent, fresh: 0 }, if whole { 300 } else { 10 }).await
}

/// Ends them while agents accept, 300 a second.
async fn beside_clicks(many: Many, services: usize) -> Result<(), Failure> {
    let folder = many::folder(TENANT, services, many).await?;
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

    stage.start();
    let start = Instant::now();
    let clicks = click(&stage, services).await?;
    let clicked = start.elapsed();
    let took = finished(&stage, start).await?;
    let rate = clicks.len() as f64 / clicked.as_secs_f64();
    println!(
        "sweep: {found} ended in {:.1} s, {} MB resident, beside {} clicks, {rate:.0} a second: \
         p50 {:.1} ms, p99 {:.1} ms",
        took.as_secs_f64(),
        resident_mb(),
        clicks.len(),
        part(&clicks, 0.50) * 1000.0,
        part(&clicks, 0.99) * 1000.0,
    );
    stage.end().await
}

/// Agents accept what rings for them, 300 a second, while the sweep runs: seconds until each click
/// was decided and durable, in order.
async fn click(stage: &Stage, services: usize) -> Result<Vec<f64>, Failure> {
    let mut tick = tokio::time::interval(Duration::from_micros(3_333));
    let mut clickers = Vec::new();
    // The first service has the silent conversations.
    'all: for service in 1..services {
        stage.reach(service).await?;
        for agent in 0..PER_SERVICE {
            tick.tick().await;
            if done(stage).await? {
                break 'all;
            }
            let session = stage.write(service, service * PER_SERVICE + agent + 1).await?;
            let (engine, store) = (stage.engine.clone(), stage.engine.clone());
            clickers.push(tokio::spawn(async move {
                let (agent, invitation) = rings(&store, session).await?;
                let surface = Surface::Card;
                let accept =
                    Command::Act { invitation, agent, action: Action::Accept, surface, seen: None };
                let clicked = Instant::now();
                engine.execute_new(TENANT, accept).await.map_err(|error| error.to_string())?;
                Ok::<_, String>(clicked.elapsed().as_secs_f64())
            }));
        }
    }
    let mut seconds = Vec::new();
    for clicker in clickers {
        seconds.push(clicker.await??);
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds)
}

/// The invitation that rings for a session, once it does, and whom.
async fn rings(
    engine: &beckon::engine::Engine,
    session: beckon_domain::ids::SessionId,
) -> Result<(beckon_domain::ids::AgentId, beckon_domain::ids::InvitationId), String> {
    loop {
        let row = engine.store().session(TENANT, session).await.map_err(|e| e.to_string())?;
        if let Some(beckon_domain::session::Phase::Ringing { invitations }) =
            row.map(|row| row.phase)
        {
            let rows = engine.store().card(TENANT, invitations[0]).await;
            let rows = rows.map_err(|e| e.to_string())?.ok_or("an invitation is gone")?;
            return Ok((rows.invitation.agent, rows.invitation.id));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Lets customers write, five a second, while the cards of what was swept are repainted.
async fn beside_invitations(many: Many, customers: usize) -> Result<(), Failure> {
    let services = customers / PER_SERVICE + 2;
    let folder = many::folder(TENANT, services, many).await?;
    let stage = Stage::in_folder(TENANT, services, DEFAULT_BATCH, folder)?;
    for service in 1..services {
        stage.reach(service).await?;
    }
    let sent = Arc::new(Sent::new()?);
    stage.start_with(Arc::clone(&sent) as _);
    finished(&stage, Instant::now()).await?;
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
        Ok(Self { limiter: Limiter::new(LimiterConfig::default())?, seen: Mutex::default() })
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

/// What the process holds in memory, where the system tells.
fn resident_mb() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| {
        line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    });
    kilobytes.map_or("unknown".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}
