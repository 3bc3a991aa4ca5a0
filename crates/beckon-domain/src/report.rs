//! What reports say about a session, folded from its events (rule 8 of ARCHITECTURE.md:
//! the events tell everything; `facts/outcomes.md` §5.4 names the measures).

use jiff::{SignedDuration, Timestamp};

use crate::event::{Event, EventKind};
use crate::ids::{AgentId, InvitationId};
use crate::outcome::{EndedBy, Outcome};
use crate::wrap_up::Codes;

/// A session in numbers. Sums run up to the last event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How it ended, once it did.
    pub outcome: Option<Outcome>,
    /// Who ended it.
    pub ended_by: Option<EndedBy>,
    /// Whether the customer asked for one agent.
    pub direct: bool,
    /// When things first happened.
    pub times: Times,
    /// How often they did.
    pub counts: Counts,
    /// Who was rung how often, in the order in which they first were.
    pub rings: Vec<Rings>,
    /// How long they took.
    pub sums: Sums,
    /// What was said about it afterwards.
    pub codes: Codes,
    /// Whether codes that have to be chosen were not.
    pub codes_missing: bool,
    /// The agreed time of waiting of its service as it stood at the end, in seconds; `None` while
    /// it is open.
    pub sla_seconds: Option<u32>,
}

/// When something happened for the first time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// The session began.
    pub created: Option<Timestamp>,
    /// It entered the queue.
    pub queued: Option<Timestamp>,
    /// An agent was rung.
    pub first_offer: Option<Timestamp>,
    /// An agent had it.
    pub first_connect: Option<Timestamp>,
    /// An agent wrote.
    pub first_agent_reply: Option<Timestamp>,
    /// It ended.
    pub ended: Option<Timestamp>,
    /// The after-call work was over.
    pub wrap_up_ended: Option<Timestamp>,
}

/// How often something happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Invitations that rang.
    pub offers: u32,
    /// Of these, declined.
    pub declines: u32,
    /// Of these, not answered in time.
    pub misses: u32,
    /// Of these, not delivered.
    pub undeliverable: u32,
    /// Moves by agents, whatever came of them.
    pub transfers: u32,
    /// Messages that the customer wrote; known once the session ended.
    pub messages_in: u64,
    /// Messages to the customer; known once the session ended.
    pub messages_out: u64,
    /// Of these, not delivered.
    pub messages_undelivered: u32,
}

/// How often one agent was rung, and what came of it: the part of [`Counts`] that is theirs, whoever
/// had the session at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rings {
    /// Who was rung.
    pub agent: AgentId,
    /// How often.
    pub offers: u32,
    /// Of these, declined.
    pub declines: u32,
    /// Of these, not answered in time.
    pub misses: u32,
    /// Of these, not delivered.
    pub undeliverable: u32,
}

/// How long something took. Workflow, queue and connected add up to the life of the session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    /// In the workflow, not queued.
    pub workflow: SignedDuration,
    /// In the queue, ringing included.
    pub queue: SignedDuration,
    /// While anybody was rung, those who rang together counted once: in the queue, or while an
    /// agent moved it.
    pub ringing: SignedDuration,
    /// With an agent, parked included.
    pub connected: SignedDuration,
    /// With an agent and parked.
    pub parked: SignedDuration,
    /// After-call work.
    pub wrap_up: SignedDuration,
}

impl Report {
    /// Whether the sweep ended it.
    pub fn stale(&self) -> bool {
        self.outcome.is_some_and(Outcome::stale)
    }
}

/// Whether a wait was within the agreed time (`facts/outcomes.md` §5.4: queue time ≤ service SLA):
/// in whole milliseconds, as waits are reported, and the agreed time itself is still within it.
pub fn within_sla(queue: SignedDuration, sla_seconds: u32) -> bool {
    queue.as_millis() <= i128::from(sla_seconds) * 1000
}

