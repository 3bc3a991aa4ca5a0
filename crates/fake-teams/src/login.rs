//! The `OpenID` document with its keys, and Entra's token endpoint.

use std::sync::Arc;

use axum::{
    Form, Json, Router,
    extract::{Path, Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::{
    Service,
    clock::iso,
    gate::{self, Purpose},
    tokens::{self, Refusal, TokenRequest},
    world::{ISSUER, World},
};

/// The routes; both documents also live under `/v1` as in the real service.
pub(crate) fn routes(world: &Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/.well-known/openidconfiguration", get(openid))
        .route("/.well-known/keys", get(jwks))
        .route("/v1/.well-known/openidconfiguration", get(openid))
        .route("/v1/.well-known/keys", get(jwks))
        .route("/{tenant}/oauth2/v2.0/token", post(token))
        .layer(from_fn_with_state(Arc::clone(world), enter))
}

async fn enter(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let service =
        if request.uri().path().ends_with("/token") { Service::Login } else { Service::Keys };
    gate::pass(world, service, purpose, request, next).await
}

/// `token`, `keys` or `openid`; nothing here is counted.
fn purpose(_method: &str, path: &str, _body: &[u8]) -> Purpose {
    let operation = match path.rsplit('/').next() {
        Some("openidconfiguration") => "openid",
        Some(last) => last,
        None => "",
    };
    Purpose { operation: operation.to_owned(), scopes: Vec::new(), changes: None }
}

async fn openid(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://invalid.botframework.com",
        "jwks_uri": format!("{}/v1/.well-known/keys", world.base),
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    }))
}

async fn jwks(State(world): State<Arc<World>>) -> Json<Value> {
    Json(world.read(|state| state.keys.jwks()))
}

async fn token(
    State(world): State<Arc<World>>,
    Path(tenant): Path<String>,
    Form(request): Form<TokenRequest>,
) -> Response {
    let config = &world.config;
    let verdict =
        tokens::check(&request, &tenant, &config.tenant, &config.app_id, &config.app_secret);
    match verdict {
        Err(refusal) => refused(&world, refusal),
        Ok(audience) => {
            let seconds = config.token_lifetime.as_secs();
            let expires = world.now_ms() + config.token_lifetime.as_millis() as i64;
            let token = world.change(|state| state.issue_token(audience, expires));
            Json(json!({
                "token_type": "Bearer",
                "expires_in": seconds,
                "ext_expires_in": seconds,
                "access_token": token,
            }))
            .into_response()
        }
    }
}

fn refused(world: &World, refusal: Refusal) -> Response {
    let (trace, correlation) = world.change(|state| (state.ids.guid(), state.ids.guid()));
    let body = json!({
        "error": refusal.error,
        "error_description": format!("AADSTS{}: {} Trace ID: {trace}", refusal.code, refusal.text),
        "error_codes": [refusal.code],
        "timestamp": iso(world.now_ms()),
        "trace_id": trace,
        "correlation_id": correlation,
    });
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(body)).into_response()
}
