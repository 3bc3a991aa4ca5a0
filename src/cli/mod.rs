//! The command line: one file a command.

mod agents;
mod backup;
mod card;
mod check;
mod count;
mod gallery;
mod key;
mod live;
mod manifest;
mod office;
mod outbox;
mod prune;
mod restored;
mod sentence;
mod serve;
mod session;
mod sweep;

pub use sentence::sentence;

use count::count;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, ProcessEnvironment};
use crate::telemetry;

/// Beckon invites the right person into a chat.
#[derive(Debug, Parser)]
#[command(name = "beckon", version, about, max_term_width = 100)]
struct Cli {
    /// The configuration file.
    #[arg(long, short, global = true, default_value = "beckon.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is told to stop.
    Serve(serve::Serve),
    /// Check the configuration and say what is wrong with it.
    Check(live::Options),
    /// How the bot stands with the agents, and installing it for them.
    #[command(subcommand)]
    Agents(agents::Command),
    /// The cards that agents see: look at them, check changes to them.
    #[command(subcommand)]
    Card(card::Command),
    /// Keys for the REST API and for signing in.
    #[command(subcommand)]
    Key(key::Command),
    /// The Teams app: its package, and what is wrong with it.
    #[command(subcommand)]
    Manifest(manifest::Command),
    /// What waits to be delivered, and what was given up.
    #[command(subcommand)]
    Outbox(outbox::Command),
    /// Sessions and what happened to them.
    #[command(subcommand)]
    Session(session::Command),
    /// End the sessions in which nobody writes any more, now and not at the next sweep.
    Sweep(sweep::Sweep),
    /// Remove what is past its retention, without waiting for the daily round.
    Prune(prune::Prune),
    /// Copy the database to a file where nothing is yet, also while the server runs.
    Backup {
        /// The copy.
        file: PathBuf,
    },
    /// Put a backup in the place of the database, while no server runs. Nobody is rung again.
    Restore(backup::Restore),
}

/// Runs the command that the process was started with.
///
/// # Errors
/// What keeps the command from succeeding, in words for an administrator.
pub async fn run() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    // What a command says is its output; a server's life is told in its log.
    let level = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    telemetry::init(&ProcessEnvironment, level);
    let config = &cli.config;
    match cli.command {
        Command::Check(options) => return check::run(config, &options).await,
        Command::Agents(command) => return agents::run(&load(config)?, &command).await,
        Command::Serve(serve) => serve::run(config, &serve).await?,
        Command::Card(command) => card::run(&command)?,
        Command::Key(command) => key::run(&command)?,
        Command::Manifest(command) => manifest::run(config, &command)?,
        Command::Outbox(command) => outbox::run(&load(config)?, &command).await?,
        Command::Session(command) => session::run(&load(config)?, &command).await?,
        Command::Sweep(sweep) => sweep::run(&load(config)?, &sweep).await?,
        Command::Prune(command) => prune::run(&load(config)?, &command).await?,
        Command::Backup { file } => backup::backup(&load(config)?, &file).await?,
        Command::Restore(restore) => backup::restore(&load(config)?, &restore).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn load(path: &Path) -> anyhow::Result<Config> {
    Ok(Config::load(path, &ProcessEnvironment)?)
}

/// Prints a line of output; a closed pipe ends the command quietly.
fn print(line: &str) -> anyhow::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
