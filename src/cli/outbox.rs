//! `beckon outbox`: what waits to be delivered, and what was given up.

use anyhow::bail;
use clap::{Args, Subcommand};

use super::office;
use crate::admin::{Answer, OutboxRow, Question, Which};
use crate::config::Config;

/// What to do with the outbox.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what waits, oldest first: at most 1,000.
    List {
        /// Only what was given up.
        #[arg(long)]
        dead: bool,
    },
    /// Try again to deliver what was given up.
    Retry(Target),
    /// Throw away what was given up.
    Drop(Target),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Target {
    /// The place of the delivery, as it is listed.
    pos: Option<u64>,
    /// Everything that was given up.
    #[arg(long)]
    all: bool,
}

impl Target {
    fn which(&self) -> Which {
        self.pos.map_or(Which::All, Which::At)
    }
}

/// Runs the command.
pub(super) async fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    let (question, done) = match command {
        Command::List { dead } => (Question::Outbox { dead: *dead }, ""),
        Command::Retry(target) => (Question::Retry { which: target.which() }, "to be tried again"),
        Command::Drop(target) => (Question::Drop { which: target.which() }, "dropped"),
    };
    match office::ask(config, question).await? {
        Answer::Outbox { rows } => {
            for row in &rows {
                super::print(&line(row))?;
            }
            let dead = rows.iter().filter(|row| row.dead).count();
            super::print(&format!("{} listed, {dead} given up", rows.len()))
        }
        Answer::Changed { count } => super::print(&format!("{count} {done}")),
        other => bail!("the server answered something else: {other:?}"),
    }
}

fn line(row: &OutboxRow) -> String {
    let state = if row.dead { "given up" } else { "waits" };
    let error = row.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
    format!(
        "{:>8}  {:.0}  {state:8}  {} tries  {}  {}{error}",
        row.pos, row.at, row.attempts, row.lane, row.kind
    )
}
