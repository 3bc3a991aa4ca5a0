//! What a conversation was about: codes and tags (P4).

use axum::Json;
use axum::extract::State;
use beckon_domain::command::{ActResult, Command, Reply, Surface};
use beckon_domain::ids::InvitationId;
use beckon_domain::wrap_up::Codes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::AppState;
use crate::http::api::id;
use crate::http::auth::{Principal, Role};
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;
use crate::store::CardRows;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Said {
    codes: Option<String>,
    codes2: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

/// `PUT /api/v1/invitations/{id}/codes`: what is said takes the place of all that was. Agents say it
/// about their own work.
pub(in crate::http) async fn put(
    State(state): State<AppState>,
    principal: Principal,
    path: Segments<String>,
    Body(Said { codes, codes2, tags }): Body<Said>,
) -> Result<Json<Value>, Problem> {
    let invitation: InvitationId = id(path, "invitation")?;
    let missing = || Problem::not_found("invitation");
    let known = state.engine.store().card(principal.tenant, invitation).await?;
    if !known.is_some_and(|rows| may_say(&principal, &rows)) {
        return Err(missing());
    }
    let command = Command::SetCodes {
        invitation,
        by: principal.actor(),
        codes: Codes { codes, codes2, tags },
        keep: false,
        surface: Surface::Console,
        seen: None,
    };
    let executed = state.engine.execute_new(principal.tenant, command).await?;
    match executed.reply {
        Some(Reply::Acted { result: ActResult::Done | ActResult::Unchanged, .. }) => {}
        _ => return Err(missing()),
    }
    let rows = state.engine.store().card(principal.tenant, invitation).await?;
    let CardRows { invitation, session, .. } = rows.ok_or_else(missing)?;
    let Codes { codes, codes2, tags } = invitation.codes;
    Ok(Json(json!({
        "invitation": invitation.id,
        "codes": codes,
        "codes2": codes2,
        "tags": tags,
        "codes_missing": session.codes_missing,
    })))
}

/// Whether the work is the agent's own, or of a service that the key sees.
fn may_say(principal: &Principal, rows: &CardRows) -> bool {
    match principal.role {
        Role::Agent(agent) => rows.invitation.agent == agent,
        _ => principal.sees(&rows.session.service),
    }
}
