//! The whole of Beckon in one command, with a stand-in for Microsoft Teams.
//!
//! Three servers on loopback, in one process:
//!
//! | Port | What |
//! |---|---|
//! | 3980 | the demo: a page with a customer beside two agents' Teams chats |
//! | 3978 | Beckon itself, as it ships: bot endpoint, REST API, console |
//! | 3979 | `fake-teams`: signing keys, tokens and the connector |
//!
//! Nothing takes a short cut. The customer writes through Beckon's REST API with an API key; a click
//! on a card is an invoke that `fake-teams` signs and posts to Beckon's messaging endpoint; a card
//! reaches an agent through the connector. What the page shows is what Teams would show. Only time
//! is the demo's own: a day can be let pass, and whatever is due on it happens when it should.

mod agents;
mod args;
mod beckon_api;
mod cast;
mod clock;
mod customers;
mod day;
mod demo;
mod doors;
mod http_client;
mod passing;
mod play;
mod product;
mod script;
mod state;
mod web;

use std::io::Write as _;

use anyhow::Context as _;
use args::Args;
use clap::Parser as _;
use demo::Demo;
use tokio::signal::ctrl_c;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    tracing_subscriber::fmt().with_env_filter(&args.log).with_writer(std::io::stderr).init();
    let demo = Demo::start(&args).await?;
    announce(&demo, args.print_addresses)?;
    ctrl_c().await.context("cannot listen for Ctrl-C")?;
    tokio::select! {
        stopped = demo.stop() => stopped,
        // Pressed again by somebody who will not wait for what is under way.
        _ = ctrl_c() => Ok(()),
    }
}

fn announce(demo: &Demo, machine: bool) -> anyhow::Result<()> {
    let addresses = demo.addresses();
    let mut out = std::io::stdout().lock();
    if machine {
        serde_json::to_writer(&mut out, addresses)?;
        writeln!(out)?;
    } else {
        writeln!(out, "The demo is ready: open {} in a browser.", addresses.demo)?;
        writeln!(out, "Beckon itself is at {}. Ctrl-C stops it all.", addresses.beckon)?;
    }
    Ok(out.flush()?)
}
