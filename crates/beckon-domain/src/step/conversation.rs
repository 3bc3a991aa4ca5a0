//! What customers and agents write.

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::command::Reply;
use crate::event::EventKind;
use crate::ids::{AccountId, AgentId, SessionId};
use crate::session::{Author, Customer, MAX_NAME_CHARS, MAX_TEXT_CHARS, Phase, Session};
use crate::text::one_line;
use crate::timer::TimerKey;

impl Turn<'_> {
    /// Stores what a customer wrote; the first message of an address starts a session.
    pub(super) fn customer_message(
        &mut self,
        account: &AccountId,
        customer: &Customer,
        text: &str,
        new_session: SessionId,
    ) -> Result<Reply, StepError> {
        check_text(text)?;
        let is_new = self.session.is_none();
        if is_new {
            self.create(account, customer, new_session)?;
        } else if customer.name.is_some() {
            let session = self.session()?;
            if session.customer.name.is_none() {
                session.customer.name = cut_name(customer);
            }
        }
        let seq = self.message(Author::Customer, text)?;
        if is_new {
            self.built_in_flow()?;
        }
        let session = self.session()?.id;
        Ok(Reply::Stored { session, seq })
    }

    /// Stores what an agent wrote. Only the session's agent reaches the customer (R7).
    pub(super) fn agent_message(&mut self, agent: AgentId, text: &str) -> Result<Reply, StepError> {
        check_text(text)?;
        let session = self.session()?;
        let id = session.id;
        match &session.phase {
            Phase::Connected { agent: owner, .. } if *owner == agent => {}
            Phase::Connected { .. } => return Err(Rejection::NotYours.into()),
            other => return Err(Rejection::NotConnected(other.name()).into()),
        }
        let name = self.agent(agent).map(|row| row.name.clone()).unwrap_or_default();
        let seq = self.message(Author::Agent { id: agent, name }, text)?;
        if let Some(row) = self.agent(agent) {
            row.misses = 0;
        }
        Ok(Reply::Stored { session: id, seq })
    }

    fn create(
        &mut self,
        account: &AccountId,
        customer: &Customer,
        id: SessionId,
    ) -> Result<(), Rejection> {
        let service = self.service()?;
        let channel = service
            .accounts
            .iter()
            .find(|known| known.id == *account)
            .ok_or(Rejection::NotFound("channel account"))?
            .channel;
        self.session = Some(Session {
            id,
            service: service.id.clone(),
            account: account.clone(),
            channel,
            customer: Customer { address: customer.address.clone(), name: cut_name(customer) },
            created_at: self.now,
            queued_at: None,
            last_activity_at: self.now,
            phase: Phase::Flow,
            tried: Vec::new(),
            rounds: 0,
            last_seq: 0,
            last_event: 0,
        });
        self.event(EventKind::SessionCreated);
        Ok(())
    }

    /// The flow that runs until a workflow is assigned: greeting, then the queue (D8).
    fn built_in_flow(&mut self) -> Result<(), Rejection> {
        let service = self.service()?;
        if let Some(greeting) = &service.texts.greeting {
            self.message(Author::System, greeting)?;
        }
        let now = self.now;
        let session = self.session()?;
        session.queued_at = Some(now);
        session.phase = Phase::Waiting { retry_at: None };
        let id = session.id;
        self.event(EventKind::SessionQueued);
        if let Some(max_wait) = service.max_wait {
            self.timer(TimerKey::MaxWait(id), max_wait);
        }
        self.wake();
        Ok(())
    }
}

/// The name as it is kept: one harmless line, never blank, of bounded length.
fn cut_name(customer: &Customer) -> Option<String> {
    let name: String = one_line(customer.name.as_deref()?).chars().take(MAX_NAME_CHARS).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

fn check_text(text: &str) -> Result<(), Rejection> {
    if text.trim().is_empty() {
        return Err(Rejection::EmptyText);
    }
    let chars = text.chars().count();
    if chars > MAX_TEXT_CHARS {
        return Err(Rejection::TextTooLong { chars, max: MAX_TEXT_CHARS });
    }
    Ok(())
}
