//! A turn in the making: the working copy of the view, and what it gives rise to.

use jiff::{SignedDuration, Timestamp};

use super::{Env, Newcomer, Rejection, RowKey, Step, StepError, View};
use crate::agent::Agent;
use crate::command::{Command, Reply};
use crate::effect::{Effect, EffectBody, LaneKey, Notice, RoomTask};
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, InvitationId};
use crate::invitation::{Invitation, InvitationState};
use crate::room::Room;
use crate::session::{Author, Message, Session};
use crate::settings::{Distribution, Service};
use crate::timer::{Timer, TimerKey};

/// The working copy. What differs from `before` at the end is written.
pub(super) struct Turn<'s> {
    before: View,
    pub(super) now: Timestamp,
    pub(super) service: Option<&'s Service>,
    push: bool,
    notify: bool,
    pub(super) session: Option<Session>,
    pub(super) invitations: Vec<Invitation>,
    pub(super) agents: Vec<Agent>,
    pub(super) room: Option<Room>,
    messages: Vec<Message>,
    events: Vec<Event>,
    timers: Vec<Timer>,
    effects: Vec<Effect>,
    pub(super) follow_ups: Vec<Command>,
    wake_matcher: bool,
}

impl<'s> Turn<'s> {
    pub(super) fn new(view: View, env: Env<'s>) -> Self {
        Self {
            now: env.now,
            service: env.service,
            push: env.push,
            notify: env.notify,
            session: view.session.clone(),
            invitations: view.invitations.clone(),
            agents: view.agents.clone(),
            room: view.room.clone(),
            before: view,
            messages: Vec::new(),
            events: Vec::new(),
            timers: Vec::new(),
            effects: Vec::new(),
            follow_ups: Vec::new(),
            wake_matcher: false,
        }
    }

    pub(super) fn finish(self, reply: Reply) -> Step {
        let before = self.before;
        let mut invitations = self.invitations;
        for row in &mut invitations {
            row.card.settle();
        }
        invitations.retain(|row| !before.invitations.contains(row));
        // Whoever gives the session up is written before the one who takes it.
        invitations.sort_by_key(|row| row.state.is_live());
        let mut agents = self.agents;
        agents.retain(|row| !before.agents.contains(row));
        let mut states = Vec::new();
        for row in &mut agents {
            let id = row.id;
            states.extend(row.note_state(self.now).into_iter().map(|change| (id, change)));
        }
        Step {
            session: self.session.filter(|row| before.session.as_ref() != Some(row)),
            invitations,
            agents,
            states,
            room: self.room.filter(|row| before.room.as_ref() != Some(row)),
            messages: self.messages,
            events: self.events,
            timers: self.timers,
            effects: self.effects,
            follow_ups: self.follow_ups,
            wake_matcher: self.wake_matcher,
            reply: Some(reply),
        }
    }

    /// How the service rings; the defaults for one that is no longer configured, so that what is
    /// under way can always be brought to its end.
    pub(super) fn distribution(&self) -> Distribution {
        self.service.map(|service| service.distribution.clone()).unwrap_or_default()
    }

