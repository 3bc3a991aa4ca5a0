//! What every call of the bot passes on its way in: faults, token, budget, and the record.

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, OriginalUri, Request},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::sleep;

use crate::{
    Refuse, Service,
    faults::CallFault,
    in_flight::Changing,
    limits::Scope,
    listener::Connection,
    record::{Call, readable},
    tokens::Audience,
    world::World,
};

/// What a service makes of a request.
#[derive(Debug)]
pub(crate) struct Purpose {
    /// The operation's name in the record.
    pub(crate) operation: String,
    /// What the call is counted under.
    pub(crate) scopes: Vec<Scope>,
    /// The conversation and message it changes.
    pub(crate) changes: Option<(String, String)>,
}

/// The largest body taken in; far above what Teams allows, so that the size rule can answer.
const LARGEST: usize = 8 * 1024 * 1024;

/// Passes one call through. `purpose` reads method, path and body.
///
/// What the call does happens in a task of its own: Teams goes on with a request whose sender
/// gave up, which is how a bot that tries again comes to post twice.
pub(crate) async fn pass(
    world: Arc<World>,
    service: Service,
    purpose: impl FnOnce(&str, &str, &[u8]) -> Purpose,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let connection = parts.extensions.get::<ConnectInfo<Connection>>().cloned();
    let original = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
    let (method, path) = (parts.method.to_string(), original.to_string());
    let purpose = purpose(&method, parts.uri.path(), &body);
    let fault = world.change(|state| state.faults.of_call(service, &purpose.operation));
    let lost = matches!(fault, Some(CallFault::LoseReply | CallFault::LoseRequest));

    let at_ms = world.now_ms();
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let answered = tokio::spawn(async move {
        let response = enter(&world, service, fault, &purpose, request, next).await;
        let (parts, answer) = response.into_parts();
        let answer = to_bytes(answer, LARGEST).await.unwrap_or_default();
        let call = Call {
            number: 0,
            at_ms,
            service,
            operation: purpose.operation,
            method,
            path,
            body: readable(&body),
            status: parts.status.as_u16(),
            answer: readable(&answer),
            lost,
        };
        world.change(|state| state.record.call(call));
        Response::from_parts(parts, Body::from(answer))
    });
    // The task fails only by a panic, which has told its reason already.
    let response =
        answered.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
    if let (true, Some(ConnectInfo(connection))) = (lost, connection) {
        // The answer below meets a closed connection.
        connection.cut();
    }
    response
}

async fn enter(
    world: &Arc<World>,
    service: Service,
    fault: Option<CallFault>,
    purpose: &Purpose,
    request: Request,
    next: Next,
) -> Response {
    match fault {
        Some(CallFault::Refuse(refuse)) => return service.refused(world, &refuse),
        Some(CallFault::LoseRequest) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => {}
    }
    let audience = service.audience();
    if audience.is_some_and(|audience| !bearer_allows(world, request.headers(), audience)) {
        return service.unauthorized(world);
    }
    let now = world.now_ms();
    if let Err(wait_ms) = world.change(|state| state.accounts.take(&purpose.scopes, now)) {
        return service.throttled(world, wait_ms);
    }
    let changing = match &purpose.changes {
        None => None,
        // Two changes of one message at a time: the later is answered 412 (Teams docs, status
        // codes from bot conversational APIs).
        Some((conversation, message)) => match Changing::begin(world, conversation, message) {
            Some(changing) => Some(changing),
            None => return service.refused(world, &Refuse::with(412)),
        },
    };
    match fault {
        Some(CallFault::Delay(delay)) => sleep(delay).await,
        Some(CallFault::Hold(gate)) => gate.pass().await,
        _ => {}
    }
    let response = next.run(request).await;
    drop(changing);
    response
}

/// Whether the request carries a token good for `audience`, or may come without any.
fn bearer_allows(world: &World, headers: &HeaderMap, audience: Audience) -> bool {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return audience == Audience::Connector && world.config.allow_anonymous;
    };
    let token = header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let now = world.now_ms();
    token.is_some_and(|token| world.read(|state| state.tokens.allows(token, audience, now)))
}
