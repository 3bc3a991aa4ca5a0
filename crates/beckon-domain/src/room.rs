//! The room: the place where agent and customer talk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::SessionId;

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
}

/// Who keeps the room.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Beckon's own console page: always available.
    Console,
}

/// Where a room stands. A console room opens in the moment of the accept; rooms of other
/// providers pass through states of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RoomState {
    /// Both sides can write.
    Open {
        /// Since when.
        at: Timestamp,
    },
    /// The session ended; nothing is carried any more.
    Closed {
        /// Since when.
        at: Timestamp,
    },
}

impl Room {
    /// Whether what the customer writes has to be carried there: it is neither the console, which
    /// reads the messages where they are stored, nor closed.
    pub fn is_elsewhere(&self) -> bool {
        let in_console = match self.provider {
            Provider::Console => true,
        };
        !in_console && matches!(self.state, RoomState::Open { .. })
    }
}
