//! The crate's own endpoint, with a handler that counts.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use botframework::auth::Authenticator;
use botframework::clock::SystemClock;
use botframework::connector::ConnectorClient;
use botframework::service_url::AllowedHosts;
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use botframework::turn::TurnContext;
use http::header;

use super::{APP_ID, Draft, TENANT};

/// What the caller sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// A running bot.
pub(crate) struct Bot {
    processed: Arc<AtomicUsize>,
    http: reqwest::Client,
    pub(crate) url: String,
}

impl Bot {
    pub(crate) async fn start(guard: Authenticator, http: reqwest::Client) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/messages", listener.local_addr().unwrap());
        let processed = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&processed);
        let connector = connector(&guard, http.clone());
        let bot = botframework::turn::Bot::builder(guard, connector)
            .on_unhandled(move |_: TurnContext| {
                counter.fetch_add(1, Ordering::SeqCst);
                async { Ok::<_, Infallible>(()) }
            })
            .build()
            .unwrap();
        let service = bot.router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { processed, http, url }
    }

    /// How many activities had an effect.
    pub(crate) fn processed(&self) -> usize {
        self.processed.load(Ordering::SeqCst)
    }

    /// Sends the draft.
    pub(crate) async fn send(&self, draft: &Draft) -> Answer {
        self.send_with(draft.headers(), draft.body()).await
    }

    /// Sends these headers and this body.
    pub(crate) async fn send_with(&self, headers: http::HeaderMap, body: Vec<u8>) -> Answer {
        let request = self.http.post(&self.url).headers(headers).body(body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        // The scheme and no more: a reason here would help whoever forges tokens.
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        let challenge = challenge.map(|value| value.to_str().unwrap());
        assert_eq!(challenge, (status == 401).then_some("Bearer"));
        Answer { status, body: response.text().await.unwrap() }
    }
}

/// A connector such as the guard asks for; nothing is ever sent through it.
fn connector(guard: &Authenticator, http: reqwest::Client) -> ConnectorClient {
    let config = match guard {
        Authenticator::Development(_) => TokenConfig::anonymous(),
        _ => TokenConfig::single_tenant(APP_ID, TENANT, Credentials::client_secret("s3cret")),
    };
    let tokens = TokenProvider::new(config, Arc::new(SystemClock), http.clone()).unwrap();
    ConnectorClient::new(tokens, AllowedHosts::none(), None, http)
}
