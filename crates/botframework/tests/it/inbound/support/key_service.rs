//! The channel service's `OpenID` document and keys, on the loopback interface.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

use super::SigningKey;

/// How the service behaves.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// As it should.
    Well,
    /// The document never comes.
    Silent,
    /// The document comes once there is a permit.
    Held(Arc<Semaphore>),
    /// Every request fails with this status.
    Failing(u16),
    /// The document redirects to itself elsewhere.
    Redirecting,
    /// The document leads to keys at this address.
    KeysAt(String),
    /// Both answers are this text.
    Garbage(String),
}

struct Shared {
    mode: Mutex<Mode>,
    keys: Mutex<Vec<Value>>,
    documents: AtomicUsize,
    key_sets: AtomicUsize,
    served: Notify,
    origin: String,
}

/// A running key service.
pub(crate) struct KeyService {
    shared: Arc<Shared>,
}

impl KeyService {
    /// Starts a service that publishes every key but the stranger's.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let keys = SigningKey::ALL.into_iter().filter(|key| *key != SigningKey::Stranger);
        let shared = Arc::new(Shared {
            mode: Mutex::new(Mode::Well),
            keys: Mutex::new(keys.map(SigningKey::jwk).collect()),
            documents: AtomicUsize::new(0),
            key_sets: AtomicUsize::new(0),
            served: Notify::new(),
            origin: format!("http://{}", listener.local_addr().unwrap()),
        });
        let router = Router::new()
            .route("/v1/.well-known/openidconfiguration", get(document))
            .route("/v1/.well-known/keys", get(key_set))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shared }
    }

    pub(crate) fn metadata_url(&self) -> url::Url {
        let url = format!("{}/v1/.well-known/openidconfiguration", self.shared.origin);
        url.parse().unwrap()
    }

    /// Changes how the service behaves from now on.
    pub(crate) fn set_mode(&self, mode: Mode) {
        *self.shared.mode.lock().unwrap() = mode;
    }

    /// Publishes these keys and no others from now on.
    pub(crate) fn publish(&self, keys: Vec<Value>) {
        *self.shared.keys.lock().unwrap() = keys;
    }

    /// How often document and key set were asked for.
    pub(crate) fn requests(&self) -> (usize, usize) {
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        (count(&self.shared.documents), count(&self.shared.key_sets))
    }

    /// Waits until the document has been asked for this often.
    pub(crate) async fn document_asked_for(&self, times: usize) {
        let asked = async {
            while self.requests().0 < times {
                tokio::task::yield_now().await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(30), asked).await;
        assert!(in_time.is_ok(), "the document was asked for {} times", self.requests().0);
    }

    /// Waits until a key set is served; one already served counts once.
    pub(crate) async fn key_set_served(&self) {
        let served = self.shared.served.notified();
        let in_time = tokio::time::timeout(Duration::from_secs(30), served).await;
        assert!(in_time.is_ok(), "no key set was asked for");
    }
}

async fn document(State(shared): State<Arc<Shared>>) -> Response {
    shared.documents.fetch_add(1, Ordering::SeqCst);
    let mode = shared.mode.lock().unwrap().clone();
    let keys_uri = format!("{}/v1/.well-known/keys", shared.origin);
    let answer = |jwks_uri: String| {
        axum::Json(json!({
            "issuer": "https://api.botframework.com",
            "jwks_uri": jwks_uri,
            "id_token_signing_alg_values_supported": ["RS256"],
        }))
        .into_response()
    };
    match mode {
        Mode::Well => answer(keys_uri),
        Mode::KeysAt(address) => answer(address),
        Mode::Failing(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Mode::Held(permits) => {
            let _permit = permits.acquire().await.unwrap();
            answer(keys_uri)
        }
        Mode::Silent => std::future::pending().await,
        Mode::Redirecting => Redirect::temporary("/v1/.well-known/keys").into_response(),
        Mode::Garbage(text) => text.into_response(),
    }
}

async fn key_set(State(shared): State<Arc<Shared>>) -> Response {
    shared.key_sets.fetch_add(1, Ordering::SeqCst);
    let keys = shared.keys.lock().unwrap().clone();
    shared.served.notify_one();
    axum::Json(json!({ "keys": keys })).into_response()
}
