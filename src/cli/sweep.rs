//! `beckon sweep`: ends what is silent, now.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use anyhow::Context;
use beckon_domain::ids::TenantId;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::office::{self, Office};
use crate::admin::{Answer, Question};
use crate::config::Config;
use crate::engine::{SilentSession, SweepPage, SweepPlan, sweeping};

/// How many of those silent for longest a dry run lists.
const OLDEST: usize = 10;

/// What to sweep.
#[derive(Debug, Args)]
pub(super) struct Sweep {
    /// Only say what would be ended.
    #[arg(long)]
    dry_run: bool,
    /// Only this tenant.
    #[arg(long)]
    tenant: Option<TenantId>,
}

/// What has come of it so far.
#[derive(Debug, Default)]
struct Sum {
    ended: u64,
    spared: u64,
    services: BTreeMap<String, u64>,
    oldest: Vec<SilentSession>,
}

/// Runs the command.
pub(super) async fn run(config: &Config, sweep: &Sweep) -> anyhow::Result<()> {
    let mut office = Office::new(config);
    let done = all(&mut office, sweep).await;
    office.close().await;
    done
}

async fn all(office: &mut Office<'_>, sweep: &Sweep) -> anyhow::Result<()> {
    let tenants = match office.ask(Question::SweepPlan { tenant: sweep.tenant }).await? {
        Answer::SweepPlan { tenants } => tenants,
        other => return Err(office::unexpected(&other)),
    };
    for plan in tenants {
        let sum = one(office, &plan, sweep.dry_run).await?;
        for line in lines(&plan, &sum, sweep.dry_run) {
            super::print(&line)?;
        }
    }
    Ok(())
}

/// One tenant, page after page.
async fn one(office: &mut Office<'_>, plan: &SweepPlan, dry_run: bool) -> anyhow::Result<Sum> {
    let bar = bar(plan.found);
    let (mut sum, mut after) = (Sum::default(), None);
    loop {
        let plan = plan.clone();
        let asked = office.ask(Question::Sweep { plan, after, dry_run }).await;
        let so_far = || format!("stopped in the middle: {}", so_far(&sum, dry_run));
        let page = match asked.with_context(so_far)? {
            Answer::Swept(page) => page,
            other => return Err(office::unexpected(&other)),
        };
        let SweepPage { ended, spared, silent, next } = page;
        sum.ended += ended;
        sum.spared += spared;
        sweeping::by_service(&mut sum.services, &silent);
        // Found by the hour: the first pages hold the oldest, but not in their very order.
        sum.oldest.extend(silent);
        sum.oldest.sort_by_key(|session| (session.since, session.session));
        sum.oldest.truncate(OLDEST);
        bar.inc(ended + spared);
        let Some(next) = next else { break };
        after = Some(next);
    }
    bar.finish_and_clear();
    Ok(sum)
}

/// A bar on a terminal; elsewhere nothing moves, and lines are enough.
fn bar(found: u64) -> ProgressBar {
    if found == 0 || !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(Some(found), ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} sessions, {eta} left");
    let bar = ProgressBar::new(found);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn so_far(Sum { ended, spared, .. }: &Sum, dry_run: bool) -> String {
    let verb = if dry_run { "would be ended" } else { "ended" };
    format!("{ended} {verb}, {spared} left alone")
}

fn lines(plan: &SweepPlan, sum: &Sum, dry_run: bool) -> Vec<String> {
    let Sum { services, oldest, .. } = sum;
    let mut lines = vec![format!(
        "tenant {}: {} (silent since {:.0} or earlier)",
        plan.tenant,
        so_far(sum, dry_run),
        plan.before
    )];
    lines.extend(services.iter().map(|(service, count)| format!("  {service}: {count}")));
    if !oldest.is_empty() {
        lines.push("  silent for longest:".to_owned());
    }
    lines.extend(oldest.iter().map(|SilentSession { session, service, since }| {
        format!("    {session}  {since:.0}  {}", service.as_str())
    }));
    lines
}
