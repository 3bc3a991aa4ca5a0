//! A stage with a service for each kind of life, and a clock that can be set forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use beckon::clock::{Clock, SystemClock};
use fake_teams::Person;
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stage::{Client, Settings, Stage, World, card_says, card_with};

/// The system's time, and what a test has let pass.
#[derive(Debug, Default)]
struct SetForward(AtomicI64);

impl Clock for SetForward {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn random(&self, bytes: &mut [u8]) {
        SystemClock.random(bytes);
    }
}

/// Three services. `support`, by `website`: the built-in flow and two agents. `guided`, by
/// `hotline`: the same agents and a workflow outside. `empty`, by `desert`: nobody, and room for one.
pub(crate) struct Desk {
    pub(crate) stage: Stage,
    clock: Arc<SetForward>,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with("").await
    }

    /// With further lines in the section of `support`.
    pub(crate) async fn with(lines: &str) -> Self {
        let mut world = World::new(&Settings::default()).await;
        let known = "wrap_up_seconds = 300";
        world.config = world.config.replacen(known, &format!("{known}\n{lines}"), 1);
        Self::in_world(world).await
    }

    pub(crate) async fn in_world(mut world: World) -> Self {
        let members: Vec<&str> = world.people.iter().map(Person::id).collect();
        let more = format!(
            r#"
            [[tenant.service]]
            id = "guided"
            name = "Guided"
            members = {members:?}
            workflow = "external"
            [[tenant.account]]
            id = "hotline"
            channel = "api"
            service = "guided"
            [[tenant.service]]
            id = "empty"
            name = "Empty"
            members = []
            max_wait_seconds = 60
            session_limit = 1
            [[tenant.account]]
            id = "desert"
            channel = "api"
            service = "empty"
            "#
        );
        world.config.push_str(&more);
        let rings = "name = \"Support\"\nring_seconds = 5\noutbound_minutes = 60";
        world.config = world.config.replacen("name = \"Support\"", rings, 1);
        let blocked = "[[tenant]]\nblocked = [\"spammer\"]";
        world.config = world.config.replacen("[[tenant]]", blocked, 1);
        let clock = Arc::new(SetForward::default());
        Self { stage: Stage::at(world, clock.clone()).await, clock }
    }

    pub(crate) fn client(&self) -> Client<'_> {
        self.stage.client()
    }

    pub(crate) fn person(&self, number: usize) -> &Person {
        self.stage.person(number)
    }

    /// Lets time pass at once; whatever is due by then happens.
    pub(crate) fn pass(&self, length: SignedDuration) {
        self.clock.0.fetch_add(length.as_secs(), Ordering::SeqCst);
        self.stage.clock_moved();
    }

    /// Something that must be taken: 2xx.
    pub(crate) async fn must(&self, path: &str, key: &str, body: Value) -> Value {
        let (status, answer) = self.client().post(path, key, body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// A customer writes; the session.
    pub(crate) async fn write(&self, account: &str, address: &str, id: &str) -> String {
        let body = json!({ "address": address, "client_message_id": id, "text": "Hello?" });
        self.channel(account, "messages", body).await
    }

    /// A call of the channel API that answers with a session; the session.
    pub(crate) async fn channel(&self, account: &str, what: &str, body: Value) -> String {
        let path = format!("/api/v1/channels/{account}/{what}");
        let key = &self.client().world.keys.integration;
        let answer = self.must(&path, key, body).await;
        answer["session"].as_str().expect("a session").to_owned()
    }

    pub(crate) async fn leave(&self, account: &str, session: &str) {
        let path = format!("/api/v1/channels/{account}/leave");
        let key = &self.client().world.keys.integration;
        self.must(&path, key, json!({ "session": session })).await;
    }

    /// A session of the guided service, and the steps of its workflow.
    pub(crate) async fn guided(&self, steps: &[Value]) -> String {
        let session = self.write("hotline", "grace", "m1").await;
        for step in steps {
            self.flow(&session, step.clone()).await;
        }
        session
    }

    pub(crate) async fn flow(&self, session: &str, step: Value) -> Value {
        let path = format!("/api/v1/sessions/{session}/flow");
        self.must(&path, &self.client().world.keys.integration, step).await
    }

    /// The person's card is clicked as soon as it offers this.
    pub(crate) async fn click(&self, person: usize, verb: &str) {
        let person = self.person(person);
        let card = card_with(person, verb).await;
        person.click(&card.id, verb, json!({})).await.expect("the click is taken");
    }

    /// The person accepts what rings at them.
    pub(crate) async fn accept(&self, person: usize) {
        self.click(person, "accept").await;
        card_says(self.person(person), "You are in this conversation").await;
    }

    /// Grace wrote to the website and the first agent has her.
    pub(crate) async fn connected(&self) -> String {
        let session = self.write("website", "grace", "m1").await;
        self.accept(0).await;
        session
    }

    /// An agent does something with a session in the console.
    pub(crate) async fn console(
        &self,
        person: usize,
        session: &str,
        what: &str,
        body: Value,
    ) -> Value {
        let path = format!("/api/v1/console/sessions/{session}/{what}");
        self.must(&path, &self.client().world.keys.agents[person], body).await
    }

    pub(crate) async fn terminate(&self, person: usize, session: &str) {
        self.console(person, session, "terminate", json!({})).await;
    }

    /// The first agent moves the session to the second one.
    pub(crate) async fn transfer(&self, session: &str, mode: &str) -> Value {
        let to = json!({ "agent": { "id": self.person(1).id(), "mode": mode } });
        self.console(0, session, "transfer", json!({ "to": to, "note": "Please." })).await
    }

    /// The first agent moves the session outside, and the other side answers.
    pub(crate) async fn outside(&self, session: &str, mode: &str, answer: Value) {
        let to = json!({ "outside": { "address": "tel:+41000000000", "mode": mode } });
        self.console(0, session, "transfer", json!({ "to": to })).await;
        let path = format!("/api/v1/sessions/{session}/transfer-result");
        self.must(&path, &self.client().world.keys.integration, answer).await;
    }

    /// Waits until this happened in the session, so many times; the last of these events.
    pub(crate) async fn until(&self, session: &str, event: &str, times: usize) -> Value {
        let (mut cursor, mut seen) = (0, 0);
        loop {
            let path = format!("/api/v1/events?after={cursor}");
            let key = &self.client().world.keys.admin;
            let (status, feed) = self.client().get(&path, key).await;
            assert_eq!(status, StatusCode::OK, "{feed}");
            let next = feed["cursor"].as_u64().expect("a cursor");
            assert_ne!(next, cursor, "{event} did not happen in {session}");
            cursor = next;
            for row in feed["events"].as_array().expect("a list") {
                seen += usize::from(row["session"] == session && row["event"] == event);
                if seen == times {
                    return row.clone();
                }
            }
        }
    }

    /// The row of a session that is over, as the list of sessions has it.
    pub(crate) async fn ended(&self, session: &str) -> Value {
        self.until(session, "session_ended", 1).await;
        let key = &self.client().world.keys.admin;
        let (_, answer) = self.client().get("/api/v1/sessions", key).await;
        let rows = answer["sessions"].as_array().expect("a list");
        let row = rows.iter().find(|row| row["session"] == session);
        row.unwrap_or_else(|| panic!("{session} is not in {answer}")).clone()
    }

    /// The invitations of a session, as (agent, result), in the order of the offers.
    pub(crate) async fn results(&self, session: &str) -> Vec<(usize, String)> {
        let path = format!("/api/v1/invitations?session={session}");
        let key = &self.client().world.keys.admin;
        let (status, answer) = self.client().get(&path, key).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let mut rows = answer["invitations"].as_array().expect("a list").clone();
        rows.sort_by_key(|row| row["offered_at"].as_str().unwrap_or_default().to_owned());
        let people = &self.client().world.people;
        rows.iter()
            .map(|row| {
                let agent = people.iter().position(|person| row["agent"] == person.id());
                let result = row["result"].as_str().unwrap_or("open").to_owned();
                (agent.expect("an agent"), result)
            })
            .collect()
    }

    /// The live or newest invitation of a person to a session.
    pub(crate) async fn invitation(&self, person: usize, session: &str) -> String {
        let path = format!("/api/v1/invitations?session={session}");
        let (_, answer) = self.client().get(&path, &self.client().world.keys.admin).await;
        let rows = answer["invitations"].as_array().expect("a list");
        let own = rows.iter().find(|row| row["agent"] == self.person(person).id());
        own.expect("one")["invitation"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn stop(self) {
        self.stage.stop().await;
    }
}
