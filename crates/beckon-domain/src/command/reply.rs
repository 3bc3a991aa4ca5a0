//! What the sender of a command learns.

use serde::{Deserialize, Serialize};

use super::NotSent;
use crate::ids::{InvitationId, SessionId};
use crate::outcome::Outcome;

/// What the sender of a command learns. Stored with the command's id, so that a repeat hears the
/// same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// A message was stored.
    Stored {
        /// Its session.
        session: SessionId,
        /// Its place there.
        seq: u64,
    },
    /// An agent's action on an invitation.
    Acted {
        /// The invitation.
        invitation: InvitationId,
        /// What became of it.
        result: ActResult,
    },
    /// The session ended, now or before.
    Ended {
        /// The session.
        session: SessionId,
        /// How it ended.
        outcome: Outcome,
    },
    /// The matcher's offer.
    Offered {
        /// Whether somebody is rung now.
        rung: bool,
        /// Whether any member of the service is selectable, tried before or not.
        anybody_free: bool,
    },
    /// What was written in a room did not go to the customer.
    NotSent {
        /// Why.
        #[serde(flatten)]
        why: NotSent,
    },
    /// Heard, and nothing was changed.
    Heard,
    /// Taken note.
    Noted,
}

impl Reply {
    /// Whether it is kept even where nothing was changed: the same command, carried out again later,
    /// might change something. What was heard in vain must not be carried out after all, and what was
    /// answered with "done" is done once.
    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Heard | Self::Acted { result: ActResult::Done, .. })
    }
}

/// What became of an agent's action.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActResult {
    /// It had its effect.
    Done,
    /// Repeated or too late: nothing changed. The card as it stands says why.
    Unchanged,
    /// Not this agent's invitation: nothing changed.
    Foreign,
}
