//! The console: what an agent has in hand, and what they do with it.

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use beckon_domain::command::{ActResult, Action, Command, Envelope, Reply, Surface};
use beckon_domain::ids::{CommandId, InvitationId, SessionId};
use beckon_domain::invitation::{Invitation, InvitationState};
use beckon_domain::session::Phase;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{AgentPrincipal, MessageView, id, preferences};
use crate::engine::Topic;
use crate::http::AppState;
use crate::http::json::{Body, Params, Segments};
use crate::http::problem::Problem;
use crate::http::wait::Wait;
use crate::store::{Inbox, StoreError};
use crate::teams::words;

mod inbox;
pub(in crate::http) mod transfer;
mod wrap_up;

/// How many invitations, open and past, an inbox shows beside what is in hand.
const INBOX: usize = 30;
/// The most messages in one answer.
const PAGE: usize = 500;

/// `GET /api/v1/console/inbox`: incoming invitations and own sessions. With `If-None-Match` it
/// waits for a change as `Prefer: wait=…` says.
pub(in crate::http) async fn inbox(
    State(state): State<AppState>,
    who: AgentPrincipal,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut wait = Wait::new(&state, Topic::Agent(who.tenant, who.agent), &headers);
    let mut rows = in_hand(&state, &who).await?;
    if preferences::at_console(&state, &who, rows.agent.as_ref()).await? {
        rows = in_hand(&state, &who).await?;
    }
    loop {
        let view = inbox::view(&state, &who, rows);
        let body = serde_json::to_vec(&view).map_err(|_| Problem::internal())?;
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&body)[..12]));
        let etag_value = HeaderValue::try_from(&etag).map_err(|_| Problem::internal())?;
        if seen != Some(&*etag) {
            let kind = HeaderValue::from_static("application/json");
            let headers = [(header::CONTENT_TYPE, kind), (header::ETAG, etag_value)];
            return Ok((headers, body).into_response());
        }
        if !wait.news().await {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag_value)]).into_response());
        }
        rows = in_hand(&state, &who).await?;
    }
}

/// The newest invitations, and behind them what else the agent is busy with: a conversation stays
/// theirs however many invitations came after it.
async fn in_hand(state: &AppState, who: &AgentPrincipal) -> Result<Inbox, StoreError> {
    let store = state.engine.store();
    let mut rows = store.inbox(who.tenant, who.agent, INBOX).await?;
    let shown: HashSet<_> = rows.entries.iter().map(|entry| entry.invitation.id).collect();
    let work = rows.agent.iter().flat_map(|agent| &agent.work).map(|work| work.invitation);
    let mut older: Vec<_> = work.filter(|id| !shown.contains(id)).collect();
    older.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
    for invitation in older {
        rows.entries.extend(store.card(who.tenant, invitation).await?);
    }
    Ok(rows)
}

/// `POST /api/v1/console/invitations/{id}/{action}`: what an agent can do with what is theirs, by
/// the verbs of the card.
pub(in crate::http) async fn act(
    State(state): State<AppState>,
    who: AgentPrincipal,
    Segments((invitation, action)): Segments<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let invitation: InvitationId = id(Segments(invitation), "invitation")?;
    let action = Action::from_verb(&action).ok_or_else(|| Problem::not_found("action"))?;
    carry_out(&state, &who, invitation, action).await
}

/// `POST /api/v1/console/sessions/{id}/terminate`. Twice is once.
pub(in crate::http) async fn terminate(
    State(state): State<AppState>,
    who: AgentPrincipal,
    path: Segments<String>,
) -> Result<Json<Value>, Problem> {
    let session = own_session(&state, &who, id(path, "session")?).await?;
    carry_out(&state, &who, session.invitation.id, Action::Terminate).await
}

async fn carry_out(
    state: &AppState,
    who: &AgentPrincipal,
    invitation: InvitationId,
    action: Action,
) -> Result<Json<Value>, Problem> {
    let known = state.engine.store().card(who.tenant, invitation).await?;
    // Somebody else's invitation is not there, as far as this agent can tell.
    if known.is_none_or(|rows| rows.invitation.agent != who.agent) {
        return Err(Problem::not_found("invitation"));
    }
    let command = Command::Act {
        invitation,
        agent: who.agent,
        action,
        surface: Surface::Console,
        seen: None,
    };
    let executed = state.engine.execute_new(who.tenant, command).await?;
    let done = matches!(executed.reply, Some(Reply::Acted { result: ActResult::Done, .. }));
    let rows = state.engine.store().card(who.tenant, invitation).await?;
    let rows = rows.ok_or_else(|| Problem::not_found("invitation"))?;
    Ok(Json(json!({
        "result": if done { words::past(action) } else { words::standing(&rows.invitation.state) },
        "message": words::sentence(&rows.invitation.state),
    })))
}

