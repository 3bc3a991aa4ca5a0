//! Which rows a command needs, for those who load and lock them.

use crate::command::Command;
use crate::ids::{AccountId, Address, AgentId, InvitationId, SessionId};
use crate::timer::{Timer, TimerKey};

/// Where the rows of a command's [`View`](super::View) hang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The open session of a customer's address on an account, if there is one.
    Address {
        /// The channel account.
        account: AccountId,
        /// The customer's address.
        address: Address,
    },
    /// A session.
    Session(SessionId),
    /// An invitation, and through it its session.
    Invitation(InvitationId),
    /// One agent's row and nothing else. What follows for their sessions is a follow-up command.
    Agent(AgentId),
}

/// Says where a command's rows hang. Every anchor but [`Anchor::Agent`] means: lock the session,
/// then load its live invitations, the invitation that the command names, the room, and the agents
/// of these invitations with those of [`named_agents`], ordered by id.
pub fn plan(command: &Command) -> Anchor {
    match command {
        Command::CustomerMessage { account, customer, .. } => {
            Anchor::Address { account: account.clone(), address: customer.address.clone() }
        }
        Command::Offer { session, .. }
        | Command::CustomerLeft { session }
        | Command::AgentMessage { session, .. }
        | Command::AdminEnd { session }
        | Command::MessageUndelivered { session, .. }
        | Command::NoticeDropped { session, .. }
        | Command::Timer(Timer {
            key: TimerKey::Offer(session) | TimerKey::MaxWait(session),
            ..
        }) => Anchor::Session(*session),
        Command::Act { invitation, .. }
        | Command::CardShown { invitation, .. }
        | Command::CardFailed { invitation, .. }
        | Command::WithdrawInvitation { invitation, .. }
        | Command::Timer(Timer {
            key:
                TimerKey::Delivery(invitation)
                | TimerKey::Ring(invitation)
                | TimerKey::WrapUp(invitation),
            ..
        }) => Anchor::Invitation(*invitation),
        Command::AgentReachable { agent, .. } | Command::AgentUnreachable { agent, .. } => {
            Anchor::Agent(*agent)
        }
    }
}

/// The agents whom a command names beside those of the session's invitations: their rows belong in
/// `View.agents`, locked.
pub fn named_agents(command: &Command) -> Option<AgentId> {
    match command {
        Command::Act { agent, .. }
        | Command::AgentMessage { agent, .. }
        | Command::AgentReachable { agent, .. }
        | Command::AgentUnreachable { agent, .. } => Some(*agent),
        _ => None,
    }
}

/// Whether the members of the session's service are wanted as `View.candidates`: an unlocked
/// snapshot to choose from.
pub fn candidates(command: &Command) -> bool {
    matches!(command, Command::Offer { .. })
}
