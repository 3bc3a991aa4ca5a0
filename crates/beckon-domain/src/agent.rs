//! The agent: who can be rung, and with what they are busy.

mod reach;
mod state;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, InvitationId, SessionId};
use crate::settings::Distribution;

pub use reach::{CONSOLE_LEASE, Reach};
pub use state::{AgentState, StateChange, StateInterval, timeline};

/// A person who answers, with a live state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// The Entra object id.
    pub id: AgentId,
    /// The name that customers and colleagues see.
    pub name: String,
    /// The chat with the bot, as far as it is known.
    pub bot: BotChat,
    /// Where the bot meets the agent; it stays known while the bot is out.
    #[serde(default)]
    pub channel: BotChannel,
    /// Whether the agent is on duty.
    #[serde(default)]
    pub duty: Duty,
    /// Where Teams says the agent is.
    #[serde(default)]
    pub presence: Presence,
    /// Misses in a row; any action of the agent sets it back (I3).
    pub misses: u32,
    /// Persistent RONA: flagged as not answering until this instant, or until it is reset (I3).
    #[serde(default)]
    pub rona_until: Option<Timestamp>,
    /// The invitation that flagged them: its card offers to take the flag away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rona_for: Option<InvitationId>,
    /// What the agent is busy with. Capacity is reserved when an offer is made (D1).
    pub work: Vec<Work>,
    /// Since when there was nothing to do: the longest idle is rung first (D2).
    pub idle_since: Timestamp,
    /// Whether the agent wants to be invited in Teams, as they chose themselves; `None`: as the
    /// configuration says (B2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invites: Option<bool>,
    /// Until when the agent counts as being at the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console_until: Option<Timestamp>,
    /// The state they are in and since when, as it was last written down for reports; `None` for
    /// somebody who has not been written down since there are such states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<StateChange>,
    /// What their state becomes by itself, unless something happens before: when the console falls
    /// silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<StateChange>,
    /// What the configuration says. Not part of the row: laid over it each time it is loaded.
    #[serde(skip)]
    pub reach: Reach,
}

/// The agent's 1:1 chat with the bot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum BotChat {
    /// The bot has not heard from the agent, and has not tried to open the chat.
    Unknown,
    /// The bot may write.
    Active {
        /// The conversation reference, as the bot framework stores it (opaque to the rules).
        reference: String,
    },
    /// The bot is not installed for the agent: they uninstalled it, or it never was.
    Removed,
    /// The agent or an administrator blocked the bot (403).
    Blocked,
}

/// Through which channel of the Bot Framework the bot meets an agent (R2).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BotChannel {
    /// Microsoft Teams (`msteams`).
    #[default]
    Teams,
    /// Any other one.
    Other,
}

/// Whether an agent is on duty.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Takes sessions.
    #[default]
    On,
    /// Takes none: what rings is withdrawn, what is parked goes back to the queue; conversations
    /// stay with the agent.
    Off,
}

/// Where Teams says an agent is.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// At work and free; also what is assumed while no presence is known.
    #[default]
    Available,
    /// In a call or a meeting. Rung where the service says so.
    Busy,
    /// Not at the desk. Rung where the service says so.
    Away,
    /// Asked not to be disturbed. Never rung.
    DoNotDisturb,
    /// Signed out. Never rung; takes the RONA flag away.
    Offline,
}

/// One thing an agent is busy with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The session.
    pub session: SessionId,
    /// The agent's invitation to it.
    pub invitation: InvitationId,
    /// In what way.
    pub kind: WorkKind,
    /// Whether the customer asked for this very agent: such work has a limit of its own and does
    /// not block other tasks (C5).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
}

/// How a session occupies an agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// Reserved: the invitation rings.
    Ringing,
    /// In conversation.
    Connected,
    /// In a conversation that is set aside.
    Parked,
    /// After-call work.
    WrapUp,
}

/// Why an agent is not chosen (D6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSelectable {
    /// Not at the console, and not to be written to in Teams: the bot is not installed or blocked,
    /// or the agent wants no invitations there.
    Unreachable,
    /// Off duty.
    OffDuty,
    /// Teams says that they are somewhere else.
    Absent,
    /// Flagged for not answering (persistent RONA).
    Rona,
    /// Missed too many invitations in a row.
    NotAvailable,
    /// As much rings, runs or is wrapped up as the agent may have.
    Busy,
    /// Declined or missed this session in this round.
    AlreadyTried,
}

impl Agent {
    /// An agent whom Beckon has not met yet.
    pub fn new(id: AgentId, name: String, now: Timestamp) -> Self {
        Self {
            id,
            name,
            bot: BotChat::Unknown,
            channel: BotChannel::Teams,
            duty: Duty::On,
            presence: Presence::Available,
            misses: 0,
            rona_until: None,
            rona_for: None,
            work: Vec::new(),
            idle_since: now,
            invites: None,
            console_until: None,
            since: None,
            then: None,
            reach: Reach::default(),
        }
    }

