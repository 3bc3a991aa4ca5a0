//! Where an agent can be rung: in Teams, at the console, at both, or nowhere (B2, D1).

use jiff::{SignedDuration, Timestamp};

use super::{Agent, BotChat};

/// For how long an open console counts without another sign of it.
pub const CONSOLE_LEASE: SignedDuration = SignedDuration::from_mins(5);

/// What the configuration says about reaching an agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// Whether they are invited in Teams unless they chose otherwise. Default yes.
    pub invites: bool,
    /// Whether the bot can open a chat with somebody whom it has not heard from. Default no.
    pub opens: bool,
}

impl Default for Reach {
    fn default() -> Self {
        Self { invites: true, opens: false }
    }
}

impl Reach {
    /// Whether they are to be invited in Teams: by their own choice, where they made one.
    pub fn invited(self, own: Option<bool>) -> bool {
        own.unwrap_or(self.invites)
    }
}

impl Agent {
    /// Whether the agent is to be invited in Teams: their own choice, else the configuration's.
    pub fn invited_in_teams(&self) -> bool {
        self.reach.invited(self.invites)
    }

    /// Whether an invitation can be posted: it is wanted there, and there is a chat, or one can be
    /// opened.
    pub fn rings_in_teams(&self) -> bool {
        let chat = match self.bot {
            BotChat::Active { .. } => true,
            BotChat::Unknown => self.reach.opens,
            BotChat::Removed | BotChat::Blocked => false,
        };
        chat && self.invited_in_teams()
    }

    /// Whether an invitation can reach the agent at all.
    pub fn is_reachable(&self, now: Timestamp) -> bool {
        self.rings_in_teams() || self.is_at_console(now)
    }

    /// Whether the agent has the console open.
    pub fn is_at_console(&self, now: Timestamp) -> bool {
        self.console_until.is_some_and(|until| until > now)
    }
}
