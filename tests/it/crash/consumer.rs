//! The channel's program: takes pushes and notes them as they come.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::load::Dice;

/// A message that the program refuses for good.
pub(super) const REFUSED: &str = "refuse this";

#[derive(Clone)]
pub(super) struct Consumer {
    pub(super) address: String,
    state: Arc<Mutex<Taken>>,
    news: watch::Sender<u64>,
}

#[derive(Default)]
struct Taken {
    /// Each message when it came first: address, session, seq, text.
    messages: Vec<Received>,
    seen: BTreeSet<(String, u64)>,
    /// Notices that sessions ended, each id once: session, outcome.
    ended: Vec<(String, String)>,
    notices: BTreeSet<String>,
    stumbles: Option<Dice>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Received {
    pub(super) address: String,
    pub(super) session: String,
    pub(super) seq: u64,
    pub(super) text: String,
}

impl Consumer {
    /// A program that answers as it should or, with dice, stumbles now and then: it fails before
    /// it took a push, or after.
    pub(super) async fn start(stumbles: Option<Dice>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let consumer = Self {
            address: format!("http://{}/", listener.local_addr().unwrap()),
            state: Arc::new(Mutex::new(Taken { stumbles, ..Taken::default() })),
            news: watch::Sender::new(0),
        };
        let router = Router::new().route("/", post(receive)).with_state(consumer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        consumer
    }

    /// Waits until `wanted` accepts what came; gives what came by then in any case.
    pub(super) async fn received(
        &self,
        limit: Duration,
        wanted: impl Fn(&[Received], &[(String, String)]) -> bool,
    ) -> (Vec<Received>, Vec<(String, String)>) {
        let mut news = self.news.subscribe();
        let enough = news.wait_for(|_| {
            let taken = self.state.lock().unwrap();
            wanted(&taken.messages, &taken.ended)
        });
        let _late = tokio::time::timeout(limit, enough).await;
        let taken = self.state.lock().unwrap();
        (taken.messages.clone(), taken.ended.clone())
    }
}

async fn receive(
    State(consumer): State<Consumer>,
    headers: HeaderMap,
    Json(push): Json<Value>,
) -> StatusCode {
    let answer = {
        let mut taken = consumer.state.lock().unwrap();
        let fate = taken.stumbles.as_mut().map_or(9, |dice| dice.below(10));
        if push["messages"][0]["text"] == REFUSED {
            StatusCode::UNPROCESSABLE_ENTITY
        } else if fate == 0 {
            StatusCode::INTERNAL_SERVER_ERROR
        } else {
            take(&mut taken, &headers, &push);
            if fate == 1 { StatusCode::BAD_GATEWAY } else { StatusCode::NO_CONTENT }
        }
    };
    consumer.news.send_modify(|count| *count += 1);
    answer
}

fn take(taken: &mut Taken, headers: &HeaderMap, push: &Value) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let session = text(&push["session"]);
    match push["type"].as_str().unwrap() {
        "messages" => {
            for row in push["messages"].as_array().unwrap() {
                let seq = row["seq"].as_u64().unwrap();
                // What comes again is known by its session and place.
                if taken.seen.insert((session.clone(), seq)) {
                    taken.messages.push(Received {
                        address: text(&push["address"]),
                        session: session.clone(),
                        seq,
                        text: text(&row["text"]),
                    });
                }
            }
        }
        // A notice that comes again is known by its id.
        "session.ended" if taken.notices.insert(header("webhook-id")) => {
            taken.ended.push((session, text(&push["outcome"])));
        }
        _ => {}
    }
}
