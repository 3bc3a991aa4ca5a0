//! `beckon prune`: removes what retention no longer keeps, without waiting for the daily round.

use anyhow::bail;
use clap::Args;

use super::office;
use crate::admin::{Answer, Question};
use crate::config::Config;
use crate::engine::Removed;

/// How to prune.
#[derive(Debug, Args)]
pub(super) struct Prune {
    /// Only say what would be removed.
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
pub(super) async fn run(config: &Config, prune: &Prune) -> anyhow::Result<()> {
    let dry_run = prune.dry_run;
    let answer = office::ask(config, Question::Prune { dry_run }).await?;
    let Answer::Pruned { removed } = answer else {
        bail!("the server answered something else: {answer:?}")
    };
    let Removed { dead_letters, messages, months, sessions, states, keys } = removed;
    let done = if dry_run { "would be removed" } else { "removed" };
    let months = if config.store.url.is_some() {
        format!("{} of events, ", super::count(months, "whole month"))
    } else {
        String::new()
    };
    super::print(&format!(
        "{done}: {}, {months}{}, {}, {}, {}",
        super::count(messages, "message"),
        super::count(sessions, "session"),
        super::count(states, "agent state"),
        super::count(dead_letters, "dead letter"),
        super::count(keys, "command key"),
    ))
}
