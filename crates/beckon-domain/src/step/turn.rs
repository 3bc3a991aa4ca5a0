//! A turn in the making: the working copy of the view, and what it gives rise to.

use jiff::{SignedDuration, Timestamp};

use super::{Env, Rejection, Step, View};
use crate::agent::Agent;
use crate::command::Reply;
use crate::event::{Event, EventKind};
use crate::ids::AgentId;
use crate::invitation::Invitation;
use crate::room::Room;
use crate::session::{Author, Message, Session};
use crate::settings::{Distribution, Service};
use crate::timer::{Timer, TimerKey};

/// The working copy. What differs from `before` at the end is written.
pub(super) struct Turn<'s> {
    before: View,
    pub(super) now: Timestamp,
    pub(super) service: Option<&'s Service>,
    pub(super) session: Option<Session>,
    pub(super) invitation: Option<Invitation>,
    pub(super) agents: Vec<Agent>,
    pub(super) room: Option<Room>,
    messages: Vec<Message>,
    events: Vec<Event>,
    timers: Vec<Timer>,
    wake_matcher: bool,
}

impl<'s> Turn<'s> {
    pub(super) fn new(view: View, env: Env<'s>) -> Self {
        Self {
            now: env.now,
            service: env.service,
            session: view.session.clone(),
            invitation: view.invitation.clone(),
            agents: view.agents.clone(),
            room: view.room.clone(),
            before: view,
            messages: Vec::new(),
            events: Vec::new(),
            timers: Vec::new(),
            wake_matcher: false,
        }
    }

    pub(super) fn finish(self, reply: Reply) -> Step {
        let before = self.before;
        Step {
            session: self.session.filter(|row| before.session.as_ref() != Some(row)),
            invitation: self.invitation.filter(|row| before.invitation.as_ref() != Some(row)),
            agents: self.agents.into_iter().filter(|row| !before.agents.contains(row)).collect(),
            room: self.room.filter(|row| before.room.as_ref() != Some(row)),
            messages: self.messages,
            events: self.events,
            timers: self.timers,
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

    pub(super) fn invitation(&mut self) -> Result<&mut Invitation, Rejection> {
        self.invitation.as_mut().ok_or(Rejection::NotFound("invitation"))
    }

    /// The agent's row, absent for one whom Beckon never met.
    pub(super) fn agent(&mut self, id: AgentId) -> Option<&mut Agent> {
        self.agents.iter_mut().find(|agent| agent.id == id)
    }

    /// Appends an event of the session. Events of a session that does not exist have no place.
    pub(super) fn event(&mut self, kind: EventKind) {
        if let Some(session) = &mut self.session {
            session.last_event += 1;
            self.events.push(Event { seq: session.last_event, at: self.now, kind });
        }
    }

    /// Stores a message at the next place of the session.
    pub(super) fn message(&mut self, from: Author, text: &str) -> Result<u64, Rejection> {
        let now = self.now;
        let session = self.session()?;
        session.last_seq += 1;
        let seq = session.last_seq;
        if from != Author::System {
            session.last_activity_at = now;
        }
        self.messages.push(Message { seq, at: now, from, text: text.to_owned() });
        Ok(seq)
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