/// Folds the events of one session, in their order, into its report.
pub fn fold(events: &[Event]) -> Report {
    let mut fold = Fold::default();
    for event in events {
        fold.take(event);
    }
    fold.report
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Stage {
    #[default]
    Before,
    Workflow,
    Queue,
    Connected,
    Over,
}

#[derive(Default)]
struct Fold {
    report: Report,
    stage: Stage,
    since: Option<Timestamp>,
    now: Option<Timestamp>,
    parked_since: Option<Timestamp>,
    /// Whose each invitation is that rang, by its agent's place in the report.
    rung: Vec<(InvitationId, usize)>,
    /// Those that ring, and since when any does.
    ringing: Vec<InvitationId>,
    ringing_since: Option<Timestamp>,
}

impl Fold {
    fn take(&mut self, event: &Event) {
        // Clocks of nodes differ: what bears an earlier time than the event before it counts as of
        // the same time, so that nothing takes less than no time.
        let at = self.now.map_or(event.at, |now| now.max(event.at));
        self.now = Some(at);
        self.follow_rings(&event.kind, at);
        let Report { times, counts, .. } = &mut self.report;
        match &event.kind {
            EventKind::SessionCreated => {
                times.created = Some(at);
                self.enter(Stage::Workflow, at);
            }
            EventKind::DirectContact { .. } => self.report.direct = true,
            EventKind::SessionQueued | EventKind::SessionRequeued => {
                times.queued.get_or_insert(at);
                self.enter(Stage::Queue, at);
            }
            EventKind::SessionDequeued => self.enter(Stage::Workflow, at),
            EventKind::InvitationOffered { invitation, agent, .. } => {
                counts.offers += 1;
                times.first_offer.get_or_insert(at);
                self.offered(*invitation, *agent);
            }
            EventKind::InvitationAccepted { .. }
            | EventKind::TakenOver { .. }
            | EventKind::StandbyAccepted { .. } => {
                times.first_connect.get_or_insert(at);
                self.enter(Stage::Connected, at);
            }
            EventKind::InvitationDeclined { invitation, .. } => {
                counts.declines += 1;
                self.answered(*invitation, |rings| &mut rings.declines);
            }
            EventKind::InvitationMissed { invitation } => {
                counts.misses += 1;
                self.answered(*invitation, |rings| &mut rings.misses);
            }
            EventKind::InvitationUndeliverable { invitation, .. } => {
                counts.undeliverable += 1;
                self.answered(*invitation, |rings| &mut rings.undeliverable);
            }
            EventKind::InvitationConcluded { .. } => {
                times.wrap_up_ended = Some(at);
                let ended = times.ended.unwrap_or(at);
                self.report.sums.wrap_up = at.duration_since(ended);
            }
            EventKind::CodesMissing { .. } => self.report.codes_missing = true,
            EventKind::CodesSet { codes, missing, .. } => {
                (self.report.codes, self.report.codes_missing) = (codes.clone(), *missing);
            }
            EventKind::AgentReplied { .. } => times.first_agent_reply = Some(at),
            EventKind::SessionParked => self.parked_since = Some(at),
            EventKind::SessionUnparked => self.end_parked(at),
            EventKind::TransferStarted { .. } => counts.transfers += 1,
            EventKind::MessageUndelivered { .. } => counts.messages_undelivered += 1,
            EventKind::SessionEnded { outcome, by, messages_in, messages_out, sla_seconds } => {
                (counts.messages_in, counts.messages_out) = (*messages_in, *messages_out);
                times.ended = Some(at);
                self.report.outcome = Some(*outcome);
                self.report.ended_by = Some(*by);
                self.report.sla_seconds = Some(*sla_seconds);
                self.enter(Stage::Over, at);
            }
            EventKind::CustomerReturned { .. }
            | EventKind::OutboundStarted
            | EventKind::OutboundAnswered
            | EventKind::WorkflowAccepted
            | EventKind::SessionBackedOff { .. }
            | EventKind::InvitationDelivered { .. }
            | EventKind::InvitationTaken { .. }
            | EventKind::InvitationWithdrawn { .. }
            | EventKind::InvitationCancelled { .. }
            | EventKind::InvitationReturned { .. }
            | EventKind::WrapUpExtended { .. }
            | EventKind::WrapUpHeld { .. }
            | EventKind::AdminEnded { .. }
            | EventKind::AgentFlagged { .. }
            | EventKind::AgentUnflagged { .. }
            | EventKind::AgentReminded { .. }
            | EventKind::CustomerWarned
            | EventKind::ClosingNotSent { .. }
            | EventKind::TransferTaken { .. }
            | EventKind::TransferFailed { .. }
            | EventKind::CardGivenUp { .. }
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
            | EventKind::SessionFailed { .. } => {}
        }
    }

    fn offered(&mut self, invitation: InvitationId, agent: AgentId) {
        let rings = &mut self.report.rings;
        let place = rings.iter().position(|rings| rings.agent == agent).unwrap_or_else(|| {
            rings.push(Rings { agent, offers: 0, declines: 0, misses: 0, undeliverable: 0 });
            rings.len() - 1
        });
        rings[place].offers += 1;
        self.rung.push((invitation, place));
    }

    /// Counts what came of a ring for the agent whose it was.
    fn answered(&mut self, invitation: InvitationId, count: fn(&mut Rings) -> &mut u32) {
        let rung = self.rung.iter().find(|(rung, _)| *rung == invitation);
        if let Some(rings) = rung.and_then(|(_, place)| self.report.rings.get_mut(*place)) {
            *count(rings) += 1;
        }
    }

    /// Adds up the time in which anybody was rung.
    fn follow_rings(&mut self, kind: &EventKind, at: Timestamp) {
        match kind {
            EventKind::InvitationOffered { invitation, .. } => {
                self.ringing.push(*invitation);
                self.ringing_since.get_or_insert(at);
            }
            EventKind::InvitationAccepted { invitation, .. }
            | EventKind::InvitationDeclined { invitation, .. }
            | EventKind::InvitationMissed { invitation }
            | EventKind::InvitationUndeliverable { invitation, .. }
            | EventKind::InvitationTaken { invitation, .. }
            | EventKind::InvitationWithdrawn { invitation }
            | EventKind::InvitationCancelled { invitation, .. } => {
                self.ringing.retain(|ringing| ringing != invitation);
                if self.ringing.is_empty()
                    && let Some(since) = self.ringing_since.take()
                {
                    self.report.sums.ringing += at.duration_since(since);
                }
            }
            _ => {}
        }
    }

    /// The session goes over to another stage; the time in the one before is added up.
    fn enter(&mut self, stage: Stage, at: Timestamp) {
        self.end_parked(at);
        let spent = self.since.map_or(SignedDuration::ZERO, |since| at.duration_since(since));
        let sums = &mut self.report.sums;
        match self.stage {
            Stage::Before | Stage::Over => {}
            Stage::Workflow => sums.workflow += spent,
            Stage::Queue => sums.queue += spent,
            Stage::Connected => sums.connected += spent,
        }
        (self.stage, self.since) = (stage, Some(at));
    }

    fn end_parked(&mut self, at: Timestamp) {
        if let Some(since) = self.parked_since.take() {
            self.report.sums.parked += at.duration_since(since);
        }
    }
}
