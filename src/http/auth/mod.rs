//! Who may do what on the REST API: keys and tokens give a [`Principal`], its role has [`Scope`]s,
//! and every route declares the one it asks for.

mod guard;
mod keys;
mod token;

use std::sync::Arc;

use beckon_domain::ids::{AgentId, ServiceId, TenantId};
use beckon_domain::wrap_up::Actor;

pub use guard::Access;
pub(super) use guard::guard;
pub(super) use keys::digest;
pub use keys::{Keys, new_key};
pub use token::{Holder, IssuedToken, Tokens};

use crate::config::KeyRole;

/// Who sent a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The tenant they belong to. Nothing of another tenant is ever found.
    pub tenant: TenantId,
    /// What they may do.
    pub role: Role,
    /// The services they may do it in; `None`: all of the tenant.
    pub services: Option<Arc<[ServiceId]>>,
    /// The name of their key; a token has none.
    pub key: Option<Arc<str>>,
}

impl Principal {
    /// Somebody who is not limited to some services.
    pub fn new(tenant: TenantId, role: Role) -> Self {
        Self { tenant, role, services: None, key: None }
    }

    /// Who they are on record.
    pub fn actor(&self) -> Actor {
        match self.role {
            Role::Agent(agent) => Actor::Agent { agent },
            _ => Actor::Key { name: self.key.as_deref().unwrap_or_default().to_owned() },
        }
    }

    /// Whether they may see this service.
    pub fn sees(&self, service: &ServiceId) -> bool {
        self.services.as_ref().is_none_or(|services| services.contains(service))
    }
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Another program.
    Integration,
    /// An agent, on own work only.
    Agent(AgentId),
    /// A supervisor of some services.
    Supervisor,
    /// The owner of some services.
    Owner,
    /// An administrator of the tenant.
    Admin,
    /// Somebody who signed in to the page of results: a browser is given no more than that page
    /// needs. An agent reads about their own work only.
    Reader(Option<AgentId>),
}

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Write and read as the customers of a channel account.
    Channel,
    /// Work in the console.
    Console,
    /// Lists and reports. Agents see their own work.
    Reports,
    /// See a session with everything that happened.
    Sessions,
    /// End a session.
    EndSessions,
    /// Say what conversations were about. Agents say it about their own.
    Codes,
    /// Carry a workflow outside Beckon on, and answer for what was moved outside.
    Flow,
    /// Have another agent take a conversation over.
    TakeOver,
    /// Take an agent's RONA flag away.
    Agents,
    /// Follow every change of the tenant.
    Feed,
    /// Read what was measured about the whole installation; no tenant's data is in it.
    Metrics,
}

impl Role {
    /// Whether the role has the scope.
    pub fn may(self, scope: Scope) -> bool {
        match scope {
            Scope::Channel | Scope::Flow => matches!(self, Self::Integration),
            Scope::Console => matches!(self, Self::Agent(_)),
            Scope::Reports => !matches!(self, Self::Integration),
            Scope::Sessions | Scope::Agents | Scope::TakeOver => {
                matches!(self, Self::Admin | Self::Owner | Self::Supervisor)
            }
            Scope::Codes => {
                matches!(self, Self::Agent(_) | Self::Admin | Self::Owner | Self::Supervisor)
            }
            Scope::EndSessions => matches!(self, Self::Admin | Self::Owner),
            Scope::Metrics => matches!(self, Self::Admin),
            Scope::Feed => matches!(self, Self::Admin | Self::Integration),
        }
    }

    /// The agent to whose own work the role is limited, if it is.
    pub fn own(self) -> Option<AgentId> {
        match self {
            Self::Agent(agent) => Some(agent),
            Self::Reader(agent) => agent,
            Self::Integration | Self::Supervisor | Self::Owner | Self::Admin => None,
        }
    }

    fn of(role: KeyRole, agent: Option<AgentId>) -> Option<Self> {
        match (role, agent) {
            (KeyRole::Integration, None) => Some(Self::Integration),
            (KeyRole::Admin, None) => Some(Self::Admin),
            (KeyRole::Owner, None) => Some(Self::Owner),
            (KeyRole::Supervisor, None) => Some(Self::Supervisor),
            (KeyRole::Agent, Some(agent)) => Some(Self::Agent(agent)),
            _ => None,
        }
    }
}
