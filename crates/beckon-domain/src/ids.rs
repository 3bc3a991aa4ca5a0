//! Identifiers. Each is its own type, so that a session's id can never be passed where an
//! agent's is wanted.
//!
//! Ids that Beckon makes (sessions, invitations) are UUIDs of version 7, built by the caller from
//! its injected clock and carried in by the command: the rules stay pure and a command that is
//! run again names the same rows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// A Microsoft Entra tenant. Every row and every query carries it.
    TenantId
}
uuid_id! {
    /// An agent: the Entra object id of the person, unique within the tenant.
    AgentId
}
uuid_id! {
    /// One customer conversation.
    SessionId
}
uuid_id! {
    /// One offer of a session to one agent.
    InvitationId
}

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

name_id! {
    /// A service as the configuration names it, e.g. `support`.
    ServiceId
}
name_id! {
    /// A channel account: the place customers write to (one API account, one widget, one number).
    /// It belongs to exactly one service.
    AccountId
}
name_id! {
    /// The customer's address on a channel account. Opaque: never parsed as a phone number.
    Address
}
name_id! {
    /// The unique key of a command. The same key twice has the effect of once.
    CommandId
}
