//! The gate before every route.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, header};

use super::{Holder, Principal, Role, Scope};
use crate::http::AppState;
use crate::http::problem::Problem;

/// What a route asks for. Written down with the route; there is no route without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Open to everybody: pages without data, signing in, health.
    Public,
    /// A key or token whose role has this scope.
    Scope(Scope),
}

/// Lets a request through whose sender has the scope, and notes who it is.
pub(in crate::http) async fn guard(
    State((state, scope)): State<(AppState, Scope)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let principal = authenticate(&state, request.headers()).ok_or_else(Problem::unauthorized)?;
    if !principal.role.may(scope) {
        return Err(Problem::forbidden(format!("This key does not have the scope {scope:?}.")));
    }
    request.extensions_mut().insert(principal);
    Ok(next.run(request).await)
}

fn authenticate(state: &AppState, headers: &HeaderMap) -> Option<Principal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let principal = match state.keys.principal(secret) {
        Some(principal) => principal.clone(),
        None => match state.tokens.holder(secret, state.engine.clock().now())? {
            Holder::Agent { tenant, agent } => Principal::new(tenant, Role::Agent(agent)),
            Holder::Reader { reader } => state.keys.reader(&reader)?,
        },
    };
    // A token outlives the configuration: whoever was taken out of it is out.
    let tenant = state.engine.directory().tenant(principal.tenant)?;
    match principal.role.own() {
        Some(agent) => tenant.agent_name(agent).map(|_| principal),
        None => Some(principal),
    }
}
