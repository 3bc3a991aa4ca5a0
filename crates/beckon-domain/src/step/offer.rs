//! Offering a session, and what the agent answers.

use jiff::{SignedDuration, Timestamp};

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::agent::{BotChat, Work, WorkKind};
use crate::card::{Card, CardCopy};
use crate::command::{ActResult, Action, Reply, Surface, Withdrawal};
use crate::effect::Notice;
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::invitation::{Invitation, InvitationState};
use crate::outcome::EndedBy;
use crate::queue::{self, Choice};
use crate::room::{Provider, Room, RoomState};
use crate::room_name;
use crate::session::Phase;
use crate::timer::TimerKey;

/// An invoke answer repaints the clicking client; the shared update follows this much later, so
/// that the platform does not show them in the wrong order (B6).
const AFTER_ANSWER: SignedDuration = SignedDuration::from_secs(1);

/// A ring timer that fires this much too late says that we were away, or that the clock jumped:
/// clicks may have been lost with it, so the agent is not blamed (I3).
const LATE: SignedDuration = SignedDuration::from_secs(5);

/// An alert that is older than this is history, and stands in the events.
const ALERT_WORTH: SignedDuration = SignedDuration::from_hours(1);

impl Turn<'_> {
    /// Rings the best selectable agent for a waiting session.
    pub(super) fn offer(&mut self, id: InvitationId) -> Result<Reply, StepError> {
        let service = self.service()?;
        let now = self.now;
        let session = self.session()?.clone();
        let Phase::Waiting { retry_at } = session.phase else {
            return Ok(Reply::Offered { rung: false, anybody_free: true });
        };
        match queue::choose(&session, retry_at, service, &self.candidates(), now) {
            Choice::Nobody => Ok(Reply::Offered { rung: false, anybody_free: false }),
            Choice::BackOff => {
                if retry_at.is_none() {
                    self.back_off(service.distribution.ring)?;
                }
                Ok(Reply::Offered { rung: false, anybody_free: true })
            }
            Choice::Ring { agent, new_round, passed_over } => {
                self.locked_agent(agent)?;
                let session = self.session()?;
                if new_round {
                    session.tried.clear();
                }
                session.phase = Phase::Ringing { invitations: vec![id] };
                let session = session.id;
                self.invitations.push(Invitation {
                    id,
                    session,
                    agent,
                    offered_at: now,
                    state: InvitationState::Ringing { delivered_at: None },
                    card: Card { wanted: 1, ..Card::default() },
                });
                if let Some(row) = self.agent(agent) {
                    row.take_up(Work { session, invitation: id, kind: WorkKind::Ringing });
                }
                self.event(EventKind::InvitationOffered { invitation: id, agent, passed_over });
                self.timer(TimerKey::Delivery(id), service.distribution.delivery);
                Ok(Reply::Offered { rung: true, anybody_free: true })
            }
        }
    }

    /// Everyone was tried: they are asked again after a pause that doubles with each round.
    fn back_off(&mut self, ring: SignedDuration) -> Result<(), StepError> {
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
        let invitation = self.invitation(id)?.clone();
        let answer = |result| Ok(Reply::Acted { invitation: id, result });
        if invitation.agent != agent {
            return answer(ActResult::Foreign);
        }
        if let Some(copy) = seen {
            // A click can overtake the news that the card was posted; it is proof enough.
            self.invitation(id)?.card.adopt(copy);
            self.delivered(id)?;
        }
        if let Some(row) = self.agent(agent)
            && row.misses > 0
        {
            row.misses = 0;
            self.wake();
        }
        match (action, &invitation.state) {
            (Action::Accept, InvitationState::Ringing { .. }) => self.accept(id, surface)?,
            (Action::Decline, InvitationState::Ringing { .. }) => {
                self.event(EventKind::InvitationDeclined { invitation: id, surface });
                let at = self.now;
                self.close_ringing(id, InvitationState::Declined { at })?;
            }
            (Action::Terminate, InvitationState::Accepted { .. }) => {
                self.end_connected(EndedBy::User)?;
            }
            (Action::Finish, InvitationState::WrapUp { .. }) => self.conclude(id, true)?,
            _ => {
                self.hold_card(id, surface)?;
                return answer(ActResult::Unchanged);
            }
        }
        self.hold_card(id, surface)?;
        answer(ActResult::Done)
    }

    /// After a click that is answered with a card, the shared update waits a second (B6).
    fn hold_card(&mut self, id: InvitationId, surface: Surface) -> Result<(), StepError> {
        let at = self.now.saturating_add(AFTER_ANSWER).unwrap_or(self.now);
        let card = &mut self.invitation(id)?.card;
        if surface == Surface::Card && card.is_dirty() {
            card.hold_until(at);
        }
        Ok(())
    }

    fn accept(&mut self, id: InvitationId, surface: Surface) -> Result<(), StepError> {
        let service_name = self.service.map(|service| service.name.clone());
        let now = self.now;
        let invitation = self.invitation(id)?;
        invitation.state = InvitationState::Accepted { at: now };
        invitation.card.wanted += 1;
        let agent = invitation.agent;

        let session = self.session()?;
        session.phase = Phase::Connected { invitation: id, agent, since: now };
        let (session_id, service_id) = (session.id, session.service.clone());
        let customer = session.customer.clone();
        let name = room_name(
            service_name.as_deref().unwrap_or(service_id.as_str()),
            customer.name.as_deref().unwrap_or_default(),
            customer.address.as_str(),
        );
        if let Some(row) = self.agent(agent) {
            row.take_up(Work { session: session_id, invitation: id, kind: WorkKind::Connected });
        }
        self.room = Some(Room {
            session: session_id,
            name,
            provider: Provider::Console,
            state: RoomState::Open { at: now },
        });
        self.event(EventKind::InvitationAccepted { invitation: id, surface });
        self.event(EventKind::RoomOpened);
        Ok(())
    }

    /// The ring time is over. Not a miss when the agent could not have seen the card to the end
    /// (I3, I5).
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
        let reachable = self
            .agent(invitation.agent)
            .is_some_and(|agent| matches!(agent.bot, BotChat::Active { .. }));
        if !reachable {
            self.undeliverable(id, "the bot was removed while it rang")?;
            return Ok(Reply::Noted);
        }
        if now.duration_since(due) > LATE {
            self.undeliverable(id, "Beckon was not running to the end of the ring")?;
            return Ok(Reply::Noted);
        }
        if let Some(agent) = self.agent(invitation.agent) {
            agent.misses = agent.misses.saturating_add(1);
        }
        self.event(EventKind::InvitationMissed { invitation: id });
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
        if matches!(self.invitation(id)?.state, InvitationState::Ringing { .. }) {
            match reason {
                Withdrawal::BotRemoved => {
                    self.undeliverable(id, "the bot was removed while it rang")?;
                }
            }
        }
        Ok(Reply::Noted)
    }

    /// Closes a ringing invitation and gives the session back to its place in the queue.
    fn close_ringing(&mut self, id: InvitationId, state: InvitationState) -> Result<(), StepError> {
        let agent = self.release(id, state)?;
        let session = self.session()?;
        if !session.tried.contains(&agent) {
            session.tried.push(agent);
        }
        session.phase = Phase::Waiting { retry_at: None };
        self.event(EventKind::SessionRequeued);
        self.end_if_waited_too_long()?;
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
        if invitation.card.copies.is_empty() && invitation.state.closed_unaccepted() {
            // Never posted, and closed: it stays unposted (B4). A post that is under way turns up
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
