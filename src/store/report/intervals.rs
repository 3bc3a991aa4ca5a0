//! What agents did when, folded from a session's events.

use beckon_domain::event::{Event, EventKind};
use beckon_domain::ids::{AgentId, InvitationId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What an agent does for an invitation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    /// They are being asked, from the offer on: capacity is taken from there (D1).
    Ringing,
    /// They have the session.
    Connected,
    /// They have it and set it aside.
    Parked,
    /// It ended; their after-call work runs.
    Acw,
}

/// A closed interval: a row of `agent_interval`. Those of one invitation do not overlap, and none
/// is empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AgentInterval {
    /// Who.
    pub agent: AgentId,
    /// What they did.
    pub kind: IntervalKind,
    /// Since when.
    pub from: Timestamp,
    /// Until when; later than `from`.
    pub to: Timestamp,
    /// For which invitation.
    pub invitation: InvitationId,
}

/// The closed intervals of a session, in the order in which they closed: more events only add to
/// the end. Should an event bear an earlier time than the one before it, as when nodes' clocks
/// differ, it counts as of the same time.
pub fn intervals(events: &[Event]) -> Vec<AgentInterval> {
    let mut fold = Fold::default();
    for event in events {
        fold.take(event);
    }
    fold.closed
}

/// How long anybody was rung, those who rang together counted once.
pub(super) fn anybody_rung(events: &[Event]) -> SignedDuration {
    let mut rung: Vec<(Timestamp, Timestamp)> = intervals(events)
        .into_iter()
        .filter(|interval| interval.kind == IntervalKind::Ringing)
        .map(|interval| (interval.from, interval.to))
        .collect();
    rung.sort_unstable();
    let mut sum = SignedDuration::ZERO;
    let mut until = Timestamp::MIN;
    for (from, to) in rung {
        if to > until {
            sum += to.duration_since(from.max(until));
            until = to;
        }
    }
    sum
}

/// An interval that has not ended yet.
#[derive(Clone, Copy)]
struct Open {
    invitation: InvitationId,
    agent: AgentId,
    kind: IntervalKind,
    from: Timestamp,
}

#[derive(Default)]
struct Fold {
    closed: Vec<AgentInterval>,
    ringing: Vec<Open>,
    /// What the one does who has the session.
    owner: Option<Open>,
    /// Who had it when it ended, and when that was.
    last: Option<Open>,
    now: Option<Timestamp>,
}

impl Fold {
    fn take(&mut self, event: &Event) {
        let now = self.now.map_or(event.at, |now| now.max(event.at));
        self.now = Some(now);
        match &event.kind {
            EventKind::InvitationOffered { invitation, agent, .. } => {
                let (invitation, agent) = (*invitation, *agent);
                let kind = IntervalKind::Ringing;
                self.ringing.push(Open { invitation, agent, kind, from: now });
            }
            EventKind::InvitationAccepted { invitation, .. } => {
                if let Some(agent) = self.answered(*invitation, now) {
                    self.connect(*invitation, agent, now);
                }
            }
            EventKind::TakenOver { invitation, by: agent }
            | EventKind::StandbyAccepted { invitation, agent } => {
                self.connect(*invitation, *agent, now);
            }
            EventKind::InvitationDeclined { invitation, .. }
            | EventKind::InvitationMissed { invitation }
            | EventKind::InvitationUndeliverable { invitation, .. }
            | EventKind::InvitationTaken { invitation, .. }
            | EventKind::InvitationWithdrawn { invitation }
            | EventKind::InvitationCancelled { invitation, .. } => {
                self.answered(*invitation, now);
            }
            EventKind::SessionParked => self.go_on(IntervalKind::Parked, now),
            EventKind::SessionUnparked => self.go_on(IntervalKind::Connected, now),
            // Whoever had it has it no longer.
            EventKind::SessionRequeued => self.let_go(now),
            EventKind::SessionEnded { .. } => {
                self.last = self.owner;
                self.let_go(now);
                if let Some(last) = &mut self.last {
                    (last.kind, last.from) = (IntervalKind::Acw, now);
                }
            }
            EventKind::InvitationConcluded { invitation, .. } => {
                let last = self.last.take_if(|last| last.invitation == *invitation);
                self.close(last, now);
            }
            // Nothing that an agent does begins or ends.
            EventKind::SessionCreated
            | EventKind::DirectContact { .. }
            | EventKind::OutboundStarted
            | EventKind::OutboundAnswered
            | EventKind::WorkflowAccepted
            | EventKind::SessionQueued
            | EventKind::SessionDequeued
            | EventKind::SessionBackedOff { .. }
            | EventKind::InvitationDelivered { .. }
            | EventKind::InvitationReturned { .. }
            | EventKind::WrapUpExtended { .. }
            | EventKind::WrapUpHeld { .. }
            | EventKind::CodesMissing { .. }
            | EventKind::CodesSet { .. }
            | EventKind::AdminEnded { .. }
            | EventKind::AgentFlagged { .. }
            | EventKind::AgentUnflagged { .. }
            | EventKind::AgentReplied { .. }
            | EventKind::AgentReminded { .. }
            | EventKind::CustomerWarned
            | EventKind::ClosingNotSent { .. }
            | EventKind::TransferStarted { .. }
            | EventKind::TransferTaken { .. }
            | EventKind::TransferFailed { .. }
            | EventKind::CardGivenUp { .. }
            | EventKind::MessageUndelivered { .. }
            | EventKind::NoticeDropped { .. }
            | EventKind::RoomWanted
            | EventKind::RoomOpening
            | EventKind::RoomOpened
            | EventKind::RoomFailed { .. }
            | EventKind::RoomLost { .. }
            | EventKind::RoomClosing
            | EventKind::RoomClosed
            | EventKind::RoomTwin { .. }
            | EventKind::RoomHandedOver { .. }
            | EventKind::RoomRenamed { .. }
            | EventKind::RoomEmptied
            | EventKind::RoomMessageNotSent { .. }
            | EventKind::RoomMessageEdited { .. }
            | EventKind::CustomerReturned { .. }
            | EventKind::SessionFailed { .. } => {}
        }
    }

    /// An invitation rings no longer; whose it was.
    fn answered(&mut self, id: InvitationId, now: Timestamp) -> Option<AgentId> {
        let place = self.ringing.iter().position(|open| open.invitation == id)?;
        let rung = self.ringing.remove(place);
        self.close(Some(rung), now);
        Some(rung.agent)
    }

    fn connect(&mut self, invitation: InvitationId, agent: AgentId, now: Timestamp) {
        self.let_go(now);
        self.owner = Some(Open { invitation, agent, kind: IntervalKind::Connected, from: now });
    }

    fn go_on(&mut self, kind: IntervalKind, now: Timestamp) {
        let owner = self.owner;
        self.let_go(now);
        self.owner = owner.map(|owner| Open { kind, from: now, ..owner });
    }

    fn let_go(&mut self, now: Timestamp) {
        let owner = self.owner.take();
        self.close(owner, now);
    }

    fn close(&mut self, open: Option<Open>, to: Timestamp) {
        if let Some(Open { invitation, agent, kind, from }) = open
            && from < to
        {
            self.closed.push(AgentInterval { agent, kind, from, to, invitation });
        }
    }
}
