//! A stage: Beckon on a fresh database, a fake Teams, agents with the bot installed, and keys.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use beckon::app::App;
use beckon::clock::{SharedClock, SystemClock};
use beckon::config::Config;
use beckon::http::auth::new_key;
use botframework::http::{ClientOptions, client};
use fake_teams::{FakeTeams, FakeTeamsConfig, Forgery, Message, Person};
use reqwest::header::HeaderMap;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

/// How long a test waits for something that should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// What pushes are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "not a secret";

pub(crate) struct Keys {
    pub(crate) integration: String,
    pub(crate) admin: String,
    pub(crate) owner: String,
    pub(crate) supervisor: String,
    pub(crate) agents: Vec<String>,
}

/// Everything outside Beckon: it outlives a crash.
pub(crate) struct World {
    pub(crate) teams: FakeTeams,
    pub(crate) people: Vec<Person>,
    pub(crate) keys: Keys,
    pub(crate) config: String,
    pub(crate) folder: Folder,
    pub(crate) http: reqwest::Client,
}

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let (name, _) = new_key(&SystemClock);
        let path = std::env::temp_dir().join(format!("beckon-it-{}", &name[3..15]));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _leftover = std::fs::remove_dir_all(&self.0);
    }
}

/// What a test changes about the service.
pub(crate) struct Settings {
    pub(crate) wrap_up_seconds: u32,
    /// Further lines of its section.
    pub(crate) service: &'static str,
    pub(crate) people: &'static [&'static str],
}

impl Default for Settings {
    fn default() -> Self {
        Self { wrap_up_seconds: 300, service: "", people: &["Ada Lovelace", "Ben Franklin"] }
    }
}

impl World {
    pub(crate) async fn new(settings: &Settings) -> Self {
        Self::beside(settings, FakeTeamsConfig::default()).await
    }

    /// A world with this Teams in it.
    pub(crate) async fn beside(settings: &Settings, teams: FakeTeamsConfig) -> Self {
        let teams = FakeTeams::start(teams).await.expect("fake Teams starts");
        let people: Vec<Person> = settings.people.iter().map(|name| teams.person(name)).collect();
        let folder = Folder::new();
        let (integration, integration_hash) = new_key(&SystemClock);
        let (admin, admin_hash) = new_key(&SystemClock);
        let (owner, owner_hash) = new_key(&SystemClock);
        let (supervisor, supervisor_hash) = new_key(&SystemClock);
        let environment = teams.environment();
        let mut config = format!(
            r#"
            [server]
            bind = "127.0.0.1:0"
            [store]
            path = "{}"
            [bot]
            app_id = "{}"
            tenant_id = "{tenant}"
            openid_metadata_url = "{}"
            token_url = "{}/{tenant}/oauth2/v2.0/token"
            allowed_hosts = ["{}"]
            service_url = "{}"
            [[tenant]]
            id = "{tenant}"
            [[tenant.service]]
            id = "support"
            name = "Support"
            members = [{}]
            wrap_up_seconds = {}
            {}
            [[tenant.account]]
            id = "website"
            channel = "api"
            service = "support"
            [[tenant.key]]
            name = "website"
            role = "integration"
            sha256 = "{integration_hash}"
            [[tenant.key]]
            name = "admin"
            role = "admin"
            sha256 = "{admin_hash}"
            [[tenant.key]]
            name = "owner"
            role = "owner"
            services = ["support"]
            sha256 = "{owner_hash}"
            [[tenant.key]]
            name = "supervisor"
            role = "supervisor"
            services = ["support"]
            sha256 = "{supervisor_hash}"
            "#,
            folder.path().join("beckon.db").display(),
            environment.app_id,
            environment.openid_metadata_url,
            environment.login_url,
            environment.login_url.trim_start_matches("http://"),
            environment.service_url,
            people.iter().map(|person| format!("{:?}", person.id())).collect::<Vec<_>>().join(", "),
            settings.wrap_up_seconds,
            settings.service,
            tenant = environment.tenant_id,
        );
        let mut agents = Vec::new();
        for person in &people {
            let (key, hash) = new_key(&SystemClock);
            agents.push(key);
            let (id, name) = (person.id(), person.name());
            write!(
                config,
                "[[tenant.agent]]\nid = {id:?}\nname = {name:?}\n[[tenant.key]]\nname = {name:?}\n\
                 role = \"agent\"\nagent = {id:?}\nsha256 = {hash:?}\n"
            )
            .expect("a string takes everything");
        }
        let keys = Keys { integration, admin, owner, supervisor, agents };
        let http = client(&ClientOptions::default()).expect("an HTTP client");
        Self { teams, people, keys, config, folder, http }
    }

