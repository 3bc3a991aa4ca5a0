//! What can go wrong while a test drives the fake.

use std::{io, time::Duration};

use crate::Overrun;

/// An error of the library itself; what the fake answers over HTTP is not an [`Error`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The loopback port could not be bound.
    #[error("cannot bind 127.0.0.1:{port}: {source}")]
    Bind {
        /// The port asked for; 0 means any free one.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// An RSA key could not be made or used.
    #[error("the signing key failed")]
    Key,
    /// The HTTP client towards the bot could not be built.
    #[error("cannot build the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    /// Nobody has told the fake where the bot listens.
    #[error("the bot endpoint is not set: call set_bot_endpoint first")]
    NoBotEndpoint,
    /// No such person.
    #[error("no person {0:?}")]
    NoPerson(String),
    /// No such conversation, or the person is not a member of it.
    #[error("no conversation {0:?} for this person")]
    NoConversation(String),
    /// No such message, or it was deleted.
    #[error("no message {0:?}")]
    NoMessage(String),
    /// The message is somebody else's.
    #[error("message {0:?} was written by somebody else")]
    NotYours(String),
    /// The card as shown has no such input.
    #[error("the card has no input {0:?}")]
    NoInput(String),
    /// A required input is unset: the client does not send the click.
    #[error("the input {0:?} is required")]
    MissingInput(String),
    /// The message shows no card.
    #[error("message {0:?} shows no card")]
    NoCard(String),
    /// The card as shown has no such action.
    #[error("the card has no action {wanted:?}; it has {present:?}")]
    NoAction {
        /// The verb, id or title asked for.
        wanted: String,
        /// What the card offers: verb, else id, else title, of each action.
        present: Vec<String>,
    },
    /// The bot called more often than it may.
    #[error("{count} calls over a rate limit; the first: {first:?}")]
    LimitExceeded {
        /// The first of them.
        first: Box<Overrun>,
        /// How many.
        count: usize,
    },
    /// The action asks for what this fake does not play.
    #[error("this fake does not play actions of type {0:?}")]
    NotPlayed(String),
    /// A condition did not come true in time.
    #[error("waited {waited:?} in vain for {what}")]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long.
        waited: Duration,
    },
}
