//! One command, one transaction: dedupe, load, decide, write.

use std::sync::Arc;

use beckon_domain::agent::{Agent, Work, WorkKind};
use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{AccountId, Address, AgentId, SessionId, TenantId};
use beckon_domain::session::{Phase, Session};
use beckon_domain::settings::Service;
use beckon_domain::step::{self, Env, Needs, Rejection, Step, View};
use jiff::Timestamp;

use crate::directory::{Directory, Tenant};
use crate::store::{ExecuteError, StoreError, Transaction};

/// Runs commands inside a store's transactions.
#[derive(Clone, Debug)]
pub struct Executor {
    directory: Arc<Directory>,
}

/// What a command did, for those who have to react to it once it is durable.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Executed {
    /// What the sender of the command learns.
    pub reply: Option<Reply>,
    /// Whether the command had been carried out before.
    pub repeated: bool,
    /// The tenant.
    pub tenant: Option<TenantId>,
    /// The session that changed.
    pub session: Option<SessionId>,
    /// The customer of that session.
    pub customer: Option<(AccountId, Address)>,
    /// Agents whose inbox changed.
    pub agents: Vec<AgentId>,
    /// Which tasks have something to do now.
    pub wakes: Wakes,
}

/// Which tasks have something to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wakes {
    /// The dispatcher: a card has to be sent.
    pub cards: bool,
    /// The timers: one was set.
    pub timers: bool,
    /// The matcher: somebody waits or became free.
    pub matcher: bool,
}

impl Executor {
    /// An executor that looks services and agents up in `directory`.
    pub fn new(directory: Arc<Directory>) -> Self {
        Self { directory }
    }

    /// Carries out one command in an open transaction. The caller commits afterwards, and rolls
    /// back on an error.
    pub async fn execute<T: Transaction>(
        &self,
        tx: &mut T,
        envelope: &Envelope,
        timer_generation: Option<u64>,
        now: Timestamp,
    ) -> Result<Executed, ExecuteError> {
        if let (Command::Timer(timer), Some(generation)) = (&envelope.command, timer_generation) {
            // The row of the timer is its key: who takes it away carries it out.
            if !tx.take_timer(timer.key, generation).await? {
                return Ok(Executed { repeated: true, ..Executed::default() });
            }
        } else if let Some(reply) = tx.recorded(&envelope.id).await? {
            return Ok(Executed { reply: Some(reply), repeated: true, ..Executed::default() });
        }

        let tenant = self.directory.tenant(envelope.tenant).ok_or(Rejection::NotFound("tenant"))?;
        let view = load(tx, tenant, &envelope.command, now).await?;
        let known = view.session.clone();
        let service = service_of(tenant, &envelope.command, view.session.as_ref());
        let step = match step::step(view, &envelope.command, Env { now, service }) {
            // A timer whose row is gone is done with: it must not come back for ever.
            Err(Rejection::NotFound(_)) if timer_generation.is_some() => Step::default(),
            other => other?,
        };
        write(tx, &step, known.as_ref()).await?;
        if let Some(reply) = &step.reply
            && timer_generation.is_none()
            && !step.is_empty()
        {
            tx.record(&envelope.id, now, reply).await?;
        }
        Ok(executed(envelope.tenant, step, known))
    }
}

fn service_of<'d>(
    tenant: &'d Tenant,
    command: &Command,
    session: Option<&Session>,
) -> Option<&'d Service> {
    match (session, command) {
        (Some(session), _) => tenant.service(&session.service),
        (None, Command::CustomerMessage { account, .. }) => tenant.service_of(account),
        (None, _) => None,
    }
}

