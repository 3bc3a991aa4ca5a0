//! `beckon check --live`: a room from beginning to end in a real tenant.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use beckon_domain::ids::TenantId;
use botframework::turn::Proactive;
use clap::Args;

use super::agents;
use crate::app;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{AgentEntry, Config, Tenant};
use crate::teams::live::{Failure, LiveCheck, Patience};

/// What to check live.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Also make a room in Teams, install the app in it, post, read it and empty it again. The
    /// agent sees it come and go.
    #[arg(long, requires = "agent")]
    live: bool,
    /// With --live: the tenant, by id. May be left away where there is one only.
    #[arg(long, requires = "live")]
    tenant: Option<TenantId>,
    /// With --live: the agent, by name or id.
    #[arg(long, requires = "live")]
    agent: Option<String>,
}

/// Walks the way of a room, if that is wanted. Ends with 0, or with the code of the first step that
/// failed: 10 room, 11 install, 12 post, 13 read, 14 remove.
pub(super) async fn run(config: &Config, options: &Options) -> anyhow::Result<ExitCode> {
    let (true, Some(agent)) = (options.live, &options.agent) else { return Ok(ExitCode::SUCCESS) };
    let tenant = tenant(config, options.tenant)?;
    let who = |entry: &&AgentEntry| (entry.id, entry.name.clone());
    let agent = agents::the_one(tenant.agents.iter(), agent, who)?;
    let Some(section) = &tenant.graph else {
        bail!("tenant {}: there is no [tenant.graph]; docs/go-live.md tells how", tenant.id);
    };
    if config.bot.secret.is_none() {
        bail!("BECKON_BOT_SECRET is not set (or BECKON_BOT_SECRET_FILE)");
    }
    let clock: SharedClock = Arc::new(SystemClock);
    let connector = app::teams(config, None, &clock)?.connector;
    let graph = app::graph(config, connector.tokens(), &clock)?;
    let id = clock.new_id().simple().to_string();
    let check = LiveCheck {
        graph: graph.context("[tenant.graph] is missing")?,
        proactive: Proactive::new(connector),
        service_url: app::service_url(config)?,
        tenant: tenant.id,
        agent: agent.id,
        companions: section.companions.clone(),
        // The end of such an id is chance, its beginning the time.
        mark: id.get(20..).unwrap_or_default().to_owned(),
        patience: Patience::default(),
    };
    let mut printed = Ok(());
    let failed = check
        .run(|step, finding| {
            let line = match finding {
                Ok(seen) => format!("{step:8} ok: {seen}"),
                Err(Failure { what, mend }) => format!("{step:8} failed: {what}; mend: {mend}"),
            };
            printed = super::print(&line);
        })
        .await;
    printed?;
    Ok(failed.map_or(ExitCode::SUCCESS, |step| ExitCode::from(step.exit_code())))
}

fn tenant(config: &Config, id: Option<TenantId>) -> anyhow::Result<&Tenant> {
    match (id, config.tenants.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => bail!("there are several tenants; say which with --tenant"),
        (Some(id), tenants) => tenants
            .iter()
            .find(|tenant| tenant.id == id)
            .with_context(|| format!("there is no tenant {id} in the configuration")),
    }
}
