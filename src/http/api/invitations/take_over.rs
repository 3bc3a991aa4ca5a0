//! A supervisor takes a conversation over from its agent.

use axum::Json;
use axum::extract::State;
use beckon_domain::command::{ActResult, Command, Reply};
use beckon_domain::ids::{AgentId, InvitationId, ServiceId};
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
/// another agent, usually the supervisor, who can be reached in Teams or at the console. Its agent is
/// free at once, the room is handed on. By the one who has it already, nothing changes.
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
    let agent = named(&state, &principal, &session.service, agent)?;
    let answer = |invitation: InvitationId| {
        Ok(Json(json!({ "session": session.id, "invitation": invitation, "agent": agent })))
    };
    match session.owner() {
        Some(owner) if owner.agent == agent => return answer(owner.invitation),
        Some(owner) if owner.invitation == invitation => {}
        _ => return Err(not_its_own()),
    }
    let taken = InvitationId(state.engine.clock().new_id());
    let command = Command::TakeOver { session: session.id, agent, invitation: taken };
    let executed = state.engine.execute_new(principal.tenant, command).await?;
    if matches!(executed.reply, Some(Reply::Acted { result: ActResult::Done, .. })) {
        return answer(taken);
    }
    // Somebody was faster, with the same wish: the conversation has the invitation that they made,
    // and none of ours.
    let row = state.engine.store().session(principal.tenant, session.id).await?;
    let owner = row.and_then(|row| row.owner()).filter(|owner| owner.agent == agent);
    owner.map_or_else(|| Err(not_its_own()), |owner| answer(owner.invitation))
}

/// The agent, if the sender may name them: whoever is limited to some services names somebody who
/// serves there.
fn named(
    state: &AppState,
    principal: &Principal,
    service: &ServiceId,
    agent: AgentId,
) -> Result<AgentId, Problem> {
    if principal.services.is_none() {
        return known_agent(state, principal.tenant, agent);
    }
    let known = state.engine.directory().tenant(principal.tenant);
    known
        .and_then(|tenant| tenant.service(service))
        .filter(|it| it.members.contains(&agent) || it.supervisors.contains(&agent))
        .map(|_| agent)
        .ok_or_else(|| {
            Problem::field("agent", "is neither a member of the service nor supervises it")
        })
}

fn not_its_own() -> Problem {
    Problem::conflict("The conversation is not this invitation's.")
}
