//! The agent: who can be rung, and with what they are busy.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, InvitationId, SessionId};

/// A person who answers, with a live state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// The Entra object id.
    pub id: AgentId,
    /// The name that customers and colleagues see.
    pub name: String,
    /// The chat with the bot, as far as it is known.
    pub bot: BotChat,
    /// Misses in a row; any action of the agent sets it back (I3).
    pub misses: u32,
    /// What the agent is busy with. Capacity is reserved when an offer is made (D1).
    pub work: Vec<Work>,
    /// Since when there was nothing to do: the longest idle is rung first (D2).
    pub idle_since: Timestamp,
}

/// The agent's 1:1 chat with the bot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum BotChat {
    /// Never seen: the agent has not installed the bot.
    Unknown,
    /// The bot may write.
    Active {
        /// The conversation reference, as the bot framework stores it (opaque to the rules).
        reference: String,
    },
    /// The agent uninstalled the bot.
    Removed,
    /// The agent or an administrator blocked the bot (403).
    Blocked,
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
}

/// How a session occupies an agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// Reserved: the invitation rings.
    Ringing,
    /// In conversation.
    Connected,
    /// After-call work.
    WrapUp,
}

/// Why an agent is not chosen (D6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotSelectable {
    /// The bot may not write: never installed, removed or blocked.
    Unreachable,
    /// Missed too many invitations in a row.
    NotAvailable,
    /// An invitation rings, a conversation runs, or after-call work does.
    Busy,
    /// Declined or missed this session in this round.
    AlreadyTried,
}

impl Agent {
    /// An agent whom Beckon has not met yet.
    pub fn new(id: AgentId, name: String, now: Timestamp) -> Self {
        Self { id, name, bot: BotChat::Unknown, misses: 0, work: Vec::new(), idle_since: now }
    }

    /// Whether the agent can be rung now; derived, never stored. `max_misses` of 0 means that
    /// misses never count.
    pub fn selectable(&self, max_misses: u32) -> Result<(), NotSelectable> {
        if !matches!(self.bot, BotChat::Active { .. }) {
            Err(NotSelectable::Unreachable)
        } else if max_misses > 0 && self.misses >= max_misses {
            Err(NotSelectable::NotAvailable)
        } else if self.work.is_empty() {
            Ok(())
        } else {
            Err(NotSelectable::Busy)
        }
    }

    /// Changes the work on an invitation, or takes it up.
    pub fn take_up(&mut self, work: Work) {
        match self.work.iter_mut().find(|known| known.invitation == work.invitation) {
            Some(known) => *known = work,
            None => self.work.push(work),
        }
    }

    /// Puts an invitation's work down; the idle clock starts when nothing is left.
    pub fn put_down(&mut self, invitation: InvitationId, now: Timestamp) {
        self.work.retain(|work| work.invitation != invitation);
        if self.work.is_empty() {
            self.idle_since = now;
        }
    }
}
