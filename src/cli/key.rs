//! `beckon key`.

use clap::Subcommand;

use crate::clock::SystemClock;
use crate::http::auth::new_key;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key: prints it once, with the line for the configuration.
    New,
}

/// Runs the command.
pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::New => {
            let (key, sha256) = new_key(&SystemClock);
            super::print(&format!("Give this to its user; it is not stored anywhere:\n  {key}\n"))?;
            super::print(&format!("Put this under [[tenant.key]]:\n  sha256 = \"{sha256}\""))
        }
    }
}
