//! The command line: one file a command.

mod check;
mod key;
mod serve;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::ProcessEnvironment;
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
    Serve,
    /// Check the configuration and say what is wrong with it.
    Check,
    /// Keys for the REST API and for signing in.
    #[command(subcommand)]
    Key(key::Command),
}

/// Runs the command that the process was started with.
///
/// # Errors
/// What keeps the command from succeeding, in words for an administrator.
pub async fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    telemetry::init(&ProcessEnvironment);
    match cli.command {
        Command::Serve => serve::run(&cli.config).await,
        Command::Check => check::run(&cli.config).await,
        Command::Key(command) => key::run(&command),
    }
}

/// Prints a line of output; a closed pipe ends the command quietly.
fn print(line: &str) -> anyhow::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
