//! We write first: a session that the customer has yet to answer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use beckon_domain::command::{Command, Envelope};
use beckon_domain::ids::{Address, SessionId};
use beckon_domain::intake;
use beckon_domain::session::Customer;
use serde::Deserialize;

use super::{Written, check_id, known_account, store};
use crate::http::AppState;
use crate::http::auth::Principal;
use crate::http::json::{Body, Segments};
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Start {
    address: String,
    name: Option<String>,
    client_message_id: String,
    text: String,
}

/// `POST /api/v1/channels/{account}/outbound`: starts a session with a customer who has none. Their
/// answer brings it into the queue; without one in the service's time it ends as
/// `outbound_not_accepted`. The same `client_message_id` again is answered as the first time.
pub(in crate::http) async fn start(
    State(state): State<AppState>,
    principal: Principal,
    Segments(account): Segments<String>,
    Body(start): Body<Start>,
) -> Result<(StatusCode, Json<Written>), Problem> {
    let account = known_account(&state, &principal, account)?;
    check_id("address", &start.address)?;
    check_id("client_message_id", &start.client_message_id)?;
    let service = state.engine.directory().tenant(principal.tenant);
    let service = service.and_then(|tenant| tenant.service_of(&account));
    let service = service.ok_or_else(|| Problem::not_found("channel account"))?;
    let id = intake::outbound_key(account.as_str(), &start.address, &start.client_message_id);
    let command = Command::StartOutbound {
        customer: Customer { address: Address(start.address), name: start.name },
        text: start.text,
        new_session: SessionId(state.engine.clock().new_id()),
        window: service.intake.outbound_window,
        account,
    };
    store(&state, Envelope { tenant: principal.tenant, id, command }).await
}
