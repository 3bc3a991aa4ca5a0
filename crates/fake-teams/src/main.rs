//! A Microsoft Teams on loopback for trying a bot by hand or from another process.

use std::io::Write as _;

use anyhow::Context as _;
use clap::Parser;
use fake_teams::{Environment, FakeTeams, FakeTeamsConfig, Person};

/// A Microsoft Teams on loopback: keys, tokens, connector, Graph chats and a control API.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 3979)]
    port: u16,
    /// Where the bot listens.
    #[arg(long, default_value = "http://127.0.0.1:3978/api/messages")]
    bot: String,
    /// The bot's Entra application id.
    #[arg(long)]
    app_id: Option<String>,
    /// The bot's client secret.
    #[arg(long)]
    app_secret: Option<String>,
    /// The home tenant, a GUID.
    #[arg(long)]
    tenant: Option<String>,
    /// Take connector calls without a token and deliver without one: for a bot in development mode.
    #[arg(long)]
    allow_anonymous: bool,
    /// A person of the tenant; may be given more than once.
    #[arg(long = "person", value_name = "NAME")]
    people: Vec<String>,
}

impl Options {
    fn config(&self) -> FakeTeamsConfig {
        let default = FakeTeamsConfig::default();
        FakeTeamsConfig {
            port: Some(self.port),
            bot_endpoint: Some(self.bot.clone()),
            app_id: self.app_id.clone().unwrap_or(default.app_id),
            app_secret: self.app_secret.clone().unwrap_or(default.app_secret),
            tenant: self.tenant.clone().unwrap_or(default.tenant),
            allow_anonymous: self.allow_anonymous,
            ..FakeTeamsConfig::default()
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let options = Options::parse();
    let teams = FakeTeams::start(options.config()).await?;
    let people: Vec<Person> = options.people.iter().map(|name| teams.person(name)).collect();
    print(&teams.environment(), &people).context("cannot write to standard output")?;
    tokio::signal::ctrl_c().await.context("cannot wait for the interrupt signal")
}

/// Prints what the bot must be told, and who is there, one `NAME=value` a line.
fn print(environment: &Environment, people: &[Person]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for (name, value) in environment.variables() {
        writeln!(out, "{name}={value}")?;
    }
    for person in people {
        let name = person.name().to_uppercase().replace(|c: char| !c.is_alphanumeric(), "_");
        writeln!(out, "PERSON_{name}={}", person.id())?;
    }
    out.flush()
}
