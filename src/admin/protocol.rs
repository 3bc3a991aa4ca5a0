//! What is asked and answered: one JSON document a line.

use std::path::PathBuf;

use beckon_domain::agent::{BotChat, Duty};
use beckon_domain::event::Event;
use beckon_domain::ids::{AgentId, SessionId, TenantId};
use beckon_domain::session::{Message, Session};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Removed, SweepPage, SweepPlan};
use crate::store::SilentPlace;

/// What an administrator wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Question {
    /// What waits to be delivered, oldest first.
    Outbox {
        /// Only what was given up.
        dead: bool,
    },
    /// Try again to deliver what was given up.
    Retry {
        /// What of it.
        which: Which,
    },
    /// Throw away what was given up.
    Drop {
        /// What of it.
        which: Which,
    },
    /// Everything that happened to a session.
    Session {
        /// The session.
        session: SessionId,
        /// Whether the texts of its messages are wanted, too.
        text: bool,
    },
    /// What a sweep would look at.
    SweepPlan {
        /// Of this tenant alone.
        tenant: Option<TenantId>,
    },
    /// A page of a sweep.
    Sweep {
        /// What of it, as planned.
        plan: SweepPlan,
        /// The page behind this place; `None`: the first.
        after: Option<SilentPlace>,
        /// Whether nothing is to be changed.
        dry_run: bool,
    },
    /// How the bot stands with every configured agent.
    Agents,
    /// The bot's chat with an agent was opened by the command line: note it, unless one is known.
    Reached {
        /// The agent's tenant.
        tenant: TenantId,
        /// The agent.
        agent: AgentId,
        /// The conversation reference, as it is stored.
        reference: String,
    },
    /// Remove what is past its retention.
    Prune {
        /// Only say how much that would be.
        dry_run: bool,
    },
    /// A copy of the store, as of now.
    Backup {
        /// An absolute path where nothing is yet, on the machine of the store.
        file: PathBuf,
    },
}

/// Which of the deliveries that were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Every one.
    All,
    /// The one at this place.
    At(u64),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// The deliveries.
    Outbox {
        /// At most as many as one answer holds.
        rows: Vec<OutboxRow>,
    },
    /// The agents, tenant by tenant and by name.
    Agents {
        /// All who are configured.
        rows: Vec<AgentRow>,
    },
    /// So many were retried, dropped or noted.
    Changed {
        /// How many.
        count: u64,
    },
    /// The session.
    Session(Box<Timeline>),
    /// What a sweep would look at, for each tenant.
    SweepPlan {
        /// In the order of the configuration.
        tenants: Vec<SweepPlan>,
    },
    /// A page was swept.
    Swept(SweepPage),
    /// What is past is removed, or was only counted.
    Pruned {
        /// How much of what.
        removed: Removed,
    },
    /// The copy is complete.
    BackedUp {
        /// Its size in bytes.
        bytes: u64,
    },
    /// It was not done.
    Refused {
        /// Why, in words for an administrator.
        reason: String,
    },
}

/// A delivery, without the text of any message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Its place.
    pub pos: u64,
    /// The lane it is delivered in.
    pub lane: String,
    /// What it is.
    pub kind: String,
    /// When it was put there.
    pub at: Timestamp,
    /// How often it was tried and failed.
    pub attempts: u32,
    /// Whether it was given up.
    pub dead: bool,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// How the bot stands with an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentRow {
    /// The tenant.
    pub tenant: TenantId,
    /// The agent.
    pub agent: AgentId,
    /// The name.
    pub name: String,
    /// The chat with the bot, as far as it is known.
    pub bot: BotChat,
    /// Whether the agent is on duty.
    pub duty: Duty,
    /// Whether they are invited in Teams: as they chose, else as the configuration says.
    #[serde(default = "yes")]
    pub invites: bool,
    /// Whether they have the console open.
    #[serde(default)]
    pub console: bool,
    /// Whether an invitation can be posted in Teams.
    #[serde(default)]
    pub teams: bool,
    /// Why the last invitation did not reach them; `None`: it did, or there was none.
    #[serde(default)]
    pub undelivered: Option<String>,
    /// When they were invited last.
    pub invited: Option<Timestamp>,
}

/// Rows from a server of before could not be set otherwise.
fn yes() -> bool {
    true
}

/// A session with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// Its tenant.
    pub tenant: TenantId,
    /// The session as it stands.
    pub session: Session,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// Its messages, in order, where they were asked for.
    pub messages: Option<Vec<Message>>,
    /// The names of the agents who are configured.
    pub agents: Vec<(AgentId, String)>,
}
