//! The room of a session: wanted on the accept, handed on with the session, closed with the end,
//! and what is written in it (R2, R7, I6). What its provider reports is beside, in `room_report`.

use super::conversation::check_text;
use super::turn::Turn;
use super::{Rejection, StepError};
use crate::command::{NotSent, Reply, Written};
use crate::effect::{RoomAnswer, RoomTask};
use crate::event::{EventKind, RoomEdit};
use crate::ids::AgentId;
use crate::room::{Made, Provider, Room, RoomState};
use crate::room_name;
use crate::session::{Author, Phase};

impl Turn<'_> {
    /// An agent has the session: the room that is there goes on and is handed to them, else one is
    /// wanted. A console room is open at once.
    pub(super) fn want_room(&mut self, agent: AgentId) -> Result<(), StepError> {
        let (service, rooms) = match self.service {
            Some(service) => (Some(service.name.clone()), service.rooms),
            None => (None, crate::settings::Rooms::default()),
        };
        let channel = self.agent(agent).map(|row| row.channel).unwrap_or_default();
        let session = self.session()?;
        let (id, transcript, provider) =
            (session.id, session.last_seq, rooms.provider_for(session.channel, channel));
        let name = room_name(
            service.as_deref().unwrap_or(session.service.as_str()),
            session.customer.name.as_deref().unwrap_or_default(),
            session.customer.address.as_str(),
        );
        if let Some(room) = self.room.as_mut().filter(|room| room.state.is_usable()) {
            // The service may have changed since (D7).
            room.name = name;
            let from = room.agent.replace(agent);
            // Before the room is begun there is nobody in it: it is made for the new one.
            let begun = !matches!(room.state, RoomState::Wanted { .. });
            if begun && room.is_elsewhere() {
                self.room_task(RoomTask::HandOver { from, to: agent });
            }
            return Ok(());
        }
        let attempt = self.room.as_ref().map_or(0, |room| room.attempt) + 1;
        let at = self.now;
        let in_console = provider == Provider::Console;
        let state = if in_console { RoomState::Open { at } } else { RoomState::Wanted { at } };
        self.room = Some(Room {
            session: id,
            name,
            provider,
            state,
            attempt,
            reference: None,
            transcript,
            agent: Some(agent),
            url: None,
            made: Made::Nothing,
            last_post: None,
            posted: Vec::new(),
            interrupted: false,
            service_url: None,
            since: Some(at),
        });
        if in_console {
            self.event(EventKind::RoomOpened);
        } else {
            self.event(EventKind::RoomWanted);
            self.room_task(RoomTask::Open);
        }
        Ok(())
    }

    /// The session is over. A room that was never begun is closed with that.
    pub(super) fn close_room(&mut self) {
        let at = self.now;
        let Some(room) = self.room.as_mut().filter(|room| room.state.is_usable()) else { return };
        let nothing_there =
            room.provider == Provider::Console || matches!(room.state, RoomState::Wanted { .. });
        if nothing_there {
            room.state = RoomState::Closed { at };
            self.event(EventKind::RoomClosed);
        } else {
            room.state = RoomState::Closing { at };
            self.event(EventKind::RoomClosing);
            self.room_task(RoomTask::Close);
        }
    }

    /// The room of an ended session was kept for long enough.
    pub(super) fn empty_room(&mut self) -> Result<Reply, StepError> {
        self.session()?;
        let closed = |room: &&Room| matches!(room.state, RoomState::Closed { .. });
        if self.room.as_ref().filter(closed).is_some_and(|room| room.reference.is_some()) {
            self.room_task(RoomTask::Empty);
        }
        Ok(Reply::Noted)
    }

    /// Somebody wrote in the room. Only the session's agent and the service's supervisors reach the
    /// customer, and whoever does not is told so: the reply says why (R7). That it was not sent is
    /// an event, so that the same message, delivered twice, is answered once.
    pub(super) fn room_message(
        &mut self,
        agent: AgentId,
        reference: &str,
        text: &str,
        written: Written,
    ) -> Result<Reply, StepError> {
        self.session()?;
        let reference = reference.to_owned();
        if let Some(why) = self.not_sent(agent, &reference, text, written)? {
            self.event(EventKind::RoomMessageNotSent { agent, why });
            let word = (why == NotSent::UnknownCommand).then(|| text.to_owned());
            let answer = RoomAnswer::NotSent { why, word };
            self.room_task(RoomTask::Answer { reference, answer });
            return Ok(Reply::NotSent { why });
        }
        let stored = self.agent_wrote(agent, text, true)?;
        if written == Written::WithFiles {
            self.room_task(RoomTask::Answer { reference, answer: RoomAnswer::TextOnly });
        }
        Ok(stored)
    }

    /// Somebody edited or deleted what went to the customer, and is told what that is worth as long
    /// as they can write another message (R7).
    pub(super) fn room_edited(
        &mut self,
        message: u64,
        text: Option<&str>,
    ) -> Result<Reply, StepError> {
        let open = self.session()?.is_open();
        self.event(EventKind::RoomMessageEdited(RoomEdit::to(message, text)));
        let there = self.room.as_ref().and_then(|room| room.reference.clone());
        if let Some(reference) = there.filter(|_| open) {
            self.room_task(RoomTask::Answer { reference, answer: RoomAnswer::Kept });
        }
        Ok(Reply::Noted)
    }

    fn not_sent(
        &mut self,
        agent: AgentId,
        reference: &str,
        text: &str,
        written: Written,
    ) -> Result<Option<NotSent>, StepError> {
        let known = self.room.as_ref().and_then(|room| room.reference.as_deref());
        let here = known == Some(reference);
        let supervises = self.service.is_some_and(|service| service.supervisors.contains(&agent));
        let usable = self.room.as_ref().is_some_and(Room::is_elsewhere);
        Ok(match &self.session()?.phase {
            Phase::Ended { at, .. } => Some(NotSent::Ended { at: *at }),
            _ if !here || !usable => Some(NotSent::Elsewhere),
            Phase::Connected { agent: owner, .. } | Phase::Parked { agent: owner, .. }
                if *owner != agent && !supervises =>
            {
                Some(NotSent::NotYours)
            }
            Phase::Parked { .. } => Some(NotSent::Parked),
            _ if written == Written::UnknownCommand => Some(NotSent::UnknownCommand),
            Phase::Connected { .. } => match check_text(text) {
                Ok(()) => None,
                Err(Rejection::TextTooLong { .. }) => Some(NotSent::TooLong),
                Err(_) if written == Written::WithFiles => Some(NotSent::Attachment),
                Err(_) => Some(NotSent::Empty),
            },
            _ => Some(NotSent::NotConnected),
        })
    }

    /// Stores what the session's agent wrote, or a supervisor beside them: theirs is no first reply,
    /// which tells how soon the customer's own agent answered, and takes no move back that the agent
    /// lets rest.
    pub(super) fn agent_wrote(
        &mut self,
        agent: AgentId,
        text: &str,
        in_room: bool,
    ) -> Result<Reply, StepError> {
        let now = self.now;
        let session = self.session()?;
        let id = session.id;
        let own = session.owner().is_some_and(|owner| owner.agent == agent);
        let first = own && session.first_reply_at.is_none();
        if first {
            session.first_reply_at = Some(now);
        }
        let name = self.agent(agent).map(|row| row.name.clone()).unwrap_or_default();
        let author = Author::Agent { id: agent, name };
        let seq = if in_room {
            self.message_from_room(author, text)?
        } else {
            self.message(author, text)?
        };
        if first {
            self.event(EventKind::AgentReplied { agent });
        }
        self.acted(agent);
        if own {
            self.sender_goes_on();
        }
        Ok(Reply::Stored { session: id, seq })
    }
}
