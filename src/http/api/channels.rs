//! The channel API: another program writes for customers and reads the answers.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use beckon_domain::command::{Command, Envelope, Reply};
use beckon_domain::ids::{AccountId, Address, AgentId, InvitationId, SessionId};
use beckon_domain::intake;
use beckon_domain::session::{Customer, MAX_PARAMETERS, Parameters, Session};
use serde::{Deserialize, Serialize};

use super::MessageView;
use super::flow::known_agent;
use crate::config::MAX_PARAMETER_NAME;
use crate::engine::Topic;
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::{Body, Params, Segments};
use crate::http::problem::Problem;
use crate::http::wait::Wait;
use crate::store::CustomerMessage;

pub(in crate::http) mod outbound;

/// The longest address and client message id, in bytes.
const MAX_ID: usize = 256;
/// The longest value of a parameter, in characters.
const MAX_VALUE: usize = 1_000;
/// The most messages in one answer.
const PAGE: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Write {
    address: String,
    name: Option<String>,
    client_message_id: String,
    text: String,
    /// Whom the customer asks for (C5); counts for the message that starts a session.
    agent: Option<AgentId>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Serialize)]
pub(in crate::http) struct Written {
    session: SessionId,
    seq: u64,
    duplicate: bool,
}

/// `POST /api/v1/channels/{account}/messages`: a customer wrote. Answered once it is durable; the
/// same `client_message_id` again is answered as the first time.
pub(in crate::http) async fn write(
    State(state): State<AppState>,
    principal: Principal,
    Segments(account): Segments<String>,
    Body(message): Body<Write>,
) -> Result<(StatusCode, Json<Written>), Problem> {
    let account = known_account(&state, &principal, account)?;
    check_id("address", &message.address)?;
    check_id("client_message_id", &message.client_message_id)?;
    check_parameters(&message.parameters)?;
    let id = intake::message_key(account.as_str(), &message.address, &message.client_message_id);
    let customer = Customer { address: Address(message.address), name: message.name };
    let (text, new_session) = (message.text, SessionId(state.engine.clock().new_id()));
    let parameters = message.parameters;
    let command = match message.agent {
        None => Command::CustomerMessage { account, customer, text, parameters, new_session },
        Some(agent) => Command::ContactAgent {
            account,
            customer,
            text,
            parameters,
            agent: known_agent(&state, principal.tenant, agent)?,
            new_session,
            invitation: InvitationId(state.engine.clock().new_id()),
        },
    };
    store(&state, Envelope { tenant: principal.tenant, id, command }).await
}

/// Carries out what stores a message, and says where it stands.
async fn store(
    state: &AppState,
    envelope: Envelope,
) -> Result<(StatusCode, Json<Written>), Problem> {
    let executed = state.engine.execute(envelope).await?;
    match executed.reply {
        Some(Reply::Stored { session, seq }) => {
            let duplicate = executed.repeated;
            let status = if duplicate { StatusCode::OK } else { StatusCode::CREATED };
            Ok((status, Json(Written { session, seq, duplicate })))
        }
        _ => Err(Problem::internal()),
    }
}

#[derive(Deserialize)]
pub(in crate::http) struct Read {
    address: String,
    after: Option<String>,
}

#[derive(Serialize)]
pub(in crate::http) struct Conversation {
    messages: Vec<Place>,
    /// Where to go on reading.
    cursor: Option<String>,
    /// The newest session of the address: where it stands.
    session: Option<SessionView>,
}

#[derive(Serialize)]
struct Place {
    #[serde(flatten)]
    message: MessageView,
    session: SessionId,
    cursor: String,
}

#[derive(Serialize)]
struct SessionView {
    id: SessionId,
    phase: &'static str,
}

