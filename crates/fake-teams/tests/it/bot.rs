//! A small bot: it answers what a test tells it to and can call the connector.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use fake_teams::{FakeTeams, FakeTeamsConfig};
use serde_json::{Value, json};

type Answerer = dyn Fn(&Value) -> (u16, Value) + Send + Sync;

#[derive(Clone)]
struct Shared {
    received: Arc<Mutex<Vec<(String, Value)>>>,
    answer: Arc<Mutex<Arc<Answerer>>>,
}

/// A running bot with the fake it talks to.
pub(crate) struct Bot {
    pub(crate) teams: FakeTeams,
    shared: Shared,
    http: reqwest::Client,
    token: String,
}

/// An answer with its body read.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) retry_after: Option<u64>,
}

impl Bot {
    pub(crate) async fn start() -> Self {
        Self::start_with(FakeTeamsConfig::default()).await
    }

    pub(crate) async fn start_with(config: FakeTeamsConfig) -> Self {
        let teams = FakeTeams::start(config).await.unwrap();
        let shared = Shared {
            received: Arc::default(),
            answer: Arc::new(Mutex::new(Arc::new(|_: &Value| (200, Value::Null)))),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/api/messages", listener.local_addr().unwrap());
        let router = Router::new().route("/api/messages", post(receive)).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        teams.set_bot_endpoint(endpoint);
        let http = http();
        let token = token(&teams, "https://api.botframework.com/.default").await;
        Self { teams, shared, http, token }
    }

    /// How activities are answered from now on.
    pub(crate) fn answers(&self, answer: impl Fn(&Value) -> (u16, Value) + Send + Sync + 'static) {
        *self.shared.answer.lock().unwrap() = Arc::new(answer);
    }

    /// All activities received, oldest first.
    pub(crate) fn received(&self) -> Vec<Value> {
        let received = self.shared.received.lock().unwrap();
        received.iter().map(|(_, activity)| activity.clone()).collect()
    }

    /// The `Authorization` headers they came with, empty if none.
    pub(crate) fn headers(&self) -> Vec<String> {
        let received = self.shared.received.lock().unwrap();
        received.iter().map(|(header, _)| header.clone()).collect()
    }

    /// The bearer tokens they came with.
    pub(crate) fn tokens(&self) -> Vec<String> {
        let bearer = |header: String| header.strip_prefix("Bearer ").unwrap().to_owned();
        self.headers().into_iter().map(bearer).collect()
    }

    /// Calls a path below the service URL.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let url = format!("{}{path}", self.teams.environment().service_url);
        self.call_url(method, &url, &self.token, body).await.unwrap()
    }

    /// Calls any address with any token.
    pub(crate) async fn call_url(
        &self,
        method: &str,
        url: &str,
        token: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Answer> {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let retry_after = response.headers().get("retry-after");
        let retry_after = retry_after.map(|value| value.to_str().unwrap().parse().unwrap());
        let status = response.status().as_u16();
        let bytes = response.bytes().await?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { status, body, retry_after })
    }

    /// Posts an activity into a conversation.
    pub(crate) async fn send(&self, conversation: &str, activity: Value) -> Answer {
        self.call("POST", &activities(conversation), Some(activity)).await
    }

    /// Posts a card and answers the message id.
    pub(crate) async fn send_card(&self, conversation: &str, text: &str) -> String {
        let answer = self.send(conversation, card_message(&card(text))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Replaces a message.
    pub(crate) async fn update(&self, conversation: &str, id: &str, activity: Value) -> Answer {
        let path = format!("{}/{id}", activities(conversation));
        self.call("PUT", &path, Some(activity)).await
    }

    /// A token for Graph.
    pub(crate) async fn graph_token(&self) -> String {
        token(&self.teams, "https://graph.microsoft.com/.default").await
    }

    /// The connector token in use.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own client; loopback only")]
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap()
}

pub(crate) fn activities(conversation: &str) -> String {
    let conversation = conversation.replace(':', "%3A").replace('@', "%40");
    format!("v3/conversations/{conversation}/activities")
}

/// Asks the token endpoint.
pub(crate) async fn token(teams: &FakeTeams, scope: &str) -> String {
    let environment = teams.environment();
    let url = format!("{}/{}/oauth2/v2.0/token", environment.login_url, environment.tenant_id);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &environment.app_id),
        ("client_secret", &environment.app_secret),
        ("scope", scope),
    ];
    let response = http().post(url).form(&form).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

/// A card with an input and an `Action.Execute` with its fallback.
pub(crate) fn card(text: &str) -> Value {
    json!({
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": text},
            {"type": "Input.Text", "id": "note"},
        ],
        "actions": [{
            "type": "Action.Execute", "title": "Accept", "verb": "accept", "data": {"task": "7"},
            "fallback": {
                "type": "Action.Submit", "title": "Accept",
                "data": {"verb": "accept", "task": "7"},
            },
        }],
    })
}

pub(crate) fn card_message(card: &Value) -> Value {
    json!({
        "type": "message",
        "summary": "An invitation",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": card,
        }],
    })
}

pub(crate) fn card_answer(card: &Value) -> Value {
    json!({
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": card,
    })
}

async fn receive(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, String) {
    let activity: Value = serde_json::from_str(&body).unwrap();
    let answer = Arc::clone(&shared.answer.lock().unwrap());
    let (status, body) = answer(&activity);
    let header = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    shared.received.lock().unwrap().push((header.unwrap_or_default(), activity));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    (StatusCode::from_u16(status).unwrap(), body)
}
