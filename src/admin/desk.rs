//! Answers what an administrator asks, on an open store.

use std::path::Path;

use beckon_domain::agent::{Agent, BotChannel, BotChat};
use beckon_domain::command::Command;
use beckon_domain::effect::EffectBody;
use beckon_domain::event::{Event, EventKind};
use beckon_domain::ids::{AgentId, SessionId, TenantId};
use beckon_domain::invitation::InvitationState;

use super::protocol::{AgentRow, Answer, OutboxRow, Question, Timeline, Which};
use crate::engine::{Engine, prune, sweeping};
use crate::store::{OutboxEntry, StoreError};

/// The most deliveries that are listed.
const LISTED: usize = 1_000;
/// How many rows are read together.
const PAGE: usize = 500;

/// Where an administrator is served.
#[derive(Clone, Debug)]
pub struct Desk {
    engine: Engine,
}

impl Desk {
    /// A desk over an engine, whether or not its tasks run.
    pub fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// Does what is asked.
    pub async fn answer(&self, question: Question) -> Answer {
        let answer = match question {
            Question::Outbox { dead } => self.outbox(dead).await,
            Question::Retry { which } => self.change(which, true).await,
            Question::Drop { which } => self.change(which, false).await,
            Question::Session { session, text } => self.session(session, text).await,
            Question::SweepPlan { tenant } => self.plan_sweep(tenant).await,
            Question::Sweep { plan, after, dry_run } => {
                sweeping::sweep(&self.engine, &plan, after, dry_run).await.map(Answer::Swept)
            }
            Question::Agents => self.agents().await,
            Question::Reached { tenant, agent, reference } => {
                self.reached(tenant, agent, reference).await
            }
            Question::Prune { dry_run } => {
                prune(&self.engine, dry_run).await.map(|removed| Answer::Pruned { removed })
            }
            Question::Backup { file } => self.backup(&file).await,
        };
        answer.unwrap_or_else(|error| Answer::Refused { reason: error.to_string() })
    }

    async fn outbox(&self, dead: bool) -> Result<Answer, StoreError> {
        let entries = self.engine.store().outbox(0, dead, LISTED).await?;
        Ok(Answer::Outbox { rows: entries.into_iter().map(row).collect() })
    }

    async fn change(&self, which: Which, retry: bool) -> Result<Answer, StoreError> {
        let count = match which {
            Which::At(pos) if self.change_one(pos, retry).await? => 1,
            Which::At(pos) => {
                let reason = format!("nothing that was given up is at {pos}");
                return Ok(Answer::Refused { reason });
            }
            Which::All => {
                let (mut count, mut after) = (0, 0);
                loop {
                    let page = self.engine.store().outbox(after, true, PAGE).await?;
                    let Some(last) = page.last() else { break count };
                    after = last.pos;
                    for entry in &page {
                        count += u64::from(self.change_one(entry.pos, retry).await?);
                    }
                }
            }
        };
        self.engine.signals().changed_elsewhere();
        Ok(Answer::Changed { count })
    }

    async fn change_one(&self, pos: u64, retry: bool) -> Result<bool, StoreError> {
        if retry {
            self.engine.store().outbox_retry(pos, self.engine.clock().now()).await
        } else {
            self.engine.store().outbox_drop(pos).await
        }
    }

    async fn session(&self, id: SessionId, text: bool) -> Result<Answer, StoreError> {
        let tenants: Vec<TenantId> = self.engine.directory().tenant_ids().collect();
        for tenant in tenants {
            let Some(session) = self.engine.store().session(tenant, id).await? else { continue };
            let events = self.engine.store().events(tenant, id).await?;
            let messages = if text { Some(self.messages(tenant, id).await?) } else { None };
            let agents = self.names(tenant, &events);
            let timeline = Timeline { tenant, session, events, messages, agents };
            return Ok(Answer::Session(Box::new(timeline)));
        }
        Ok(Answer::Refused { reason: format!("no configured tenant has a session {id}") })
    }

    async fn messages(
        &self,
        tenant: TenantId,
        session: SessionId,
    ) -> Result<Vec<beckon_domain::session::Message>, StoreError> {
        let mut messages = Vec::new();
        loop {
            let after =
                messages.last().map_or(0, |last: &beckon_domain::session::Message| last.seq);
            let page = self.engine.store().messages(tenant, session, after, PAGE).await?;
            if page.is_empty() {
                return Ok(messages);
            }
            messages.extend(page);
        }
    }

