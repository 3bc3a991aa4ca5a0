//! Setting a conversation aside (P2), and giving it back to the queue.

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::agent::WorkKind;
use crate::command::Reply;
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::{InvitationState, ReturnReason};
use crate::session::{Owner, Phase};
use crate::timer::TimerKey;

impl Turn<'_> {
    /// The agent sets the conversation aside.
    pub(super) fn park(&mut self) -> Result<(), StepError> {
        let now = self.now;
        let owner = self.owner()?;
        let Owner { agent, invitation, since } = owner;
        let session = self.session()?;
        session.phase = Phase::Parked { invitation, agent, since, parked_at: now };
        let id = session.id;
        self.set_parked(owner, true)?;
        self.event(EventKind::SessionParked);
        if let Some(limit) = self.distribution().park_limit {
            self.timer(TimerKey::ParkLimit(id), limit);
        }
        self.watch_parked()?;
        self.wake();
        Ok(())
    }

    /// The agent takes the conversation up again, if there is room for it beside the others.
    pub(super) fn unpark(&mut self) -> Result<(), StepError> {
        let owner = self.owner()?;
        let Owner { agent, invitation, since } = owner;
        let rules = self.distribution();
        if let Some(row) = self.agent(agent)
            && row.work_on(invitation).is_some_and(|work| !work.direct)
        {
            let mut others = row.clone();
            others.put_down(invitation, since);
            if !others.fits(&rules) {
                return Err(Rejection::AtCapacity.into());
            }
        }
        self.session()?.phase = Phase::Connected { invitation, agent, since };
        self.set_parked(owner, false)?;
        self.event(EventKind::SessionUnparked);
        self.watch_silence()?;
        Ok(())
    }

    fn set_parked(&mut self, owner: Owner, parked: bool) -> Result<(), StepError> {
        let invitation = self.invitation(owner.invitation)?;
        invitation.state = InvitationState::Accepted { at: owner.since, parked };
        invitation.card.wanted += 1;
        if let Some(row) = self.agent(owner.agent) {
            let kind = if parked { WorkKind::Parked } else { WorkKind::Connected };
            row.go_on(owner.invitation, kind);
        }
        Ok(())
    }

    /// It was parked for too long, by the limit as it is now.
    pub(super) fn park_limit_over(&mut self) -> Result<Reply, StepError> {
        let (now, limit) = (self.now, self.distribution().park_limit);
        let session = self.session()?;
        let (Phase::Parked { parked_at, .. }, Some(limit)) = (&session.phase, limit) else {
            return Ok(Reply::Noted);
        };
        let (id, parked) = (session.id, now.duration_since(session.counts_from(*parked_at)));
        if parked < limit {
            self.timer(TimerKey::ParkLimit(id), limit - parked);
        } else {
            self.give_back(ReturnReason::ParkLimit)?;
        }
        Ok(Reply::Noted)
    }

    /// A rule takes the session from its agent, if what the rule is about still holds.
    pub(super) fn take_back(
        &mut self,
        id: InvitationId,
        reason: ReturnReason,
    ) -> Result<Reply, StepError> {
        let InvitationState::Accepted { parked, .. } = self.invitation(id)?.state else {
            return Ok(Reply::Noted);
        };
        let holds = match reason {
            ReturnReason::Agent => true,
            ReturnReason::ParkLimit | ReturnReason::OffDuty => parked,
            ReturnReason::FirstReply => !parked && self.session()?.first_reply_at.is_none(),
        };
        if holds {
            self.give_back(reason)?;
        }
        Ok(Reply::Noted)
    }

    /// The session leaves its agent for the queue.
    pub(super) fn give_back(&mut self, reason: ReturnReason) -> Result<(), StepError> {
        let at = self.now;
        let owner = self.owner()?;
        self.event(EventKind::InvitationReturned { invitation: owner.invitation, reason });
        self.leave_agent(InvitationState::Returned { accepted_at: owner.since, at, reason })
    }

    /// Frees the agent; the session waits again, at the place it had, and they are asked last.
    pub(super) fn leave_agent(&mut self, state: InvitationState) -> Result<(), StepError> {
        let at = self.now;
        let owner = self.owner()?;
        self.forget_transfer()?;
        for invitation in self.ringing() {
            self.event(EventKind::InvitationWithdrawn { invitation });
            self.release(invitation, InvitationState::CancelledSystem { at })?;
        }
        self.release(owner.invitation, state)?;
        let session = self.session()?;
        session.tried = vec![owner.agent];
        session.rounds = 0;
        self.enter_queue(EventKind::SessionRequeued)
    }

    /// The agent who has the session.
    pub(super) fn owner(&mut self) -> Result<Owner, Rejection> {
        let session = self.session()?;
        session.owner().ok_or(Rejection::NotConnected(session.phase.name()))
    }
}
