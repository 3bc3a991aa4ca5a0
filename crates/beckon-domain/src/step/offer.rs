//! Offering a session: who is rung, and what becomes of a ring that nobody accepts.

use jiff::{SignedDuration, Timestamp};

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::agent::{BotChat, Work, WorkKind};
use crate::card::Card;
use crate::command::{Reply, Withdrawal};
use crate::effect::Notice;
use crate::event::{EventKind, PassedOver};
use crate::ids::{AgentId, InvitationId};
use crate::invitation::{Invitation, InvitationState, InvitedFor};
use crate::queue::{self, Choice};
use crate::session::Phase;
use crate::timer::TimerKey;
use crate::wrap_up::Codes;

/// A ring timer that fires this much too late says that we were away, or that the clock jumped:
/// clicks may have been lost with it, so the agent is not blamed (I3).
const LATE: SignedDuration = SignedDuration::from_secs(5);

/// An alert that is older than this is history, and stands in the events.
const ALERT_WORTH: SignedDuration = SignedDuration::from_hours(1);

impl Turn<'_> {
    /// Rings the best selectable agent for a session that waits; with broadcast also one more for
    /// a session that rings at fewer than it may.
    pub(super) fn offer(&mut self, id: InvitationId) -> Result<Reply, StepError> {
        let service = self.service()?;
        let now = self.now;
        let session = self.session()?.clone();
        let retry_at = match session.phase {
            Phase::Waiting { retry_at } => retry_at,
            Phase::Ringing { .. } if self.may_ring_more(service.distribution.broadcast) => None,
            _ => return Ok(Reply::Offered { rung: false, anybody_free: true }),
        };
        let first = matches!(session.phase, Phase::Waiting { .. });
        match queue::choose(&session, retry_at, service, &self.candidates(), now) {
            Choice::Nobody => Ok(Reply::Offered { rung: false, anybody_free: false }),
            Choice::BackOff => {
                if first && retry_at.is_none() {
                    self.back_off(service.distribution.ring)?;
                }
                Ok(Reply::Offered { rung: false, anybody_free: true })
            }
            Choice::Ring { agent, new_round, passed_over } => {
                if new_round {
                    self.session()?.tried.clear();
                }
                self.ring_in_turn(id, agent, false, passed_over)?;
                Ok(Reply::Offered { rung: true, anybody_free: true })
            }
        }
    }

    /// Whether the session, which rings, may ring at one more agent: never beside an agent whom
    /// the customer or a colleague asked for, or the customer comes back to.
    fn may_ring_more(&self, broadcast: u32) -> bool {
        let ringing = self.ringing();
        let direct = |id: InvitationId| {
            self.agents.iter().filter_map(|agent| agent.work_on(id)).any(|work| work.direct)
        };
        let asked_for = ringing
            .iter()
            .any(|id| direct(*id) || self.asked_to_reopen(*id) || self.pending_transfer_rings(*id));
        !asked_for && ringing.len() < broadcast as usize
    }

    /// Rings an agent for a session of the queue.
    pub(super) fn ring_in_turn(
        &mut self,
        id: InvitationId,
        agent: AgentId,
        direct: bool,
        passed_over: Vec<PassedOver>,
    ) -> Result<(), StepError> {
        match &mut self.session()?.phase {
            Phase::Ringing { invitations } => invitations.push(id),
            phase => *phase = Phase::Ringing { invitations: vec![id] },
        }
        self.ring(id, agent, direct, passed_over)
    }

    /// Makes an invitation that rings, and reserves the agent's capacity (D1).
    pub(super) fn ring(
        &mut self,
        id: InvitationId,
        agent: AgentId,
        direct: bool,
        passed_over: Vec<PassedOver>,
    ) -> Result<(), StepError> {
        self.invite(id, agent, direct, InvitationState::Ringing { delivered_at: None })?;
        self.event(EventKind::InvitationOffered { invitation: id, agent, passed_over });
        let delivery = self.distribution().delivery;
        self.timer(TimerKey::Delivery(id), delivery);
        Ok(())
    }

    /// Makes an invitation, and takes up the agent's work on it.
    pub(super) fn invite(
        &mut self,
        id: InvitationId,
        agent: AgentId,
        direct: bool,
        state: InvitationState,
    ) -> Result<(), StepError> {
        let session = self.session()?.id;
        let kind = match state {
            InvitationState::Ringing { .. } => WorkKind::Ringing,
            _ => WorkKind::Connected,
        };
        let service = self
            .service
            .map(|service| InvitedFor { id: service.id.clone(), name: service.name.clone() });
        let muted = !self.locked_agent(agent)?.rings_in_teams();
        self.invitations.push(Invitation {
            id,
            session,
            agent,
            service,
            offered_at: self.now,
            state,
            card: Card { wanted: 1, muted, ..Card::default() },
            codes: Codes::default(),
            codes_closed: false,
        });
        self.locked_agent(agent)?.take_up(Work { session, invitation: id, kind, direct });
        Ok(())
    }

    /// Everyone was tried: they are asked again after a pause that doubles with each round.
    fn back_off(&mut self, ring: SignedDuration) -> Result<(), Rejection> {
        let now = self.now;
        let session = self.session()?;
        session.rounds += 1;
        let until = now.saturating_add(queue::back_off(ring, session.rounds)).unwrap_or(now);
        session.phase = Phase::Waiting { retry_at: Some(until) };
        let id = session.id;
        self.event(EventKind::SessionBackedOff { until });
        self.timer_at(TimerKey::Offer(id), until);
        Ok(())
    }

    /// The ring time is over. Not a miss when the agent could not have seen the card to the end
    /// (I3, I5), nor when a colleague moved the session to them, in either mode (`facts/outcomes.md`
    /// §5.1), nor where they were asked to leave their after-call work for it (R8): then it counts as
    /// cancelled.
    pub(super) fn ring_over(
        &mut self,
        id: InvitationId,
        due: Timestamp,
    ) -> Result<Reply, StepError> {
        let invitation = self.invitation(id)?.clone();
        if !matches!(invitation.state, InvitationState::Ringing { delivered_at: Some(_) }) {
            return Ok(Reply::Noted);
        }
        let now = self.now;
        let chat = self
            .agent(invitation.agent)
            .is_some_and(|agent| matches!(agent.bot, BotChat::Active { .. }));
        if invitation.card.is_posted() && !chat && !self.at_console(invitation.agent) {
            self.undeliverable(id, "the bot was removed while it rang")?;
            return Ok(Reply::Noted);
        }
        if now.duration_since(due) > LATE {
            self.undeliverable(id, "Beckon was not running to the end of the ring")?;
            return Ok(Reply::Noted);
        }
        if self.pending_transfer_rings(id) || self.asked_to_reopen(id) {
            self.event(EventKind::InvitationWithdrawn { invitation: id });
            self.close_ringing(id, InvitationState::CancelledSystem { at: now })?;
            return Ok(Reply::Noted);
        }
        self.event(EventKind::InvitationMissed { invitation: id });
        let rules = self.distribution();
        if rules.broadcast <= 1 {
            if let Some(agent) = self.agent(invitation.agent) {
                agent.misses = agent.misses.saturating_add(1);
            }
            self.flag(invitation.agent, id, rules.rona);
        }
        self.close_ringing(id, InvitationState::Missed { at: now })?;
        Ok(Reply::Noted)
    }

    /// The card could not be delivered: the task moves on, the agent is not blamed (I5).
    pub(super) fn undeliverable(
        &mut self,
        id: InvitationId,
        reason: &str,
    ) -> Result<(), StepError> {
        let at = self.now;
        let agent = self.invitation(id)?.agent;
        let reason = reason.to_owned();
        let seq = self
            .event(EventKind::InvitationUndeliverable { invitation: id, reason: reason.clone() });
        let notice =
            Notice::InvitationUndeliverable { invitation: id, agent, reason: reason.clone() };
        self.notice(seq, notice, ALERT_WORTH);
        self.close_ringing(id, InvitationState::Undeliverable { at, reason })
    }

    /// Takes a ringing invitation back, for a reason that is not the agent's answer.
    pub(super) fn withdraw(
        &mut self,
        id: InvitationId,
        reason: Withdrawal,
    ) -> Result<Reply, StepError> {
        let invitation = self.invitation(id)?;
        let agent = invitation.agent;
        if matches!(invitation.state, InvitationState::Ringing { .. }) {
            match reason {
                // It rings there, too.
                Withdrawal::BotRemoved if self.at_console(agent) => {}
                Withdrawal::BotRemoved => {
                    self.undeliverable(id, "the bot was removed while it rang")?;
                }
                Withdrawal::OffDuty => {
                    let at = self.now;
                    self.event(EventKind::InvitationWithdrawn { invitation: id });
                    self.close_ringing(id, InvitationState::CancelledSystem { at })?;
                }
            }
        }
        Ok(Reply::Noted)
    }

    /// Closes a ringing invitation. Whoever could not be reached is not rung again until they can, and
    /// then at once; everybody else only after the others were tried (I2). When nothing rings any more, the session is back at its place
    /// in the queue; one that was to change hands stays where it is.
    pub(super) fn close_ringing(
        &mut self,
        id: InvitationId,
        state: InvitationState,
    ) -> Result<(), StepError> {
        let delivered = !matches!(state, InvitationState::Undeliverable { .. });
        let declined = matches!(state, InvitationState::Declined { .. });
        let agent = self.release(id, state)?;
        let (rules, now) = (self.distribution(), self.now);
        // Asked out of turn, their turn is yet to come: when nothing keeps them from it any more.
        let free = self.agent(agent).is_none_or(|row| row.has_capacity(&rules));
        let in_turn = free || !self.asked_to_reopen(id);
        let reachable = self.agent(agent).is_none_or(|row| row.is_reachable(now));
        let session = self.session()?;
        if in_turn && (delivered || reachable) && !session.tried.contains(&agent) {
            session.tried.push(agent);
        }
        if self.pending_transfer_rings(id) {
            self.transfer_target_closed(declined)?;
        }
        let session = self.session()?;
        if let Phase::Ringing { invitations } = &mut session.phase {
            invitations.retain(|known| *known != id);
            if invitations.is_empty() {
                session.phase = Phase::Waiting { retry_at: None };
                self.event(EventKind::SessionRequeued);
                self.end_if_waited_too_long()?;
            }
        }
        self.wake();
        Ok(())
    }

    /// Puts an invitation into a closed state and its agent's work down. Gives the agent.
    pub(super) fn release(
        &mut self,
        id: InvitationId,
        state: InvitationState,
    ) -> Result<AgentId, Rejection> {
        let now = self.now;
        let invitation = self.invitation(id)?;
        invitation.state = state;
        invitation.card.wanted += 1;
        if invitation.card.copies.is_empty() && invitation.state.stays_unposted() {
            // Nobody is waiting for the news. A post that is under way turns up
            // as a copy of an older version and is then brought up to date.
            invitation.card.shown = invitation.card.wanted;
        }
        let agent = invitation.agent;
        if let Some(row) = self.agent(agent) {
            row.put_down(id, now);
        }
        self.wake();
        Ok(agent)
    }
}
