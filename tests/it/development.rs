//! `beckon serve --dev` with a local client as thin as Microsoft's: ids that are no UUIDs, no token,
//! a `refresh` it does not know, no groups.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{MethodRouter, post, put};
use axum::{Json, Router};
use beckon::app::App;
use beckon::clock::{Clock as _, SystemClock};
use beckon::config::Development;
use botframework::http::{ClientOptions, client};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::stage::Folder;

/// What the client was sent: activity ids, and whether a token came along.
#[derive(Clone, Default)]
struct LocalClient {
    cards: Arc<Mutex<Vec<(String, Value)>>>,
    with_token: Arc<Mutex<bool>>,
    news: Arc<Notify>,
    url: String,
}

impl LocalClient {
    async fn start() -> Self {
        Self::start_with(put(updated).post(posted)).await
    }

    /// A client with these methods for a card that is there.
    async fn start_with(known: MethodRouter<Self>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/_connector", listener.local_addr().unwrap());
        let client = Self { url, ..Self::default() };
        let activities = "/_connector/v3/conversations/{conversation}/activities";
        let router = Router::new()
            .route(activities, post(posted))
            .route(&format!("{activities}/{{id}}"), known)
            .with_state(client.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        client
    }

    fn take(&self, headers: &HeaderMap, id: &str, activity: &Value) -> Json<Value> {
        *self.with_token.lock().unwrap() |= headers.contains_key(header::AUTHORIZATION);
        let card = activity["attachments"][0]["content"].clone();
        self.cards.lock().unwrap().push((id.to_owned(), card));
        self.news.notify_waiters();
        Json(json!({ "id": id }))
    }

    /// The newest card, once it says `words`.
    async fn card_that_says(&self, words: &str) -> (String, Value) {
        let patience = std::time::Duration::from_secs(30);
        let found = tokio::time::timeout(patience, async {
            loop {
                let news = self.news.notified();
                let last = self.cards.lock().unwrap().last().cloned();
                if let Some(found) = last.filter(|(_, card)| card.to_string().contains(words)) {
                    return found;
                }
                news.await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("no card says {words:?}"))
    }

    /// An activity as the client makes it.
    fn activity(&self, kind: &str, more: &Value) -> Value {
        let mut activity = json!({
            "type": kind,
            "id": fresh_id(),
            "channelId": "msteams",
            "serviceUrl": self.url,
            "from": { "id": "user-id-0", "aadObjectId": "00000000-0000-0000-0000-0000000000020" },
            "recipient": { "id": "00000000-0000-0000-0000-00000000000011", "name": "Test Bot" },
            "conversation": {
                "id": "personal",
                "conversationType": "personal",
                "tenantId": "00000000-0000-0000-0000-0000000000001",
            },
            "channelData": { "tenant": { "id": "00000000-0000-0000-0000-0000000000001" } },
        });
        for (name, value) in more.as_object().unwrap() {
            activity[name] = value.clone();
        }
        activity
    }
}

/// An activity id as the client makes them.
fn fresh_id() -> String {
    SystemClock.new_id().to_string()
}

async fn posted(
    State(client): State<LocalClient>,
    headers: HeaderMap,
    Json(activity): Json<Value>,
) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, client.take(&headers, &fresh_id(), &activity))
}

async fn updated(
    State(client): State<LocalClient>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(activity): Json<Value>,
) -> Json<Value> {
    client.take(&headers, &id, &activity)
}

/// The cards with this verb, in the order in which they came.
fn offering(local: &LocalClient, verb: &str) -> Vec<String> {
    let cards = local.cards.lock().unwrap();
    let with = |(_, card): &&(String, Value)| card.to_string().contains(&format!("{verb:?}"));
    cards.iter().filter(with).map(|(id, _)| id.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_cannot_repaint_gets_a_new_card_and_the_session_goes_on() {
    let data = Folder::new();
    let Development { config, channel_key, .. } =
        Development::new(0, data.path(), &SystemClock, &|_: &str| None).unwrap();
    let app = App::start_development(config).await.unwrap();
    let url = app.public_url().to_owned();
    // Every PUT is answered with 405.
    let local = LocalClient::start_with(post(posted)).await;
    let http = client(&ClientOptions::default()).unwrap();
    let send = |activity: Value| {
        let request = http.post(format!("{url}/api/messages")).json(&activity);
        async move { request.send().await.unwrap() }
    };
    send(local.activity("installationUpdate", &json!({ "action": "add" }))).await;
    let message = json!({ "address": "grace", "client_message_id": "1", "text": "Hello?" });
    let messages = format!("{url}/api/v1/channels/website/messages");
    http.post(&messages).bearer_auth(&channel_key).json(&message).send().await.unwrap();

    let click = async |id: &str, card: &Value, verb: &str| {
        let execute =
            json!({ "type": "Action.Execute", "verb": verb, "data": action(card, verb)["data"] });
        let click = json!({
            "name": "adaptiveCard/action", "replyToId": id, "value": { "action": execute },
        });
        let answer: Value = send(local.activity("invoke", &click)).await.json().await.unwrap();
        assert_eq!(answer["statusCode"], 200, "{answer}");
    };
    let (first, card) = local.card_that_says("Accept").await;
    click(&first, &card, "accept").await;
    let (second, card) = local.card_that_says("terminate").await;
    assert_ne!(first, second, "the first cannot be repainted");
    click(&second, &card, "terminate").await;
    let (third, _) = local.card_that_says("has ended").await;
    assert_ne!(second, third);
    assert_eq!(offering(&local, "accept"), [first], "nobody is invited twice");
    assert_eq!(offering(&local, "terminate"), [second]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_client_plays_a_session_without_a_token() {
    let data = Folder::new();
    let Development { config, channel_key, .. } =
        Development::new(0, data.path(), &SystemClock, &|_: &str| None).unwrap();
    let app = App::start_development(config).await.unwrap();
    let (url, local) = (app.public_url().to_owned(), LocalClient::start().await);
    let http = client(&ClientOptions::default()).unwrap();
    let send = |activity: Value| {
        let request = http.post(format!("{url}/api/messages")).json(&activity);
        async move { request.send().await.unwrap() }
    };

    let installed = send(local.activity("installationUpdate", &json!({ "action": "add" }))).await;
    assert!(installed.status().is_success());
    let message = json!({
        "address": "grace", "name": "Grace Hopper", "client_message_id": "1", "text": "Hello?",
    });
    let written = http
        .post(format!("{url}/api/v1/channels/website/messages"))
        .bearer_auth(&channel_key)
        .json(&message)
        .send()
        .await
        .unwrap();
    assert_eq!(written.status(), StatusCode::CREATED);

    let (id, card) = local.card_that_says("Accept").await;
    let accept = action(&card, "accept");
    let click = json!({
        "name": "adaptiveCard/action",
        "replyToId": id,
        "value": { "action": {
            "type": "Action.Execute", "verb": "accept", "data": accept["data"],
        } },
    });
    let answer: Value = send(local.activity("invoke", &click)).await.json().await.unwrap();
    assert_eq!(answer["statusCode"], 200);
    assert!(answer["value"].to_string().contains("\"terminate\""), "{answer}");
    // The shared update of the same message follows.
    assert_eq!(local.card_that_says("terminate").await.0, id);
    assert!(!*local.with_token.lock().unwrap(), "there is no token to send");

    let page = http.post(format!("{url}/api/messages")).header(header::ORIGIN, "https://evil.test");
    let refused = page.json(&local.activity("message", &json!({}))).send().await.unwrap();
    assert!(refused.status().is_client_error(), "a web page is not a local client");
    app.stop().await;
}

#[tokio::test]
async fn what_is_open_to_all_on_this_machine_carries_no_secret_and_stays_on_it() {
    let data = Folder::new();
    let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
    let refused = Development::new(0, data.path(), &SystemClock, &secret).unwrap_err();
    assert!(refused.to_string().starts_with("BECKON_BOT_SECRET"), "{refused}");

    let made = Development::new(0, data.path(), &SystemClock, &|_: &str| None).unwrap();
    assert!(!format!("{made:?}").contains(&made.channel_key), "a key is not for logs");
    let mut config = made.config;
    config.server.bind = "0.0.0.0:0".parse().unwrap();
    let refused = App::start_development(config).await.unwrap_err();
    assert!(format!("{refused:#}").contains("loopback"), "{refused:#}");
}

/// The action of a card with this verb.
pub(crate) fn action(node: &Value, verb: &str) -> Value {
    let mut queue = vec![node];
    while let Some(node) = queue.pop() {
        if node["verb"] == verb {
            return node.clone();
        }
        match node {
            Value::Array(items) => queue.extend(items),
            Value::Object(fields) => queue.extend(fields.values()),
            _ => {}
        }
    }
    panic!("no action {verb:?}")
}
