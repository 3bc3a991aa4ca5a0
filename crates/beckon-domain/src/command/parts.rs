//! What commands are made of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::card::CardCopy;
use crate::ids::InvitationId;
use crate::wrap_up::Actor;

/// Why an invitation is withdrawn while it rings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawal {
    /// The agent removed or blocked the bot: nobody can answer on that card.
    BotRemoved,
    /// The agent went off duty.
    OffDuty,
}

/// How a RONA flag ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum FlagEnd {
    /// Somebody took it away.
    Reset {
        /// The agent or a supervisor.
        by: Option<Actor>,
    },
    /// Its time was over.
    Over,
    /// The agent went offline.
    Offline,
    /// The agent went off duty.
    OffDuty,
    /// Another invitation that was not answered brought one that took its place.
    Renewed,
}

/// What an agent can choose on a card or in the console.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Take the session.
    Accept,
    /// Leave it to somebody else.
    Decline,
    /// End the conversation.
    Terminate,
    /// End the after-call work early.
    Finish,
    /// Let the time of the after-call work begin anew.
    Extend,
    /// Set the conversation aside.
    Park,
    /// Take it up again.
    Unpark,
    /// Give the session back to the queue.
    HandBack,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Decline,
        Self::Terminate,
        Self::Finish,
        Self::Extend,
        Self::Park,
        Self::Unpark,
        Self::HandBack,
    ];

    /// The verb on cards and in the API.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Terminate => "terminate",
            Self::Finish => "finish",
            Self::Extend => "extend",
            Self::Park => "park",
            Self::Unpark => "unpark",
            Self::HandBack => "hand_back",
        }
    }

    /// The action of a verb.
    pub fn from_verb(verb: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.verb() == verb)
    }
}

/// Where an agent acted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// On the card: the answer repaints the clicking client, the shared update follows a second
    /// later (B6).
    Card,
    /// On the card, from a client that cannot show a card as the answer: the shared update is the
    /// answer.
    CardSubmit,
    /// In the console: the card is updated at once.
    Console,
}

/// Why a card could not be put on display.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum CardFailure {
    /// The bot may not write to this agent (removed, blocked).
    Unreachable {
        /// Whether the bot was blocked; otherwise it is not installed.
        blocked: bool,
        /// The platform's words, for the administrator.
        reason: String,
    },
    /// The message is gone (404): a fresh one has to be posted.
    Gone {
        /// The message that is gone.
        activity: String,
    },
    /// The platform refuses the card for good.
    Refused {
        /// The platform's words, for the administrator.
        reason: String,
    },
    /// Worth another try.
    Later {
        /// Not before this instant.
        at: Timestamp,
    },
}

/// What the workflow of a session did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum FlowStep {
    /// It accepted the customer.
    Accepted,
    /// It put the session into the queue; the workflow may go on meanwhile.
    Queued,
    /// It took the session out of the queue again.
    LeftQueue,
    /// It ended the session.
    Ended {
        /// How.
        #[serde(flatten)]
        how: FlowEnd,
    },
}

/// How a workflow ends a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum FlowEnd {
    /// Solved without an agent.
    Handled,
    /// Disconnected without an agent.
    Disconnected,
    /// The customer left a message.
    MessageLeft,
    /// Passed on to another service.
    Transferred,
    /// The other service was closed, disabled or full.
    TransferFailed,
    /// The service has as many open sessions as it may (D5).
    ServiceFull,
    /// Outside the opening hours.
    ServiceClosed,
    /// The workflow could not go on.
    Failed {
        /// Why.
        reason: String,
    },
}

/// Why Beckon itself ends a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum SystemEnd {
    /// The task was cancelled, in the queue or with an agent.
    TaskCancelled,
    /// A block list or a limit refuses the customer.
    Spam,
    /// The channel refuses everything, or its credentials are lost.
    ChannelFailed {
        /// Why.
        reason: String,
    },
    /// A rule was found broken.
    InternalFailed {
        /// Which.
        reason: String,
        /// The administrator who found it, where one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
}

/// What the provider of a room reports, and how far its making got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum RoomReport {
    /// It is about to be asked to make the room. Kept before it is asked: after a crash it is not
    /// asked again, or there might be two rooms.
    Opening,
    /// It did not make the room, for certain: it may be asked again.
    NotCreated,
    /// It made the room.
    Created {
        /// What the provider calls it.
        reference: String,
        /// Where people open it.
        url: Option<String>,
    },
    /// The bot is in the room.
    Installed,
    /// The control card is posted.
    Introduced {
        /// Whose card it is a copy of.
        invitation: InvitationId,
        /// The message, and the version it shows.
        copy: CardCopy,
    },
    /// What was said before the room is posted.
    Transcribed {
        /// The message, if anything was said.
        post: Option<String>,
    },
    /// The room can be used.
    Opened {
        /// What the provider calls it.
        reference: String,
    },
    /// A post arrived there.
    Posted {
        /// The message.
        post: String,
        /// The places in the room's lane of what it says.
        #[serde(default)]
        places: Vec<u64>,
    },
    /// An answer of Beckon's own to who wrote there arrived.
    Answered {
        /// The message.
        post: String,
        /// Its place in the room's lane.
        #[serde(default)]
        places: Vec<u64>,
    },
    /// Its chat is reached by this address: so the provider said, or so it was heard from there.
    Reached {
        /// The address, `serviceUrl`.
        service_url: String,
    },
    /// Somebody typed there what changed nothing. It counts as heard all the same: read back later,
    /// it must not be carried out after all.
    Heard,
    /// Somebody gave it another name.
    Renamed {
        /// Which.
        name: String,
    },
    /// The room cannot be made.
    Failed {
        /// The provider's words.
        reason: String,
    },
    /// Another agent could not be taken in.
    NotHandedOver {
        /// The provider's words.
        reason: String,
    },
    /// The room is closed.
    Closed,
    /// The agent left it, a while after the end.
    Emptied,
    /// The room is gone.
    Lost {
        /// The provider's words.
        reason: String,
    },
}

/// Why something that was written in a room did not go to the customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotSent {
    /// It is not this person's conversation.
    NotYours,
    /// Nobody has the session just now.
    NotConnected,
    /// The session is set aside.
    Parked,
    /// The session is over.
    Ended {
        /// Since when.
        at: Timestamp,
    },
    /// The conversation goes on somewhere else.
    Elsewhere,
    /// There is no text.
    Empty,
    /// The text is too long.
    TooLong,
    /// It is a file, a picture or a card: a bot cannot fetch those from a chat.
    Attachment,
    /// It looks like a command and is none, or is one with more text behind it.
    UnknownCommand,
}

/// What somebody wrote in a room, beside its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// The text is all there is.
    #[default]
    Text,
    /// Files, pictures or cards came with it.
    WithFiles,
    /// It looks like a command and is none, or is one with more text behind it: its word is the
    /// text, and nothing of it is carried.
    UnknownCommand,
}
