//! Agents in a channel that is not Teams: a stand-in for one, with groups and without (R2).

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{post, put};
use axum::{Json, Router};
use beckon::app::App;
use beckon::clock::{Clock as _, SystemClock};
use beckon::config::Development;
use botframework::http::{ClientOptions, client};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::stage::PATIENCE;
use crate::development::action;
use crate::stage::Folder;

/// The channel: what was posted where, what it was asked to create, and how it answers.
#[derive(Default)]
struct Seen {
    posts: Vec<(String, Value)>,
    created: Vec<Value>,
    /// Whether it knows groups.
    groups: bool,
    /// Takes the next post with these words, and says it did not.
    lose: Option<&'static str>,
}

#[derive(Clone, Default)]
struct Channel {
    seen: Arc<Mutex<Seen>>,
    news: Arc<Notify>,
    url: String,
}

impl Channel {
    async fn start(groups: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let channel = Self { url, ..Self::default() };
        channel.seen.lock().unwrap().groups = groups;
        let activities = "/v3/conversations/{conversation}/activities";
        let here = Router::new()
            .route("/v3/conversations", post(create))
            .route(activities, post(posted))
            .route(&format!("{activities}/{{id}}"), put(posted_again).post(posted_again));
        // Groups are kept in another region, and what goes there is told apart.
        let there = Router::new().route("/v3/conversations/{conversation}/activities", post(afar));
        let router = here.nest("/afar", there).with_state(channel.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        channel
    }

    fn take(&self, conversation: String, activity: Value) -> StatusCode {
        let mut seen = self.seen.lock().unwrap();
        let lost = seen.lose.is_some_and(|words| activity["text"].to_string().contains(words));
        seen.lose = seen.lose.filter(|_| !lost);
        seen.posts.push((conversation, activity));
        self.news.notify_waiters();
        if lost { StatusCode::BAD_GATEWAY } else { StatusCode::CREATED }
    }

    /// What was posted in a conversation, from the first that says `words`, which is waited for.
    async fn says(&self, conversation: &str, words: &str) -> Value {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let news = self.news.notified();
                let like = |(place, activity): &&(String, Value)| {
                    place == conversation && activity.to_string().contains(words)
                };
                if let Some((_, found)) = self.seen.lock().unwrap().posts.iter().find(like) {
                    return found.clone();
                }
                news.await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("nobody says {words:?} in {conversation}"))
    }

    fn count(&self, words: &str) -> usize {
        let seen = self.seen.lock().unwrap();
        seen.posts.iter().filter(|(_, post)| post["text"].to_string().contains(words)).count()
    }
}

async fn create(
    State(channel): State<Channel>,
    Json(asked): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut seen = channel.seen.lock().unwrap();
    seen.created.push(asked);
    if seen.groups {
        let afar = format!("{}/afar", channel.url);
        (StatusCode::CREATED, Json(json!({ "id": "group", "serviceUrl": afar })))
    } else {
        (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({})))
    }
}

async fn posted(
    State(channel): State<Channel>,
    Path(conversation): Path<String>,
    Json(activity): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let status = channel.take(conversation, activity);
    (status, Json(json!({ "id": SystemClock.new_id().to_string() })))
}

async fn afar(
    channel: State<Channel>,
    Path(conversation): Path<String>,
    activity: Json<Value>,
) -> (StatusCode, Json<Value>) {
    posted(channel, Path(format!("afar/{conversation}")), activity).await
}

async fn posted_again(
    State(channel): State<Channel>,
    Path((conversation, id)): Path<(String, String)>,
    Json(activity): Json<Value>,
) -> Json<Value> {
    channel.take(conversation, activity);
    Json(json!({ "id": id }))
}

/// Beckon with an agent in that channel, who has accepted a customer.
struct Scene {
    app: App,
    channel: Channel,
    key: String,
    http: reqwest::Client,
    session: String,
    _data: Folder,
}

