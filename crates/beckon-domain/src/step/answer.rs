//! What an agent answers on an invitation, and does with it later.

use jiff::SignedDuration;

use super::StepError;
use super::turn::Turn;
use super::verdict::Cause;
use crate::card::CardCopy;
use crate::command::{ActResult, Action, Reply, Surface};
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::invitation::{InvitationState, ReturnReason};

/// An invoke answer repaints the clicking client; the shared update follows this much later, so
/// that the platform does not show them in the wrong order (B6).
pub(super) const AFTER_ANSWER: SignedDuration = SignedDuration::from_secs(1);

impl Turn<'_> {
    /// An agent acted. Whether it counts is decided by the state alone; whoever comes late or
    /// twice changes nothing.
    pub(super) fn act(
        &mut self,
        id: InvitationId,
        agent: AgentId,
        action: Action,
        surface: Surface,
        seen: Option<&CardCopy>,
    ) -> Result<Reply, StepError> {
        let answer = |result| Ok(Reply::Acted { invitation: id, result });
        if self.invitation(id)?.agent != agent {
            return answer(ActResult::Foreign);
        }
        if let Some(copy) = seen {
            // A click can overtake the news that the card was posted; it is proof enough.
            self.invitation(id)?.card.adopt(copy);
            self.delivered(id)?;
        }
        self.acted(agent);
        let state = self.invitation(id)?.state.clone();
        if matches!(state, InvitationState::Accepted { .. }) {
            self.sender_goes_on();
        }
        match (action, &state) {
            (Action::Accept, InvitationState::Ringing { .. }) => self.accept(id, surface)?,
            (Action::Decline, InvitationState::Ringing { .. }) => self.decline(id, surface)?,
            (Action::Terminate, InvitationState::Accepted { .. }) => {
                self.end(&Cause::Terminated)?;
            }
            (Action::Finish, InvitationState::WrapUp { .. }) if self.finish_early(id)? => {}
            (Action::Extend, InvitationState::WrapUp { .. }) if self.extend(id, surface)? => {}
            (Action::Park, InvitationState::Accepted { parked: false, .. }) => self.park()?,
            (Action::Unpark, InvitationState::Accepted { parked: true, .. }) => self.unpark()?,
            (Action::HandBack, InvitationState::Accepted { .. }) => {
                self.give_back(ReturnReason::Agent)?;
            }
            _ => {
                self.hold_card(id, surface)?;
                return answer(ActResult::Unchanged);
            }
        }
        self.hold_card(id, surface)?;
        answer(ActResult::Done)
    }

    /// Any action of theirs says that an agent is there (I3).
    pub(super) fn acted(&mut self, agent: AgentId) {
        if let Some(row) = self.agent(agent)
            && row.misses > 0
        {
            row.misses = 0;
            self.wake();
        }
    }

    /// After a click that is answered with a card, the shared update waits a second (B6).
    pub(super) fn hold_card(
        &mut self,
        id: InvitationId,
        surface: Surface,
    ) -> Result<(), StepError> {
        let at = self.now.saturating_add(AFTER_ANSWER).unwrap_or(self.now);
        let card = &mut self.invitation(id)?.card;
        if surface == Surface::Card && card.is_dirty() {
            card.hold_until(at);
        }
        Ok(())
    }

    fn accept(&mut self, id: InvitationId, surface: Surface) -> Result<(), StepError> {
        self.event(EventKind::InvitationAccepted { invitation: id, surface });
        self.connect(id)
    }

    fn decline(&mut self, id: InvitationId, surface: Surface) -> Result<(), StepError> {
        let at = self.now;
        let agent = self.invitation(id)?.agent;
        self.event(EventKind::InvitationDeclined { invitation: id, surface });
        let rules = self.distribution();
        // Who leaves a customer for the after-call work that they are in, does what they should.
        if rules.flag_declines && !self.asked_to_reopen(id) {
            self.flag(agent, id, rules.rona);
        }
        self.close_ringing(id, InvitationState::Declined { at })
    }
}
