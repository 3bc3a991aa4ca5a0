//! The REST API, version 1.

pub mod agents;
mod asked;
pub mod channels;
pub mod console;
mod csv;
pub mod feed;
pub mod flow;
pub mod invitations;
mod listing;
pub mod openapi;
pub mod preferences;
pub mod reports;
pub mod sessions;
pub mod sign_in;

use axum::extract::FromRequestParts;
use beckon_domain::ids::AgentId;
use beckon_domain::session::Author;
use beckon_domain::session::Message;
use http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use std::str::FromStr;

use super::auth::{Principal, Role};
use super::json::Segments;
use super::problem::Problem;

/// The agent who sent the request, with their tenant.
pub(super) struct AgentPrincipal {
    pub(super) tenant: beckon_domain::ids::TenantId,
    pub(super) agent: AgentId,
}

impl<S: Send + Sync> FromRequestParts<S> for AgentPrincipal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match parts.extensions.get() {
            Some(Principal { tenant, role: Role::Agent(agent), .. }) => {
                Ok(Self { tenant: *tenant, agent: *agent })
            }
            _ => Err(Problem::unauthorized()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(Problem::unauthorized)
    }
}

/// An id in the path; one that is no id names nothing.
fn id<T: FromStr>(Segments(text): Segments<String>, what: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(what))
}

/// A message as both sides read it.
#[derive(Debug, Serialize)]
pub(super) struct MessageView {
    seq: u64,
    at: Timestamp,
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    text: String,
}

impl MessageView {
    /// The view of a message; `customer` is the name its reader sees the customer by.
    fn of(message: Message, customer: Option<&str>) -> Self {
        let (from, name) = match message.from {
            Author::Customer => ("customer", customer.map(str::to_owned)),
            Author::Agent { name, .. } => ("agent", Some(name)),
            Author::System => ("system", None),
        };
        Self { seq: message.seq, at: message.at, from, name, text: message.text }
    }
}
