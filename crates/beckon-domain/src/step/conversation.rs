//! What customers and agents write.

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::command::Reply;
use crate::event::EventKind;
use crate::ids::{AccountId, AgentId, InvitationId, SessionId};
use crate::session::{
    Attendance, Author, Customer, MAX_NAME_CHARS, MAX_PARAMETERS, MAX_PREVIEW_CHARS,
    MAX_TEXT_CHARS, Origin, Parameters, Phase, Session,
};
use crate::text::one_line;

impl Turn<'_> {
    /// Stores what a customer wrote; the first message of an address starts a session.
    pub(super) fn customer_message(
        &mut self,
        account: &AccountId,
        customer: &Customer,
        text: &str,
        parameters: &Parameters,
        new_session: SessionId,
    ) -> Result<Reply, StepError> {
        check_text(text)?;
        if self.session.is_some() {
            self.learn(parameters)?;
            return self.customer_goes_on(customer, text);
        }
        self.create(account, customer, new_session, Origin::Customer)?;
        self.learn(parameters)?;
        self.keep_preview(text)?;
        let seq = self.message(Author::Customer, text)?;
        self.note_return()?;
        if !self.turned_away()? && !self.ask_to_reopen()? && !self.service()?.workflow {
            self.built_in_flow()?;
        }
        Ok(Reply::Stored { session: new_session, seq })
    }

    /// Stores what a customer wrote to one agent. When they cannot be rung, the service is the
    /// fallback (C5).
    pub(super) fn contact_agent(
        &mut self,
        account: &AccountId,
        customer: &Customer,
        (text, parameters): (&str, &Parameters),
        agent: AgentId,
        (new_session, invitation): (SessionId, InvitationId),
    ) -> Result<Reply, StepError> {
        check_text(text)?;
        if self.session.is_some() {
            self.learn(parameters)?;
            return self.customer_goes_on(customer, text);
        }
        self.create(account, customer, new_session, Origin::Customer)?;
        self.session()?.direct = true;
        self.learn(parameters)?;
        self.keep_preview(text)?;
        self.event(EventKind::DirectContact { agent });
        let seq = self.message(Author::Customer, text)?;
        self.note_return()?;
        if self.turned_away()? {
            return Ok(Reply::Stored { session: new_session, seq });
        }
        let (rules, now) = (self.distribution(), self.now);
        if self.agent(agent).is_some_and(|row| row.selectable_directly(&rules, now).is_ok()) {
            self.session()?.accepted = true;
            self.enter_queue(EventKind::SessionQueued)?;
            let wraps_up = self.wrap_up_before(agent).is_some();
            let invitation = if wraps_up { self.reopening()? } else { invitation };
            self.ring_in_turn(invitation, agent, true, Vec::new())?;
        } else if !self.ask_to_reopen()? && !self.service()?.workflow {
            self.built_in_flow()?;
        }
        Ok(Reply::Stored { session: new_session, seq })
    }

    /// Takes in what the channel knows about the session. Cards on display show it from now on.
    fn learn(&mut self, parameters: &Parameters) -> Result<(), StepError> {
        let shown = self.service.map_or(&[][..], |service| &service.cards.parameters);
        let shown: Vec<&str> = shown.iter().map(|shown| &*shown.name).collect();
        let session = self.session()?;
        let before = session.parameters.clone();
        session.parameters.extend(parameters.clone());
        let (count, max) = (session.parameters.len(), MAX_PARAMETERS);
        if count > max {
            return Err(Rejection::TooManyParameters { count, max }.into());
        }
        let after = &session.parameters;
        if shown.iter().any(|name| before.get(*name) != after.get(*name)) {
            self.repaint_live();
        }
        Ok(())
    }

    /// Keeps the beginning of the first message, where the service shows it on invitations.
    fn keep_preview(&mut self, text: &str) -> Result<(), StepError> {
        if self.service()?.cards.preview {
            self.session()?.preview = Some(text.chars().take(MAX_PREVIEW_CHARS).collect());
        }
        Ok(())
    }

    /// Repaints the cards of invitations that are open; those that are closed keep what they showed.
    fn repaint_live(&mut self) {
        for invitation in self.invitations.iter_mut().filter(|row| row.state.is_live()) {
            invitation.card.wanted += 1;
        }
    }

    /// Stores what a customer wrote into the session they have.
    fn customer_goes_on(&mut self, customer: &Customer, text: &str) -> Result<Reply, StepError> {
        let session = self.session()?;
        let id = session.id;
        let answers = session.origin == Origin::OutboundUnanswered;
        if session.customer.name.is_none() {
            session.customer.name = cut_name(customer);
            if session.customer.name.is_some() {
                self.repaint_live();
            }
        }
        let seq = self.message(Author::Customer, text)?;
        if answers {
            self.outbound_answered()?;
        }
        Ok(Reply::Stored { session: id, seq })
    }

    /// Stores what an agent wrote. Only the session's agent reaches the customer (R7), and only
    /// while the session is not set aside (P2).
    pub(super) fn agent_message(&mut self, agent: AgentId, text: &str) -> Result<Reply, StepError> {
        check_text(text)?;
        match &self.session()?.phase {
            Phase::Connected { agent: owner, .. } if *owner == agent => {}
            Phase::Connected { .. } => return Err(Rejection::NotYours.into()),
            other => return Err(Rejection::NotConnected(other.name()).into()),
        }
        self.agent_wrote(agent, text, false)
    }

    pub(super) fn create(
        &mut self,
        account: &AccountId,
        customer: &Customer,
        id: SessionId,
        origin: Origin,
    ) -> Result<(), StepError> {
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
            entered_queue_at: None,
            accepted: false,
            attended_by: Attendance::Nobody,
            first_reply_at: None,
            direct: false,
            origin,
            reopens: None,
            parameters: Parameters::new(),
            preview: None,
            transfer: None,
            last_activity_at: self.now,
            last_customer_at: None,
            reminded: false,
            warned_at: None,
            restored_at: None,
            phase: Phase::Flow,
            tried: Vec::new(),
            rounds: 0,
            last_seq: 0,
            messages_in: 0,
            codes_missing: false,
            last_event: 0,
        });
        self.event(EventKind::SessionCreated);
        Ok(())
    }
}

/// The name as it is kept: one harmless line, never blank, of bounded length.
fn cut_name(customer: &Customer) -> Option<String> {
    let name: String = one_line(customer.name.as_deref()?).chars().take(MAX_NAME_CHARS).collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

pub(super) fn check_text(text: &str) -> Result<(), Rejection> {
    if text.trim().is_empty() {
        return Err(Rejection::EmptyText);
    }
    let chars = text.chars().count();
    if chars > MAX_TEXT_CHARS {
        return Err(Rejection::TextTooLong { chars, max: MAX_TEXT_CHARS });
    }
    Ok(())
}
