//! Microsoft Graph, as far as Beckon needs it: group chats as rooms, and installing the bot.
//!
//! Everything is called as the app itself (client credentials), with a token of the tenant that is
//! served. A call goes through: the tenant's rate limit, a token, one request without redirects to
//! the one host that is allowed, and [`GraphError`], which says whether to repeat it.
//!
//! Graph knows no idempotency key. Of what is called here only [`GraphClient::create_chat`] must
//! not be repeated after an unclear answer: a second chat would come of it, and an app may not list
//! chats to find the first. Everything else comes to the same, done once or twice.
//!
//! | Module | What it gives |
//! |---|---|
//! | `client`, `call` | what a call goes through |
//! | `root`, `path` | where calls may go |
//! | `error`, `error_body`, `operation` | what a failure means |
//! | `chats`, `members`, `installs`, `messages`, `catalog` | the calls |
//! | `breaker` | when to leave Graph alone |

mod breaker;
mod call;
mod catalog;
mod chats;
mod client;
mod error;
mod error_body;
mod installs;
mod members;
mod mend;
mod messages;
mod operation;
mod path;
mod root;

pub use self::breaker::Breaker;
pub use self::chats::Chat;
pub use self::client::{GraphClient, GraphSettings};
pub use self::error::{GraphError, Unsent};
pub use self::installs::UserInstall;
pub use self::members::{History, Member};
pub use self::messages::{Attachment, ChatMessage, ContentType, Mention, Sender};
pub use self::operation::Operation;
pub use self::root::{GraphRoot, NotLoopback};
