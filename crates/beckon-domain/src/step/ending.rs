//! The end of a session, from every side. The first terminal event wins.

use jiff::SignedDuration;

use super::StepError;
use super::turn::Turn;
use super::verdict::{Cause, verdict};
use crate::command::{FlowEnd, Reply, SystemEnd};
use crate::effect::Notice;
use crate::event::EventKind;
use crate::invitation::{EndedTalk, Invitation, InvitationState};
use crate::outcome::{EndedBy, Outcome};
use crate::session::{Author, Owner, Phase};
use crate::settings::USUAL_SLA_SECONDS;
use crate::timer::TimerKey;
use crate::wrap_up::Audit;

/// How long the tenant's own systems may be away and still hear of an end.
const NEWS_WORTH: SignedDuration = SignedDuration::from_hours(72);

impl Turn<'_> {
    /// Ends the session, if this ends a session that stands so. What rings is cancelled, whoever
    /// has it goes on to after-call work, a move that nobody took has failed, the room closes.
    pub(super) fn end(&mut self, cause: &Cause) -> Result<Reply, StepError> {
        let session = self.session()?;
        let Some(outcome) = verdict(session, cause) else { return self.ended_reply() };
        let (by, at) = (cause.by(), self.now);
        let owner = self.session()?.owner();

        self.last_words(cause, owner)?;
        if let Cause::System(SystemEnd::InternalFailed { reason, by: Some(who) }) = cause {
            let audit = Audit { by: who.clone(), reason: reason.clone() };
            self.event(EventKind::AdminEnded { audit });
        }
        if let Some(reason) = failure(cause) {
            self.event(EventKind::SessionFailed { reason: reason.to_owned() });
        }
        self.settle_transfer_at_end(cause)?;
        for invitation in self.ringing() {
            self.event(EventKind::InvitationCancelled { invitation, by });
            let state = if by == EndedBy::Customer {
                InvitationState::CancelledCustomer { at }
            } else {
                InvitationState::CancelledSystem { at }
            };
            self.release(invitation, state)?;
        }
        if let Some(owner) = owner {
            self.end_talk(cause, owner, outcome)?;
        }
        self.close_room();
        if *cause == Cause::Sweep {
            self.repaint_quietly();
        }

        let session = self.session()?;
        session.phase = Phase::Ended {
            outcome,
            by,
            at,
            agent: owner.map(|owner| owner.agent),
            invitation: owner.map(|owner| owner.invitation),
        };
        session.preview = None;
        let (messages_in, messages_out) = (session.messages_in, session.messages_out());
        let sla_seconds = self.service.map_or(USUAL_SLA_SECONDS, |service| service.sla_seconds);
        let ended = EventKind::SessionEnded { outcome, by, messages_in, messages_out, sla_seconds };
        let seq = self.event(ended);
        self.notice(seq, Notice::SessionEnded { outcome, by }, NEWS_WORTH);
        self.ended_reply()
    }

    /// An administrator ends whatever is left of the session: itself, or its after-call work.
    pub(super) fn admin_end(&mut self, audit: Option<&Audit>) -> Result<Reply, StepError> {
        let open = self.session()?.is_open();
        let after_call = |row: &&Invitation| matches!(row.state, InvitationState::WrapUp { .. });
        let wrapping = self.invitations.iter().find(after_call).map(|row| row.id);
        if let Some(audit) = audit.filter(|_| open || wrapping.is_some()) {
            self.event(EventKind::AdminEnded { audit: audit.clone() });
        }
        if let Some(invitation) = wrapping {
            self.conclude(invitation, true)?;
        }
        self.end(&Cause::Admin)
    }

    /// What is said before the end, in the same transaction: a text never opens a session of its
    /// own. Nothing is said where nothing can be delivered.
    fn last_words(&mut self, cause: &Cause, owner: Option<Owner>) -> Result<(), StepError> {
        let Some(texts) = self.service.map(|service| &service.texts) else { return Ok(()) };
        let text = match cause {
            Cause::MaxWait => &texts.queue_timeout,
            Cause::Sweep => return self.last_words_of_the_sweep(texts.closing.as_deref()),
            Cause::CustomerLeft
            | Cause::System(SystemEnd::ChannelFailed { .. } | SystemEnd::InternalFailed { .. }) => {
                &None
            }
            _ if owner.is_some() => &texts.closing,
            _ => &None,
        };
        if let Some(text) = text {
            self.message(Author::System, text)?;
        }
        Ok(())
    }

    /// The conversation is over for its agent: with after-call work where the service has it and
    /// the end was a normal one.
    fn end_talk(&mut self, cause: &Cause, owner: Owner, outcome: Outcome) -> Result<(), StepError> {
        let (at, accepted_at) = (self.now, owner.since);
        let ended = EndedTalk { accepted_at, ended_at: at, outcome, by: cause.by() };
        let wrap_up = self.service.and_then(|service| service.wrap_up.length);
        let state = match (cause, wrap_up) {
            (Cause::Sweep, _) => InvitationState::Stale { ended },
            (Cause::MovedOutside, _) => {
                InvitationState::Transferred { accepted_at, at, outside: true }
            }
            (Cause::OutsideRefused, _) => InvitationState::TransferFailed { accepted_at, at },
            (
                Cause::System(
                    SystemEnd::ChannelFailed { reason } | SystemEnd::InternalFailed { reason, .. },
                ),
                _,
            ) => InvitationState::RoomFailed { accepted_at, at, reason: reason.clone() },
            (_, None) => InvitationState::Concluded { ended },
            (_, Some(length)) => return self.wrap_up(owner, ended, length),
        };
        self.release(owner.invitation, state)?;
        self.watch_late_codes(owner.invitation)
    }

    /// Max wait is over. While it rings the agent keeps the chance; the session ends when that
    /// fails.
    pub(super) fn max_wait_over(&mut self) -> Result<Reply, StepError> {
        self.end_if_waited_too_long()?;
        Ok(Reply::Noted)
    }

    /// Ends a waiting session whose max wait has passed.
    pub(super) fn end_if_waited_too_long(&mut self) -> Result<(), StepError> {
        let Some(service) = self.service else { return Ok(()) };
        let now = self.now;
        let session = self.session()?;
        let entered = session.entered_queue_at.or(session.queued_at);
        let (Phase::Waiting { .. }, Some(max_wait), Some(entered)) =
            (&session.phase, service.max_wait, entered)
        else {
            return Ok(());
        };
        let waited = now.duration_since(entered);
        if waited < max_wait {
            // Max wait was raised, or the session moved on, since the timer was set.
            let id = session.id;
            self.timer(TimerKey::MaxWait(id), max_wait - waited);
            return Ok(());
        }
        self.end(&Cause::MaxWait)?;
        Ok(())
    }

    pub(super) fn ended_reply(&mut self) -> Result<Reply, StepError> {
        let session = self.session()?;
        match session.phase {
            Phase::Ended { outcome, .. } => Ok(Reply::Ended { session: session.id, outcome }),
            _ => Ok(Reply::Noted),
        }
    }
}

/// Why a session fails, for the administrator.
fn failure(cause: &Cause) -> Option<&str> {
    match cause {
        Cause::Flow(FlowEnd::Failed { reason })
        | Cause::System(
            SystemEnd::ChannelFailed { reason } | SystemEnd::InternalFailed { reason, .. },
        ) => Some(reason),
        _ => None,
    }
}