/// Loads and locks what the command needs, in the order session, invitation, room, agents.
async fn load<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    command: &Command,
    now: Timestamp,
) -> Result<View, StoreError> {
    let mut view = View::default();
    match step::needs(command) {
        Needs::OpenSession { account, address } => {
            view.session = tx.open_session(&account, &address).await?;
            return Ok(view);
        }
        Needs::Candidates(id) => {
            view.session = tx.session(id).await?;
            let members = match &view.session {
                Some(Session { phase: Phase::Waiting { .. }, service, .. }) => {
                    tenant.service(service).map_or(&[][..], |service| &service.members)
                }
                _ => &[],
            };
            for id in members {
                view.agents.extend(agent(tx, tenant, *id, now).await?);
            }
            return Ok(view);
        }
        Needs::Agent(id) => {
            view.agents.extend(agent(tx, tenant, id, now).await?);
            let work = view.agents.iter().flat_map(|agent| &agent.work);
            let rings = work.into_iter().find(|work| work.kind == WorkKind::Ringing);
            if let Some(Work { session, invitation, .. }) = rings.cloned() {
                view.session = tx.session(session).await?;
                view.invitation = tx.invitation(invitation).await?;
            }
            return Ok(view);
        }
        Needs::Session(id) => {
            view.session = tx.session(id).await?;
            if let Some(id) = view.session.as_ref().and_then(|session| session.phase.invitation()) {
                view.invitation = tx.invitation(id).await?;
            }
        }
        Needs::Invitation(id) => {
            view.invitation = tx.invitation(id).await?;
            if let Some(invitation) = &view.invitation {
                view.session = tx.session(invitation.session).await?;
            }
        }
    }
    if let Some(session) = &view.session {
        view.room = tx.room(session.id).await?;
    }
    if let Some(invitation) = &view.invitation {
        view.agents.extend(agent(tx, tenant, invitation.agent, now).await?);
    }
    Ok(view)
}

/// The agent's row. A configured agent whom Beckon has not met gets a fresh one; one who is no
/// longer configured keeps theirs, so that their work can end.
async fn agent<T: Transaction>(
    tx: &mut T,
    tenant: &Tenant,
    id: AgentId,
    now: Timestamp,
) -> Result<Option<Agent>, StoreError> {
    let known = tx.agent(id).await?;
    let Some(name) = tenant.agent_name(id) else { return Ok(known) };
    let mut row = known.unwrap_or_else(|| Agent::new(id, name.to_owned(), now));
    name.clone_into(&mut row.name);
    Ok(Some(row))
}

async fn write<T: Transaction>(
    tx: &mut T,
    step: &Step,
    known: Option<&Session>,
) -> Result<(), StoreError> {
    if let Some(row) = &step.session {
        tx.put_session(row).await?;
    }
    if let Some(row) = &step.invitation {
        tx.put_invitation(row).await?;
    }
    if let Some(row) = &step.room {
        tx.put_room(row).await?;
    }
    for row in &step.agents {
        tx.put_agent(row).await?;
    }
    if let Some(session) = step.session.as_ref().or(known).map(|session| session.id) {
        for row in &step.messages {
            tx.add_message(session, row).await?;
        }
        for row in &step.events {
            tx.add_event(session, row).await?;
        }
    }
    for timer in &step.timers {
        tx.set_timer(timer).await?;
    }
    Ok(())
}

fn executed(tenant: TenantId, step: Step, known: Option<Session>) -> Executed {
    let mut agents: Vec<AgentId> = step.agents.iter().map(|agent| agent.id).collect();
    agents.extend(step.invitation.as_ref().map(|invitation| invitation.agent));
    let session = step.session.or(known);
    if let Some(Phase::Connected { agent, .. }) = session.as_ref().map(|session| &session.phase) {
        agents.push(*agent);
    }
    agents.sort_unstable();
    agents.dedup();
    Executed {
        reply: step.reply,
        repeated: false,
        tenant: Some(tenant),
        customer: session
            .as_ref()
            .map(|session| (session.account.clone(), session.customer.address.clone())),
        session: session.map(|session| session.id),
        agents,
        wakes: Wakes {
            cards: step.invitation.is_some_and(|invitation| invitation.card.is_dirty()),
            timers: !step.timers.is_empty(),
            matcher: step.wake_matcher,
        },
    }
}