    /// The service, for what cannot begin without it.
    pub(super) fn service(&self) -> Result<&'s Service, Rejection> {
        self.service.ok_or(Rejection::NotFound("service"))
    }

    pub(super) fn session(&mut self) -> Result<&mut Session, Rejection> {
        self.session.as_mut().ok_or(Rejection::NotFound("session"))
    }

    pub(super) fn invitation(&mut self, id: InvitationId) -> Result<&mut Invitation, Rejection> {
        let row = self.invitations.iter_mut().find(|row| row.id == id);
        row.ok_or(Rejection::NotFound("invitation"))
    }

    /// An invitation's row under lock, also when it is not live any more.
    ///
    /// # Errors
    /// [`StepError::NeedRows`] when it is not in the view.
    pub(super) fn locked_invitation(
        &mut self,
        id: InvitationId,
    ) -> Result<&mut Invitation, StepError> {
        self.invitation(id).map_err(|_| StepError::NeedRows(vec![RowKey::Invitation(id)]))
    }

    /// The invitations of the session that ring.
    pub(super) fn ringing(&self) -> Vec<InvitationId> {
        let rings = |row: &&Invitation| matches!(row.state, InvitationState::Ringing { .. });
        self.invitations.iter().filter(rings).map(|row| row.id).collect()
    }

    /// What is known of a customer without an open session.
    pub(super) fn newcomer(&self) -> &Newcomer {
        &self.before.newcomer
    }

    /// The service's members to choose from; a locked row counts more than the snapshot's.
    pub(super) fn candidates(&self) -> Vec<&Agent> {
        let locked = |id| self.agents.iter().find(|row| row.id == id);
        self.before.candidates.iter().map(|row| locked(row.id).unwrap_or(row)).collect()
    }

    /// The agent's row under lock, for what must not be written without it.
    ///
    /// # Errors
    /// [`StepError::NeedRows`] when it is not in the view.
    pub(super) fn locked_agent(&mut self, id: AgentId) -> Result<&mut Agent, StepError> {
        self.agent(id).ok_or_else(|| StepError::NeedRows(vec![RowKey::Agent(id)]))
    }

    /// The agent's row, absent for one whom Beckon never met.
    pub(super) fn agent(&mut self, id: AgentId) -> Option<&mut Agent> {
        self.agents.iter_mut().find(|agent| agent.id == id)
    }

    /// Appends an event of the session and gives its number. Events of a session that does not
    /// exist have no place.
    pub(super) fn event(&mut self, kind: EventKind) -> u64 {
        let Some(session) = &mut self.session else { return 0 };
        session.last_event += 1;
        let seq = session.last_event;
        self.events.push(Event { seq, at: self.now, kind });
        seq
    }

    /// Takes note of what was reported about a session.
    pub(super) fn note(&mut self, kind: EventKind) -> Result<Reply, StepError> {
        self.session()?;
        self.event(kind);
        Ok(Reply::Noted)
    }

    /// Stores a message at the next place of the session, and sends it to whoever reads elsewhere:
    /// what an agent writes also into the room, unless it was written there.
    pub(super) fn message(&mut self, from: Author, text: &str) -> Result<u64, Rejection> {
        self.store_message(from, text, false)
    }

    /// The same for what was written in the room.
    pub(super) fn message_from_room(&mut self, from: Author, text: &str) -> Result<u64, Rejection> {
        self.store_message(from, text, true)
    }

    fn store_message(&mut self, from: Author, text: &str, in_room: bool) -> Result<u64, Rejection> {
        let now = self.now;
        let session = self.session()?;
        session.last_seq += 1;
        let (id, seq) = (session.id, session.last_seq);
        let watched = session.awaits_customer() && session.warned_at.is_none();
        if from != Author::System {
            session.last_activity_at = now;
        }
        if from == Author::Customer {
            session.messages_in += 1;
            session.last_customer_at = Some(now);
        }
        let customer = LaneKey::Customer {
            account: session.account.clone(),
            address: session.customer.address.clone(),
        };
        let elsewhere = self.room.as_ref().is_some_and(Room::is_elsewhere);
        let into_room = elsewhere && !in_room && from != Author::System;
        let to_customer = from != Author::Customer && self.push;
        let lanes =
            [to_customer.then_some(customer), into_room.then_some(LaneKey::Room { session: id })];
        self.effects.extend(lanes.into_iter().flatten().map(|lane| Effect {
            lane,
            body: EffectBody::Message { session: id, seq },
            unique: None,
            not_after: None,
        }));
        let said = from != Author::System;
        let starts = from != Author::Customer && !watched;
        self.messages.push(Message { seq, at: now, from, text: text.to_owned() });
        if said {
            self.silence_broken(starts)?;
        }
        Ok(seq)
    }

    /// Leaves something to do with the session's room, as it is now.
    pub(super) fn room_task(&mut self, task: RoomTask) {
        let Some(room) = &self.room else { return };
        let (session, attempt) = (room.session, room.attempt);
        self.effects.push(Effect {
            lane: LaneKey::Room { session },
            body: EffectBody::Room { session, attempt, task },
            unique: None,
            not_after: None,
        });
    }

    /// Tells the tenant's own systems, where they want to hear it. `generation` is the number of
    /// the event that is the reason.
    pub(super) fn notice(&mut self, generation: u64, notice: Notice, worth: SignedDuration) {
        let Some(session) = self.session.as_ref().map(|row| row.id).filter(|_| self.notify) else {
            return;
        };
        self.effects.push(Effect {
            lane: LaneKey::Notice { session },
            unique: Some(format!("{}/{generation}", notice.kind().name())),
            not_after: Some(self.now.saturating_add(worth).unwrap_or(Timestamp::MAX)),
            body: EffectBody::Notice { session, notice },
        });
    }

    /// Sets a timer `after` from now.
    pub(super) fn timer(&mut self, key: TimerKey, after: SignedDuration) {
        self.timer_at(key, self.now.saturating_add(after).unwrap_or(Timestamp::MAX));
    }

    pub(super) fn timer_at(&mut self, key: TimerKey, due: Timestamp) {
        self.timers.push(Timer { key, due });
    }

    /// Tells the matcher that there may be something to do.
    pub(super) fn wake(&mut self) -> Reply {
        self.wake_matcher = true;
        Reply::Noted
    }
}
