//! A Graph that answers what a test tells it to, and one that nobody should ever call.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use beckon::teams::graph::{GraphClient, GraphRoot};
use fake_teams::{FakeTeams, FakeTeamsConfig};
use serde_json::Value;
use tokio::net::TcpListener;

use super::graph_client;

/// What came: the path with its query, the headers, the body.
pub(super) type Seen = (String, HeaderMap, Value);

#[derive(Clone, Default)]
pub(super) struct StandIn {
    answers: Arc<Mutex<VecDeque<Response>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    pub(super) url: String,
}

impl StandIn {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stand_in = Self { url, ..Self::default() };
        let router = Router::new().fallback(answer).with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stand_in
    }

    /// Answers the next call that was not told about yet.
    pub(super) fn answer(&self, status: u16, headers: &[(&str, &str)], body: &Value) {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.answers.lock().unwrap().push_back(response.body(Body::from(body)).unwrap());
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A client that takes this for Graph, with the Entra that gives it tokens.
    pub(super) async fn client(&self) -> (FakeTeams, GraphClient) {
        let teams = FakeTeams::start(FakeTeamsConfig::default()).await.unwrap();
        let root = GraphRoot::stand_in(&self.url).unwrap();
        let graph = graph_client(&teams, root);
        (teams, graph)
    }
}

async fn answer(State(stand_in): State<StandIn>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    stand_in.seen.lock().unwrap().push((parts.uri.to_string(), parts.headers, body));
    let next = stand_in.answers.lock().unwrap().pop_front();
    next.unwrap_or_else(|| Response::builder().status(418).body(Body::empty()).unwrap())
}
