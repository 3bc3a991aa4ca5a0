//! Who may do what on the REST API: keys and tokens give a [`Principal`], its role has [`Scope`]s,
//! and every route declares the one it asks for.

mod guard;
mod keys;
mod token;

use beckon_domain::ids::{AgentId, TenantId};

pub use guard::Access;
pub(super) use guard::guard;
pub use keys::{Keys, new_key};
pub use token::{IssuedToken, Tokens};

use crate::config::KeyRole;

/// Who sent a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The tenant they belong to. Nothing of another tenant is ever found.
    pub tenant: TenantId,
    /// What they may do.
    pub role: Role,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Another program.
    Integration,
    /// An agent, on own work only.
    Agent(AgentId),
    /// An administrator of the tenant.
    Admin,
}

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Write and read as the customers of a channel account.
    Channel,
    /// Work in the console.
    Console,
    /// See and end any session of the tenant.
    Sessions,
    /// Follow every change of the tenant.
    Feed,
    /// Read what was measured about the whole installation; no tenant's data is in it.
    Metrics,
}

impl Role {
    /// Whether the role has the scope.
    pub fn may(self, scope: Scope) -> bool {
        match scope {
            Scope::Channel => matches!(self, Self::Integration),
            Scope::Console => matches!(self, Self::Agent(_)),
            Scope::Sessions | Scope::Metrics => matches!(self, Self::Admin),
            Scope::Feed => matches!(self, Self::Admin | Self::Integration),
        }
    }

    fn of(role: KeyRole, agent: Option<AgentId>) -> Option<Self> {
        match (role, agent) {
            (KeyRole::Integration, None) => Some(Self::Integration),
            (KeyRole::Admin, None) => Some(Self::Admin),
            (KeyRole::Agent, Some(agent)) => Some(Self::Agent(agent)),
            _ => None,
        }
    }
}