/// `GET /api/v1/channels/{account}/messages?address=…&after=…`: the conversation of an address
/// after a cursor; waits for news, a change of phase included, as `Prefer: wait=…` says.
pub(in crate::http) async fn read(
    State(state): State<AppState>,
    principal: Principal,
    Segments(account): Segments<String>,
    Params(query): Params<Read>,
    headers: HeaderMap,
) -> Result<Json<Conversation>, Problem> {
    let account = known_account(&state, &principal, account)?;
    let after = query.after.as_deref().map(parse_cursor).transpose()?;
    let address = Address(query.address);
    let topic = Topic::Customer(principal.tenant, account.clone(), address.clone());
    let mut wait = Wait::new(&state, topic, &headers);
    let mut first_phase = None;
    loop {
        let (messages, session) = state
            .engine
            .store()
            .customer_messages(principal.tenant, &account, &address, after, PAGE)
            .await?;
        let phase = session.as_ref().map(|session| session.phase.name());
        let moved = *first_phase.get_or_insert(phase) != phase;
        if moved || !messages.is_empty() || !wait.news().await {
            return Ok(Json(conversation(messages, session, query.after)));
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Leave {
    session: SessionId,
}

/// `POST /api/v1/channels/{account}/leave`: the customer left. Twice is once.
pub(in crate::http) async fn leave(
    State(state): State<AppState>,
    principal: Principal,
    Segments(account): Segments<String>,
    Body(Leave { session }): Body<Leave>,
) -> Result<StatusCode, Problem> {
    let account = known_account(&state, &principal, account)?;
    let known = state.engine.store().session(principal.tenant, session).await?;
    if known.is_none_or(|known| known.account != account) {
        return Err(Problem::not_found("session"));
    }
    state.engine.execute_new(principal.tenant, Command::CustomerLeft { session }).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn known_account(
    state: &AppState,
    principal: &Principal,
    account: String,
) -> Result<AccountId, Problem> {
    let account = AccountId(account);
    state
        .engine
        .directory()
        .tenant(principal.tenant)
        .and_then(|tenant| tenant.service_of(&account))
        .map(|_| account)
        .ok_or_else(|| Problem::not_found("channel account"))
}

fn check_id(field: &'static str, value: &str) -> Result<(), Problem> {
    if value.trim().is_empty() {
        Err(Problem::field(field, "is empty; give each its own"))
    } else if value.chars().any(char::is_control) {
        Err(Problem::field(field, "has control characters; leave them away"))
    } else if value.len() > MAX_ID {
        Err(Problem::field(field, format!("is longer than {MAX_ID} bytes")))
    } else {
        Ok(())
    }
}

/// What a program tells about a session is shown to people and kept with it, so it is short.
fn check_parameters(parameters: &Parameters) -> Result<(), Problem> {
    if parameters.len() > MAX_PARAMETERS {
        let count = parameters.len();
        let more = format!("has {count} entries; a session can have at most {MAX_PARAMETERS}");
        return Err(Problem::field("parameters", more));
    }
    for (name, value) in parameters {
        // The name stands in the answer, so it must not be anything that a caller can think of.
        let shown: String = name.chars().take(MAX_PARAMETER_NAME).collect();
        if name.trim().is_empty() || name.chars().count() > MAX_PARAMETER_NAME {
            let range = format!("{shown:?} must be a name of 1 to {MAX_PARAMETER_NAME} characters");
            return Err(Problem::field("parameters", range));
        }
        let chars = value.chars().count();
        if chars > MAX_VALUE {
            let more = format!("{shown:?} has {chars} characters; cut it to {MAX_VALUE}");
            return Err(Problem::field("parameters", more));
        }
    }
    Ok(())
}

/// A cursor is the session and the place in it; sessions of an address follow each other and
/// their ids are ordered by time, so the pairs are in the order of the conversation.
fn cursor(session: SessionId, seq: u64) -> String {
    format!("{session}.{seq}")
}

fn parse_cursor(text: &str) -> Result<(SessionId, u64), Problem> {
    text.split_once('.')
        .and_then(|(session, seq)| Some((session.parse().ok()?, seq.parse::<u32>().ok()?.into())))
        .ok_or_else(|| Problem::field("after", "is no cursor; take one from an answer"))
}

fn conversation(
    messages: Vec<CustomerMessage>,
    session: Option<Session>,
    after: Option<String>,
) -> Conversation {
    let messages: Vec<Place> = messages
        .into_iter()
        .map(|CustomerMessage { session, message }| Place {
            cursor: cursor(session, message.seq),
            session,
            message: MessageView::of(message, None),
        })
        .collect();
    Conversation {
        cursor: messages.last().map(|last| last.cursor.clone()).or(after),
        messages,
        session: session.map(|session| SessionView { id: session.id, phase: session.phase.name() }),
    }
}