    /// Whether the agent can be rung now; derived, never stored: reachability, duty, presence,
    /// flags and capacity all have to agree (D1).
    ///
    /// # Errors
    /// The first reason against it.
    pub fn selectable(&self, rules: &Distribution, now: Timestamp) -> Result<(), NotSelectable> {
        self.can_answer(rules, now)?;
        if self.has_capacity(rules) { Ok(()) } else { Err(NotSelectable::Busy) }
    }

    /// The same for a customer who asked for this very agent: other work does not block them, only
    /// the limit of direct conversations does (C5).
    ///
    /// # Errors
    /// The first reason against it.
    pub fn selectable_directly(
        &self,
        rules: &Distribution,
        now: Timestamp,
    ) -> Result<(), NotSelectable> {
        self.can_answer(rules, now)?;
        let open = self.work.iter().filter(|work| work.direct && work.kind != WorkKind::WrapUp);
        if open.count() < rules.direct as usize { Ok(()) } else { Err(NotSelectable::Busy) }
    }

    /// The invitation whose after-call work runs, if it is about this session (R8).
    pub fn wraps_up(&self, session: SessionId) -> Option<InvitationId> {
        let wrap_up = |work: &&Work| work.kind == WorkKind::WrapUp && work.session == session;
        self.work.iter().find(wrap_up).map(|work| work.invitation)
    }

    /// The same as [`Agent::selectable`] for a customer whose conversation they are wrapping up:
    /// that work does not block them, everything else does (R8).
    ///
    /// # Errors
    /// The first reason against it.
    pub fn selectable_again(
        &self,
        rules: &Distribution,
        now: Timestamp,
    ) -> Result<(), NotSelectable> {
        self.can_answer(rules, now)?;
        if self.fits(rules) { Ok(()) } else { Err(NotSelectable::Busy) }
    }

    /// Whether the agent can be given one more task: it fits, and no after-call work runs, which
    /// blocks the tasks of all services (P4).
    pub fn has_capacity(&self, rules: &Distribution) -> bool {
        self.fits(rules) && !self.blocking(WorkKind::WrapUp).any(|_| true)
    }

    /// Whether one more conversation fits beside what rings, runs and is parked (P3).
    pub fn fits(&self, rules: &Distribution) -> bool {
        self.load(rules) < rules.capacity as usize
    }

    /// How much of the capacity is in use: what rings or runs, and what is parked beyond the
    /// limit up to which parked sessions are free (P2).
    pub fn load(&self, rules: &Distribution) -> usize {
        let count = |kind| self.blocking(kind).count();
        let parked = count(WorkKind::Parked).saturating_sub(rules.parked as usize);
        count(WorkKind::Ringing) + count(WorkKind::Connected) + parked
    }

    fn blocking(&self, kind: WorkKind) -> impl Iterator<Item = &Work> {
        self.work.iter().filter(move |work| !work.direct && work.kind == kind)
    }

    /// Everything but capacity.
    fn can_answer(&self, rules: &Distribution, now: Timestamp) -> Result<(), NotSelectable> {
        let present = match self.presence {
            Presence::Available => true,
            Presence::Busy => rules.ring_busy,
            Presence::Away => rules.ring_away,
            Presence::DoNotDisturb | Presence::Offline => false,
        };
        if !self.is_reachable(now) {
            Err(NotSelectable::Unreachable)
        } else if self.duty == Duty::Off {
            Err(NotSelectable::OffDuty)
        } else if !present {
            Err(NotSelectable::Absent)
        } else if self.rona_until.is_some() {
            Err(NotSelectable::Rona)
        } else if rules.misses > 0 && self.misses >= rules.misses {
            Err(NotSelectable::NotAvailable)
        } else {
            Ok(())
        }
    }

    /// The agent's work on an invitation, if any.
    pub fn work_on(&self, invitation: InvitationId) -> Option<&Work> {
        self.work.iter().find(|work| work.invitation == invitation)
    }

    /// Takes work up.
    pub fn take_up(&mut self, work: Work) {
        self.put_off(work.invitation);
        self.work.push(work);
    }

    /// Goes on with an invitation in another way.
    pub fn go_on(&mut self, invitation: InvitationId, kind: WorkKind) {
        if let Some(work) = self.work.iter_mut().find(|work| work.invitation == invitation) {
            work.kind = kind;
        }
    }

    /// Puts an invitation's work down; the idle clock starts when nothing is left.
    pub fn put_down(&mut self, invitation: InvitationId, now: Timestamp) {
        let had_work = !self.work.is_empty();
        self.put_off(invitation);
        if had_work && self.work.is_empty() {
            self.idle_since = now;
        }
    }

    fn put_off(&mut self, invitation: InvitationId) {
        self.work.retain(|work| work.invitation != invitation);
    }
}
