//! A stage whose rooms are Teams chats: a companion account, and Graph.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use beckon::clock::{Clock, SystemClock};
use fake_teams::{Chat, FakeTeamsConfig, Message, Person};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::stage::{Client, Settings, Stage, World, card_with};

/// How long a test waits for something in a room: longer than a room is tried for.
pub(super) const PATIENCE: Duration = Duration::from_secs(40);

/// A stage with so many companions.
pub(super) struct Rooms {
    pub(super) stage: Stage,
    pub(super) companions: Vec<Person>,
}

/// A world whose configuration knows Graph.
pub(super) async fn world(companions: usize) -> (World, Vec<Person>) {
    beside(FakeTeamsConfig::default(), companions).await
}

/// The same, by a clock that the test puts forward.
pub(super) async fn world_by(clock: &Arc<Ahead>) -> (World, Vec<Person>) {
    let clock = Arc::clone(clock) as _;
    beside(FakeTeamsConfig { clock, ..FakeTeamsConfig::default() }, 1).await
}

async fn beside(teams: FakeTeamsConfig, companions: usize) -> (World, Vec<Person>) {
    let mut world = World::beside(&Settings::default(), teams).await;
    let names = ["Companion One", "Companion Two"];
    let companions: Vec<Person> =
        names[..companions].iter().map(|name| world.teams.person(name)).collect();
    let ids: Vec<&str> = companions.iter().map(Person::id).collect();
    let manifest = FakeTeamsConfig::default().manifest_id;
    let root = world.teams.environment().graph_url;
    world.config = world
        .config
        .replacen("[[tenant]]", &format!("[graph]\nroot = {root:?}\n[[tenant]]"), 1)
        .replacen(
            "[[tenant.service]]",
            &format!(
                "[tenant.graph]\nteams_app_id = {manifest:?}\ncompanions = {ids:?}\n\
                 [[tenant.service]]"
            ),
            1,
        );
    (world, companions)
}

/// The system's clock, put forward.
#[derive(Debug, Default)]
pub(crate) struct Ahead(AtomicI64);

