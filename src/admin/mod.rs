//! What an administrator does to a store from the command line.
//!
//! An SQLite file belongs to one process. While a server runs, the command line asks it, by one
//! line of JSON over a Unix socket beside the file (`beckon.db.sock`, for the server's user only);
//! when none runs, it opens the file itself. Either way the same [`Desk`] answers.

mod desk;
mod protocol;
mod socket;

pub use self::desk::Desk;
pub use self::protocol::{AgentRow, Answer, OutboxRow, Question, Timeline, Which};
pub use self::socket::{AskError, Socket, ask};