#[derive(Deserialize)]
pub(in crate::http) struct After {
    #[serde(default)]
    after: u32,
}

#[derive(Serialize)]
pub(in crate::http) struct Conversation {
    messages: Vec<MessageView>,
    last_seq: u64,
    phase: &'static str,
}

/// `GET /api/v1/console/sessions/{id}/messages?after=…`: the conversation of an own session; waits
/// for news, a change of phase included, as `Prefer: wait=…` says.
pub(in crate::http) async fn messages(
    State(state): State<AppState>,
    who: AgentPrincipal,
    path: Segments<String>,
    Params(After { after }): Params<After>,
    headers: HeaderMap,
) -> Result<Json<Conversation>, Problem> {
    let after = u64::from(after);
    let session: SessionId = id(path, "session")?;
    let mut wait = Wait::new(&state, Topic::Session(who.tenant, session), &headers);
    let mut first_phase = None;
    loop {
        let rows = own_session(&state, &who, session).await?;
        let phase = phase_name(&rows.invitation);
        let messages = state.engine.store().messages(who.tenant, session, after, PAGE).await?;
        let moved = *first_phase.get_or_insert(phase) != phase;
        if moved || !messages.is_empty() || !wait.news().await {
            let last_seq = messages.last().map_or(after, |message| message.seq);
            let customer = rows.session.customer.label();
            let messages =
                messages.into_iter().map(|row| MessageView::of(row, Some(&customer))).collect();
            return Ok(Json(Conversation { messages, last_seq, phase }));
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Write {
    client_message_id: String,
    text: String,
}

/// `POST /api/v1/console/sessions/{id}/messages`: the agent wrote. Answered once it is durable;
/// the same `client_message_id` again is answered as the first time.
pub(in crate::http) async fn write(
    State(state): State<AppState>,
    who: AgentPrincipal,
    path: Segments<String>,
    Body(message): Body<Write>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let session: SessionId = id(path, "session")?;
    own_session(&state, &who, session).await?;
    if !(1..=256).contains(&message.client_message_id.len()) {
        return Err(Problem::field("client_message_id", "must have 1 to 256 bytes"));
    }
    let key = format!("agent:{}:{session}:{}", who.agent, message.client_message_id);
    let envelope = Envelope {
        tenant: who.tenant,
        id: CommandId(key),
        command: Command::AgentMessage { session, agent: who.agent, text: message.text },
    };
    let executed = state.engine.execute(envelope).await?;
    let Some(Reply::Stored { seq, .. }) = executed.reply else { return Err(Problem::internal()) };
    let duplicate = executed.repeated;
    let status = if duplicate { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json!({ "seq": seq, "duplicate": duplicate }))))
}

/// The agent's newest accepted invitation to a session. A session that was never theirs is not
/// there, as far as they can tell: not even after they saw its card.
async fn own_session(
    state: &AppState,
    who: &AgentPrincipal,
    session: SessionId,
) -> Result<crate::store::CardRows, Problem> {
    let missing = || Problem::not_found("session");
    let known = state.engine.store().session(who.tenant, session).await?.ok_or_else(missing)?;
    let theirs = match known.phase {
        Phase::Connected { invitation, agent, .. } | Phase::Parked { invitation, agent, .. } => {
            (agent == who.agent).then_some(invitation)
        }
        Phase::Ended { agent, invitation, .. } => invitation.filter(|_| agent == Some(who.agent)),
        _ => None,
    };
    let invitation = theirs.ok_or_else(missing)?;
    state.engine.store().card(who.tenant, invitation).await?.ok_or_else(missing)
}

/// Where an accepted session stands for its agent.
fn phase_name(invitation: &Invitation) -> &'static str {
    match invitation.state {
        InvitationState::Accepted { parked: true, .. } => "parked",
        InvitationState::WrapUp { .. } => "wrap_up",
        InvitationState::Concluded { .. } | InvitationState::Stale { .. } => "concluded",
        _ => "connected",
    }
}
