//! How a session begins beside the usual: customers who are turned away, and customers who come back.

use jiff::{SignedDuration, Timestamp};

use super::turn::Turn;
use super::verdict::Cause;
use super::{Newcomer, StepError};
use crate::command::{FlowEnd, Reply, SystemEnd};
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::session::{Attendance, Author, Origin, Phase, Reopens, Session};
use crate::settings::Service;

/// How long after an end after-call work is looked for: with every extension it is over by then (P4).
const WRAP_UP_WITHIN: SignedDuration = SignedDuration::from_hours(4);

/// The agent whose row a command that begins a session needs as well, locked: the one who had the
/// customer until a short while ago (R8).
pub fn had_before(
    newcomer: &Newcomer,
    service: Option<&Service>,
    now: Timestamp,
) -> Option<AgentId> {
    let window = service?.intake.reopen?.max(WRAP_UP_WITHIN);
    let (before, since) = before(newcomer.last.as_ref()?, now)?;
    (since <= window).then_some(before.agent)
}

/// The ended session with the agent who had it at the end, and how long ago the customer was there
/// last. Where nobody had the last one at all, it is the one that it came back to itself.
fn before(last: &Session, now: Timestamp) -> Option<(Reopens, SignedDuration)> {
    let Phase::Ended { agent, at, .. } = last.phase else { return None };
    let before = match agent {
        Some(agent) => Reopens { session: last.id, agent },
        None if last.attended_by == Attendance::Nobody => last.reopens?,
        None => return None,
    };
    Some((before, now.duration_since(at)))
}

impl Turn<'_> {
    /// Ends the session that just began, if its customer is on the block list or the service has as
    /// many as it may (C7, D5). What they wrote is kept. What runs a workflow of its own is not
    /// limited here: there the workflow has an exit for it.
    pub(super) fn turned_away(&mut self) -> Result<bool, StepError> {
        if self.newcomer().blocked {
            self.end(&Cause::System(SystemEnd::Spam))?;
            return Ok(true);
        }
        let service = self.service()?;
        if service.workflow || self.newcomer().open < service.intake.limit {
            return Ok(false);
        }
        if let Some(text) = &service.texts.full {
            self.message(Author::System, text)?;
        }
        self.end(&Cause::Flow(FlowEnd::ServiceFull))?;
        Ok(true)
    }

    /// Notes whom the customer comes back to (R8): also for a session that is turned away, since the
    /// next one may find that agent still wrapping up.
    pub(super) fn note_return(&mut self) -> Result<(), StepError> {
        let Some(window) = self.service()?.intake.reopen else { return Ok(()) };
        let now = self.now;
        let Some((before, since)) =
            self.newcomer().last.as_ref().and_then(|last| before(last, now))
        else {
            return Ok(());
        };
        let Reopens { session, agent } = before;
        let wrap_up = self.agent(agent).is_some_and(|row| row.wraps_up(session).is_some());
        if wrap_up || since <= window {
            self.session()?.reopens = Some(before);
            self.event(EventKind::CustomerReturned { session, agent, wrap_up });
        }
        Ok(())
    }

    /// While the after-call work of the conversation runs that the customer comes back to, its agent
    /// is asked at once whether they go on with it (R8): true then.
    pub(super) fn ask_to_reopen(&mut self) -> Result<bool, StepError> {
        let Some(Reopens { agent, .. }) = self.session()?.reopens else { return Ok(false) };
        let (rules, now) = (self.distribution(), self.now);
        let asked = self.wrap_up_before(agent).is_some()
            && self.agent(agent).is_some_and(|row| row.selectable_again(&rules, now).is_ok());
        if asked {
            self.session()?.accepted = true;
            self.enter_queue(EventKind::SessionQueued)?;
            let invitation = self.reopening()?;
            self.ring_in_turn(invitation, agent, false, Vec::new())?;
        }
        Ok(asked)
    }

    /// The invitation that asks to reopen. The rules draw no ids: it bears the number of the session,
    /// which no other invitation can have.
    pub(super) fn reopening(&mut self) -> Result<InvitationId, StepError> {
        Ok(InvitationId(self.session()?.id.0))
    }

    /// Whether this invitation asked its agent, out of turn, to leave their after-call work for the
    /// customer who comes back (R8). It stays so though that work ends while it rings: no answer of
    /// theirs is a fault, and nobody rings beside them.
    pub(super) fn asked_to_reopen(&self, id: InvitationId) -> bool {
        self.session.as_ref().is_some_and(|row| row.reopens.is_some() && row.id.0 == id.0)
    }

    /// The invitation whose after-call work runs, if this session is its customer coming back to
    /// this agent.
    pub(super) fn wrap_up_before(&mut self, agent: AgentId) -> Option<InvitationId> {
        let before = self.session.as_ref()?.reopens.filter(|before| before.agent == agent)?;
        self.agent(agent)?.wraps_up(before.session)
    }

    /// A message did not arrive, and will not. What we wrote first has failed with it; where the
    /// channel is gone, so has the session.
    pub(super) fn message_undelivered(
        &mut self,
        message: u64,
        reason: &str,
        channel_gone: bool,
    ) -> Result<Reply, StepError> {
        let reason = reason.to_owned();
        let unanswered = self.session()?.origin == Origin::OutboundUnanswered;
        self.event(EventKind::MessageUndelivered { message, reason: reason.clone() });
        if unanswered {
            self.end(&Cause::NoAnswer)?;
        } else if channel_gone && self.session()?.is_open() {
            self.end(&Cause::System(SystemEnd::ChannelFailed { reason }))?;
        }
        Ok(Reply::Noted)
    }
}
