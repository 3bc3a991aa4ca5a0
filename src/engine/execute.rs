//! One command, one transaction: dedupe, load, decide, write.

use std::sync::Arc;

use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::effect::Effect;
use beckon_domain::ids::{AccountId, Address, AgentId, SessionId, TenantId};
use beckon_domain::report;
use beckon_domain::session::{Phase, Session};
use beckon_domain::settings::Service;
use beckon_domain::step::{self, Env, Rejection, Step, StepError};
use jiff::Timestamp;

use super::scope;
use crate::clock::Clock;
use crate::directory::{Directory, Tenant};
use crate::store::{Class, ExecuteError, Origin, Request, SessionReport, StoreError, Transaction};

/// How often a command may ask for more rows before it is given up and run anew.
const REPLANS: u32 = 3;

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
    /// Who goes first of what is to be sent.
    pub class: Class,
}

/// Which tasks have something to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each task, and any of them together")]
pub struct Wakes {
    /// The dispatcher: a card has to be sent.
    pub cards: bool,
    /// The timers: one was set.
    pub timers: bool,
    /// The matcher: somebody waits or became free.
    pub matcher: bool,
    /// The lanes: something has to be sent.
    pub effects: bool,
    /// The follow-ups: a command was left behind.
    pub follow_ups: bool,
    /// The feed: events were written.
    pub feed: bool,
}

impl Executor {
    /// An executor that looks services and agents up in `directory`.
    pub fn new(directory: Arc<Directory>) -> Self {
        Self { directory }
    }

    /// Carries out one command in an open transaction. The caller commits afterwards, and rolls
    /// back on an error.
    ///
    /// # Errors
    /// [`ExecuteError`]; [`StoreError::Conflict`] when the rows changed so often that no plan held:
    /// the caller rolls back and may run it again.
    pub async fn execute<T: Transaction>(
        &self,
        tx: &mut T,
        request: &Request,
        now: Timestamp,
        clock: &dyn Clock,
    ) -> Result<Executed, ExecuteError> {
        let Request { envelope, origin, .. } = request;
        if let Some(repeated) = repeated(tx, envelope, *origin).await? {
            return Ok(repeated);
        }
        let tenant = self.directory.tenant(envelope.tenant).ok_or(Rejection::NotFound("tenant"))?;
        let command = &envelope.command;
        let mut view = scope::lock(tx, tenant, command, now).await?;
        let known = view.session.clone();
        let service = service_of(tenant, command, known.as_ref());
        let account = account_of(command, known.as_ref());
        let env = Env {
            now,
            service,
            push: account.is_some_and(|account| tenant.webhook(account).is_some()),
            notify: tenant.notices().is_some(),
        };
        let mut rounds = 0;
        let step = loop {
            match step::step(view.clone(), command, env) {
                Ok(step) => break step,
                Err(StepError::NeedRows(rows)) if rounds < REPLANS => {
                    rounds += 1;
                    scope::extend(tx, tenant, &mut view, &rows, now).await?;
                }
                Err(StepError::NeedRows(_)) => return Err(StoreError::Conflict.into()),
                // What is left of something that is gone is done with: it must not come back for
                // ever.
                Err(StepError::Rejected(Rejection::NotFound(_))) if *origin != Origin::Call => {
                    break Step::default();
                }
                Err(StepError::Rejected(rejection)) => return Err(rejection.into()),
            }
        };
        write(tx, &step, known.as_ref(), now, clock).await?;
        if let (Origin::Call, Some(reply)) = (origin, &step.reply)
            && !step.is_empty()
        {
            let session = step.session.as_ref().or(known.as_ref()).map(|session| session.id);
            tx.record(&envelope.id, session, now, reply).await?;
        }
        Ok(executed(envelope.tenant, step, known))
    }
}

