//! What the provider of a room reports, in and out of time.

use jiff::SignedDuration;

use super::StepError;
use super::turn::Turn;
use crate::card::CardCopy;
use crate::command::{Reply, RoomReport};
use crate::effect::{Notice, RoomTask};
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::InvitationState;
use crate::room::{Made, Provider, Room, RoomState};

/// How long the tenant's own systems may be away and still hear that a room broke.
const NEWS_WORTH: SignedDuration = SignedDuration::from_hours(24);

impl Turn<'_> {
    /// The provider reports. News about an earlier room of the session is too late; that one was
    /// made after all is for an administrator to know.
    pub(super) fn room_reported(
        &mut self,
        attempt: u32,
        report: &RoomReport,
    ) -> Result<Reply, StepError> {
        self.session()?;
        if *report == RoomReport::Heard {
            return Ok(Reply::Heard);
        }
        let at = self.now;
        let Some(room) = self.room.as_mut().filter(|room| room.attempt == attempt) else {
            if let RoomReport::Created { reference, .. } = report {
                self.event(EventKind::RoomTwin { reference: reference.clone() });
            }
            return Ok(Reply::Noted);
        };
        match (report, &room.state) {
            (RoomReport::Opening, RoomState::Wanted { .. }) => {
                room.state = RoomState::Opening { at };
                room.made = Made::Asked;
                self.event(EventKind::RoomOpening);
            }
            (RoomReport::Opening, RoomState::Opening { .. }) if room.made == Made::Nothing => {
                room.made = Made::Asked;
            }
            (RoomReport::NotCreated, _) if room.made == Made::Asked => room.made = Made::Nothing,
            (RoomReport::Created { reference, url }, _) => {
                let reference = reference.clone();
                self.room_created(reference, url.clone());
            }
            (RoomReport::Installed, _) => room.made = room.made.max(Made::Installed),
            (RoomReport::Introduced { invitation, copy }, _) => {
                room.made = room.made.max(Made::Introduced);
                room.last_post = Some(copy.activity.clone());
                self.introduced(*invitation, copy)?;
            }
            (RoomReport::Transcribed { post }, _) => {
                room.made = room.made.max(Made::Transcribed);
                room.last_post = post.clone().or(room.last_post.take());
            }
            (RoomReport::Posted { post, places } | RoomReport::Answered { post, places }, _) => {
                room.last_post = Some(post.clone());
                room.interrupted = matches!(report, RoomReport::Answered { .. });
                room.posted.clone_from(places);
            }
            (RoomReport::Reached { service_url }, _) => {
                room.service_url = Some(service_url.clone());
            }
            (RoomReport::Renamed { name }, _) => {
                let name = name.clone();
                self.event(EventKind::RoomRenamed { name });
            }
            (RoomReport::Opened { reference }, _) => self.room_opened(reference.clone()),
            (
                RoomReport::Failed { reason },
                RoomState::Wanted { .. } | RoomState::Opening { .. },
            ) => return self.room_broke(RoomState::Failed { at, reason: reason.clone() }, reason),
            (
                RoomReport::Lost { reason },
                RoomState::Wanted { .. } | RoomState::Opening { .. } | RoomState::Open { .. },
            ) if room.provider != Provider::Console && room.made_or_open() => {
                return self.room_broke(RoomState::Lost { at, reason: reason.clone() }, reason);
            }
            (RoomReport::NotHandedOver { reason }, RoomState::Open { .. }) => {
                return self.room_anew(reason);
            }
            (
                RoomReport::Closed | RoomReport::Failed { .. } | RoomReport::Lost { .. },
                RoomState::Closing { .. },
            ) => self.room_closed(),
            (RoomReport::Emptied, RoomState::Closed { .. }) => {
                self.event(EventKind::RoomEmptied);
            }
            _ => {}
        }
        Ok(Reply::Noted)
    }

    /// The provider made it. Should the session be over, it is closed as well.
    fn room_created(&mut self, reference: String, url: Option<String>) {
        let at = self.now;
        let Some(room) = &mut self.room else { return };
        if room.provider == Provider::Console || room.reference.is_some() {
            return;
        }
        if matches!(room.state, RoomState::Failed { .. } | RoomState::Lost { .. }) {
            self.event(EventKind::RoomTwin { reference });
            return;
        }
        room.reference = Some(reference);
        room.url = url;
        room.made = room.made.max(Made::Created);
        if matches!(room.state, RoomState::Closed { .. }) {
            // It was thought not to exist, and it does.
            room.state = RoomState::Closing { at };
            self.event(EventKind::RoomClosing);
            self.room_task(RoomTask::Close);
        }
    }

    /// It can be used: the agent's card leads there from now on.
    fn room_opened(&mut self, reference: String) {
        let at = self.now;
        let url = self.room.as_ref().and_then(|room| room.url.clone());
        self.room_created(reference, url);
        let Some(room) = &mut self.room else { return };
        if matches!(room.state, RoomState::Wanted { .. } | RoomState::Opening { .. }) {
            room.state = RoomState::Open { at };
            self.event(EventKind::RoomOpened);
            self.repaint_owner();
        }
    }

    /// The control card is a copy of the invitation's card, kept true like the other (R7), also when
    /// the invitation ended while it was posted.
    fn introduced(&mut self, invitation: InvitationId, copy: &CardCopy) -> Result<(), StepError> {
        self.locked_invitation(invitation)?.card.note_shown(copy.clone());
        let Some(room) = self.room.as_ref() else { return Ok(()) };
        if let (RoomState::Open { .. }, Some(to)) = (&room.state, room.agent) {
            self.event(EventKind::RoomHandedOver { to });
        }
        Ok(())
    }

    fn room_closed(&mut self) {
        let at = self.now;
        let empty_after = self.service.map(|service| service.rooms).unwrap_or_default().empty_after;
        let Some(room) = &mut self.room else { return };
        room.state = RoomState::Closed { at };
        let session = room.session;
        let there = room.provider == Provider::Graph && room.reference.is_some();
        self.event(EventKind::RoomClosed);
        if let Some(after) = empty_after.filter(|_| there) {
            self.timer(crate::timer::TimerKey::EmptyRoom(session), after);
        }
    }

    /// The card of the agent who has the session says something else now.
    fn repaint_owner(&mut self) {
        let owner = self.session.as_ref().and_then(crate::session::Session::owner);
        if let Some(owner) = owner
            && let Ok(row) = self.invitation(owner.invitation)
        {
            row.card.wanted += 1;
        }
    }

    /// The agent who has the session now cannot be taken in: they get a room of their own, with all
    /// that was said as its transcript (D7).
    fn room_anew(&mut self, reason: &str) -> Result<Reply, StepError> {
        let (at, reason) = (self.now, reason.to_owned());
        let Some(room) = &mut self.room else { return Ok(Reply::Noted) };
        room.state = RoomState::Lost { at, reason: reason.clone() };
        let (provider, reference) = (room.provider, room.reference.take());
        self.event(EventKind::RoomLost { reason });
        self.abandon(provider, reference);
        if let Some(owner) = self.session()?.owner() {
            self.want_room(owner.agent)?;
            self.repaint_owner();
        }
        Ok(Reply::Noted)
    }

    /// Everybody leaves a chat that is not used any more. Only Graph can take people out.
    fn abandon(&mut self, provider: Provider, reference: Option<String>) {
        if let Some(reference) = reference.filter(|_| provider == Provider::Graph) {
            self.room_task(RoomTask::Abandon { reference });
        }
    }

    /// There is no room, or none any more: the conversation goes on in the console, or, where that
    /// is not wanted, the session goes back to the queue; the agent is not blamed (I6).
    fn room_broke(&mut self, state: RoomState, reason: &str) -> Result<Reply, StepError> {
        let (at, reason) = (self.now, reason.to_owned());
        let event = self.event(if matches!(state, RoomState::Lost { .. }) {
            EventKind::RoomLost { reason: reason.clone() }
        } else {
            EventKind::RoomFailed { reason: reason.clone() }
        });
        self.notice(event, Notice::RoomBroke { reason: reason.clone() }, NEWS_WORTH);
        let fallback = self.service.is_none_or(|service| service.rooms.fallback);
        let had = self.room.as_mut().map(|room| (room.provider, room.reference.take()));
        let Some((provider, reference)) = had else { return Ok(Reply::Noted) };
        self.abandon(provider, reference);
        let Some(room) = &mut self.room else { return Ok(Reply::Noted) };
        (room.url, room.last_post, room.service_url) = (None, None, None);
        if fallback {
            room.provider = Provider::Console;
            room.state = RoomState::Open { at };
            room.attempt += 1;
            self.event(EventKind::RoomOpened);
            self.repaint_owner();
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

impl Room {
    /// Whether there is something that can be lost.
    fn made_or_open(&self) -> bool {
        self.reference.is_some() || matches!(self.state, RoomState::Open { .. })
    }
}
