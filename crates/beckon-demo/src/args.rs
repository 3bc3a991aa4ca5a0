//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// The whole of Beckon in one command, with a stand-in for Microsoft Teams. No account is needed,
/// and nothing listens or sends beyond 127.0.0.1.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Port of the demo page; 0 takes a free one.
    #[arg(long, default_value_t = 3980)]
    pub(crate) port: u16,
    /// Port of Beckon; 0 takes a free one.
    #[arg(long, default_value_t = 3978)]
    pub(crate) beckon_port: u16,
    /// Port of the stand-in for Teams; 0 takes a free one.
    #[arg(long, default_value_t = 3979)]
    pub(crate) teams_port: u16,
    /// Where Beckon keeps its data; a temporary folder, removed at the end, if not given. The
    /// stand-in for Teams and the page forget: cards and bubbles of an earlier run do not come back.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Prints the addresses as one line of JSON, for programs.
    #[arg(long)]
    pub(crate) print_addresses: bool,
    /// What to log, as `tracing-subscriber` filters are written.
    #[arg(long, default_value = "warn", value_name = "FILTER")]
    pub(crate) log: String,
}
