//! Moving a session on: to a service, to an agent, or outside (D7).

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, InvitationId, ServiceId};
use crate::invitation::Invitation;
use crate::session::{Phase, Session};

/// How long a move outside waits for its answer; then nobody took it. A choice of Beckon.
pub const OUTSIDE_LIMIT: SignedDuration = SignedDuration::from_mins(10);

/// Where an agent wants a session to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TransferTo {
    /// Into the queue of a service. The agent lets go at once.
    Service {
        /// The service; the caller has checked that there is one.
        service: ServiceId,
    },
    /// To one agent, who is rung.
    Agent {
        /// Who.
        agent: AgentId,
        /// The id of their invitation.
        invitation: InvitationId,
        /// When the sender lets go.
        mode: TransferMode,
    },
    /// To somebody who is not served by Beckon.
    Outside {
        /// Where; opaque to the rules.
        address: String,
        /// What a refusal means: the session ends with it (blind), or goes on with the sender
        /// (safe). In either mode the conversation stays with them until the provider has answered,
        /// or [`OUTSIDE_LIMIT`] is over.
        mode: TransferMode,
    },
}

/// When the sender of a transfer lets go.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferMode {
    /// At once: the sender is free, and a transfer that nobody takes has failed.
    Blind,
    /// When the target takes it: until then, and if it does not, the sender has it.
    Safe,
}

/// The last move by an agent, part of its session. It decides the outcome: after a transfer the
/// last agent session counts (`facts/outcomes.md` §5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Who moved it.
    pub from: AgentId,
    /// Their invitation.
    pub invitation: InvitationId,
    /// Where to.
    pub to: TransferTo,
    /// What they wrote for whoever takes it. `None` in rows from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What came of it.
    pub state: TransferState,
}

/// What came of a transfer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// The target has not answered.
    Pending,
    /// The target has it.
    Taken,
    /// The target did not take it, and the sender had let go.
    Failed,
    /// The target ignored it. The sender still has the session and has done nothing with it since:
    /// unless they take it back, the move is what came of it.
    Ignored,
}

impl Transfer {
    /// When the sender lets go. A queue is no one to wait for: a move there is always blind.
    pub fn mode(&self) -> TransferMode {
        match self.to {
            TransferTo::Service { .. } => TransferMode::Blind,
            TransferTo::Agent { mode, .. } | TransferTo::Outside { mode, .. } => mode,
        }
    }

    /// Whether the sender has the session until the target answers.
    pub fn sender_keeps(&self) -> bool {
        self.mode() == TransferMode::Safe || matches!(self.to, TransferTo::Outside { .. })
    }

    /// Whether the target has not answered yet.
    pub fn is_pending(&self) -> bool {
        self.state == TransferState::Pending
    }

    /// Whether this invitation is the one that the target was sent.
    pub fn rings_by(&self, id: InvitationId) -> bool {
        matches!(self.to, TransferTo::Agent { invitation, .. } if invitation == id)
    }
}

impl Session {
    /// What its sender wrote for the agent of this invitation: for whoever is asked to take the
    /// conversation, and then for the one who took it. Never for the sender, and of a move that
    /// failed for nobody: somebody it was not meant for may have the conversation after it.
    pub fn note_for(&self, invitation: &Invitation) -> Option<&str> {
        let moved = self.transfer.as_ref().filter(|moved| moved.from != invitation.agent)?;
        let theirs = match (moved.state, &moved.to) {
            (TransferState::Pending, TransferTo::Agent { .. }) => moved.rings_by(invitation.id),
            (TransferState::Pending, TransferTo::Service { .. }) => {
                self.phase.invitations().contains(&invitation.id)
            }
            (TransferState::Taken, _) => self.last_held_by() == Some(invitation.id),
            _ => false,
        };
        moved.note.as_deref().filter(|_| theirs)
    }

    /// The invitation of the agent who has it, or had it at its end.
    fn last_held_by(&self) -> Option<InvitationId> {
        match self.phase {
            Phase::Ended { invitation, .. } => invitation,
            _ => self.owner().map(|owner| owner.invitation),
        }
    }
}

#[cfg(test)]
mod tests;
