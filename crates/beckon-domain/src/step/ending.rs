//! The end of a session, from every side. The first terminal event wins.

use jiff::{SignedDuration, Timestamp};

use super::StepError;
use super::turn::Turn;
use crate::agent::{Work, WorkKind};
use crate::command::Reply;
use crate::effect::Notice;
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::{EndedTalk, InvitationState};
use crate::outcome::{EndedBy, Outcome};
use crate::room::RoomState;
use crate::session::{Author, Phase};
use crate::timer::TimerKey;

/// How long the tenant's own systems may be away and still hear of an end.
const NEWS_WORTH: SignedDuration = SignedDuration::from_hours(72);

impl Turn<'_> {
    /// The customer left: in the queue, while it rings (no RONA, I4), or in conversation.
    pub(super) fn customer_left(&mut self) -> Result<Reply, StepError> {
        match self.session()?.phase {
            Phase::Flow => self.end(Outcome::CustomerLeftInWorkflow, EndedBy::Customer)?,
            Phase::Waiting { .. } => self.end(Outcome::CustomerLeftInQueue, EndedBy::Customer)?,
            Phase::Ringing { .. } => {
                self.end_ringing(Outcome::CustomerLeftInQueue, EndedBy::Customer)?;
            }
            Phase::Connected { .. } => self.end_connected(EndedBy::Customer)?,
            Phase::Ended { .. } => {}
        }
        self.ended_reply()
    }

    /// An administrator forces the end, in whatever phase.
    pub(super) fn admin_end(&mut self) -> Result<Reply, StepError> {
        match self.session()?.phase {
            Phase::Flow | Phase::Waiting { .. } => {
                self.end(Outcome::AdminTerminated, EndedBy::Admin)?;
            }
            Phase::Ringing { .. } => self.end_ringing(Outcome::AdminTerminated, EndedBy::Admin)?,
            Phase::Connected { .. } => self.end_connected(EndedBy::Admin)?,
            Phase::Ended { .. } => {}
        }
        self.ended_reply()
    }

    /// Max wait is over. While it rings the agent keeps the chance; the session ends when that
    /// fails.
    pub(super) fn max_wait_over(&mut self) -> Result<Reply, StepError> {
        self.end_if_waited_too_long()?;
        Ok(Reply::Noted)
    }

    /// Ends a waiting session whose max wait has passed, with the closing text before the end.
    pub(super) fn end_if_waited_too_long(&mut self) -> Result<(), StepError> {
        let Some(service) = self.service else { return Ok(()) };
        let now = self.now;
        let session = self.session()?;
        let (Phase::Waiting { .. }, Some(max_wait), Some(queued_at)) =
            (&session.phase, service.max_wait, session.queued_at)
        else {
            return Ok(());
        };
        let waited = now.duration_since(queued_at);
        if waited < max_wait {
            // Max wait was raised since the timer was set.
            let id = session.id;
            self.timer(TimerKey::MaxWait(id), max_wait - waited);
            return Ok(());
        }
        if let Some(text) = &service.texts.queue_timeout {
            self.message(Author::System, text)?;
        }
        self.end(Outcome::QueueTimeout, EndedBy::System)
    }

    fn end_ringing(&mut self, outcome: Outcome, by: EndedBy) -> Result<(), StepError> {
        let at = self.now;
        for invitation in self.session()?.phase.invitations().to_vec() {
            self.event(EventKind::InvitationCancelled { invitation, by });
            let state = if by == EndedBy::Customer {
                InvitationState::CancelledCustomer { at }
            } else {
                InvitationState::CancelledSystem { at }
            };
            self.release(invitation, state)?;
        }
        self.end(outcome, by)
    }

    /// Ends a conversation: the session has its outcome at once, the agent goes on to after-call
    /// work where the service has it.
    pub(super) fn end_connected(&mut self, by: EndedBy) -> Result<(), StepError> {
        let now = self.now;
        let wrap_up = self.service.and_then(|service| service.wrap_up);
        if let (Some(text), true) = (
            self.service.and_then(|service| service.texts.closing.as_ref()),
            by != EndedBy::Customer,
        ) {
            // Before the end, in the same transaction: a text never opens a session of its own.
            self.message(Author::System, text)?;
        }
        let session = self.session()?;
        let Phase::Connected { invitation: id, agent, since } = session.phase else {
            return Ok(());
        };
        let session_id = session.id;
        let ended =
            EndedTalk { accepted_at: since, ended_at: now, outcome: Outcome::UserAccepted, by };
        if let Some(room) = &mut self.room {
            room.state = RoomState::Closed { at: now };
        }
        self.event(EventKind::RoomClosed);
        self.end(Outcome::UserAccepted, by)?;
        if let Some(length) = wrap_up {
            let until = now.saturating_add(length).unwrap_or(Timestamp::MAX);
            let invitation = self.invitation(id)?;
            invitation.state = InvitationState::WrapUp { ended, until };
            invitation.card.wanted += 1;
            if let Some(row) = self.agent(agent) {
                row.take_up(Work { session: session_id, invitation: id, kind: WorkKind::WrapUp });
            }
            self.timer_at(TimerKey::WrapUp(id), until);
        } else {
            self.release(id, InvitationState::Concluded { ended })?;
        }
        Ok(())
    }

    /// After-call work is over by the clock.
    pub(super) fn wrap_up_over(&mut self, id: InvitationId) -> Result<Reply, StepError> {
        let now = self.now;
        let invitation = self.invitation(id)?;
        if let InvitationState::WrapUp { until, .. } = invitation.state {
            if until <= now {
                self.conclude(id, false)?;
            } else {
                self.timer_at(TimerKey::WrapUp(id), until);
            }
        }
        Ok(Reply::Noted)
    }

    /// After-call work is over: the card shows the result, the agent is free.
    pub(super) fn conclude(&mut self, id: InvitationId, early: bool) -> Result<(), StepError> {
        let InvitationState::WrapUp { ended, .. } = &self.invitation(id)?.state else {
            return Ok(());
        };
        let ended = ended.clone();
        self.event(EventKind::InvitationConcluded { invitation: id, early });
        self.release(id, InvitationState::Concluded { ended })?;
        Ok(())
    }

    fn end(&mut self, outcome: Outcome, by: EndedBy) -> Result<(), StepError> {
        let at = self.now;
        let session = self.session()?;
        let (agent, invitation) = match session.phase {
            Phase::Connected { agent, invitation, .. } => (Some(agent), Some(invitation)),
            _ => (None, None),
        };
        session.phase = Phase::Ended { outcome, by, at, agent, invitation };
        let seq = self.event(EventKind::SessionEnded { outcome, by });
        self.notice(seq, Notice::SessionEnded { outcome, by }, NEWS_WORTH);
        Ok(())
    }

    fn ended_reply(&mut self) -> Result<Reply, StepError> {
        let session = self.session()?;
        match session.phase {
            Phase::Ended { outcome, .. } => Ok(Reply::Ended { session: session.id, outcome }),
            _ => Ok(Reply::Noted),
        }
    }
}
