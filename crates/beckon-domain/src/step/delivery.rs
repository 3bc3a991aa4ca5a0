//! What the outside reports: cards shown or refused, agents who install or remove the bot.

use super::Rejection;
use super::turn::Turn;
use crate::agent::BotChat;
use crate::card::CardCopy;
use crate::command::{CardFailure, Reply};
use crate::event::EventKind;
use crate::ids::AgentId;
use crate::invitation::InvitationState;
use crate::timer::TimerKey;

impl Turn<'_> {
    /// A card is on display.
    pub(super) fn card_shown(&mut self, copy: &CardCopy) -> Result<Reply, Rejection> {
        self.invitation()?.card.note_shown(copy.clone());
        self.delivered()?;
        Ok(Reply::Noted)
    }

    /// The card was seen for certain. The first time, the ring clock starts (I3).
    pub(super) fn delivered(&mut self) -> Result<(), Rejection> {
        let now = self.now;
        let invitation = self.invitation()?;
        let id = invitation.id;
        if let InvitationState::Ringing { delivered_at: delivered @ None } = &mut invitation.state {
            *delivered = Some(now);
            let ring = self.distribution().ring;
            self.event(EventKind::InvitationDelivered { invitation: id });
            self.timer(TimerKey::Ring(id), ring);
        }
        Ok(())
    }

    /// A card could not be put on display.
    pub(super) fn card_failed(&mut self, failure: &CardFailure) -> Result<Reply, Rejection> {
        let invitation = self.invitation()?;
        let (id, agent) = (invitation.id, invitation.agent);
        let undelivered =
            matches!(invitation.state, InvitationState::Ringing { delivered_at: None });
        match failure {
            CardFailure::Later { at } => {
                invitation.card.failures += 1;
                invitation.card.hold_until(*at);
            }
            CardFailure::Gone { activity } => {
                invitation.card.forget(activity);
                if invitation.card.copies.is_empty() && invitation.state.closed_unaccepted() {
                    // Nobody is waiting for the news that an offer is over.
                    invitation.card.shown = invitation.card.wanted;
                }
            }
            CardFailure::Unreachable { blocked, reason } => {
                let lost = if *blocked { BotChat::Blocked } else { BotChat::Removed };
                if let Some(row) = self.agent(agent) {
                    row.bot = lost;
                }
                self.give_up(undelivered, id, reason)?;
            }
            CardFailure::Refused { reason } => self.give_up(undelivered, id, reason)?,
        }
        Ok(Reply::Noted)
    }

    /// The card will not be shown: an offer moves on, any other card stays as it is, noted.
    fn give_up(
        &mut self,
        undelivered: bool,
        invitation: crate::ids::InvitationId,
        reason: &str,
    ) -> Result<(), Rejection> {
        if undelivered {
            return self.undeliverable(reason);
        }
        let card = &mut self.invitation()?.card;
        card.shown = card.wanted;
        self.event(EventKind::CardGivenUp { invitation, reason: reason.to_owned() });
        Ok(())
    }

    /// The card was not confirmed in time: undeliverable, never a miss (I3).
    pub(super) fn delivery_overdue(&mut self) -> Result<Reply, Rejection> {
        if matches!(self.invitation()?.state, InvitationState::Ringing { delivered_at: None }) {
            self.undeliverable("the card was not confirmed in time")?;
        }
        Ok(Reply::Noted)
    }

    /// The agent's chat with the bot exists. It counts as an action of theirs (I3).
    pub(super) fn agent_reachable(
        &mut self,
        agent: AgentId,
        reference: &str,
    ) -> Result<Reply, Rejection> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        let was_out = !matches!(row.bot, BotChat::Active { .. }) || row.misses > 0;
        row.bot = BotChat::Active { reference: reference.to_owned() };
        row.misses = 0;
        if was_out {
            self.wake();
        }
        Ok(Reply::Noted)
    }

    /// The agent removed or blocked the bot.
    pub(super) fn agent_unreachable(
        &mut self,
        agent: AgentId,
        blocked: bool,
    ) -> Result<Reply, Rejection> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        row.bot = if blocked { BotChat::Blocked } else { BotChat::Removed };
        // The view holds the invitation that rings at this agent: the task moves on at once (I5).
        let rings = self.invitation.as_ref().is_some_and(|invitation| {
            invitation.agent == agent && matches!(invitation.state, InvitationState::Ringing { .. })
        });
        if rings {
            self.undeliverable("the bot was removed while it rang")?;
        }
        Ok(Reply::Noted)
    }
}
