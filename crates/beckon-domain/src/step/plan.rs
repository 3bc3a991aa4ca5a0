//! Which rows a command needs, for those who load and lock them.

use crate::command::Command;
use crate::ids::{AccountId, Address, AgentId, InvitationId, SessionId};
use crate::timer::TimerKey;
use crate::transfer::TransferTo;
use crate::wrap_up::Actor;

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
        Command::CustomerMessage { account, customer, .. }
        | Command::ContactAgent { account, customer, .. }
        | Command::StartOutbound { account, customer, .. } => {
            Anchor::Address { account: account.clone(), address: customer.address.clone() }
        }
        Command::Offer { session, .. }
        | Command::CustomerLeft { session }
        | Command::Flow { session, .. }
        | Command::AgentMessage { session, .. }
        | Command::AdminEnd { session, .. }
        | Command::SystemEnd { session, .. }
        | Command::Sweep { session, .. }
        | Command::TakeOver { session, .. }
        | Command::StandbyAccepted { session, .. }
        | Command::Room { session, .. }
        | Command::RoomMessage { session, .. }
        | Command::RoomEdited { session, .. }
        | Command::MessageUndelivered { session, .. }
        | Command::NoticeDropped { session, .. } => Anchor::Session(*session),
        Command::Act { invitation, .. }
        | Command::InvitationSeen { invitation, .. }
        | Command::SetCodes { invitation, .. }
        | Command::CardShown { invitation, .. }
        | Command::CardFailed { invitation, .. }
        | Command::Transfer { invitation, .. }
        | Command::TransferReported { invitation, .. }
        | Command::Return { invitation, .. }
        | Command::LeaveWrapUp { invitation }
        | Command::FlagLifted { invitation, .. }
        | Command::WithdrawInvitation { invitation, .. } => Anchor::Invitation(*invitation),
        Command::AgentReachable { agent, .. }
        | Command::AgentUnreachable { agent, .. }
        | Command::SetDuty { agent, .. }
        | Command::SetPresence { agent, .. }
        | Command::ResetRona { agent, .. }
        | Command::ChatOpened { agent, .. }
        | Command::ConsoleOpen { agent }
        | Command::SetInvites { agent, .. } => Anchor::Agent(*agent),
        Command::Timer(timer) => match timer.key {
            TimerKey::Offer(session)
            | TimerKey::MaxWait(session)
            | TimerKey::ParkLimit(session)
            | TimerKey::Reminder(session)
            | TimerKey::Idle(session)
            | TimerKey::Transfer(session)
            | TimerKey::EmptyRoom(session)
            | TimerKey::Outbound(session) => Anchor::Session(session),
            TimerKey::Delivery(invitation)
            | TimerKey::Ring(invitation)
            | TimerKey::WrapUp(invitation)
            | TimerKey::LateCodes(invitation) => Anchor::Invitation(invitation),
            TimerKey::Rona(agent) => Anchor::Agent(agent),
        },
    }
}

/// The agent whom a command names beside those of the session's invitations: their row belongs in
/// `View.agents`, locked.
pub fn named_agents(command: &Command) -> Option<AgentId> {
    match command {
        Command::Act { agent, .. }
        | Command::SetCodes { by: Actor::Agent { agent }, .. }
        | Command::AgentMessage { agent, .. }
        | Command::RoomMessage { agent, .. }
        | Command::ContactAgent { agent, .. }
        | Command::TakeOver { agent, .. }
        | Command::StandbyAccepted { agent, .. }
        | Command::Transfer { target: TransferTo::Agent { agent, .. }, .. } => Some(*agent),
        _ => match plan(command) {
            Anchor::Agent(agent) => Some(agent),
            _ => None,
        },
    }
}

/// Whether the members of the session's service are wanted as `View.candidates`: an unlocked
/// snapshot to choose from.
pub fn candidates(command: &Command) -> bool {
    matches!(command, Command::Offer { .. })
}
