//! Answers that are pushed: signed, in order, once, whatever the receiver does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::stage::{Settings, Stage, WEBHOOK_SECRET, World, card_says, card_with};

/// Another program that receives pushes and answers as it was told to.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    taken: Arc<Mutex<Vec<Value>>>,
    refused: Arc<Mutex<Vec<Value>>>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
    news: Arc<Notify>,
    address: String,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let receiver = Self { address, ..Self::default() };
        let router = Router::new().route("/", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// The next requests are answered like this.
    pub(crate) fn answer(&self, statuses: &[StatusCode]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    /// From now on everything is taken.
    pub(crate) fn mend(&self) {
        self.answers.lock().unwrap().clear();
    }

    /// Everything that was taken, once there is as much as `enough` asks for.
    pub(crate) async fn taken_when(&self, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        loop {
            let news = self.news.notified();
            let taken = self.taken.lock().unwrap().clone();
            if enough(&taken) {
                return taken;
            }
            let patience = std::time::Duration::from_secs(30);
            let waited = tokio::time::timeout(patience, news).await;
            assert!(waited.is_ok(), "nothing came after {taken:?}");
        }
    }

    /// Everything that was taken so far.
    pub(crate) fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until a push with this text was refused.
    pub(crate) async fn refused_when(&self, text: &str) {
        loop {
            let news = self.news.notified();
            if self.refused.lock().unwrap().iter().any(|push| push.to_string().contains(text)) {
                return;
            }
            let patience = std::time::Duration::from_secs(30);
            assert!(tokio::time::timeout(patience, news).await.is_ok(), "{text:?} never came");
        }
    }

    /// The texts of the messages, as a program that knows the repeats would show them.
    pub(crate) async fn texts(&self, count: usize) -> Vec<String> {
        texts(&self.taken_when(|taken| texts(taken).len() >= count).await)
    }
}

fn texts(taken: &[Value]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    taken
        .iter()
        .flat_map(|push| {
            let messages = push["messages"].as_array().cloned().unwrap_or_default();
            messages.into_iter().map(move |row| (push["session"].clone(), row))
        })
        .filter(|(session, row)| seen.insert((session.to_string(), row["seq"].to_string())))
        .map(|(_, row)| row["text"].as_str().unwrap().to_owned())
        .collect()
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let signed = format!(
        "{}.{}.{}",
        header("webhook-id"),
        header("webhook-timestamp"),
        std::str::from_utf8(&body).unwrap()
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, WEBHOOK_SECRET.as_bytes());
    let signature = header("webhook-signature");
    let mac = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
    if hmac::verify(&key, signed.as_bytes(), &mac).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let status = receiver.answers.lock().unwrap().pop_front().unwrap_or(StatusCode::NO_CONTENT);
    let push = serde_json::from_slice(&body).unwrap();
    let list = if status.is_success() { &receiver.taken } else { &receiver.refused };
    list.lock().unwrap().push(push);
    receiver.news.notify_waiters();
    status
}

/// A world whose channel account pushes to a receiver, which gets the notices, too.
pub(crate) async fn pushing_world(receiver: &Receiver) -> World {
    let mut world = World::new(&Settings::default()).await;
    push_to(&mut world, &receiver.address);
    world
}

/// Lets a world's channel account push to an address, which gets the notices, too.
pub(crate) fn push_to(world: &mut World, address: &str) {
    let push = format!("channel = \"api\"\nwebhook = {address:?}");
    world.config = world.config.replacen("channel = \"api\"", &push, 1);
    let notices = format!("[[tenant]]\nnotices = {address:?}");
    world.config = world.config.replacen("[[tenant]]", &notices, 1);
}

/// Grace writes and the first agent accepts. The session's id.
async fn accepted_session(stage: &Stage) -> String {
    let written = stage.client().write("grace", "m1", "Hello?").await;
    let invitation = card_with(stage.person(0), "accept").await;
    stage.person(0).click(&invitation.id, "accept", json!({})).await.unwrap();
    card_says(stage.person(0), "You are in this conversation").await;
    written["session"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_arrive_signed_and_in_order_though_the_receiver_stumbles() {
    let receiver = Receiver::start().await;
    receiver.answer(&[StatusCode::INTERNAL_SERVER_ERROR, StatusCode::NOT_FOUND]);
    let stage = Stage::in_world(pushing_world(&receiver).await).await;
    let client = stage.client();
    let session = accepted_session(&stage).await;

    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    for number in 1..=5 {
        let reply = json!({ "client_message_id": format!("a{number}"), "text": format!("Answer {number}") });
        client.post(&path, &token, reply).await;
    }
    let end = format!("/api/v1/console/sessions/{session}/terminate");
    client.post(&end, &token, json!({})).await;

    let texts = receiver.texts(7).await;
    assert_eq!(
        texts[1..],
        [
            "Answer 1",
            "Answer 2",
            "Answer 3",
            "Answer 4",
            "Answer 5",
            "This conversation has ended."
        ]
    );
    let ended = |taken: &[Value]| taken.iter().any(|push| push["type"] == "session.ended");
    let pushes = receiver.taken_when(ended).await;
    let notice = pushes.iter().find(|push| push["type"] == "session.ended").unwrap();
    assert_eq!(
        (&notice["session"], &notice["outcome"]),
        (&json!(session), &json!("user_accepted"))
    );
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_receiver_refuses_for_good_is_told_and_holds_nobody_up() {
    let receiver = Receiver::start().await;
    receiver.answer(&[StatusCode::UNPROCESSABLE_ENTITY]);
    let stage = Stage::in_world(pushing_world(&receiver).await).await;
    let client = stage.client();
    let session = accepted_session(&stage).await;
    let token = client.sign_in(0).await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    client.post(&path, &token, json!({ "client_message_id": "a1", "text": "An answer" })).await;

    assert_eq!(receiver.texts(1).await, ["An answer"]);
    let timeline = client.admin_session(&session).await;
    let events = timeline["events"].as_array().unwrap();
    let undelivered = events.iter().find(|event| event["event"] == "message_undelivered").unwrap();
    assert_eq!(undelivered["reason"], "the receiver answered 422 Unprocessable Entity");
    stage.stop().await;
}
