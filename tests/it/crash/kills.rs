//! Kills at random moments under load.

use std::io::Write;
use std::sync::Arc;

use beckon::clock::{Clock, SystemClock};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::consumer::Consumer;
use super::judge::judge;
use super::load::{Dice, Load};
use super::server::Server;
use crate::stage::{Settings, World};
use crate::webhook::push_to;

const CUSTOMERS: usize = 5;
/// So many that no chat gets more cards than Teams allows it (60 calls in 30 seconds): cards that
/// are held back for that are late for another reason.
const AGENTS: &[&str] =
    &["Ada", "Ben", "Cleo", "Dora", "Emil", "Fritz", "Gina", "Hugo", "Ida", "Jan"];
/// The longest pause between two kills, in answers that the load got.
const PACE: u64 = 80;

/// How often the process is killed: `BECKON_KILLS`, else ten times. `make crash` asks for more.
fn kills() -> usize {
    setting("BECKON_KILLS").and_then(|kills| kills.parse().ok()).unwrap_or(10)
}

/// `BECKON_SEED`, else a new one.
fn seed() -> u64 {
    setting("BECKON_SEED").and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let mut bytes = [0; 8];
        SystemClock.random(&mut bytes);
        u64::from_le_bytes(bytes)
    })
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests may choose")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Shown though the test succeeds.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    let (kills, seed) = (kills(), seed());
    say(&format!("{kills} kills with BECKON_SEED={seed}"));
    let begun = Instant::now();
    let mut dice = Dice(seed);
    let consumer = Consumer::start(Some(dice.child())).await;
    let mut world = World::new(&Settings { people: AGENTS, ..Settings::default() }).await;
    push_to(&mut world, &consumer.address);
    let server = Server::start(world, None).await;
    server.install_all().await;

    let load = Load::new(Arc::clone(&server));
    let (mut customers, mut agents) = (JoinSet::new(), JoinSet::new());
    for number in 0..CUSTOMERS {
        customers.spawn(Arc::clone(&load).customer(number, dice.child()));
    }
    for number in 0..AGENTS.len() {
        agents.spawn(Arc::clone(&load).agent(number, dice.child()));
    }
    for _ in 0..kills {
        server.answers(1 + dice.below(PACE)).await;
        // Somewhere on the way to the next answer.
        for _ in 0..dice.below(100) {
            tokio::task::yield_now().await;
        }
        server.kill().await;
    }
    let killed = begun.elapsed();
    load.customers_stop.send_replace(true);
    while let Some(done) = customers.join_next().await {
        done.unwrap();
    }
    load.agents_stop.send_replace(true);
    while let Some(done) = agents.join_next().await {
        done.unwrap();
    }
    let ended = begun.elapsed();
    let acknowledged = load.acknowledged.lock().unwrap().clone();
    let verdict = judge(&server, &consumer, &acknowledged, kills).await;
    say(&format!(
        "{kills} kills in {killed:.0?}, all ended after {ended:.0?}, judged after {:.0?}: {} acknowledged; {verdict}",
        begun.elapsed(),
        acknowledged.len()
    ));
}