impl Scene {
    async fn play(groups: bool) -> Self {
        let data = Folder::new();
        let Development { config, channel_key, .. } =
            Development::new(0, data.path(), &SystemClock, &|_: &str| None).unwrap();
        let app = App::start_development(config).await.unwrap();
        let channel = Channel::start(groups).await;
        let http = client(&ClientOptions::default()).unwrap();
        let mut scene =
            Self { app, channel, key: channel_key, http, session: String::new(), _data: data };
        scene.act("message", "own", json!({ "text": "hello" })).await;
        let written = scene.write("1", "Hello?").await;
        written["session"].as_str().unwrap().clone_into(&mut scene.session);
        let posted = scene.channel.says("own", "\"accept\"").await;
        let card = &posted["attachments"][0]["content"];
        let data = action(card, "accept")["data"].clone();
        let action = json!({ "type": "Action.Execute", "verb": "accept", "data": data });
        let click = json!({ "name": "adaptiveCard/action", "value": { "action": action } });
        scene.act("invoke", "own", click).await;
        scene
    }

    async fn act(&self, kind: &str, conversation: &str, more: Value) {
        let mut activity = json!({
            "type": kind, "id": SystemClock.new_id().to_string(),
            "channelId": "webchat", "serviceUrl": self.channel.url,
            "from": { "id": "ada" }, "recipient": { "id": "bot" },
            "conversation": { "id": conversation, "isGroup": conversation == "group" },
        });
        for (name, value) in more.as_object().unwrap() {
            activity[name] = value.clone();
        }
        let url = format!("{}/api/messages", self.app.public_url());
        let answer = self.http.post(url).json(&activity).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
    }

    async fn write(&self, id: &str, text: &str) -> Value {
        let message = json!({
            "address": "grace", "name": "Grace Hopper", "client_message_id": id, "text": text,
        });
        let url = format!("{}/api/v1/channels/website/messages", self.app.public_url());
        let request = self.http.post(url).bearer_auth(&self.key).json(&message);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.app.public_url());
        let request = self.http.get(url).bearer_auth(&self.key).header("prefer", "wait=20");
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Waits for an event of the session: the feed tells when there is something new.
    async fn event(&self, name: &str) -> Value {
        let mut after = 0;
        for _ in 0..20 {
            let page = self.get(&format!("/api/v1/events?after={after}")).await;
            let mut events = page["events"].as_array().unwrap().iter();
            if let Some(found) = events.find(|event| event["event"] == name) {
                assert_eq!(found["session"], self.session);
                return found.clone();
            }
            after = page["cursor"].as_u64().unwrap_or(after);
        }
        panic!("there is no {name}: {}", self.get("/api/v1/events?after=0").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_with_groups_keeps_the_room_and_what_is_unclear_is_posted_again() {
    let scene = Scene::play(true).await;
    scene.event("room_opened").await;
    let (channel, created) = (&scene.channel, scene.channel.seen.lock().unwrap().created.clone());
    assert_eq!(created.len(), 1);
    assert_eq!(created[0]["isGroup"], true);
    assert_eq!(created[0]["topicName"], "Support \u{a6} Grace Hopper");
    assert_eq!(created[0]["members"][0]["id"], "ada");
    let transcript = channel.says("afar/group", "Hello?").await;
    assert_eq!(transcript["textFormat"], "plain", "{transcript}");
    assert!(transcript["text"].as_str().unwrap().starts_with("Grace Hopper: Hello?"));
    channel.says("afar/group", "\"terminate\"").await;

    channel.seen.lock().unwrap().lose = Some("Still there?");
    scene.write("2", "Still there?").await;
    scene.write("3", "I am.").await;
    channel.says("afar/group", "I am.").await;
    assert_eq!(channel.count("Still there?"), 2, "at least once");
    assert_eq!(channel.count("I am."), 1);

    scene.act("message", "group", json!({ "text": "Good morning." })).await;
    let heard = scene.get("/api/v1/channels/website/messages?address=grace").await;
    let last = heard["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["from"], &last["text"]), (&json!("agent"), &json!("Good morning.")));
    // It was heard from this region last, so this is where it is answered.
    scene.act("message", "group", json!({ "text": "/end" })).await;
    channel.says("group", "This conversation ended at").await;
    scene.event("room_closed").await;
    scene.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_channel_refuses_groups_the_conversation_goes_on_in_my_sessions() {
    let scene = Scene::play(false).await;
    let failed = scene.event("room_failed").await;
    assert!(failed["reason"].as_str().unwrap().contains("webchat"), "{failed}");
    scene.event("room_opened").await;
    assert_eq!(scene.channel.seen.lock().unwrap().created.len(), 1, "it is asked once");
    scene.app.stop().await;
}
