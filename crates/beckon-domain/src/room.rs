//! The room: the place where agent and customer talk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, SessionId};

/// The room of one session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// The session it belongs to.
    pub session: SessionId,
    /// Its name, by [`room_name`](fn@crate::room_name).
    pub name: String,
    /// Where it is.
    pub provider: Provider,
    /// Where it stands.
    pub state: RoomState,
    /// Which try at a room of this session it is, from 1. News about an earlier one is too late.
    #[serde(default)]
    pub attempt: u32,
    /// What the provider calls it, once it is made (opaque to the rules).
    #[serde(default)]
    pub reference: Option<String>,
    /// The messages up to this place were written before the room: they appear first, in one
    /// transcript (R4). What follows is carried there one by one; a message of the room's lane that
    /// is not beyond this place was meant for an earlier room, and is in the transcript.
    #[serde(default)]
    pub transcript: u64,
    /// The agent who is, or is to be, in it.
    #[serde(default)]
    pub agent: Option<AgentId>,
    /// Where people open it, as the provider says.
    #[serde(default)]
    pub url: Option<String>,
    /// How far its making got; what is done is not done again after a crash.
    #[serde(default)]
    pub made: Made,
    /// The last post of ours that the provider confirmed: an unclear one is looked for behind it.
    #[serde(default)]
    pub last_post: Option<String>,
    /// The places in the room's lane of what was posted last. What of it comes again stands there
    /// already: Beckon died before it was taken out of the lane.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posted: Vec<u64>,
    /// Whether Beckon itself spoke last (an answer to who wrote there): the next post names its
    /// author anew, though it goes on a run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// The address by which its chat is reached (`serviceUrl`), as the provider gave it or as it
    /// was heard from there last; `None`: that of the agent's own chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_url: Option<String>,
    /// When its making began: it is tried for a while from here (I6). `None` in rows from before it
    /// was kept.
    #[serde(default)]
    pub since: Option<Timestamp>,
}

/// How far the making of a room got. Each step is durable before the next is taken.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// Nothing is there, for certain: it may be asked for.
    #[default]
    Nothing,
    /// The provider was, or is being, asked. Whether it is there is not known: asked again, there
    /// might be two.
    Asked,
    /// The chat is there; its reference is known.
    Created,
    /// The bot is in it.
    Installed,
    /// The control card is posted: the bot may write.
    Introduced,
    /// What was said before the room is posted.
    Transcribed,
}

/// Who keeps the room (R2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Beckon's own console page: always available, open at once.
    Console,
    /// A Teams group chat, through Microsoft Graph.
    Graph,
    /// A group conversation of another Bot Framework channel.
    Connector,
}

/// Where a room stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RoomState {
    /// To be made. Left when the provider is asked.
    Wanted {
        /// Since when.
        at: Timestamp,
    },
    /// Being made. Left by the provider's answer.
    Opening {
        /// Since when.
        at: Timestamp,
    },
    /// Both sides can write.
    Open {
        /// Since when.
        at: Timestamp,
    },
    /// The session ended; to be closed. Left by the provider's answer.
    Closing {
        /// Since when.
        at: Timestamp,
    },
    /// Nothing is carried any more.
    Closed {
        /// Since when.
        at: Timestamp,
    },
    /// Could not be made, and the console was not to take its place.
    Failed {
        /// When.
        at: Timestamp,
        /// The provider's words, for the administrator.
        reason: String,
    },
    /// Was open and is gone (the bot was removed), and the console was not to take its place.
    Lost {
        /// When.
        at: Timestamp,
        /// The provider's words, for the administrator.
        reason: String,
    },
}

impl RoomState {
    /// The stored name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Wanted { .. } => "wanted",
            Self::Opening { .. } => "opening",
            Self::Open { .. } => "open",
            Self::Closing { .. } => "closing",
            Self::Closed { .. } => "closed",
            Self::Failed { .. } => "failed",
            Self::Lost { .. } => "lost",
        }
    }

    /// Whether the conversation can go on there, now or soon.
    pub fn is_usable(&self) -> bool {
        matches!(self, Self::Wanted { .. } | Self::Opening { .. } | Self::Open { .. })
    }
}

impl Room {
    /// The chat that it is in, while it is in use.
    pub fn open_chat(&self) -> Option<&str> {
        self.reference.as_deref().filter(|_| self.is_elsewhere())
    }

    /// Whether what the customer writes has to be carried there: not into the console, which reads
    /// the messages where they are stored.
    pub fn is_elsewhere(&self) -> bool {
        self.provider != Provider::Console && self.state.is_usable()
    }
}
