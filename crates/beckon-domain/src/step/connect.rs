//! A session comes to an agent: by an accept, by a supervisor who takes it over, or by an agent on
//! call.

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::agent::{NotSelectable, WorkKind};
use crate::command::{ActResult, Command, Reply};
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::invitation::InvitationState;
use crate::session::{Attendance, Phase};

impl Turn<'_> {
    /// Gives the session to the agent of an invitation. What rings elsewhere is void, a move that
    /// was under way is settled, and the room is there or wanted.
    pub(super) fn connect(&mut self, id: InvitationId) -> Result<(), StepError> {
        let now = self.now;
        let invitation = self.invitation(id)?;
        invitation.state = InvitationState::Accepted { at: now, parked: false };
        invitation.card.wanted += 1;
        let agent = invitation.agent;
        if let Some(row) = self.agent(agent) {
            row.go_on(id, WorkKind::Connected);
        }
        self.end_wrap_up_before(agent);
        self.cancel_taken(agent)?;
        self.settle_transfer(agent)?;
        let session = self.session()?;
        session.phase = Phase::Connected { invitation: id, agent, since: now };
        session.attended_by = Attendance::Agent;
        session.preview = None;
        self.watch_silence()?;
        self.want_room(agent)
    }

    /// The agent goes on with a customer instead of wrapping up (R8). That work is part of another
    /// session: it is ended under that session's lock.
    fn end_wrap_up_before(&mut self, agent: AgentId) {
        let Some(invitation) = self.wrap_up_before(agent) else { return };
        self.follow_ups.push(Command::LeaveWrapUp { invitation });
    }

    /// Everybody else who is rung learns who was faster.
    fn cancel_taken(&mut self, by: AgentId) -> Result<(), StepError> {
        let at = self.now;
        for invitation in self.ringing() {
            self.event(EventKind::InvitationTaken { invitation, by });
            self.release(invitation, InvitationState::CancelledTaken { at, by })?;
        }
        Ok(())
    }

    /// A supervisor takes a conversation over; its agent is free at once.
    pub(super) fn take_over(
        &mut self,
        agent: AgentId,
        id: InvitationId,
    ) -> Result<Reply, StepError> {
        let at = self.now;
        let session = self.session()?;
        let Some(owner) = session.owner() else {
            return Err(Rejection::NotConnected(session.phase.name()).into());
        };
        if owner.agent == agent {
            return Ok(Reply::Noted);
        }
        // They are not asked, so somebody who is off duty may step in; nobody who would not notice.
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        if !row.is_reachable(at) {
            return Err(Rejection::NotSelectable(NotSelectable::Unreachable).into());
        }
        let accepted_at = owner.since;
        self.release(owner.invitation, InvitationState::TakenOver { accepted_at, at, by: agent })?;
        self.event(EventKind::TakenOver { invitation: id, by: agent });
        self.take_directly(agent, id)?;
        Ok(Reply::Acted { invitation: id, result: ActResult::Done })
    }

    /// An agent on call takes a session that nobody has yet.
    pub(super) fn standby_accepted(
        &mut self,
        agent: AgentId,
        id: InvitationId,
    ) -> Result<Reply, StepError> {
        let result = match self.session()?.phase {
            Phase::Flow | Phase::Waiting { .. } | Phase::Ringing { .. } => {
                self.event(EventKind::StandbyAccepted { invitation: id, agent });
                self.take_directly(agent, id)?;
                self.session()?.attended_by = Attendance::OnCall;
                ActResult::Done
            }
            _ => ActResult::Unchanged,
        };
        Ok(Reply::Acted { invitation: id, result })
    }

    /// Connects an agent who was not rung.
    fn take_directly(&mut self, agent: AgentId, id: InvitationId) -> Result<(), StepError> {
        // First, so that a ring at this very agent does not stand in their own way.
        self.cancel_taken(agent)?;
        let rules = self.distribution();
        if !self.agent(agent).ok_or(Rejection::NotFound("agent"))?.fits(&rules) {
            return Err(Rejection::AtCapacity.into());
        }
        self.acted(agent);
        let at = self.now;
        self.invite(id, agent, false, InvitationState::Accepted { at, parked: false })?;
        self.connect(id)
    }
}
