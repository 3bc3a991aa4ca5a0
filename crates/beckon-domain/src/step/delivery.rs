//! What the outside reports about cards: shown or refused.

use super::StepError;
use super::answer::AFTER_ANSWER;
use super::turn::Turn;
use crate::card::CardCopy;
use crate::command::{ActResult, CardFailure, Reply};
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::invitation::InvitationState;
use crate::timer::TimerKey;

impl Turn<'_> {
    /// A card is on display.
    pub(super) fn card_shown(
        &mut self,
        id: InvitationId,
        copy: &CardCopy,
    ) -> Result<Reply, StepError> {
        let after_answer = self.now.saturating_add(AFTER_ANSWER).unwrap_or(self.now);
        let card = &mut self.invitation(id)?.card;
        card.note_shown(copy.clone());
        if copy.shown == 0 {
            // A stray that somebody looks at: they are answered with the card, and the shared
            // update must not come before that.
            card.hold_until(after_answer);
        }
        self.delivered(id)?;
        Ok(Reply::Noted)
    }

    /// The card was seen for certain. The first time, the ring clock starts (I3).
    pub(super) fn delivered(&mut self, id: InvitationId) -> Result<(), StepError> {
        let now = self.now;
        let invitation = self.invitation(id)?;
        if let InvitationState::Ringing { delivered_at: delivered @ None } = &mut invitation.state {
            *delivered = Some(now);
            let ring = self.distribution().ring;
            self.event(EventKind::InvitationDelivered { invitation: id });
            self.timer(TimerKey::Ring(id), ring);
        }
        Ok(())
    }

    /// A card could not be put on display.
    pub(super) fn card_failed(
        &mut self,
        id: InvitationId,
        failure: &CardFailure,
    ) -> Result<Reply, StepError> {
        let invitation = self.invitation(id)?;
        let agent = invitation.agent;
        let undelivered =
            matches!(invitation.state, InvitationState::Ringing { delivered_at: None });
        let nowhere = !self.at_console(agent);
        let invitation = self.invitation(id)?;
        let muted = invitation.card.muted;
        match failure {
            CardFailure::Later { at } => {
                invitation.card.failures += 1;
                invitation.card.hold_until(*at);
            }
            CardFailure::Gone { activity } => {
                invitation.card.forget(activity);
                if !invitation.card.is_posted() && invitation.stays_unposted() {
                    // Nobody is waiting for the news that it is over.
                    invitation.card.mute();
                }
            }
            CardFailure::Unreachable { blocked, reason } => {
                // Where nothing was to be posted, it says nothing of the agent's chat with the bot.
                if !muted {
                    self.bot_lost(agent, *blocked, Some(id));
                }
                self.give_up(undelivered && nowhere, id, reason)?;
            }
            CardFailure::Refused { reason } => self.give_up(undelivered && nowhere, id, reason)?,
        }
        Ok(Reply::Noted)
    }

    /// The card will not be shown: an offer that rings nowhere else moves on, any other card stays
    /// as it is, noted.
    fn give_up(
        &mut self,
        undelivered: bool,
        invitation: InvitationId,
        reason: &str,
    ) -> Result<(), StepError> {
        if undelivered {
            return self.undeliverable(invitation, reason);
        }
        let card = &mut self.invitation(invitation)?.card;
        card.shown = card.wanted;
        self.event(EventKind::CardGivenUp { invitation, reason: reason.to_owned() });
        Ok(())
    }

    /// The console shows the invitation to its agent. Nobody else's word counts.
    pub(super) fn seen_at_console(
        &mut self,
        id: InvitationId,
        agent: AgentId,
    ) -> Result<Reply, StepError> {
        if self.invitation(id)?.agent != agent {
            return Ok(Reply::Acted { invitation: id, result: ActResult::Foreign });
        }
        self.delivered(id)?;
        Ok(Reply::Acted { invitation: id, result: ActResult::Unchanged })
    }

    /// The invitation was not confirmed in time: undeliverable, never a miss (I3). A console that
    /// said nothing is not there.
    pub(super) fn delivery_overdue(&mut self, id: InvitationId) -> Result<Reply, StepError> {
        let invitation = self.invitation(id)?;
        let agent = invitation.agent;
        if matches!(invitation.state, InvitationState::Ringing { delivered_at: None }) {
            if let Some(row) = self.agent(agent) {
                row.console_until = None;
            }
            self.undeliverable(id, "the invitation was not confirmed in time")?;
        }
        Ok(Reply::Noted)
    }
}
