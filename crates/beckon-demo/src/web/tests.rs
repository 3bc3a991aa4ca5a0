//! The demo's server over real HTTP, with a Beckon that is a few lines long.

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use beckon::clock::Clock as _;
use beckon::directory::Directory;
use beckon::engine::{Engine, Executor, Signals};
use beckon::store::sqlite::SqliteStore;
use fake_teams::{FakeTeams, FakeTeamsConfig};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::Server;
use crate::agents::Agent;
use crate::beckon_api::BeckonApi;
use crate::clock::DemoClock;
use crate::customers::Customers;
use crate::day::Days;
use crate::doors::{Doors, PageKeys};
use crate::http_client;
use crate::passing::Passing;
use crate::state::DemoState;

/// A channel API that keeps what it is sent, and refuses "no".
#[derive(Clone)]
struct Channel {
    written: watch::Sender<Vec<Value>>,
    keys: Arc<Mutex<Vec<String>>>,
}

#[derive(Deserialize)]
struct Read {
    after: Option<usize>,
}

async fn write(
    State(channel): State<Channel>,
    headers: HeaderMap,
    Json(message): Json<Value>,
) -> Response {
    let key = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
    channel.keys.lock().unwrap().push(key);
    if message["text"] == "no" {
        let problem = json!({ "title": "A field is not accepted", "status": 422 });
        return (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response();
    }
    channel.written.send_modify(|written| written.push(message));
    (StatusCode::CREATED, Json(json!({ "session": "1" }))).into_response()
}

async fn read(State(channel): State<Channel>, Query(Read { after }): Query<Read>) -> Json<Value> {
    let mut written = channel.written.subscribe();
    let after = after.unwrap_or(0);
    let written = written.wait_for(|written| written.len() > after).await.unwrap().clone();
    let messages = written.iter().enumerate().skip(after).map(|(index, message)| {
        let cursor = (index + 1).to_string();
        let at = "2026-11-22T12:00:00Z";
        json!({ "from": "customer", "text": message["text"], "at": at, "cursor": cursor })
    });
    Json(json!({
        "messages": messages.collect::<Vec<_>>(),
        "cursor": written.len().to_string(),
    }))
}

/// The server under test, the people behind it, and a browser.
struct Stage {
    server: Server,
    teams: FakeTeams,
    channel: Channel,
    browser: reqwest::Client,
    clock: Arc<DemoClock>,
    _data: tempfile::TempDir,
}

/// An engine that nobody is in: all that a day needs which nothing happens on.
fn engine(folder: &Path, clock: Arc<DemoClock>) -> Engine {
    let (directory, signals) = (Arc::new(Directory::default()), Arc::new(Signals::default()));
    let executor = Executor::new(Arc::clone(&directory));
    let path = folder.join("beckon.db");
    let store = SqliteStore::open(&path, executor, clock.clone(), Arc::clone(&signals)).unwrap();
    Engine::new(Arc::new(store), directory, clock, signals)
}

async fn sign_in(Json(body): Json<Value>) -> Json<Value> {
    let (key, page) = (body["key"].as_str().unwrap(), body["page"].as_str().unwrap());
    Json(json!({ "token": format!("{page}-{key}") }))
}

impl Stage {
    async fn new() -> Self {
        let channel =
            Channel { written: watch::Sender::new(Vec::new()), keys: Arc::new(Mutex::default()) };
        let beckon = Router::new()
            .route("/api/v1/channels/phone/messages", get(read).post(write))
            .route("/api/v1/sign-in", axum::routing::post(sign_in))
            .route("/api/messages", axum::routing::post(async || StatusCode::OK))
            .with_state(channel.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, beckon).into_future());

        let bot_endpoint = Some(format!("{base}/api/messages"));
        let config = FakeTeamsConfig { bot_endpoint, ..FakeTeamsConfig::default() };
        let teams = FakeTeams::start(config).await.unwrap();
        let agents = vec![Agent { person: teams.person("Ada Lovelace") }];
        let browser = http_client::build().unwrap();
        let api = BeckonApi::new(browser.clone(), base.clone(), "bk_phone".into());
        let keys = PageKeys { agents: vec!["ada".into()], results: "all".into() };
        let doors = Doors::new(api.clone(), base, keys);
        doors.open().await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(DemoClock::default());
        let days =
            Days::new(Passing::new(Arc::clone(&clock), engine(data.path(), Arc::clone(&clock))));
        let customers = Customers::new(api, "phone");
        let state = DemoState { teams: teams.clone(), agents, customers, doors, days };
        let server = Server::start(0, Arc::new(state)).await.unwrap();
        Self { server, teams, channel, browser, clock, _data: data }
    }

    async fn post(&self, path: &str, body: Value) -> reqwest::Response {
        self.browser.post(format!("{}{path}", self.server.url)).json(&body).send().await.unwrap()
    }

    /// `GET /demo/state`, held until it differs from `etag`.
    async fn state(&self, etag: Option<&str>, wait: u32) -> reqwest::Response {
        let request = self.browser.get(format!("{}/demo/state", self.server.url));
        let request = request.header("Prefer", format!("wait={wait}"));
        let request = match etag {
            Some(etag) => request.header(header::IF_NONE_MATCH, etag),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// Follows the state until `wanted` is true of it.
    async fn until(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut etag: Option<String> = None;
        loop {
            let answer = self.state(etag.as_deref(), 5).await;
            assert_eq!(answer.status(), StatusCode::OK, "nothing happened within the wait");
            etag = Some(etag_of(&answer));
            let state: Value = answer.json().await.unwrap();
            if wanted(&state) {
                return state;
            }
        }
    }
}

fn etag_of(answer: &reqwest::Response) -> String {
    answer.headers()[header::ETAG].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_state_is_sent_once_and_then_when_it_changes() {
    let demo = Stage::new().await;
    let first = demo.state(None, 25).await;
    let etag = etag_of(&first);
    let state: Value = first.json().await.unwrap();
    assert_eq!(state["customer"]["name"], "Grace Hopper");
    assert_eq!(state["agents"][0]["messages"], json!([]));
    let link = |value: &Value| value.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(link(&state["agents"][0]["console_url"]), "#token=console-ada");
    assert_eq!(link(&state["results_url"]), "results#token=results-all");

    let unchanged = demo.state(Some(&etag), 0).await;
    assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);

    let ada = demo.teams.person("Ada Lovelace");
    let (held, said) = tokio::join!(demo.state(Some(&etag), 25), ada.say("hello"));
    said.unwrap();
    assert_eq!(held.status(), StatusCode::OK);
    assert_ne!(etag_of(&held), etag);
    let state: Value = held.json().await.unwrap();
    let post = &state["agents"][0]["messages"][0];
    assert_eq!((&post["from"], &post["text"]), (&json!("me"), &json!("hello")));
}

#[tokio::test]
async fn a_customer_writes_with_the_channels_key_and_sees_it() {
    let demo = Stage::new().await;
    for text in ["one", "two"] {
        let answer = demo.post("/demo/customer/messages", json!({ "text": text })).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }
    let messages = |state: &Value| state["customer"]["messages"].as_array().unwrap().clone();
    let state = demo.until(|state| messages(state).len() == 2).await;
    let seen: Vec<_> = messages(&state)
        .iter()
        .map(|message| (message["from"].clone(), message["name"].clone(), message["text"].clone()))
        .collect();
    let grace = |text: &str| (json!("me"), json!("Grace Hopper"), json!(text));
    assert_eq!(seen, [grace("one"), grace("two")]);

    assert_eq!(*demo.channel.keys.lock().unwrap(), ["Bearer bk_phone", "Bearer bk_phone"]);
    let written = demo.channel.written.borrow().clone();
    assert_eq!(written[0]["address"], "grace");
    assert_ne!(written[0]["client_message_id"], written[1]["client_message_id"]);
}

#[tokio::test]
async fn the_next_customer_starts_with_an_empty_phone() {
    let demo = Stage::new().await;
    demo.post("/demo/customer/messages", json!({ "text": "one" })).await;
    demo.until(|state| state["customer"]["messages"] != json!([])).await;
    demo.post("/demo/customer/new", json!({})).await;
    let state = demo.until(|state| state["customer"]["address"] == "katherine").await;
    assert_eq!(state["customer"]["messages"], json!([]));
}

#[tokio::test]
async fn a_room_is_seen_by_its_members_and_written_in() {
    let demo = Stage::new().await;
    let (ada, alan) = (demo.teams.person("Ada Lovelace"), demo.teams.person("Alan Turing"));
    let room = demo.teams.group("Support ¦ Grace Hopper", &[&ada, &alan]);
    alan.say_in(&room, "I only look on.").await.unwrap();
    let path = format!("/demo/agents/{}/rooms/{room}/messages", ada.id());
    let answer = demo.post(&path, json!({ "text": "Good morning" })).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);

    let rooms = |state: &Value| state["agents"][0]["rooms"].clone();
    let state = demo.until(|state| rooms(state)[0]["messages"][1].is_object()).await;
    let seen = &rooms(&state)[0];
    assert_eq!(seen["name"], "Support ¦ Grace Hopper");
    assert_eq!(seen["messages"][0]["from"], "other");
    assert_eq!(seen["messages"][0]["name"], "Alan Turing");
    assert_eq!(seen["messages"][1]["from"], "me");
    assert_eq!(state["agents"][0]["messages"], json!([]));

    let elsewhere = path.replace(&room, "19:nowhere@thread.v2");
    let foreign = demo.post(&elsewhere, json!({ "text": "x" })).await;
    assert_eq!(foreign.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_day_passes_to_the_next_morning_and_no_two_at_once() {
    let demo = Stage::new().await;
    let hour = 3_600_000;
    let (first, second) = tokio::join!(
        demo.post("/demo/day/pass", json!({})),
        demo.post("/demo/day/pass", json!({}))
    );
    let mut answers = [first.status(), second.status()];
    answers.sort_unstable();
    assert_eq!(answers, [StatusCode::ACCEPTED, StatusCode::CONFLICT]);
    let state = demo.until(|state| state["day"]["doing"].is_null()).await;
    let ahead = state["day"]["ahead_ms"].as_i64().unwrap();
    assert!((12 * hour..36 * hour).contains(&ahead), "{ahead}");
    let morning = demo.clock.now().to_string();
    assert!(morning.contains("T09:00:"), "{morning}");
}

#[tokio::test]
async fn refusals_keep_their_reason() {
    let demo = Stage::new().await;
    let answer = demo.post("/demo/customer/messages", json!({ "text": "no" })).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["title"], "A field is not accepted");

    let click = json!({ "message_id": "1", "verb": "accept", "inputs": {} });
    let stranger = demo.post("/demo/agents/nobody/click", click.clone()).await;
    assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
    let ada = demo.teams.person("Ada Lovelace");
    let no_card = demo.post(&format!("/demo/agents/{}/click", ada.id()), click).await;
    assert_eq!(no_card.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_page_is_there_or_says_how_to_make_it() {
    let demo = Stage::new().await;
    let page = demo.browser.get(&demo.server.url).send().await.unwrap();
    assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(matches!(page.status(), StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE));
    let built = page.status() == StatusCode::OK;
    assert_eq!(page.text().await.unwrap().contains("make web"), !built);
    let missing = format!("{}/no-such-file.js", demo.server.url);
    let missing = demo.browser.get(missing).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}
