//! An agent moves their conversation on (D7).

use axum::Json;
use axum::extract::State;
use beckon_domain::command::{ActResult, Command, Reply};
use beckon_domain::ids::{AgentId, InvitationId, ServiceId, SessionId};
use beckon_domain::invitation::InvitationState;
use beckon_domain::session::MAX_TEXT_CHARS;
use beckon_domain::transfer::{Transfer, TransferMode, TransferTo};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::own_session;
use crate::http::AppState;
use crate::http::api::flow::known_agent;
use crate::http::api::{AgentPrincipal, id};
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;
use crate::teams::words;

const ASKED: &str = "They are asked. It is not theirs until they take it.";
const PENDING: &str =
    "You are moving this conversation already. It is yours until that is answered.";

/// The longest address outside, in bytes.
const MAX_ADDRESS: usize = 256;

/// Where the conversation is to go, and what whoever takes it should know.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Move {
    to: To,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum To {
    /// Into the queue of a service.
    Service(ServiceId),
    /// To a colleague.
    Agent { id: AgentId, mode: TransferMode },
    /// To somebody whom another program of the tenant reaches.
    Outside { address: String, mode: TransferMode },
}

/// `POST /api/v1/console/sessions/{id}/transfer`: moves an own conversation to a service, to a
/// colleague or outside. Blind: it is let go of at once; safe: when the target has it; outside: with
/// the answer, in either way.
pub(in crate::http) async fn transfer(
    State(state): State<AppState>,
    who: AgentPrincipal,
    path: Segments<String>,
    Body(Move { to, note }): Body<Move>,
) -> Result<Json<Value>, Problem> {
    let session: SessionId = id(path, "session")?;
    let invitation = own_session(&state, &who, session).await?.invitation.id;
    check_note(note.as_deref())?;
    let command =
        Command::Transfer { invitation, agent: who.agent, target: target(&state, &who, to)?, note };
    let executed = state.engine.execute_new(who.tenant, command).await?;
    let done = matches!(executed.reply, Some(Reply::Acted { result: ActResult::Done, .. }));
    let rows = state.engine.store().card(who.tenant, invitation).await?;
    let rows = rows.ok_or_else(|| Problem::not_found("session"))?;
    let state = &rows.invitation.state;
    let pending = rows.session.transfer.as_ref().is_some_and(Transfer::is_pending);
    let (result, message) = match state {
        InvitationState::Accepted { .. } if done => ("asked", ASKED),
        InvitationState::Accepted { .. } if pending => ("unchanged", PENDING),
        _ => (if done { "moved" } else { "unchanged" }, words::sentence(state)),
    };
    Ok(Json(json!({ "result": result, "message": message })))
}

/// A note follows the rule of messages; its own name says which field is meant.
fn check_note(note: Option<&str>) -> Result<(), Problem> {
    match note.map(|note| (note.trim().is_empty(), note.chars().count())) {
        Some((true, _)) => Err(Problem::field("note", "is empty; leave it away")),
        Some((_, chars)) if chars > MAX_TEXT_CHARS => {
            let detail = format!("has {chars} characters; cut it to {MAX_TEXT_CHARS}");
            Err(Problem::field("note", detail))
        }
        _ => Ok(()),
    }
}

fn target(state: &AppState, who: &AgentPrincipal, to: To) -> Result<TransferTo, Problem> {
    Ok(match to {
        To::Service(service) => {
            let known = state.engine.directory().tenant(who.tenant);
            if known.is_none_or(|tenant| tenant.service(&service).is_none()) {
                return Err(Problem::field("to", "names no service of this tenant"));
            }
            TransferTo::Service { service }
        }
        To::Agent { id, mode } => {
            let agent = known_agent(state, who.tenant, id)?;
            if agent == who.agent {
                return Err(Problem::field("to", "is yourself"));
            }
            let invitation = InvitationId(state.engine.clock().new_id());
            TransferTo::Agent { agent, invitation, mode }
        }
        To::Outside { address, mode } => {
            if !(1..=MAX_ADDRESS).contains(&address.trim().len()) {
                let detail = format!("its address must have 1 to {MAX_ADDRESS} bytes");
                return Err(Problem::field("to", detail));
            }
            TransferTo::Outside { address, mode }
        }
    })
}

/// Where an agent can move a conversation.
#[derive(Serialize)]
pub(in crate::http) struct Targets {
    services: Vec<Target<ServiceId>>,
    agents: Vec<Target<AgentId>>,
}

#[derive(Serialize)]
struct Target<I> {
    id: I,
    name: String,
}

/// `GET /api/v1/console/transfer-targets`: the services and the colleagues of the agent, by name.
/// Whether a colleague can be rung shows when it is tried.
pub(in crate::http) async fn targets(
    State(state): State<AppState>,
    who: AgentPrincipal,
) -> Result<Json<Targets>, Problem> {
    let tenant = state.engine.directory().tenant(who.tenant).ok_or_else(Problem::unauthorized)?;
    let mut services: Vec<_> = tenant
        .services()
        .map(|service| Target { id: service.id.clone(), name: service.name.clone() })
        .collect();
    services.sort_by(|one, other| one.name.cmp(&other.name));
    let mut agents: Vec<_> = tenant
        .agents()
        .filter(|(id, _)| *id != who.agent)
        .map(|(id, name)| Target { id, name: name.to_owned() })
        .collect();
    agents.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Json(Targets { services, agents }))
}
