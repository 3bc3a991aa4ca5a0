//! A supervisor takes a conversation over from its agent.

use axum::Json;
use axum::extract::State;
use beckon_domain::command::Command;
use beckon_domain::ids::{AgentId, InvitationId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::AppState;
use crate::http::api::flow::known_agent;
use crate::http::api::id;
use crate::http::auth::Principal;
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct By {
    agent: AgentId,
}

/// `POST /api/v1/invitations/{id}/take-over`: the conversation of this invitation goes on with
/// another agent, usually the supervisor. Its agent is free at once, the room is handed on. By the
/// one who has it already, nothing changes.
pub(in crate::http) async fn take_over(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
    Body(By { agent }): Body<By>,
) -> Result<Json<Value>, Problem> {
    let invitation: InvitationId = id(path, "invitation")?;
    let rows = state.engine.store().card(principal.tenant, invitation).await?;
    let rows = rows.filter(|rows| principal.sees(&rows.session.service));
    let session = rows.ok_or_else(|| Problem::not_found("invitation"))?.session;
    let agent = known_agent(&state, principal.tenant, agent)?;
    let answer = |invitation: InvitationId| {
        Ok(Json(json!({ "session": session.id, "invitation": invitation, "agent": agent })))
    };
    match session.owner() {
        Some(owner) if owner.agent == agent => return answer(owner.invitation),
        Some(owner) if owner.invitation == invitation => {}
        _ => return Err(Problem::conflict("The conversation is not this invitation's any more.")),
    }
    let taken = InvitationId(state.engine.clock().new_id());
    let command = Command::TakeOver { session: session.id, agent, invitation: taken };
    state.engine.execute_new(principal.tenant, command).await?;
    answer(taken)
}
