//! The channel's side: serves a bot on loopback and posts to it.

use std::net::SocketAddr;

use botframework::turn::Bot;
use http::StatusCode;
use serde_json::Value;

use super::{World, clock, http};
use botframework::clock::Clock;

/// A bot that is being served, and a channel that may talk to it.
pub(crate) struct Channel {
    pub(crate) addr: SocketAddr,
    pub(crate) token: String,
    http: reqwest::Client,
}

/// What the bot answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Channel {
    pub(crate) async fn of(world: &World, bot: &Bot) -> Self {
        Self::serving(world, bot.router()).await
    }

    /// Serves this router in place of a bot's own.
    pub(crate) async fn serving(world: &World, router: axum::Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { addr, token: world.channel_token(clock().now()), http: http() }
    }

    /// A request to the messaging endpoint, without token and body.
    pub(crate) fn request(&self, method: http::Method) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}/api/messages", self.addr))
    }

    /// Posts an activity with the channel's token.
    pub(crate) async fn post(&self, activity: &Value) -> Answered {
        let request = self.request(http::Method::POST).bearer_auth(&self.token).json(activity);
        answer(request).await
    }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answered {
    let response = request.send().await.unwrap();
    Answered { status: response.status(), body: response.text().await.unwrap() }
}