impl Ahead {
    pub(crate) fn pass(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

impl fake_teams::Clock for Ahead {
    fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn random(&self, bytes: &mut [u8]) {
        SystemClock.random(bytes);
    }
}

/// Something more in the service's section on rooms.
pub(super) fn with_rooms(world: &mut World, lines: &str) {
    let section = format!("[tenant.service.rooms]\n{lines}\n[[tenant.account]]");
    world.config = world.config.replacen("[[tenant.account]]", &section, 1);
}

impl Rooms {
    pub(super) async fn new() -> Self {
        Self::with(1).await
    }

    pub(super) async fn with(companions: usize) -> Self {
        let (world, companions) = world(companions).await;
        Self { stage: Stage::in_world(world).await, companions }
    }

    /// A stage with one companion, by a clock that the test puts forward.
    pub(super) async fn at(clock: &Arc<Ahead>) -> Self {
        let (world, companions) = world_by(clock).await;
        Self { stage: Stage::at(world, Arc::clone(clock) as _).await, companions }
    }

    pub(super) fn client(&self) -> Client<'_> {
        self.stage.client()
    }

    pub(super) fn ada(&self) -> &Person {
        self.stage.person(0)
    }

    pub(super) fn ben(&self) -> &Person {
        self.stage.person(1)
    }

    /// A customer writes, Ada accepts; the session's id.
    pub(super) async fn accepted(&self) -> String {
        let written = self.client().write("grace", "m1", "Hello?").await;
        let card = card_with(self.ada(), "accept").await;
        self.ada().click(&card.id, "accept", json!({})).await.expect("the click is taken");
        written["session"].as_str().expect("a session").to_owned()
    }

    /// The same, and the room is open; the session's id and the room's.
    pub(super) async fn open(&self) -> (String, String) {
        let session = self.accepted().await;
        let chat = self.chat(self.ada()).await;
        self.event(&session, "room_opened").await;
        (session, chat.id)
    }

    /// The agent of this number hands the one session that they have back, in My Sessions.
    pub(super) async fn hand_back(&self, number: usize) {
        let (client, token) = (self.client(), self.client().sign_in(number).await);
        let (_, inbox) = client.get("/api/v1/console/inbox", &token).await;
        let invitation = inbox["sessions"][0]["invitation"].as_str().expect("a session");
        let path = format!("/api/v1/console/invitations/{invitation}/hand_back");
        let (status, answer) = client.post(&path, &token, json!({})).await;
        assert!(status.is_success(), "{status} {answer}");
    }

    /// The agent who is rung accepts.
    pub(super) async fn accepts(&self, person: &Person) {
        let card = card_with(person, "accept").await;
        person.click(&card.id, "accept", json!({})).await.expect("the click is taken");
    }

    /// Waits until the session was handed to this person, in its room.
    pub(super) async fn handed_to(&self, session: &str, person: &Person) {
        let to = person.id();
        let like = |event: &Value| event["event"] == "room_handed_over" && event["to"] == to;
        self.event_like(session, like).await;
    }

    /// The room that a person is in.
    pub(super) async fn chat(&self, person: &Person) -> Chat {
        person
            .wait_for_chat(|chat| chat.topic.as_deref() == Some("Support \u{a6} Grace Hopper"))
            .await
            .expect("the room is made")
    }

    /// The events of a session with this name.
    pub(super) async fn events(&self, session: &str, name: &str) -> Vec<Value> {
        let told = self.client().admin_session(session).await;
        let events = told["events"].as_array().expect("a list").iter();
        events.filter(|event| event["event"] == name).cloned().collect()
    }

    /// What the agent said, as the customer reads it: everything there is.
    pub(super) async fn heard(&self) -> Vec<String> {
        self.client().write("grace", "last", "The end.").await;
        let mut all: Vec<Value> = Vec::new();
        while all.last().is_none_or(|message| message["text"] != "The end.") {
            all = self.client().read("grace", all.len() + 1).await;
        }
        let agents = all.iter().filter(|message| message["from"] == "agent");
        agents.map(|message| message["text"].as_str().expect("a text").to_owned()).collect()
    }

    /// Waits for an event of a session.
    pub(super) async fn event(&self, session: &str, name: &str) -> Value {
        self.event_like(session, |event| event["event"] == name).await
    }

    /// Waits for an event like this: the feed tells when there is something new.
    pub(super) async fn event_like(&self, session: &str, like: impl Fn(&Value) -> bool) -> Value {
        if let Ok(event) = tokio::time::timeout(PATIENCE, self.awaited(session, like)).await {
            return event;
        }
        panic!("there is no such event: {:?}", self.client().admin_session(session).await)
    }

    async fn awaited(&self, session: &str, like: impl Fn(&Value) -> bool) -> Value {
        let client = self.client();
        let mut after = 0;
        loop {
            let path = format!("/api/v1/events?after={after}");
            let (status, page) = client.get(&path, &client.world.keys.integration).await;
            assert!(status.is_success(), "{status} {page}");
            let events = page["events"].as_array().expect("a list");
            for event in events {
                if event["session"] == session && like(event) {
                    return event.clone();
                }
            }
            after = page["cursor"].as_u64().unwrap_or(after);
        }
    }

    /// Waits until a person reads this in a room.
    pub(super) async fn reads(&self, person: &Person, chat: &str, words: &str) -> Message {
        let like =
            |message: &Message| message.conversation == chat && message.words().contains(words);
        for _ in 0..4 {
            if let Ok(message) = person.wait_for_message(words, like).await {
                return message;
            }
        }
        panic!("nobody said {words:?}: {:?}", said(person, chat));
    }
}

/// What is said in a room, but for cards.
pub(super) fn said(person: &Person, chat: &str) -> Vec<String> {
    let there = person.messages().into_iter().filter(|message| message.conversation == chat);
    there.filter(|message| message.card.is_none()).map(|message| message.text).collect()
}
