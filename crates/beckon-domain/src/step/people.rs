//! Commands about an agent: the bot's chat with them, duty, presence, the RONA flag.
//!
//! Only the agent's row is under lock here. What follows for their sessions is done by follow-up
//! commands, one for each.

use jiff::{SignedDuration, Timestamp};

use super::answer::AFTER_ANSWER;
use super::turn::Turn;
use super::{Rejection, StepError};
use crate::agent::{BotChannel, BotChat, CONSOLE_LEASE, Duty, Presence, WorkKind};
use crate::command::{ActResult, Command, FlagEnd, Reply, Withdrawal};
use crate::event::EventKind;
use crate::ids::{AgentId, InvitationId};
use crate::invitation::{InvitationState, ReturnReason};
use crate::timer::TimerKey;
use crate::wrap_up::Actor;

impl Turn<'_> {
    /// The agent's chat with the bot exists. It counts as an action of theirs (I3).
    pub(super) fn agent_reachable(
        &mut self,
        agent: AgentId,
        reference: &str,
        channel: BotChannel,
    ) -> Result<Reply, StepError> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        let was_out = !matches!(row.bot, BotChat::Active { .. });
        row.bot = BotChat::Active { reference: reference.to_owned() };
        row.channel = channel;
        if was_out {
            self.wake();
        }
        self.acted(agent);
        Ok(Reply::Noted)
    }

    /// The bot opened the chat with an agent whom it had not heard from, to invite them there. It is
    /// no action of theirs, and what the bot heard meanwhile says more.
    pub(super) fn chat_opened(
        &mut self,
        agent: AgentId,
        reference: &str,
    ) -> Result<Reply, StepError> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        if row.bot == BotChat::Unknown {
            row.bot = BotChat::Active { reference: reference.to_owned() };
        }
        Ok(Reply::Noted)
    }

    /// The agent has the console open.
    pub(super) fn console_open(&mut self, agent: AgentId) -> Result<Reply, StepError> {
        let now = self.now;
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        let was_away = !row.is_at_console(now);
        row.console_until = Some(now.saturating_add(CONSOLE_LEASE).unwrap_or(Timestamp::MAX));
        Ok(if was_away { self.wake() } else { Reply::Noted })
    }

    /// Whether the agent has the console open.
    pub(super) fn at_console(&mut self, agent: AgentId) -> bool {
        let now = self.now;
        self.agent(agent).is_some_and(|row| row.is_at_console(now))
    }

    /// The agent chose whether to be invited in Teams. It is an action of theirs (I3); what rings
    /// goes on ringing where it does.
    pub(super) fn set_invites(
        &mut self,
        agent: AgentId,
        invites: Option<bool>,
    ) -> Result<Reply, StepError> {
        self.agent(agent).ok_or(Rejection::NotFound("agent"))?.invites = invites;
        self.acted(agent);
        Ok(self.wake())
    }

    /// The agent removed or blocked the bot. Every invitation that rings at them moves on (I5).
    pub(super) fn agent_unreachable(
        &mut self,
        agent: AgentId,
        blocked: bool,
    ) -> Result<Reply, StepError> {
        self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        self.bot_lost(agent, blocked, None);
        Ok(Reply::Noted)
    }

    /// The bot cannot write to the agent any more; what rings at them is withdrawn, but for
    /// `settled`, which the caller closes.
    pub(super) fn bot_lost(
        &mut self,
        agent: AgentId,
        blocked: bool,
        settled: Option<InvitationId>,
    ) {
        let Some(row) = self.agent(agent) else { return };
        row.bot = if blocked { BotChat::Blocked } else { BotChat::Removed };
        let reason = Withdrawal::BotRemoved;
        self.follow(agent, WorkKind::Ringing, |invitation| {
            (Some(invitation) != settled)
                .then_some(Command::WithdrawInvitation { invitation, reason })
        });
    }

    /// On duty the agent can be rung. Off duty what rings is withdrawn and what is parked goes
    /// back to the queue; a conversation stays with them.
    pub(super) fn set_duty(&mut self, agent: AgentId, duty: Duty) -> Result<Reply, StepError> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        row.duty = duty;
        if duty == Duty::On {
            return Ok(self.wake());
        }
        self.unflag(agent, FlagEnd::OffDuty);
        let reason = Withdrawal::OffDuty;
        self.follow(agent, WorkKind::Ringing, |invitation| {
            Some(Command::WithdrawInvitation { invitation, reason })
        });
        let reason = ReturnReason::OffDuty;
        self.follow(agent, WorkKind::Parked, |invitation| {
            Some(Command::Return { invitation, reason })
        });
        Ok(Reply::Noted)
    }

    /// Where Teams says the agent is. Going offline takes the RONA flag away (I3).
    pub(super) fn set_presence(
        &mut self,
        agent: AgentId,
        presence: Presence,
    ) -> Result<Reply, StepError> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        row.presence = presence;
        if presence == Presence::Offline {
            self.unflag(agent, FlagEnd::Offline);
        }
        Ok(self.wake())
    }

    /// The RONA flag is taken away: any, or only the one that this invitation brought. A click on its
    /// card can come late or twice, when the agent is flagged for another one already.
    pub(super) fn reset_rona(
        &mut self,
        agent: AgentId,
        by: Option<Actor>,
        flag: Option<InvitationId>,
    ) -> Result<Reply, StepError> {
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        if let Some(invitation) = flag.filter(|_| row.rona_for != flag) {
            return Ok(Reply::Acted { invitation, result: ActResult::Unchanged });
        }
        row.misses = 0;
        self.unflag(agent, FlagEnd::Reset { by });
        let noted = self.wake();
        Ok(flag.map_or(noted, |invitation| Reply::Acted { invitation, result: ActResult::Done }))
    }

    /// The RONA flag ends by itself.
    pub(super) fn rona_over(&mut self, agent: AgentId) -> Result<Reply, StepError> {
        let now = self.now;
        let row = self.agent(agent).ok_or(Rejection::NotFound("agent"))?;
        match row.rona_until {
            Some(until) if until > now => self.timer_at(TimerKey::Rona(agent), until),
            _ => {
                self.unflag(agent, FlagEnd::Over);
                self.wake();
            }
        }
        Ok(Reply::Noted)
    }

    /// Flags an agent who did not answer this invitation, where that is on.
    pub(super) fn flag(
        &mut self,
        agent: AgentId,
        invitation: InvitationId,
        length: Option<SignedDuration>,
    ) {
        let now = self.now;
        let Some(length) = length else { return };
        let until = now.saturating_add(length).unwrap_or(Timestamp::MAX);
        self.unflag(agent, FlagEnd::Renewed);
        if let Some(row) = self.agent(agent) {
            row.rona_until = Some(until);
            row.rona_for = Some(invitation);
            self.event(EventKind::AgentFlagged { agent, until });
            self.timer_at(TimerKey::Rona(agent), until);
        }
    }

    /// Takes the flag away, if there is one, and tells the session that it came from.
    fn unflag(&mut self, agent: AgentId, why: FlagEnd) {
        let Some(row) = self.agent(agent) else { return };
        row.rona_until = None;
        if let Some(invitation) = row.rona_for.take() {
            self.follow_ups.push(Command::FlagLifted { invitation, why });
        }
    }

    /// The flag that an invitation brought is no more: its card does not offer any more to take it
    /// away.
    pub(super) fn flag_lifted(
        &mut self,
        id: InvitationId,
        why: &FlagEnd,
    ) -> Result<Reply, StepError> {
        let after_answer = self.now.saturating_add(AFTER_ANSWER).unwrap_or(self.now);
        let row = self.invitation(id)?;
        let agent = row.agent;
        if matches!(row.state, InvitationState::Missed { .. } | InvitationState::Declined { .. }) {
            row.card.wanted += 1;
            row.card.hold_until(after_answer);
            self.event(EventKind::AgentUnflagged { agent, why: why.clone() });
        }
        Ok(Reply::Noted)
    }

    /// Appends a follow-up for each of the agent's work of one kind.
    fn follow(
        &mut self,
        agent: AgentId,
        kind: WorkKind,
        command: impl Fn(InvitationId) -> Option<Command>,
    ) {
        let Some(row) = self.agent(agent) else { return };
        let work = row.work.iter().filter(|work| work.kind == kind);
        let follow_ups: Vec<Command> = work.filter_map(|work| command(work.invitation)).collect();
        self.follow_ups.extend(follow_ups);
    }
}
