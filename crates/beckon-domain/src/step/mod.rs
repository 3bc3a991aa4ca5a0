//! The one function that decides: (view, command, env) → step.

mod conversation;
mod delivery;
mod ending;
mod offer;
#[cfg(test)]
mod tests;
mod turn;

use jiff::Timestamp;
use thiserror::Error;

use crate::agent::Agent;
use crate::command::{Command, Reply};
use crate::event::Event;
use crate::ids::AgentId;
use crate::invitation::Invitation;
use crate::room::Room;
use crate::session::{Message, Session};
use crate::settings::Service;
use crate::timer::{Timer, TimerKey};

use turn::Turn;

/// The rows that a command concerns, as they are under lock. Which rows a command needs is said by
/// its documentation in [`needs`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The session, when one exists.
    pub session: Option<Session>,
    /// The invitation that the command names, else the one that the session's phase hangs on.
    pub invitation: Option<Invitation>,
    /// The agent of that invitation; for an offer all members of the service, in its order; for a
    /// command about an agent that agent.
    pub agents: Vec<Agent>,
    /// The session's room, when one exists.
    pub room: Option<Room>,
}

/// What the rules may know beside the rows.
#[derive(Clone, Copy, Debug)]
pub struct Env<'s> {
    /// The time of the command; the same for a whole transaction.
    pub now: Timestamp,
    /// The service of the session, `None` where the command has none.
    pub service: Option<&'s Service>,
}

/// What is to be written, and what the sender hears. Rows that did not change are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The session, new or changed.
    pub session: Option<Session>,
    /// The invitation, new or changed.
    pub invitation: Option<Invitation>,
    /// Agents that changed.
    pub agents: Vec<Agent>,
    /// The room, new or changed.
    pub room: Option<Room>,
    /// Messages of the session, in order, with their sequence numbers.
    pub messages: Vec<Message>,
    /// Events of the session, in order, with their sequence numbers.
    pub events: Vec<Event>,
    /// Timers to set; a timer of the same key is replaced.
    pub timers: Vec<Timer>,
    /// Whether somebody waiting may have become offerable, or somebody free.
    pub wake_matcher: bool,
    /// What the sender of the command learns.
    pub reply: Option<Reply>,
}

impl Step {
    /// Whether anything has to be written.
    pub fn is_empty(&self) -> bool {
        self.session.is_none()
            && self.invitation.is_none()
            && self.agents.is_empty()
            && self.room.is_none()
            && self.messages.is_empty()
            && self.events.is_empty()
            && self.timers.is_empty()
    }
}

/// A command that cannot be carried out. Nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The command names a row that does not exist.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The text of a message is empty or blank.
    #[error("the text is empty")]
    EmptyText,
    /// The text of a message is too long.
    #[error("the text has {chars} characters, the limit is {max}")]
    TextTooLong {
        /// How long it is.
        chars: usize,
        /// How long it may be.
        max: usize,
    },
    /// The session is not in conversation: nobody would read the message.
    #[error("the session is {0}, not connected")]
    NotConnected(&'static str),
    /// Another agent has the session.
    #[error("the session is another agent's")]
    NotYours,
}

/// The rows that a command needs in its [`View`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The open session of a customer's address on an account.
    OpenSession {
        /// The channel account.
        account: crate::ids::AccountId,
        /// The customer's address.
        address: crate::ids::Address,
    },
    /// A session, with the invitation its phase hangs on, that invitation's agent, and the room.
    Session(crate::ids::SessionId),
    /// A session and all members of its service.
    Candidates(crate::ids::SessionId),
    /// An invitation, with its session, its agent, and the room.
    Invitation(crate::ids::InvitationId),
    /// One agent, with the invitation that rings at them and its session, if there is one.
    Agent(AgentId),
}

/// Says which rows a command needs.
pub fn needs(command: &Command) -> Needs {
    match command {
        Command::CustomerMessage { account, customer, .. } => {
            Needs::OpenSession { account: account.clone(), address: customer.address.clone() }
        }
        Command::Offer { session, .. } => Needs::Candidates(*session),
        Command::CustomerLeft { session }
        | Command::AgentMessage { session, .. }
        | Command::AdminEnd { session }
        | Command::Timer(Timer {
            key: TimerKey::Offer(session) | TimerKey::MaxWait(session),
            ..
        }) => Needs::Session(*session),
        Command::Act { invitation, .. }
        | Command::CardShown { invitation, .. }
        | Command::CardFailed { invitation, .. }
        | Command::Timer(Timer {
            key:
                TimerKey::Delivery(invitation)
                | TimerKey::Ring(invitation)
                | TimerKey::WrapUp(invitation),
            ..
        }) => Needs::Invitation(*invitation),
        Command::AgentReachable { agent, .. } | Command::AgentUnreachable { agent, .. } => {
            Needs::Agent(*agent)
        }
    }
}

/// Decides what a command does.
///
/// Pure: the same arguments give the same step. A command that comes too late, twice or from the
/// wrong person gives an empty step whose reply says how things stand.
///
/// # Errors
/// [`Rejection`] when the command cannot be carried out at all; nothing is to be written then.
pub fn step(view: View, command: &Command, env: Env<'_>) -> Result<Step, Rejection> {
    let mut turn = Turn::new(view, env);
    let reply = match command {
        Command::CustomerMessage { account, customer, text, new_session } => {
            turn.customer_message(account, customer, text, *new_session)?
        }
        Command::CustomerLeft { .. } => turn.customer_left()?,
        Command::AdminEnd { .. } => turn.admin_end()?,
        Command::Offer { invitation, .. } => turn.offer(*invitation)?,
        Command::Act { agent, action, surface, seen, .. } => {
            turn.act(*agent, *action, *surface, seen.as_ref())?
        }
        Command::AgentMessage { agent, text, .. } => turn.agent_message(*agent, text)?,
        Command::CardShown { copy, .. } => turn.card_shown(copy)?,
        Command::CardFailed { failure, .. } => turn.card_failed(failure)?,
        Command::Timer(Timer { key: TimerKey::Delivery(_), .. }) => turn.delivery_overdue()?,
        Command::Timer(Timer { key: TimerKey::Ring(_), due }) => turn.ring_over(*due)?,
        Command::Timer(Timer { key: TimerKey::WrapUp(_), .. }) => turn.wrap_up_over()?,
        Command::Timer(Timer { key: TimerKey::Offer(_), .. }) => turn.wake(),
        Command::Timer(Timer { key: TimerKey::MaxWait(_), .. }) => turn.max_wait_over()?,
        Command::AgentReachable { agent, reference } => turn.agent_reachable(*agent, reference)?,
        Command::AgentUnreachable { agent, blocked } => turn.agent_unreachable(*agent, *blocked)?,
    };
    Ok(turn.finish(reply))
}
