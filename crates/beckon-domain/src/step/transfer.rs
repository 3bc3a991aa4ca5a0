//! An agent moves their session on (D7). Until the target has it, at most one agent has: nobody
//! (blind) or the sender (safe); never both.

use super::conversation::check_text;
use super::turn::Turn;
use super::verdict::Cause;
use super::{Rejection, StepError};
use crate::command::{ActResult, Reply};
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::invitation::InvitationState;
use crate::timer::TimerKey;
use crate::transfer::{OUTSIDE_LIMIT, Transfer, TransferMode, TransferState, TransferTo};

impl Turn<'_> {
    /// Moves the session on, if it is the agent's to move and no other move is under way.
    pub(super) fn transfer(
        &mut self,
        id: InvitationId,
        agent: AgentId,
        target: &TransferTo,
        note: Option<&str>,
    ) -> Result<Reply, StepError> {
        note.map_or(Ok(()), check_text)?;
        let answer = |result| Ok(Reply::Acted { invitation: id, result });
        let invitation = self.invitation(id)?;
        if invitation.agent != agent {
            return answer(ActResult::Foreign);
        }
        let accepted = matches!(invitation.state, InvitationState::Accepted { .. });
        let to_oneself = matches!(target, TransferTo::Agent { agent: to, .. } if *to == agent);
        if !accepted || to_oneself || self.pending_transfer(|_| true) {
            return answer(ActResult::Unchanged);
        }
        self.acted(agent);
        let (to, note) = (target.clone(), note.map(ToOwned::to_owned));
        self.event(EventKind::TransferStarted {
            invitation: id,
            target: to.clone(),
            note: note.clone(),
        });
        match target {
            TransferTo::Service { service } => {
                self.let_go()?;
                self.session()?.service = service.clone();
            }
            TransferTo::Agent { agent: colleague, invitation, mode } => {
                let (rules, now) = (self.distribution(), self.now);
                let row = self.agent(*colleague).ok_or(Rejection::NotFound("agent"))?;
                row.selectable(&rules, now).map_err(Rejection::NotSelectable)?;
                if *mode == TransferMode::Blind {
                    self.let_go()?;
                    self.ring_in_turn(*invitation, *colleague, false, Vec::new())?;
                } else {
                    self.ring(*invitation, *colleague, false, Vec::new())?;
                }
            }
            TransferTo::Outside { .. } => {
                let session = self.session()?.id;
                self.timer(TimerKey::Transfer(session), OUTSIDE_LIMIT);
            }
        }
        let state = TransferState::Pending;
        self.session()?.transfer = Some(Transfer { from: agent, invitation: id, to, note, state });
        answer(ActResult::Done)
    }

    /// The sender is free at once; what comes of the move decides how it came out for them.
    fn let_go(&mut self) -> Result<(), StepError> {
        let (at, accepted_at) = (self.now, self.owner()?.since);
        self.leave_agent(InvitationState::Transferring { accepted_at, at })
    }

    /// The provider answered a move to outside.
    pub(super) fn transfer_reported(
        &mut self,
        id: InvitationId,
        refused: Option<&str>,
    ) -> Result<Reply, StepError> {
        let outside =
            |row: &Transfer| row.invitation == id && matches!(row.to, TransferTo::Outside { .. });
        if !self.pending_transfer(outside) {
            return Ok(Reply::Noted);
        }
        let blind = self.pending_transfer(|row| row.mode() == TransferMode::Blind);
        match refused {
            None => self.end(&Cause::MovedOutside),
            Some(reason) if blind => {
                self.transfer_failed(id, reason, false);
                self.end(&Cause::OutsideRefused)
            }
            Some(reason) => {
                self.transfer_failed(id, reason, true);
                Ok(Reply::Noted)
            }
        }
    }

    /// Nobody outside answered: that is a refusal. Of a move that is no longer under way nothing is
    /// said; one that followed it has set the timer anew.
    pub(super) fn transfer_overdue(&mut self) -> Result<Reply, StepError> {
        let now = self.now;
        let session = self.session()?;
        let Some(row) = &session.transfer else { return Ok(Reply::Noted) };
        let invitation = row.invitation;
        // An answer that came after the backup is lost; it may be given again.
        let waited = session.restored_at.map(|at| now.duration_since(at));
        if let Some(waited) = waited.filter(|waited| *waited < OUTSIDE_LIMIT) {
            let id = session.id;
            self.timer(TimerKey::Transfer(id), OUTSIDE_LIMIT - waited);
            return Ok(Reply::Noted);
        }
        self.transfer_reported(invitation, Some("nobody answered in time"))
    }

    /// Whether a move that is so is under way.
    pub(super) fn pending_transfer(&self, is_so: impl Fn(&Transfer) -> bool) -> bool {
        let row = self.session.as_ref().and_then(|session| session.transfer.as_ref());
        row.is_some_and(|row| row.is_pending() && is_so(row))
    }

    /// Whether this invitation is what the target of a move was sent.
    pub(super) fn pending_transfer_rings(&self, id: InvitationId) -> bool {
        self.pending_transfer(|row| row.rings_by(id))
    }

    /// An agent has the session: the move under way was taken by them, or is void.
    pub(super) fn settle_transfer(&mut self, taken_by: AgentId) -> Result<(), StepError> {
        let at = self.now;
        let Some(row) = self.session()?.transfer.clone() else { return Ok(()) };
        match row.state {
            TransferState::Taken => return Ok(()),
            TransferState::Failed | TransferState::Ignored => {
                self.session()?.transfer = None;
                return Ok(());
            }
            TransferState::Pending => {}
        }
        let wanted = match row.to {
            TransferTo::Service { .. } => taken_by != row.from,
            TransferTo::Agent { agent, .. } => taken_by == agent,
            TransferTo::Outside { .. } => false,
        };
        if !wanted {
            return self.transfer_void("somebody else took it");
        }
        let accepted_at = self.sender_accepted_at(&row)?;
        let state = InvitationState::Transferred { accepted_at, at, outside: false };
        self.release(row.invitation, state)?;
        self.event(EventKind::TransferTaken { invitation: row.invitation });
        self.session()?.transfer = Some(Transfer { state: TransferState::Taken, ..row });
        Ok(())
    }

    /// The target does not take it: the sender keeps it, or the move has failed.
    pub(super) fn transfer_not_taken(&mut self, reason: &str) -> Result<(), StepError> {
        let Some(row) = self.session()?.transfer.clone() else { return Ok(()) };
        if !row.sender_keeps() {
            self.sender_failed(&row)?;
        }
        self.transfer_failed(row.invitation, reason, row.sender_keeps());
        Ok(())
    }

    /// The colleague's invitation closed without them having the session. Who declines has answered, and the sender knows
    /// that it is theirs; where nobody answered, the sender has it and may not be there either.
    pub(super) fn transfer_target_closed(&mut self, declined: bool) -> Result<(), StepError> {
        let ignored = self.session()?.transfer.clone();
        self.transfer_not_taken("the agent did not take it")?;
        if let Some(row) = ignored.filter(|row| row.sender_keeps() && !declined) {
            let state = TransferState::Ignored;
            self.session()?.transfer = Some(Transfer { state, ..row });
        }
        Ok(())
    }

    /// The session's agent goes on with the customer: a move that their colleague ignored is no
    /// more (`facts/outcomes.md` §5.2, outcome 8).
    pub(super) fn sender_goes_on(&mut self) {
        if let Some(session) = &mut self.session {
            session.transfer.take_if(|row| row.state == TransferState::Ignored);
        }
    }

    /// A move that came to nothing and decides nothing: somebody has the session all the same.
    fn transfer_void(&mut self, reason: &str) -> Result<(), StepError> {
        self.transfer_not_taken(reason)?;
        self.session()?.transfer = None;
        Ok(())
    }

    /// The session left its agent otherwise: no earlier move counts any more.
    pub(super) fn forget_transfer(&mut self) -> Result<(), StepError> {
        let row = self.session()?.transfer.take();
        if let Some(row) = row.filter(Transfer::is_pending) {
            self.transfer_failed(row.invitation, "the session left its agent", false);
        }
        Ok(())
    }

    /// The session ends with a move under way.
    pub(super) fn settle_transfer_at_end(&mut self, cause: &Cause) -> Result<(), StepError> {
        if !self.pending_transfer(|_| true) {
            return Ok(());
        }
        if *cause == Cause::MovedOutside {
            let row = self.session()?.transfer.as_mut();
            let invitation = row.map(|row| {
                row.state = TransferState::Taken;
                row.invitation
            });
            if let Some(invitation) = invitation {
                self.event(EventKind::TransferTaken { invitation });
            }
            return Ok(());
        }
        self.transfer_not_taken("the session ended")
    }

    fn transfer_failed(&mut self, invitation: InvitationId, reason: &str, kept: bool) {
        let reason = reason.to_owned();
        self.event(EventKind::TransferFailed { invitation, reason, kept });
        if let Some(session) = &mut self.session {
            session.transfer = session
                .transfer
                .take()
                .filter(|_| !kept)
                .map(|row| Transfer { state: TransferState::Failed, ..row });
        }
    }

    /// The sender, who had let go, learns that nobody took it.
    fn sender_failed(&mut self, row: &Transfer) -> Result<(), StepError> {
        let at = self.now;
        let accepted_at = self.sender_accepted_at(row)?;
        self.release(row.invitation, InvitationState::TransferFailed { accepted_at, at })?;
        Ok(())
    }

    /// When the sender had accepted. Their invitation is not live where they let go: it is asked
    /// for.
    fn sender_accepted_at(&mut self, row: &Transfer) -> Result<jiff::Timestamp, StepError> {
        match self.locked_invitation(row.invitation)?.state {
            InvitationState::Transferring { accepted_at, .. } => Ok(accepted_at),
            InvitationState::Accepted { at, .. } => Ok(at),
            _ => Ok(self.now),
        }
    }
}
