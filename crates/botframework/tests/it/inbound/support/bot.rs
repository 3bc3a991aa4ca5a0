//! The smallest bot: one route, the documented order of checks, one effect.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use botframework::activity::{ParseError, ParseLimits};
use botframework::auth::{Authenticator, Rejection};
use http::{Request, header};

use super::Draft;

/// What the caller sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

struct Shared {
    guard: Authenticator,
    processed: AtomicUsize,
}

/// A running bot.
pub(crate) struct Bot {
    shared: Arc<Shared>,
    http: reqwest::Client,
    pub(crate) url: String,
}

impl Bot {
    pub(crate) async fn start(guard: Authenticator, http: reqwest::Client) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/messages", listener.local_addr().unwrap());
        let shared = Arc::new(Shared { guard, processed: AtomicUsize::new(0) });
        let router =
            Router::new().route("/api/messages", post(messages)).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shared, http, url }
    }

    /// How many activities had an effect.
    pub(crate) fn processed(&self) -> usize {
        self.shared.processed.load(Ordering::SeqCst)
    }

    /// Sends the draft.
    pub(crate) async fn send(&self, draft: &Draft) -> Answer {
        self.send_with(draft.headers(), draft.body()).await
    }

    /// Sends these headers and this body.
    pub(crate) async fn send_with(&self, headers: http::HeaderMap, body: Vec<u8>) -> Answer {
        let request = self.http.post(&self.url).headers(headers).body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers().get(header::WWW_AUTHENTICATE), None);
        Answer { status: response.status().as_u16(), body: response.text().await.unwrap() }
    }
}

async fn messages(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response {
    match process(&shared, request).await {
        Ok(()) => http::StatusCode::ACCEPTED.into_response(),
        Err(rejection) => (rejection.status(), rejection.body()).into_response(),
    }
}

async fn process(shared: &Shared, request: Request<Body>) -> Result<(), Rejection> {
    let (parts, body) = request.into_parts();
    let token = shared.guard.authenticate(&parts.headers).await?;
    let limit = ParseLimits::default().max_bytes;
    let body = axum::body::to_bytes(body, limit)
        .await
        .map_err(|_| shared.guard.refuse_body(ParseError::TooLarge { limit }))?;
    shared.guard.admit(&token, &body)?;
    shared.processed.fetch_add(1, Ordering::SeqCst);
    Ok(())
}
