//! Effects: what has to happen outside, as rows of the outbox.
//!
//! An effect is a reference, never a copy: its text is read from the rows when it is sent, so what
//! leaves is the truth of that moment. Effects of one lane leave in the order in which their
//! commands were committed, one at a time; lanes never wait for each other. Cards are effects too,
//! but need no row: `card.wanted <> card.shown` is their queue (see [`card`](crate::card)).
//!
//! An effect that fails for good comes back as a command and becomes an event; it never blocks its
//! lane: a message by [`MessageUndelivered`](crate::command::Command::MessageUndelivered), a notice
//! by [`NoticeDropped`](crate::command::Command::NoticeDropped).

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::command::NotSent;
use crate::ids::{AccountId, Address, AgentId, InvitationId, SessionId};
use crate::outcome::{EndedBy, Outcome};

/// Something that has to happen outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Where it queues.
    pub lane: LaneKey,
    /// What it is.
    pub body: EffectBody,
    /// A notice's key within its session, `KIND/GENERATION`: the same notice leaves once. Messages
    /// have none, their sequence number is drawn once.
    pub unique: Option<String>,
    /// Worth nothing after this instant: then it is dropped, not sent late.
    pub not_after: Option<Timestamp>,
}

/// What an effect sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum EffectBody {
    /// A message of a session, read from its row when it is sent.
    Message {
        /// The session.
        session: SessionId,
        /// The message's place there.
        seq: u64,
    },
    /// Something to do with the room of a session. What comes behind it in the lane waits.
    Room {
        /// The session.
        session: SessionId,
        /// Which try at a room it is about; for an earlier one there is nothing left to do.
        attempt: u32,
        /// What.
        #[serde(flatten)]
        task: RoomTask,
    },
    /// News for the tenant's own systems.
    Notice {
        /// The session it is about.
        session: SessionId,
        /// The news.
        notice: Notice,
    },
}

/// Something to do with a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum RoomTask {
    /// Make it, up to the first message that can be carried there.
    Open,
    /// Another agent has the session: they come in and see the history, the one before goes, the
    /// name is as it should be (D7).
    HandOver {
        /// Who was in it.
        from: Option<AgentId>,
        /// Who has the session.
        to: AgentId,
    },
    /// Say that the session is over.
    Close,
    /// The agent leaves it, a while after the end (R8).
    Empty,
    /// The conversation goes on elsewhere: whoever is in it leaves.
    Abandon {
        /// What the provider calls it.
        reference: String,
    },
    /// Tell who wrote in it what became of that. Not a courtesy: whoever is not told believes that
    /// the customer read it (R7).
    Answer {
        /// What the provider calls the chat it was written in, which may be an earlier room.
        reference: String,
        /// What.
        answer: RoomAnswer,
    },
}

/// What became of something that was written in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum RoomAnswer {
    /// It did not go to the customer.
    NotSent {
        /// Why.
        why: NotSent,
        /// The word of a command that there is not, or that has to stand alone.
        #[serde(default)]
        word: Option<String>,
    },
    /// Its text went to the customer, what was attached did not.
    TextOnly,
    /// It was edited or deleted, and the customer keeps what was sent.
    Kept,
}

impl RoomTask {
    /// The name in logs and for administrators.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::HandOver { .. } => "hand_over",
            Self::Close => "close",
            Self::Empty => "empty",
            Self::Abandon { .. } => "abandon",
            Self::Answer { .. } => "answer",
        }
    }
}

/// News about a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The session ended.
    SessionEnded {
        /// How.
        outcome: Outcome,
        /// By whom.
        by: EndedBy,
    },
    /// An invitation could not be delivered: the administrator should know why (I5).
    InvitationUndeliverable {
        /// The invitation.
        invitation: InvitationId,
        /// Whose bot chat it was.
        agent: AgentId,
        /// The platform's words.
        reason: String,
    },
    /// A room could not be made, or is gone: the administrator should know why (I6).
    RoomBroke {
        /// The provider's words.
        reason: String,
    },
}

/// The kinds of [`Notice`], for keys and for reports about one that was dropped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// [`Notice::SessionEnded`].
    SessionEnded,
    /// [`Notice::InvitationUndeliverable`].
    InvitationUndeliverable,
    /// [`Notice::RoomBroke`].
    RoomBroke,
}

impl Notice {
    /// Its kind.
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::SessionEnded { .. } => NoticeKind::SessionEnded,
            Self::InvitationUndeliverable { .. } => NoticeKind::InvitationUndeliverable,
            Self::RoomBroke { .. } => NoticeKind::RoomBroke,
        }
    }
}

impl NoticeKind {
    /// The stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SessionEnded => "session_ended",
            Self::InvitationUndeliverable => "invitation_undeliverable",
            Self::RoomBroke => "room_broke",
        }
    }
}

/// Where an effect queues. Effects of one lane leave one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LaneKey {
    /// To a customer's address. Outlives the session: two sessions of one customer share it.
    Customer {
        /// The channel account that sends.
        account: AccountId,
        /// Where to.
        address: Address,
    },
    /// Into the room of a session.
    Room {
        /// The session.
        session: SessionId,
    },
    /// News about a session.
    Notice {
        /// The session.
        session: SessionId,
    },
}

impl LaneKey {
    /// The stored form: `customer/ACCOUNT/ADDRESS`, `room/SESSION` or `notice/SESSION`. A slash or
    /// percent sign in an account is written `%2F` or `%25`, so that no two lanes look alike.
    pub fn stored(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for LaneKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer { account, address } => {
                let account = account.as_str().replace('%', "%25").replace('/', "%2F");
                write!(f, "customer/{account}/{address}")
            }
            Self::Room { session } => write!(f, "room/{session}"),
            Self::Notice { session } => write!(f, "notice/{session}"),
        }
    }
}

/// A text that is no lane.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a lane: {0:?}")]
pub struct NotALane(pub String);

impl FromStr for LaneKey {
    type Err = NotALane;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotALane(text.to_owned());
        let session = |id: &str| id.parse::<SessionId>().map_err(|_| wrong());
        match text.split_once('/').ok_or_else(wrong)? {
            ("customer", rest) => {
                let (account, address) = rest.split_once('/').ok_or_else(wrong)?;
                let account = account.replace("%2F", "/").replace("%25", "%");
                Ok(Self::Customer { account: AccountId(account), address: address.into() })
            }
            ("room", id) => Ok(Self::Room { session: session(id)? }),
            ("notice", id) => Ok(Self::Notice { session: session(id)? }),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lanes_read_as_the_store_shows_them() {
        let session = SessionId(uuid::Uuid::from_u128(7));
        let room = LaneKey::Room { session };
        assert_eq!(room.stored(), "room/00000000-0000-0000-0000-000000000007");
        let customer = LaneKey::Customer { account: "sms".into(), address: "+41/79".into() };
        assert_eq!(customer.stored(), "customer/sms/+41/79");
        for wrong in ["", "room", "room/7", "customer/sms", "card/x"] {
            assert_eq!(wrong.parse::<LaneKey>(), Err(NotALane(wrong.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn every_lane_reads_back(account in "[a-z%/2F5]{1,8}", address in ".{0,12}", id: u128) {
            let session = SessionId(uuid::Uuid::from_u128(id));
            let customer =
                LaneKey::Customer { account: AccountId(account), address: address.as_str().into() };
            for lane in [customer, LaneKey::Room { session }, LaneKey::Notice { session }] {
                prop_assert_eq!(lane.stored().parse(), Ok(lane));
            }
        }
    }
}
