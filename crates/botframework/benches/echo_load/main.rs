//! Turns a second, load generator included, on one runtime.
//!
//! Prints, for 32 keep-alive connections: a bare axum JSON endpoint, a verified turn without a
//! reply, and a verified turn with a card reply through the connector client, limiter on and
//! off. Targets: without a reply at least 70 % of the bare endpoint; with a card reply at least
//! 6,000/s.
//!
//! Per cent are of the bare endpoint, by rate and by processor time; the latter holds on a machine
//! that others use as well.
//!
//! Run with `cargo bench -p botframework --bench echo_load`; `SECONDS=…` sets the length of each
//! measurement (5 by default).

mod load;
mod peers;

use std::convert::Infallible;
use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use botframework::activity::OutgoingActivity;
use botframework::connector::{ConnectorClient, ConnectorError};
use botframework::limiter::{Limiter, LimiterConfig};
use botframework::turn::{Bot, TurnContext};
use serde_json::{Value, json};

use load::{Load, Measured};
use peers::Peers;

/// As in the example: a turn makes many allocations of a few KiB, which the system's allocator
/// handles at a quarter of the turn's whole cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    // `cargo test --benches` runs benches too, only to see that they still work.
    let measure = std::env::args().any(|argument| argument == "--bench");
    let length = if measure { Duration::from_secs(seconds()) } else { Duration::from_millis(50) };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(length))
}

async fn run(length: Duration) -> Result<(), Failure> {
    let peers = Peers::start().await?;
    let bare = serve(Router::new().route("/api/messages", post(bare))).await?;
    let silent = serve(silent(&peers)?.router()).await?;
    let unlimited = serve(echo(peers.connector(None)?, &peers)?.router()).await?;
    let windows = Limiter::new(LimiterConfig::default())?;
    let limited = serve(echo(peers.connector(Some(windows))?, &peers)?.router()).await?;

    let load = Load { token: peers.channel_token()?, service_url: peers.service_url() };
    let mut subjects = vec![
        Subject::new("bare axum JSON endpoint", bare),
        Subject::new("verified turn, no reply", silent),
        Subject::new("card reply, limiter off", unlimited),
        Subject::new("card reply, limiter on", limited),
    ];
    // A profiler wants one thing at a time.
    if let Some(name) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        subjects.retain(|subject| subject.name.contains(&name));
    }
    // Slices in turn, and the median of each: what else the machine does hits all alike.
    for round in 0..=ROUNDS {
        for subject in &mut subjects {
            let measured = load.run(subject.addr, length / ROUNDS).await?;
            // The first round warms caches and connections up.
            if round > 0 {
                subject.measured.push(measured);
            }
        }
    }
    let mut out = std::io::stdout();
    writeln!(out, "32 connections, {length:?} each, load generator and all peers on 2 threads")?;
    let bare = subjects.first().ok_or("no subject has that name")?.median();
    for subject in &subjects {
        report(&mut out, subject.name, subject.median(), bare)?;
    }
    Ok(())
}

/// Slices of a measurement.
const ROUNDS: u32 = 5;

/// One of the things compared.
struct Subject {
    name: &'static str,
    addr: SocketAddr,
    measured: Vec<Measured>,
}

impl Subject {
    fn new(name: &'static str, addr: SocketAddr) -> Self {
        Self { name, addr, measured: Vec::new() }
    }

    fn median(&self) -> Measured {
        let mut slices = self.measured.clone();
        slices.sort_by(|a, b| a.per_second().total_cmp(&b.per_second()));
        slices[slices.len() / 2]
    }
}

fn report(
    out: &mut impl Write,
    name: &str,
    measured: Measured,
    bare: Measured,
) -> std::io::Result<()> {
    let share = |of: f64, whole: f64| 100.0 * of / whole;
    writeln!(
        out,
        "{name:<26} {:>7.0}/s {:>4.0} %   cpu {:>5.1} µs {:>4.0} %   p50 {:>5} µs  p99 {:>5} µs",
        measured.per_second(),
        share(measured.per_second(), bare.per_second()),
        measured.cpu_micros(),
        share(bare.cpu_micros(), measured.cpu_micros()),
        measured.p50.as_micros(),
        measured.p99.as_micros(),
    )
}

/// What any axum JSON endpoint does: parse, look, answer.
async fn bare(Json(activity): Json<Value>) -> Json<Value> {
    Json(json!({ "id": activity["id"] }))
}

fn silent(peers: &Peers) -> Result<Bot, Failure> {
    let handler = |_: TurnContext| async { Ok::<_, Infallible>(()) };
    Ok(Bot::builder(peers.authenticator()?, peers.connector(None)?).on_message(handler).build()?)
}

fn echo(connector: ConnectorClient, peers: &Peers) -> Result<Bot, Failure> {
    let handler = |turn: TurnContext| async move {
        let card = OutgoingActivity::adaptive_card(card(&turn.text())).summary("Echo");
        turn.reply(card).await?;
        Ok::<_, ConnectorError>(())
    };
    Ok(Bot::builder(peers.authenticator()?, connector).on_message(handler).build()?)
}

fn card(text: &str) -> Value {
    json!({
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{ "type": "TextBlock", "text": text, "wrap": true }],
        "actions": [{ "type": "Action.Execute", "title": "Again", "verb": "again",
            "data": { "text": text } }]
    })
}

async fn serve(router: Router) -> Result<SocketAddr, Failure> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(addr)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn seconds() -> u64 {
    std::env::var("SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5)
}

/// Shared ownership of a clock, as the library wants it.
fn system_clock() -> Arc<botframework::clock::SystemClock> {
    Arc::new(botframework::clock::SystemClock)
}