    pub(crate) fn secret(name: &str) -> Option<String> {
        match name {
            "BECKON_BOT_SECRET" => Some(FakeTeamsConfig::default().app_secret),
            "BECKON_WEBHOOK_SECRET" => Some(WEBHOOK_SECRET.to_owned()),
            _ => None,
        }
    }

    /// The agents install the bot, in their order: the first is idle for longest.
    pub(crate) async fn install_all(&self) {
        for person in &self.people {
            let deliveries = person.install_bot().await.expect("the bot takes the install");
            assert!(deliveries.iter().all(fake_teams::Delivery::accepted), "{deliveries:?}");
        }
    }
}

/// The world with a Beckon in it.
pub(crate) struct Stage {
    pub(crate) world: World,
    app: App,
    pub(crate) url: String,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(&Settings::default()).await
    }

    pub(crate) async fn with(settings: &Settings) -> Self {
        Self::in_world(World::new(settings).await).await
    }

    pub(crate) async fn in_world(world: World) -> Self {
        Self::at(world, Arc::new(SystemClock)).await
    }

    /// A stage that goes by this clock.
    pub(crate) async fn at(world: World, clock: SharedClock) -> Self {
        let stage = Self::unheard(world, clock).await;
        stage.world.install_all().await;
        stage
    }

    /// A Beckon whose bot has not heard from anybody.
    pub(crate) async fn unheard(world: World, clock: SharedClock) -> Self {
        let config = Config::parse(&world.config, &World::secret).expect("the config is valid");
        let app = App::start_by(config, clock).await.expect("Beckon starts");
        let url = format!("http://{}", app.address());
        world.teams.set_bot_endpoint(format!("{url}/api/messages"));
        Self { world, app, url }
    }

    pub(crate) fn client(&self) -> Client<'_> {
        Client { world: &self.world, url: &self.url }
    }

    pub(crate) fn person(&self, number: usize) -> &Person {
        &self.world.people[number]
    }

    /// Tells Beckon that its clock was moved.
    pub(crate) fn clock_moved(&self) {
        self.app.engine().signals().clock_moved();
    }

    /// Stops Beckon, as an administrator would.
    pub(crate) async fn stop(self) -> World {
        self.app.stop().await;
        self.world
    }
}

/// What programs and agents do over HTTP.
#[derive(Clone, Copy)]
pub(crate) struct Client<'w> {
    pub(crate) world: &'w World,
    pub(crate) url: &'w str,
}

