//! What is done when nothing is said: reminders, the warning to a customer who owes an answer, and
//! the sweep (P6).

use jiff::SignedDuration;

use super::StepError;
use super::turn::Turn;
use super::verdict::Cause;
use crate::command::Reply;
use crate::event::{EventKind, NotTold, Reminder};
use crate::session::{Author, Phase, Session};
use crate::settings::{Channel, Service, Silence};
use crate::timer::TimerKey;

/// How long after a customer's message WhatsApp takes free text (the provider's window).
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

impl Turn<'_> {
    /// An agent has the session from now on, or again: its clocks start.
    pub(super) fn watch_silence(&mut self) -> Result<(), StepError> {
        let id = self.unmark()?;
        if let Some(limit) = self.silence().remind {
            self.timer(TimerKey::Reminder(id), limit);
        }
        self.watch_customer()
    }

    /// The agent set the session aside: they are reminded of it.
    pub(super) fn watch_parked(&mut self) -> Result<(), StepError> {
        let id = self.unmark()?;
        if let Some(limit) = self.distribution().park_reminder {
            self.timer(TimerKey::Reminder(id), limit);
        }
        Ok(())
    }

    fn unmark(&mut self) -> Result<crate::ids::SessionId, StepError> {
        let session = self.session()?;
        (session.reminded, session.warned_at) = (false, None);
        Ok(session.id)
    }

    /// Somebody wrote. The timers need not be set anew with each message: they look, when they are
    /// due, how long it has been silent, and only a mark that they left is taken away. `owes`: from
    /// this message on the customer owes an answer, and no clock looks at them yet.
    pub(super) fn silence_broken(&mut self, owes: bool) -> Result<(), crate::step::Rejection> {
        let session = self.session()?;
        session.warned_at = None;
        let Phase::Connected { invitation, .. } = session.phase else { return Ok(()) };
        let (id, reminded) = (session.id, std::mem::take(&mut session.reminded));
        if reminded {
            self.invitation(invitation)?.card.wanted += 1;
            if let Some(limit) = self.silence().remind {
                self.timer(TimerKey::Reminder(id), limit);
            }
        }
        if owes && let Some(first) = first_look(&self.silence()) {
            self.timer(TimerKey::Idle(id), first);
        }
        Ok(())
    }

    /// The clock of a customer whose answer is awaited starts, where there is one.
    fn watch_customer(&mut self) -> Result<(), StepError> {
        let session = self.session()?;
        let (id, awaited) = (session.id, session.awaits_customer());
        if awaited && let Some(first) = first_look(&self.silence()) {
            self.timer(TimerKey::Idle(id), first);
        }
        Ok(())
    }

    /// It was silent, or parked, for a while: the agent is told on the card, once, if it still is.
    pub(super) fn reminder_due(&mut self) -> Result<Reply, StepError> {
        let (now, silence, rules) = (self.now, self.silence(), self.distribution());
        let session = self.session()?;
        let (since, limit, why) = match session.phase {
            Phase::Connected { since, .. } => {
                (session.last_activity_at.max(since), silence.remind, Reminder::Silent)
            }
            Phase::Parked { parked_at, .. } => (parked_at, rules.park_reminder, Reminder::Parked),
            _ => return Ok(Reply::Noted),
        };
        let (Some(limit), false, Some(owner)) = (limit, session.reminded, session.owner()) else {
            return Ok(Reply::Noted);
        };
        let passed = now.duration_since(session.counts_from(since));
        if passed < limit {
            let id = session.id;
            self.timer(TimerKey::Reminder(id), limit - passed);
            return Ok(Reply::Noted);
        }
        session.reminded = true;
        self.invitation(owner.invitation)?.card.wanted += 1;
        self.event(EventKind::AgentReminded { agent: owner.agent, why });
        Ok(Reply::Noted)
    }

    /// The customer owes an answer: they are warned first, and then it ends. However late the
    /// timer is, the time between the warning and the end is theirs.
    pub(super) fn customer_idle(&mut self) -> Result<Reply, StepError> {
        let (now, Silence { warn, end, warning, .. }) = (self.now, self.silence());
        let session = self.session()?;
        if !matches!(session.phase, Phase::Connected { .. }) || !session.awaits_customer() {
            return Ok(Reply::Noted);
        }
        let id = session.id;
        let warned_at = session.warned_at.map(|at| session.counts_from(at));
        let silent = now.duration_since(session.counts_from(session.last_activity_at));
        let left = match (warn, warned_at, end) {
            (Some(warn), None, _) if silent < warn => warn - silent,
            (Some(warn), None, end) => {
                session.warned_at = Some(now);
                self.message(Author::System, &warning)?;
                self.event(EventKind::CustomerWarned);
                let Some(end) = end else { return Ok(Reply::Noted) };
                end - warn
            }
            (_, _, None) => return Ok(Reply::Noted),
            (Some(warn), Some(at), Some(end)) => end - warn - now.duration_since(at),
            (None, _, Some(end)) => end - silent,
        };
        if left > SignedDuration::ZERO {
            self.timer(TimerKey::Idle(id), left);
            return Ok(Reply::Noted);
        }
        self.end(&Cause::Idle)
    }

    /// The sweep: ends what was silent for the whole of `threshold`, looked at again under the
    /// session's lock.
    pub(super) fn sweep(&mut self, threshold: SignedDuration) -> Result<Reply, StepError> {
        let (now, service) = (self.now, self.service);
        let stale = self.session()?.is_stale(now, threshold, service);
        if stale { self.end(&Cause::Sweep) } else { self.ended_reply() }
    }

    /// The closing line, for customers whom it does not wake.
    pub(super) fn last_words_of_the_sweep(&mut self, text: Option<&str>) -> Result<(), StepError> {
        let (Some(text), Some(service)) = (text, self.service) else { return Ok(()) };
        let now = self.now;
        match told(self.session()?, service, now) {
            Ok(()) => {
                self.message(Author::System, text)?;
            }
            Err(why) => {
                self.event(EventKind::ClosingNotSent { why });
            }
        }
        Ok(())
    }

    /// Cards that the sweep changed are due now, not at once: `now` is later than the 0 of all that
    /// somebody waits for, so they are sent behind it.
    pub(super) fn repaint_quietly(&mut self) {
        let now = self.now;
        for row in self.invitations.iter_mut().filter(|row| row.card.is_dirty()) {
            row.card.hold_until(now);
        }
    }

    fn silence(&self) -> Silence {
        self.service.map(|service| service.silence.clone()).unwrap_or_default()
    }
}

/// When the silence of a customer is looked at first.
fn first_look(silence: &Silence) -> Option<SignedDuration> {
    silence.warn.or(silence.end)
}

/// Whether the sweep tells a customer. A page or a program wakes nobody; a phone does.
fn told(session: &Session, service: &Service, now: jiff::Timestamp) -> Result<(), NotTold> {
    if matches!(session.channel, Channel::Api | Channel::Web) {
        return Ok(());
    }
    let Silence { sweep_tells_phones, contact_hours, .. } = &service.silence;
    if !sweep_tells_phones {
        return Err(NotTold::SwitchedOff);
    }
    if !contact_hours.contain(now) {
        return Err(NotTold::OutsideContactHours);
    }
    let open = session.last_customer_at.is_some_and(|at| now.duration_since(at) < WINDOW);
    if session.channel == Channel::WhatsApp && !open {
        return Err(NotTold::WindowClosed);
    }
    Ok(())
}
