//! The room of a session: wanted on the accept, closed with the end, and what its provider
//! reports in between (R2, I6).

use super::StepError;
use super::turn::Turn;
use crate::command::{Reply, RoomReport};
use crate::event::EventKind;
use crate::invitation::InvitationState;
use crate::room::{Provider, Room, RoomState};
use crate::room_name;

impl Turn<'_> {
    /// Somebody has the session: the room that is there goes on, else one is wanted. A console
    /// room is open at once.
    pub(super) fn want_room(&mut self) -> Result<(), StepError> {
        let (service, rooms) = match self.service {
            Some(service) => (Some(service.name.clone()), service.rooms),
            None => (None, crate::settings::Rooms::default()),
        };
        let session = self.session()?;
        let (id, transcript) = (session.id, session.last_seq);
        let name = room_name(
            service.as_deref().unwrap_or(session.service.as_str()),
            session.customer.name.as_deref().unwrap_or_default(),
            session.customer.address.as_str(),
        );
        if let Some(room) = self.room.as_mut().filter(|room| room.state.is_usable()) {
            // The service may have changed since (D7).
            room.name = name;
            return Ok(());
        }
        let attempt = self.room.as_ref().map_or(0, |room| room.attempt) + 1;
        let at = self.now;
        let in_console = rooms.provider == Provider::Console;
        let state = if in_console { RoomState::Open { at } } else { RoomState::Wanted { at } };
        self.room = Some(Room {
            session: id,
            name,
            provider: rooms.provider,
            state,
            attempt,
            reference: None,
            transcript,
        });
        self.event(if in_console { EventKind::RoomOpened } else { EventKind::RoomWanted });
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
        }
    }

    /// The provider reports. News about an earlier room of the session is too late.
    pub(super) fn room_reported(
        &mut self,
        attempt: u32,
        report: &RoomReport,
    ) -> Result<Reply, StepError> {
        self.session()?;
        let at = self.now;
        let Some(room) = self.room.as_mut().filter(|room| room.attempt == attempt) else {
            return Ok(Reply::Noted);
        };
        let event = match (report, &room.state) {
            (RoomReport::Opening, RoomState::Wanted { .. }) => {
                room.state = RoomState::Opening { at };
                EventKind::RoomOpening
            }
            (
                RoomReport::Opened { reference },
                RoomState::Wanted { .. } | RoomState::Opening { .. },
            ) => {
                room.reference = Some(reference.clone());
                room.state = RoomState::Open { at };
                EventKind::RoomOpened
            }
            (RoomReport::Opened { reference }, RoomState::Closing { .. }) => {
                // The end was faster: now it is known what there is to close.
                room.reference = Some(reference.clone());
                return Ok(Reply::Noted);
            }
            (RoomReport::Opened { reference }, RoomState::Closed { .. })
                if room.reference.is_none() && room.provider != Provider::Console =>
            {
                // It was thought not to exist, and it does: it is closed as well.
                room.reference = Some(reference.clone());
                room.state = RoomState::Closing { at };
                EventKind::RoomClosing
            }
            (
                RoomReport::Failed { reason },
                RoomState::Wanted { .. } | RoomState::Opening { .. },
            ) => return self.room_broke(RoomState::Failed { at, reason: reason.clone() }, reason),
            (RoomReport::Lost { reason }, RoomState::Open { .. })
                if room.provider != Provider::Console =>
            {
                return self.room_broke(RoomState::Lost { at, reason: reason.clone() }, reason);
            }
            (
                RoomReport::Closed | RoomReport::Failed { .. } | RoomReport::Lost { .. },
                RoomState::Closing { .. },
            ) => {
                room.state = RoomState::Closed { at };
                EventKind::RoomClosed
            }
            _ => return Ok(Reply::Noted),
        };
        self.event(event);
        Ok(Reply::Noted)
    }

    /// There is no room, or none any more: the conversation goes on in the console, or, where that
    /// is not wanted, the session goes back to the queue; the agent is not blamed (I6).
    fn room_broke(&mut self, state: RoomState, reason: &str) -> Result<Reply, StepError> {
        let (at, reason) = (self.now, reason.to_owned());
        self.event(if matches!(state, RoomState::Lost { .. }) {
            EventKind::RoomLost { reason: reason.clone() }
        } else {
            EventKind::RoomFailed { reason: reason.clone() }
        });
        let fallback = self.service.is_none_or(|service| service.rooms.fallback);
        let Some(room) = &mut self.room else { return Ok(Reply::Noted) };
        if fallback {
            room.provider = Provider::Console;
            room.state = RoomState::Open { at };
            room.attempt += 1;
            self.event(EventKind::RoomOpened);
            return Ok(Reply::Noted);
        }
        room.state = state;
        if let Some(owner) = self.session()?.owner() {
            let accepted_at = owner.since;
            self.leave_agent(InvitationState::RoomFailed { accepted_at, at, reason })?;
        }
        Ok(Reply::Noted)
    }
}
