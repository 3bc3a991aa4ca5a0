//! After-call work, and the codes and tags that belong to it (P4).

use jiff::{SignedDuration, Timestamp};

use super::turn::Turn;
use super::{Rejection, StepError};
use crate::agent::WorkKind;
use crate::card::CardCopy;
use crate::command::{ActResult, Reply, Surface};
use crate::event::EventKind;
use crate::ids::InvitationId;
use crate::invitation::{EndedTalk, InvitationState};
use crate::session::Owner;
use crate::timer::TimerKey;
use crate::wrap_up::{Actor, Codes, HOLD, LATE, WrapUp};

/// What follows an extension so soon is the same click, delivered again.
const SAME_CLICK: SignedDuration = SignedDuration::from_secs(10);

/// What somebody says about a conversation.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) by: &'a Actor,
    pub(super) codes: &'a Codes,
    /// Whether the rest stays as it was.
    pub(super) keep: bool,
}

impl<'s> Turn<'s> {
    fn wrap_up_rules(&self) -> Option<&'s WrapUp> {
        self.service.map(|service| &service.wrap_up)
    }

    /// The conversation is over, and its agent stays blocked for a while.
    pub(super) fn wrap_up(
        &mut self,
        owner: Owner,
        ended: EndedTalk,
        length: SignedDuration,
    ) -> Result<(), StepError> {
        let until = self.later(length);
        let invitation = self.invitation(owner.invitation)?;
        invitation.state = InvitationState::WrapUp { ended, until, extended: 0, held: false };
        invitation.card.wanted += 1;
        if let Some(row) = self.agent(owner.agent) {
            row.go_on(owner.invitation, WorkKind::WrapUp);
        }
        self.timer_at(TimerKey::WrapUp(owner.invitation), until);
        Ok(())
    }

    /// After-call work is over by the clock, unless codes have to be chosen: then it is held open.
    /// Its card stays as it is, the agent may be typing into it (B4).
    pub(super) fn wrap_up_over(&mut self, id: InvitationId) -> Result<Reply, StepError> {
        let (now, misses) = (self.now, self.misses_codes(id)?);
        let state = &mut self.invitation(id)?.state;
        let InvitationState::WrapUp { ended, until, held, .. } = state else {
            return Ok(Reply::Noted);
        };
        if *until > now {
            let until = *until;
            self.timer_at(TimerKey::WrapUp(id), until);
            return Ok(Reply::Noted);
        }
        let latest = ended.ended_at.saturating_add(HOLD).unwrap_or(Timestamp::MAX);
        if misses && latest > now {
            (*until, *held) = (latest, true);
            self.event(EventKind::WrapUpHeld { invitation: id, until: latest });
            self.timer_at(TimerKey::WrapUp(id), latest);
        } else {
            self.conclude(id, false)?;
        }
        Ok(Reply::Noted)
    }

    /// The agent ends it before its time. False where the service does not let them.
    pub(super) fn finish_early(&mut self, id: InvitationId) -> Result<bool, StepError> {
        if self.wrap_up_rules().is_some_and(|rules| !rules.early_end) {
            return Ok(false);
        }
        if self.misses_codes(id)? {
            return Err(Rejection::CodesRequired.into());
        }
        self.conclude(id, true)?;
        Ok(true)
    }

    /// The agent lets its time begin anew. False where they may not, or not any more. The card
    /// stays as it is: it names no time where this is possible. So a click that Teams delivers once
    /// more under a new id is told by how soon it follows: the time has begun anew, once.
    pub(super) fn extend(&mut self, id: InvitationId, surface: Surface) -> Result<bool, StepError> {
        let Some((length, limit)) =
            self.wrap_up_rules().and_then(|rules| Some((rules.length?, rules.extensions)))
        else {
            return Ok(false);
        };
        let fresh = self.later(length);
        let state = &mut self.invitation(id)?.state;
        let InvitationState::WrapUp { until, extended, held, .. } = state else { return Ok(false) };
        let again = !*held && *extended > 0 && fresh.duration_since(*until) < SAME_CLICK;
        if *extended >= limit {
            return Ok(again && surface != Surface::Console);
        }
        if again {
            return Ok(true);
        }
        (*until, *held) = (fresh, false);
        *extended += 1;
        self.event(EventKind::WrapUpExtended { invitation: id, until: fresh });
        self.timer_at(TimerKey::WrapUp(id), fresh);
        Ok(true)
    }

    /// After-call work is over: the card shows the result, the agent is free.
    pub(super) fn conclude(&mut self, id: InvitationId, early: bool) -> Result<(), StepError> {
        let misses = self.misses_codes(id)?;
        let InvitationState::WrapUp { ended, .. } = &self.invitation(id)?.state else {
            return Ok(());
        };
        let ended = ended.clone();
        self.event(EventKind::InvitationConcluded { invitation: id, early });
        if misses {
            self.session()?.codes_missing = true;
            self.event(EventKind::CodesMissing { invitation: id });
        }
        self.release(id, InvitationState::Concluded { ended })?;
        self.watch_late_codes(id)
    }

    /// Whether codes that have to be chosen were not; nothing has to be for a service that is no
    /// longer configured.
    fn misses_codes(&mut self, id: InvitationId) -> Result<bool, StepError> {
        let Some(rules) = self.wrap_up_rules() else { return Ok(false) };
        Ok(rules.misses(&self.invitation(id)?.codes))
    }

    /// Codes and tags can be set for a while; then the card stops asking.
    pub(super) fn watch_late_codes(&mut self, id: InvitationId) -> Result<(), StepError> {
        if !self.wrap_up_rules().is_some_and(WrapUp::asks) {
            return Ok(());
        }
        if let Some(ended) = self.invitation(id)?.state.ended() {
            let until = late(ended);
            self.timer_at(TimerKey::LateCodes(id), until);
        }
        Ok(())
    }

    /// The time for late codes is over: the card shows what was said, and asks no more.
    pub(super) fn late_codes_over(&mut self, id: InvitationId) -> Result<Reply, StepError> {
        let now = self.now;
        let invitation = self.invitation(id)?;
        let (InvitationState::Concluded { ended } | InvitationState::Stale { ended }) =
            &invitation.state
        else {
            return Ok(Reply::Noted);
        };
        if !invitation.codes_closed && late(ended) <= now {
            invitation.codes_closed = true;
            invitation.card.wanted += 1;
            if !invitation.card.is_posted() {
                // Nobody is waiting for a card that asks nothing.
                invitation.card.mute();
            }
        }
        Ok(Reply::Noted)
    }

    /// Somebody says what the conversation was about. The card is not repainted for it: the agent
    /// may be typing into it (B4), and it is answered with what was said.
    pub(super) fn set_codes(
        &mut self,
        id: InvitationId,
        said: Said<'_>,
        surface: Surface,
        seen: Option<&CardCopy>,
    ) -> Result<Reply, StepError> {
        let answer = |result| Ok(Reply::Acted { invitation: id, result });
        if let Actor::Agent { agent } = said.by {
            if self.invitation(id)?.agent != *agent {
                return answer(ActResult::Foreign);
            }
            if let Some(copy) = seen {
                self.invitation(id)?.card.adopt(copy);
            }
            self.acted(*agent);
        }
        self.codes_open(id)?;
        let rules = &self.service()?.wrap_up;
        let invitation = self.invitation(id)?;
        let mut codes = rules.take(said.codes.clone()).map_err(Rejection::from)?;
        if said.keep {
            codes = codes.or(&invitation.codes);
        }
        if codes == invitation.codes {
            self.hold_card(id, surface)?;
            return answer(ActResult::Unchanged);
        }
        let misses = rules.misses(&codes);
        let concluded = matches!(invitation.state, InvitationState::Concluded { .. });
        let held = matches!(invitation.state, InvitationState::WrapUp { held: true, .. });
        let missing = concluded && misses;
        invitation.codes.clone_from(&codes);
        self.session()?.codes_missing = missing;
        let by = said.by.clone();
        self.event(EventKind::CodesSet { invitation: id, by, codes, missing });
        if held && !misses {
            self.conclude(id, false)?;
        }
        self.hold_card(id, surface)?;
        answer(ActResult::Done)
    }

    /// Codes belong to conversations that are over, and not for too long.
    fn codes_open(&mut self, id: InvitationId) -> Result<(), Rejection> {
        let now = self.now;
        let invitation = self.invitation(id)?;
        match &invitation.state {
            InvitationState::WrapUp { .. } => Ok(()),
            InvitationState::Concluded { ended } | InvitationState::Stale { ended } => {
                let until = late(ended);
                let closed = invitation.codes_closed || until <= now;
                if closed { Err(Rejection::CodesClosed { until }) } else { Ok(()) }
            }
            state => Err(Rejection::CodesNotOpen(state.name())),
        }
    }

    fn later(&self, span: SignedDuration) -> Timestamp {
        self.now.saturating_add(span).unwrap_or(Timestamp::MAX)
    }
}

/// When codes cannot be set any more.
fn late(ended: &EndedTalk) -> Timestamp {
    ended.ended_at.saturating_add(LATE).unwrap_or(Timestamp::MAX)
}