    fn names(&self, tenant: TenantId, events: &[Event]) -> Vec<(AgentId, String)> {
        let Some(tenant) = self.engine.directory().tenant(tenant) else { return Vec::new() };
        let mut agents: Vec<AgentId> = events
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::InvitationOffered { agent, passed_over, .. } => {
                    Some(passed_over.iter().map(|passed| passed.agent).chain([*agent]))
                }
                _ => None,
            })
            .flatten()
            .collect();
        agents.sort_unstable();
        agents.dedup();
        let named = |id: AgentId| tenant.agent_name(id).map(|name| (id, name.to_owned()));
        agents.into_iter().filter_map(named).collect()
    }

    async fn plan_sweep(&self, tenant: Option<TenantId>) -> Result<Answer, StoreError> {
        let known = self.engine.directory().tenant_ids();
        let wanted: Vec<TenantId> =
            known.filter(|id| tenant.is_none_or(|tenant| tenant == *id)).collect();
        if let (Some(tenant), []) = (tenant, &wanted[..]) {
            return Ok(Answer::Refused { reason: format!("no tenant {tenant} is configured") });
        }
        let mut tenants = Vec::new();
        for tenant in wanted {
            tenants.push(sweeping::plan(&self.engine, tenant).await?);
        }
        Ok(Answer::SweepPlan { tenants })
    }

    async fn agents(&self) -> Result<Answer, StoreError> {
        let mut rows = Vec::new();
        for id in self.engine.directory().tenant_ids() {
            let Some(tenant) = self.engine.directory().tenant(id) else { continue };
            let start = rows.len();
            for (agent, name) in tenant.agents() {
                let inbox = self.engine.store().inbox(id, agent, 1).await?;
                let now = self.engine.clock().now();
                let met = || Agent::new(agent, name.to_owned(), now);
                let mut known = inbox.agent.unwrap_or_else(met);
                known.reach = tenant.reach(agent);
                let last = inbox.entries.into_iter().next().map(|rows| rows.invitation);
                rows.push(AgentRow {
                    tenant: id,
                    agent,
                    name: name.to_owned(),
                    invites: known.invited_in_teams(),
                    console: known.is_at_console(now),
                    teams: known.rings_in_teams(),
                    bot: known.bot,
                    duty: known.duty,
                    invited: last.as_ref().map(|last| last.offered_at),
                    undelivered: last.and_then(|last| match last.state {
                        InvitationState::Undeliverable { reason, .. } => Some(reason),
                        _ => None,
                    }),
                });
            }
            rows[start..]
                .sort_by(|one, other| (&one.name, one.agent).cmp(&(&other.name, other.agent)));
        }
        Ok(Answer::Agents { rows })
    }

    async fn reached(
        &self,
        tenant: TenantId,
        agent: AgentId,
        reference: String,
    ) -> Result<Answer, StoreError> {
        let known = self.engine.store().inbox(tenant, agent, 1).await?.agent;
        // What the bot heard itself says more than what was opened from outside, and somebody who
        // blocked the bot is left alone.
        if known.is_some_and(|agent| matches!(agent.bot, BotChat::Active { .. } | BotChat::Blocked))
        {
            return Ok(Answer::Changed { count: 0 });
        }
        let command = Command::AgentReachable { agent, reference, channel: BotChannel::Teams };
        match self.engine.execute_new(tenant, command).await {
            Ok(_) => Ok(Answer::Changed { count: 1 }),
            Err(error) => Ok(Answer::Refused { reason: error.to_string() }),
        }
    }

    async fn backup(&self, file: &Path) -> Result<Answer, StoreError> {
        Ok(Answer::BackedUp { bytes: self.engine.store().backup(file).await? })
    }
}

fn row(entry: OutboxEntry) -> OutboxRow {
    let kind = match &entry.effect.body {
        EffectBody::Message { seq, .. } => format!("message {seq}"),
        EffectBody::Room { task, .. } => format!("room {}", task.name()),
        EffectBody::Notice { .. } => {
            format!("notice {}", entry.effect.unique.as_deref().unwrap_or_default())
        }
    };
    OutboxRow {
        pos: entry.pos,
        lane: entry.effect.lane.stored(),
        kind,
        at: entry.at,
        attempts: entry.attempts,
        dead: entry.dead,
        error: entry.error,
    }
}