/// What the sender of a command that was carried out before is told; `None`: it is new.
async fn repeated<T: Transaction>(
    tx: &mut T,
    envelope: &Envelope,
    origin: Origin,
) -> Result<Option<Executed>, StoreError> {
    let new = match (origin, &envelope.command) {
        // Who takes the row away carries it out.
        (Origin::Timer { generation }, Command::Timer(timer)) => {
            tx.take_timer(timer, generation).await?
        }
        (Origin::FollowUp { id }, _) => tx.take_follow_up(id).await?,
        _ => match tx.recorded(&envelope.id).await? {
            Some(reply) => {
                let known = Executed { reply: Some(reply), repeated: true, ..Executed::default() };
                return Ok(Some(known));
            }
            None => true,
        },
    };
    Ok((!new).then(|| Executed { repeated: true, ..Executed::default() }))
}

fn service_of<'d>(
    tenant: &'d Tenant,
    command: &Command,
    session: Option<&Session>,
) -> Option<&'d Service> {
    match (session, command) {
        (Some(session), _) => tenant.service(&session.service),
        (None, _) => tenant.service_of(account_of(command, None)?),
    }
}

/// The account of the session, or of the one that the command begins.
fn account_of<'c>(command: &'c Command, session: Option<&'c Session>) -> Option<&'c AccountId> {
    match (session, command) {
        (Some(session), _) => Some(&session.account),
        (
            None,
            Command::CustomerMessage { account, .. }
            | Command::ContactAgent { account, .. }
            | Command::StartOutbound { account, .. },
        ) => Some(account),
        (None, _) => None,
    }
}

async fn write<T: Transaction>(
    tx: &mut T,
    step: &Step,
    known: Option<&Session>,
    now: Timestamp,
    clock: &dyn Clock,
) -> Result<(), StoreError> {
    if let Some(row) = &step.session {
        tx.put_session(row).await?;
    }
    let class = Class::of(step.session.as_ref().or(known));
    for row in &step.invitations {
        tx.put_invitation(row, class).await?;
    }
    if let Some(row) = &step.room {
        tx.put_room(row).await?;
    }
    for row in &step.agents {
        tx.put_agent(row).await?;
    }
    for (agent, change) in &step.states {
        tx.put_state(*agent, change).await?;
    }
    if let Some(session) = step.session.as_ref().or(known).map(|session| session.id) {
        for row in &step.messages {
            tx.add_message(session, row).await?;
        }
        for row in &step.events {
            tx.add_event(session, row).await?;
        }
    }
    put_report(tx, step, known).await?;
    for timer in &step.timers {
        tx.set_timer(timer).await?;
    }
    for command in &step.follow_ups {
        tx.add_follow_up(clock.new_id(), command).await?;
    }
    // Lanes are locked last, in the order of their keys; within one the order of the step stays.
    let mut effects: Vec<&Effect> = step.effects.iter().collect();
    effects.sort_by_cached_key(|effect| effect.lane.stored());
    for row in effects {
        tx.add_effect(row, now, class).await?;
    }
    Ok(())
}

/// Writes what reports say about a session that is over, and again whatever changes it afterwards.
async fn put_report<T: Transaction>(
    tx: &mut T,
    step: &Step,
    known: Option<&Session>,
) -> Result<(), StoreError> {
    let Some(session) = step.session.as_ref().or(known) else { return Ok(()) };
    if session.is_open() || step.events.is_empty() {
        return Ok(());
    }
    let events = tx.events(session.id).await?;
    let Some(row) = SessionReport::of(session, &events) else { return Ok(()) };
    tx.put_report(&row).await?;
    if row.shared {
        for rings in report::fold(&events).rings {
            tx.add_rings(&row, &rings).await?;
        }
    }
    Ok(())
}

fn executed(tenant: TenantId, step: Step, known: Option<Session>) -> Executed {
    let mut agents: Vec<AgentId> = step.agents.iter().map(|agent| agent.id).collect();
    agents.extend(step.invitations.iter().map(|invitation| invitation.agent));
    let session = step.session.or(known);
    let class = Class::of(session.as_ref());
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
            cards: step.invitations.iter().any(|invitation| invitation.card.is_dirty()),
            timers: !step.timers.is_empty(),
            effects: !step.effects.is_empty(),
            follow_ups: !step.follow_ups.is_empty(),
            feed: !step.events.is_empty(),
            matcher: step.wake_matcher,
        },
        class,
    }
}
