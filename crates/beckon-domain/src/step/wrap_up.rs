//! After-call work (P4).

use super::StepError;
use super::turn::Turn;
use crate::command::Reply;
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::InvitationState;
use crate::timer::TimerKey;

impl Turn<'_> {
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
}
