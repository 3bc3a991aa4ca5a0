//! The loopback server behind a [`World`].

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

use super::channel_key;

/// The parts the server plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Tokens,
    Connector,
}

/// A request that came in.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) role: Role,
    pub(crate) method: Method,
    /// Path and query as they were on the wire.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The fields of a form.
    pub(crate) fn form(&self) -> HashMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// What to answer next.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    gate: Option<Arc<Notify>>,
}

#[expect(clippy::needless_pass_by_value, reason = "scripts read best with plain values")]
impl Reply {
    pub(crate) fn new(status: u16, body: impl ToString) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string(), gate: None }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Answers only when `gate` is notified.
    pub(crate) fn held_by(mut self, gate: &Arc<Notify>) -> Self {
        self.gate = Some(Arc::clone(gate));
        self
    }
}

/// See the [module](super).
pub(crate) struct World {
    pub(crate) addr: SocketAddr,
    state: Arc<Inner>,
}

struct Inner {
    seen: watch::Sender<Vec<Seen>>,
    script: Mutex<HashMap<Role, VecDeque<Reply>>>,
    down: Mutex<HashSet<Role>>,
}

impl World {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let state = Arc::new(Inner {
            seen: watch::Sender::new(Vec::new()),
            script: Mutex::default(),
            down: Mutex::default(),
        });
        let router = Router::new().fallback(handle).with_state((Arc::clone(&state), addr));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { addr, state }
    }

    /// Appends an answer to what `role` will say; afterwards it says yes to everything.
    pub(crate) fn then(&self, role: Role, reply: Reply) {
        self.state.script.lock().unwrap().entry(role).or_default().push_back(reply);
    }

    /// Makes `role` answer 503 to everything, or no longer.
    pub(crate) fn set_down(&self, role: Role, down: bool) {
        let mut all = self.state.down.lock().unwrap();
        if down {
            all.insert(role)
        } else {
            all.remove(&role)
        };
    }

    /// The requests to `role` so far.
    pub(crate) fn seen(&self, role: Role) -> Vec<Seen> {
        self.state.seen.borrow().iter().filter(|seen| seen.role == role).cloned().collect()
    }

    /// Waits until `role` has seen `count` requests, and returns them.
    pub(crate) async fn saw(&self, role: Role, count: usize) -> Vec<Seen> {
        let mut seen = self.state.seen.subscribe();
        let enough = |all: &Vec<Seen>| all.iter().filter(|seen| seen.role == role).count() >= count;
        let patience = std::time::Duration::from_secs(10);
        let waited = tokio::time::timeout(patience, seen.wait_for(enough)).await;
        waited.expect("the requests come").unwrap();
        self.seen(role)
    }
}

async fn handle(
    State((world, addr)): State<(Arc<Inner>, SocketAddr)>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.to_string();
    let role = match target.as_str() {
        "/v1/.well-known/openidconfiguration" => {
            let keys = format!("http://{addr}/v1/.well-known/keys");
            return Json(json!({ "jwks_uri": keys })).into_response();
        }
        "/v1/.well-known/keys" => {
            return Json(json!({ "keys": [channel_key().jwk()] })).into_response();
        }
        _ if parts.uri.path().contains("token") && !target.contains("/v3/") => Role::Tokens,
        _ => Role::Connector,
    };
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut number = 0;
    world.seen.send_modify(|seen| {
        seen.push(Seen { role, method: parts.method, target, headers: parts.headers, body });
        number = seen.iter().filter(|seen| seen.role == role).count();
    });
    if world.down.lock().unwrap().contains(&role) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let scripted = world.script.lock().unwrap().entry(role).or_default().pop_front();
    let reply = scripted.unwrap_or_else(|| match role {
        Role::Tokens => {
            let token = format!("token-{number}");
            Reply::new(
                200,
                json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": token }),
            )
        }
        Role::Connector => Reply::new(201, json!({ "id": format!("activity-{number}") })),
    });
    if let Some(gate) = reply.gate {
        gate.notified().await;
    }
    let mut response = reply.body.into_response();
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap();
    for (name, value) in reply.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
