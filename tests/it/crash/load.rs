//! Customers who write and agents who answer, each in a way of their own, until they are told to
//! come to an end.

use std::sync::{Arc, Mutex};

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::judge::Acknowledged;
use super::server::Server;

/// Reproducible randomness (`SplitMix64`).
#[derive(Clone, Debug)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Dice of their own for somebody.
    pub(super) fn child(&mut self) -> Self {
        Self(self.below(u64::MAX))
    }
}

/// What all of them share.
pub(super) struct Load {
    pub(super) server: Arc<Server>,
    pub(super) acknowledged: Mutex<Vec<Acknowledged>>,
    /// Customers begin no more sessions.
    pub(super) customers_stop: watch::Sender<bool>,
    /// Agents go when nothing is left in their hands.
    pub(super) agents_stop: watch::Sender<bool>,
}

impl Load {
    pub(super) fn new(server: Arc<Server>) -> Arc<Self> {
        Arc::new(Self {
            server,
            acknowledged: Mutex::default(),
            customers_stop: watch::Sender::new(false),
            agents_stop: watch::Sender::new(false),
        })
    }

    fn note(&self, address: &str, session: &str, seq: &Value, text: String) {
        self.acknowledged.lock().unwrap().push(Acknowledged {
            address: address.to_owned(),
            session: session.to_owned(),
            seq: seq.as_u64().unwrap(),
            text,
        });
    }

    /// A customer: session after session.
    pub(super) async fn customer(self: Arc<Self>, number: usize, mut dice: Dice) {
        let address = format!("customer-{number}");
        let mut written = 0;
        while !*self.customers_stop.borrow() {
            let mut session = String::new();
            for _ in 0..=dice.below(3) {
                written += 1;
                session = self.write(&address, written).await;
            }
            if dice.below(10) == 0 {
                let body = json!({ "session": session });
                let key = &self.server.world.keys.integration;
                let path = "/api/v1/channels/website/leave";
                let (status, answer) = self.server.post(path, key, &body).await;
                assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
            }
            self.ended(&address, &session).await;
        }
    }

    async fn write(&self, address: &str, number: u32) -> String {
        let (id, text) = (number.to_string(), format!("{address} writes {number}"));
        let body = json!({ "address": address, "client_message_id": id, "text": text });
        let path = "/api/v1/channels/website/messages";
        let key = &self.server.world.keys.integration;
        let (status, answer) = self.server.post(path, key, &body).await;
        assert!(status.is_success(), "{status} {answer}");
        let session = answer["session"].as_str().unwrap().to_owned();
        self.note(address, &session, &answer["seq"], text);
        session
    }

    /// Waits until the session is over.
    async fn ended(&self, address: &str, session: &str) {
        let key = &self.server.world.keys.integration;
        let mut after = format!("&after={session}.0");
        loop {
            let path = format!("/api/v1/channels/website/messages?address={address}{after}");
            let wait = [(header::HeaderName::from_static("prefer"), "wait=20")];
            let (status, _, answer) = self.server.call(Method::GET, &path, key, &wait, None).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            assert_eq!(answer["session"]["id"], session, "one session at a time");
            if answer["session"]["phase"] == "ended" {
                return;
            }
            if let Some(cursor) = answer["cursor"].as_str() {
                after = format!("&after={cursor}");
            }
        }
    }

    /// An agent: does whatever the inbox asks for.
    pub(super) async fn agent(self: Arc<Self>, number: usize, mut dice: Dice) {
        let token = self.server.sign_in(number).await;
        let mut seen: Option<String> = None;
        loop {
            let mut headers = vec![(header::HeaderName::from_static("prefer"), "wait=1")];
            headers.extend(seen.as_deref().map(|etag| (header::IF_NONE_MATCH, etag)));
            let path = "/api/v1/console/inbox";
            let (_, etag, inbox) =
                self.server.call(Method::GET, path, &token, &headers, None).await;
            let incoming = inbox["incoming"].as_array().cloned().unwrap_or_default();
            let sessions = inbox["sessions"].as_array().cloned().unwrap_or_default();
            let mut busy = !incoming.is_empty();
            for row in incoming {
                // Not everybody says no: else all of them would be left alone for a ring time.
                let declines = number == 0 && dice.below(4) == 0;
                let action = if declines { "decline" } else { "accept" };
                self.act(number, &token, &row, action, &mut dice).await;
            }
            for row in sessions.iter().filter(|row| row["phase"] != "concluded") {
                busy = true;
                if row["phase"] == "wrap_up" {
                    self.act(number, &token, row, "finish", &mut dice).await;
                } else {
                    self.talk(&token, row, &mut dice).await;
                    self.act(number, &token, row, "terminate", &mut dice).await;
                }
            }
            if !busy && *self.agents_stop.borrow() {
                return;
            }
            // Whoever has something in hand looks at once whether it went through.
            seen = etag.filter(|_| !busy);
        }
    }

    /// Acts on the card, if it shows the action, or in the console. What comes too late changes
    /// nothing; the inbox shows how things stand.
    async fn act(&self, number: usize, token: &str, row: &Value, action: &str, dice: &mut Dice) {
        let invitation = row["invitation"].as_str().unwrap();
        let person = &self.server.world.people[number];
        let named = |card: &Value| card.to_string().contains(invitation);
        let shown = person
            .messages()
            .into_iter()
            .find(|message| message.has_action(action) && message.card.as_ref().is_some_and(named));
        if let Some(card) = shown.filter(|_| dice.below(3) > 0) {
            // Whoever gets no answer looks at the inbox again.
            let _lost = person.click(&card.id, action, json!({})).await;
            self.server.answered();
            return;
        }
        let path = if action == "terminate" {
            format!("/api/v1/console/sessions/{}/terminate", row["session"].as_str().unwrap())
        } else {
            format!("/api/v1/console/invitations/{invitation}/{action}")
        };
        self.server.post(&path, token, &json!({})).await;
    }

    async fn talk(&self, token: &str, row: &Value, dice: &mut Dice) {
        let session = row["session"].as_str().unwrap();
        let path = format!("/api/v1/console/sessions/{session}/messages");
        for number in 0..dice.below(5) {
            let text = format!("answer {number} in {session}");
            let body = json!({ "client_message_id": text, "text": text });
            let (status, answer) = self.server.post(&path, token, &body).await;
            if !status.is_success() {
                // The customer left meanwhile.
                assert!(matches!(status, StatusCode::CONFLICT | StatusCode::NOT_FOUND), "{answer}");
                return;
            }
            let address = row["customer"].as_str().unwrap();
            self.note(address, session, &answer["seq"], text);
        }
    }
}
