//! The client of the Connector REST API: how a bot sends, updates and deletes activities,
//! reacts to them, opens conversations, reads rosters, and fetches attachments.
//!
//! Every call of a [`ConnectorClient`] goes through the same steps:
//!
//! 1. the body's size is checked as Teams counts it, and ids become one path segment each;
//! 2. the host must be on the allow-list, for live and for stored service URLs alike: this
//!    client carries the bot's token, and whoever receives that can act as the bot;
//! 3. the [limiter](crate::limiter) lets it through;
//! 4. it is sent with a token, without following redirects, within a timeout.
//!
//! A call is repeated only when it was refused without effect and the repetition can differ:
//! once with a fresh token after a 401, once at the government host after `InvalidBotApiHost`.
//! All else is the caller's decision, for which [`ConnectorError`] says what is known.
//!
//! Operations of the REST reference that Teams refuses, or has put something better in the place
//! of, have no method: the README lists each with its reason.
//!
//! What a caller makes of a failure:
//!
//! ```
//! use botframework::activity::{ConversationReference, OutgoingActivity};
//! use botframework::connector::{ConnectorClient, ConnectorError, ErrorKind, Retry};
//! use botframework::limiter::Priority;
//!
//! /// Tells somebody something, and says when to try again if it cannot be told now.
//! async fn tell(
//!     client: &ConnectorClient,
//!     to: &ConversationReference,
//! ) -> Result<Option<Retry>, ConnectorError> {
//!     let news = OutgoingActivity::text("Your build is green.");
//!     match client.send(to, &to.conversation_id, &news, Priority::Background).await {
//!         Ok(_) => Ok(None),
//!         // Nobody will read it: stop until the user writes.
//!         Err(error) if error.kind() == ErrorKind::Blocked => Ok(Some(Retry::No)),
//!         // It may have arrived: better not at all than twice.
//!         Err(error) if error.is_ambiguous() => Ok(Some(Retry::No)),
//!         Err(error) if error.retry() != Retry::No => Ok(Some(error.retry())),
//!         Err(error) => Err(error),
//!     }
//! }
//! ```

mod activities;
mod attachments;
mod call;
mod classify;
mod client;
mod conversations;
mod endpoint;
mod error;
mod error_body;
mod failover;
mod operation;
mod path;
mod size;

pub use attachments::{AttachmentContent, AttachmentInfo, AttachmentView};
pub use client::ConnectorClient;
pub use conversations::{CreatedConversation, MembersPage, TeamChannel, TeamDetails};
pub use endpoint::Endpoint;
pub use error::{ConnectorError, ErrorKind, RequestIds, Retry};
pub use operation::Operation;
pub use size::MAX_ACTIVITY_UTF16_BYTES;
