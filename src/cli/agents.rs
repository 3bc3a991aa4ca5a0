//! `beckon agents`: how the bot stands with the agents, and installing it for them.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use beckon_domain::agent::{BotChat, Duty};
use beckon_domain::ids::AgentId;
use botframework::activity::ConversationReference;
use botframework::connector::ErrorKind;
use botframework::limiter::Priority;
use botframework::service_url::ServiceUrl;
use botframework::turn::Proactive;
use clap::{Args, Subcommand};

use super::office;
use crate::admin::{AgentRow, Answer, Question};
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::Config;
use crate::teams::graph::{GraphClient, UserInstall};
use crate::teams::personal;

/// What to do with agents.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List every agent: whether they can be reached in Teams, and when they were invited last.
    List {
        /// Also ask Microsoft Graph for whom the app is installed.
        #[arg(long)]
        live: bool,
    },
    /// Install the bot for agents through Microsoft Graph and open their chats with it. Nobody is
    /// written to. Ends with 1 when it failed for anybody.
    Install(Target),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Target {
    /// Agents, by name or id.
    agents: Vec<String>,
    /// Every agent of every tenant.
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub(super) async fn run(config: &Config, command: &Command) -> anyhow::Result<ExitCode> {
    let Answer::Agents { rows } = office::ask(config, Question::Agents).await? else {
        bail!("the server answered something else");
    };
    match command {
        Command::List { live } => list(config, &rows, *live).await,
        Command::Install(target) => install(config, rows, target).await,
    }
}

async fn list(config: &Config, rows: &[AgentRow], live: bool) -> anyhow::Result<ExitCode> {
    let means = if live { Some(Means::new(config)?) } else { None };
    for row in rows {
        let installed = match &means {
            Some(means) => match means.graph.chat_with_user(row.tenant, row.agent).await {
                Ok(Some(_)) => "  installed",
                Ok(None) => "  not installed",
                Err(error) => {
                    super::print(&format!("{}: {error}; mend: {}", row.name, error.mend()))?;
                    "  unknown"
                }
            },
            None => "",
        };
        super::print(&line(row, installed))?;
    }
    let teams = rows.iter().filter(|row| row.teams).count();
    let nowhere = rows.iter().filter(|row| !row.teams && !row.console).count();
    super::print(&format!(
        "{} listed, {teams} can be invited in Teams, {nowhere} cannot be reached at all",
        rows.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn line(row: &AgentRow, installed: &str) -> String {
    let chat = match row.bot {
        BotChat::Active { .. } => "chat known",
        BotChat::Unknown => "no chat known",
        BotChat::Removed => "not installed",
        BotChat::Blocked => "blocked the bot",
    };
    let wanted = if row.invites { "invites on" } else { "invites off" };
    let reached = match (row.teams, row.console) {
        (true, true) => "Teams, console",
        (true, false) => "Teams",
        (false, true) => "console",
        (false, false) => "NOT REACHABLE",
    };
    let duty = match row.duty {
        Duty::On => "on duty",
        Duty::Off => "off duty",
    };
    let invited = match row.invited {
        Some(at) => format!("invited {at:.0}"),
        None => "never invited".to_owned(),
    };
    let undelivered = match &row.undelivered {
        Some(reason) => format!(" (undeliverable: {reason})"),
        None => String::new(),
    };
    let AgentRow { agent, name, .. } = row;
    format!(
        "{agent}  {chat:15}{installed}  {wanted:11}  {reached:14}  {duty:8}  \
         {invited}{undelivered}  {name}"
    )
}

async fn install(
    config: &Config,
    rows: Vec<AgentRow>,
    target: &Target,
) -> anyhow::Result<ExitCode> {
    let means = Means::new(config)?;
    let chosen = choose(&rows, target)?;
    let mut failures = 0_usize;
    for row in &chosen {
        let said = match means.install(config, row, &rows).await {
            Ok(said) => said,
            Err(failure) => {
                failures += 1;
                failure
            }
        };
        super::print(&format!("{} ({}): {said}", row.name, row.agent))?;
    }
    super::print(&format!("{}, {failures} failed", super::count(chosen.len(), "agent")))?;
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The rows that are meant. A name that nobody has ends it before anything is done.
fn choose<'r>(rows: &'r [AgentRow], target: &Target) -> anyhow::Result<Vec<&'r AgentRow>> {
    if target.all {
        return Ok(rows.iter().collect());
    }
    let who = |row: &&AgentRow| (row.agent, row.name.clone());
    target.agents.iter().map(|wanted| the_one(rows.iter(), wanted, who)).collect()
}

/// The one of that name or id; names need not be unique.
pub(super) fn the_one<T>(
    all: impl Iterator<Item = T>,
    wanted: &str,
    who: impl Fn(&T) -> (AgentId, String),
) -> anyhow::Result<T> {
    let wanted_id = wanted.parse().ok();
    let mut found = all.filter(|one| {
        let (id, name) = who(one);
        Some(id) == wanted_id || name == wanted
    });
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => bail!("several agents are called {wanted:?}; use the id"),
        (None, _) => bail!("there is no agent {wanted:?} in the configuration"),
    }
}

/// The ways to Graph and to Teams.
struct Means {
    graph: GraphClient,
    proactive: Proactive,
    service_url: ServiceUrl,
}

impl Means {
    fn new(config: &Config) -> anyhow::Result<Self> {
        if config.bot.secret.is_none() {
            bail!("BECKON_BOT_SECRET is not set (or BECKON_BOT_SECRET_FILE)");
        }
        let clock: SharedClock = Arc::new(SystemClock);
        let connector = app::teams(config, None, &clock)?.connector;
        let graph = app::graph(config, connector.tokens(), &clock)?;
        Ok(Self {
            graph: graph.context("no tenant has a section [tenant.graph] with teams_app_id")?,
            proactive: Proactive::new(connector),
            service_url: app::service_url(config)?,
        })
    }

    /// Installs the bot for one agent. What was done, or what failed, in words.
    async fn install(
        &self,
        config: &Config,
        row: &AgentRow,
        all: &[AgentRow],
    ) -> Result<String, String> {
        let installed = match self.graph.install_for_user(row.tenant, row.agent).await {
            Ok(UserInstall::Installed) => "installed",
            Ok(UserInstall::AlreadyInstalled) => "was installed before",
            Err(error) => return Err(format!("failed: {error}; mend: {}", error.mend())),
        };
        match row.bot {
            BotChat::Active { .. } => return Ok(format!("{installed}; the chat is known")),
            BotChat::Blocked => {
                return Err(format!("{installed}; but the agent blocked the bot in Teams"));
            }
            BotChat::Unknown | BotChat::Removed => {}
        }
        let at = self.where_teams_is(row, all);
        let (tenant, agent) = (row.tenant, row.agent);
        let opened =
            personal::open(&self.proactive, &at, tenant, agent, Priority::Background).await;
        let reference = match opened {
            Ok(reference) => reference,
            // Teams needs a moment; a server that runs hears of the chat by itself.
            Err(error) if error.kind() == ErrorKind::BotNotInRoster => {
                return Ok(format!("{installed}; the chat is not there yet, list it later"));
            }
            Err(error) => {
                return Err(format!("{installed}; but the chat cannot be opened: {error}"));
            }
        };
        self.note(config, row, &reference)
            .await
            .map(|()| format!("{installed}; the chat is open"))
            .map_err(|error| format!("{installed}; but the chat was not noted: {error:#}"))
    }

    async fn note(
        &self,
        config: &Config,
        row: &AgentRow,
        reference: &ConversationReference,
    ) -> anyhow::Result<()> {
        let reference = serde_json::to_string(reference)?;
        let (tenant, agent) = (row.tenant, row.agent);
        office::ask(config, Question::Reached { tenant, agent, reference }).await.map(|_| ())
    }

    /// Where Teams serves a tenant: as it said itself to a colleague, otherwise the cloud's
    /// address.
    fn where_teams_is(&self, row: &AgentRow, all: &[AgentRow]) -> ServiceUrl {
        let said = all.iter().filter(|other| other.tenant == row.tenant).find_map(|other| {
            let BotChat::Active { reference } = &other.bot else { return None };
            serde_json::from_str::<ConversationReference>(reference).ok()
        });
        said.map_or_else(|| self.service_url.clone(), |reference| reference.service_url)
    }
}
