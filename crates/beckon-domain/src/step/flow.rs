//! The way of a session to the queue: the built-in flow (D8), the steps of a workflow, and a
//! customer's answer to what we wrote first.

use jiff::SignedDuration;

use super::conversation::check_text;
use super::turn::Turn;
use super::verdict::Cause;
use super::{Rejection, StepError};
use crate::command::{FlowStep, Reply};
use crate::event::EventKind;
use crate::ids::{AccountId, SessionId};
use crate::invitation::InvitationState;
use crate::session::{Author, Customer, Origin, Phase};
use crate::settings::MIN_MAX_WAIT;
use crate::timer::TimerKey;

impl Turn<'_> {
    /// The flow that runs until a workflow is assigned: greeting, then the queue (D8).
    pub(super) fn built_in_flow(&mut self) -> Result<(), StepError> {
        if let Some(greeting) = &self.service()?.texts.greeting {
            self.message(Author::System, greeting)?;
        }
        self.session()?.accepted = true;
        self.enter_queue(EventKind::SessionQueued)
    }

    /// Puts the session into the queue. A place that it had before is kept (I2, D7); how long it
    /// may wait is counted anew.
    pub(super) fn enter_queue(&mut self, as_event: EventKind) -> Result<(), StepError> {
        let now = self.now;
        let session = self.session()?;
        session.queued_at.get_or_insert(now);
        let moved = session.entered_queue_at.replace(now).is_some();
        session.phase = Phase::Waiting { retry_at: None };
        let id = session.id;
        self.event(as_event);
        let max_wait = self.service.and_then(|service| service.max_wait);
        if moved {
            // It may be in the queue of another service, whose max wait is not known here: the
            // timer looks at it in time.
            self.timer(TimerKey::MaxWait(id), MIN_MAX_WAIT);
        } else if let Some(max_wait) = max_wait {
            self.timer(TimerKey::MaxWait(id), max_wait);
        }
        self.wake();
        Ok(())
    }

    /// The workflow of a session that no agent has went on.
    pub(super) fn flow(&mut self, step: &FlowStep) -> Result<Reply, StepError> {
        let session = self.session()?;
        // A workflow has nothing to do before the customer answered.
        let unanswered = session.origin == Origin::OutboundUnanswered;
        match (step, &session.phase) {
            (FlowStep::Ended { how }, _) => return self.end(&Cause::Flow(how.clone())),
            (FlowStep::Accepted, Phase::Flow) if !session.accepted => self.flow_accepted()?,
            (FlowStep::Queued, Phase::Flow) if !unanswered => {
                if !session.accepted {
                    self.flow_accepted()?;
                }
                self.enter_queue(EventKind::SessionQueued)?;
            }
            (FlowStep::LeftQueue, Phase::Waiting { .. } | Phase::Ringing { .. }) => {
                self.stop_ringing()?;
                self.event(EventKind::SessionDequeued);
            }
            _ => {}
        }
        Ok(Reply::Noted)
    }

    /// Takes the session out of the queue: nothing rings, and nobody has it.
    fn stop_ringing(&mut self) -> Result<(), StepError> {
        let at = self.now;
        for invitation in self.ringing() {
            if self.pending_transfer_rings(invitation) {
                self.transfer_not_taken("the workflow took it out of the queue")?;
            }
            self.event(EventKind::InvitationWithdrawn { invitation });
            self.release(invitation, InvitationState::CancelledSystem { at })?;
        }
        self.session()?.phase = Phase::Flow;
        Ok(())
    }

    fn flow_accepted(&mut self) -> Result<(), StepError> {
        self.session()?.accepted = true;
        self.event(EventKind::WorkflowAccepted);
        Ok(())
    }

    /// We write first.
    pub(super) fn start_outbound(
        &mut self,
        account: &AccountId,
        customer: &Customer,
        text: &str,
        id: SessionId,
        window: SignedDuration,
    ) -> Result<Reply, StepError> {
        check_text(text)?;
        if self.session.is_some() {
            return Err(Rejection::SessionOpen.into());
        }
        if self.newcomer().blocked {
            return Err(Rejection::Blocked.into());
        }
        self.create(account, customer, id, Origin::OutboundUnanswered)?;
        self.session()?.accepted = true;
        self.event(EventKind::OutboundStarted);
        let seq = self.message(Author::System, text)?;
        self.timer(TimerKey::Outbound(id), window);
        Ok(Reply::Stored { session: id, seq })
    }

    /// The customer answered: from here on it is a session like any other.
    pub(super) fn outbound_answered(&mut self) -> Result<(), StepError> {
        let session = self.session()?;
        session.origin = Origin::OutboundAnswered;
        let nobody_has_it = session.phase == Phase::Flow;
        self.event(EventKind::OutboundAnswered);
        let workflow = self.service.is_some_and(|service| service.workflow);
        if workflow || !nobody_has_it {
            return Ok(());
        }
        self.enter_queue(EventKind::SessionQueued)
    }
}