impl Client<'_> {
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        headers: HeaderMap,
        body: Option<Value>,
    ) -> Response {
        let mut request = self
            .world
            .http
            .request(method, format!("{}{path}", self.url))
            .headers(headers)
            .timeout(PATIENCE + PATIENCE);
        if !key.is_empty() {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.expect("Beckon answers")
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> (StatusCode, Value) {
        let mut wait = HeaderMap::new();
        wait.insert("prefer", "wait=20".parse().expect("a header"));
        let response = self.call(Method::GET, path, key, wait, None).await;
        (response.status(), response.json().await.expect("a JSON answer"))
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, key, body).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let response = self.call(method, path, key, HeaderMap::new(), Some(body)).await;
        let status = response.status();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// A customer writes; the answer of the channel API.
    pub(crate) async fn write(&self, address: &str, id: &str, text: &str) -> Value {
        let body = json!({ "address": address, "name": "Grace Hopper", "client_message_id": id, "text": text });
        let path = "/api/v1/channels/website/messages";
        let (status, answer) = self.post(path, &self.world.keys.integration, body).await;
        assert!(status.is_success(), "{status} {answer}");
        answer
    }

    /// What a customer reads, from the start until `count` messages are there.
    pub(crate) async fn read(&self, address: &str, count: usize) -> Vec<Value> {
        let (mut messages, mut after) = (Vec::new(), String::new());
        while messages.len() < count {
            let path = format!("/api/v1/channels/website/messages?address={address}{after}");
            let (status, answer) = self.get(&path, &self.world.keys.integration).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            let more = answer["messages"].as_array().expect("a list").clone();
            assert!(!more.is_empty(), "nothing came after {messages:?}");
            messages.extend(more);
            after = format!("&after={}", answer["cursor"].as_str().expect("a cursor"));
        }
        messages
    }

    /// An agent's token for the console.
    pub(crate) async fn sign_in(&self, number: usize) -> String {
        let body = json!({ "key": self.world.keys.agents[number] });
        let (status, answer) = self.post("/api/v1/sign-in", "", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// A token for the page of results.
    pub(crate) async fn sign_in_to_results(&self, key: &str) -> String {
        let body = json!({ "key": key, "page": "results" });
        let (status, answer) = self.post("/api/v1/sign-in", "", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn admin_session(&self, session: &str) -> Value {
        let path = format!("/api/v1/sessions/{session}");
        let (status, answer) = self.get(&path, &self.world.keys.admin).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }
}

/// The card of a person's chat that offers this action.
pub(crate) async fn card_with(person: &Person, action: &str) -> Message {
    person.wait_for_card(|card| card.has_action(action)).await.expect("the card comes")
}

/// The result, once the wrap-up is over: its card says less than the card of the wrap-up.
pub(crate) async fn result_card(person: &Person) -> Message {
    let is_result = |card: &Message| card.words().contains("Handled") && !card.has_action("finish");
    person.wait_for_card(is_result).await.expect("the result")
}

/// Waits until the person's shared card (not the answer to a click) says this.
pub(crate) async fn card_says(person: &Person, words: &str) -> Message {
    shared_card(person, |card| card.words().contains(words))
        .await
        .unwrap_or_else(|| panic!("no card says {words:?}: {:?}", person.messages()))
}

/// Waits for a shared card like this: as long as three waits of fake Teams, for the tests run beside
/// each other on few processors.
pub(crate) async fn shared_card(
    person: &Person,
    like: impl Fn(&Message) -> bool,
) -> Option<Message> {
    for _ in 0..3 {
        if let Ok(card) = person.wait_for_card(|card| !card.own_view && like(card)).await {
            return Some(card);
        }
    }
    None
}

/// A click as no honest client would send it: any data, on any message. The bot's answer.
pub(crate) async fn forged_click(
    stage: &Stage,
    person: &Person,
    message: &str,
    verb: &str,
    data: Value,
) -> Value {
    let mut activity = person.draft("").expect("a chat with the bot");
    activity["type"] = json!("invoke");
    activity["name"] = json!("adaptiveCard/action");
    activity["replyToId"] = json!(message);
    activity["value"] =
        json!({ "action": { "type": "Action.Execute", "verb": verb, "data": data } });
    let (status, answer) = signed(stage, &activity.to_string()).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Posts a body with a good token to the messaging endpoint.
pub(crate) async fn signed(stage: &Stage, body: &str) -> (u16, Value) {
    let teams = &stage.world.teams;
    let token = format!("Bearer {}", teams.forge(&Forgery::default()).expect("a token"));
    let headers = [("authorization", &*token), ("content-type", "application/json")];
    let delivery = teams.deliver_raw(&headers, body).await.expect("Beckon answers");
    (delivery.status.expect("a status"), delivery.answer)
}
