//! How much load the fake can make and take: it must never be what a bot's own benchmark measures.

use axum::{Json, Router, routing::post};
use fake_teams::{Budgets, ClickOutcome, FakeTeams, FakeTeamsConfig, Person};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const PEOPLE: usize = 64;

fn main() {
    divan::main();
}

const CARD: &str = "application/vnd.microsoft.card.adaptive";

fn card() -> Value {
    json!({
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": "Invitation"}],
        "actions": [{"type": "Action.Execute", "title": "Accept", "verb": "accept"}],
    })
}

/// A bot that answers every click with a card that can be clicked again.
async fn answer() -> Json<Value> {
    Json(json!({"statusCode": 200, "type": CARD, "value": card()}))
}

fn message() -> Value {
    json!({"type": "message", "attachments": [{"contentType": CARD, "content": card()}]})
}

struct Scene {
    teams: FakeTeams,
    people: Vec<(Person, String)>,
    http: reqwest::Client,
    token: String,
}

#[expect(clippy::disallowed_methods, reason = "the bench's own client; loopback only")]
fn http() -> Option<reqwest::Client> {
    reqwest::Client::builder().no_proxy().tls_certs_only([]).build().ok()
}

impl Scene {
    async fn new() -> Option<Self> {
        let config = FakeTeamsConfig {
            budgets: Budgets { enforce: false, ..Budgets::default() },
            record_capacity: 1_000,
            ..FakeTeamsConfig::default()
        };
        let teams = FakeTeams::start(config).await.ok()?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.ok()?;
        teams.set_bot_endpoint(format!("http://{}/", listener.local_addr().ok()?));
        let router = Router::new().route("/", post(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (http, environment) = (http()?, teams.environment());
        let url = format!("{}/{}/oauth2/v2.0/token", environment.login_url, environment.tenant_id);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &environment.app_id),
            ("client_secret", &environment.app_secret),
            ("scope", "https://api.botframework.com/.default"),
        ];
        let body: Value = http.post(url).form(&form).send().await.ok()?.json().await.ok()?;
        let token = body["access_token"].as_str()?.to_owned();
        let mut scene = Self { teams, people: Vec::new(), http, token };
        for number in 0..PEOPLE {
            let person = scene.teams.person(&format!("Person {number}"));
            person.install_bot().await.ok()?;
            let id = scene.send(&person).await?;
            scene.people.push((person, id));
        }
        Some(scene)
    }

    async fn send(&self, person: &Person) -> Option<String> {
        let base = self.teams.environment().service_url;
        let url = format!("{base}v3/conversations/{}/activities", person.chat());
        let request = self.http.post(url).bearer_auth(&self.token).json(&message());
        let body: Value = request.send().await.ok()?.json().await.ok()?;
        body["id"].as_str().map(str::to_owned)
    }
}

#[expect(clippy::expect_used, reason = "a bench without its scene must fail, not measure nothing")]
fn scene() -> (Runtime, Scene) {
    let runtime = Runtime::new().expect("a runtime");
    let scene = runtime.block_on(Scene::new()).expect("a scene");
    (runtime, scene)
}

fn is_card(outcome: &ClickOutcome) -> bool {
    matches!(outcome, ClickOutcome::Card { .. })
}

/// 64 people click at once; the bot answers with a card.
#[divan::bench]
fn clicks(bencher: divan::Bencher<'_, '_>) {
    let (runtime, scene) = scene();
    bencher.counter(PEOPLE).bench(|| {
        let clicks =
            scene.people.iter().map(|(person, id)| person.click(id, "accept", Value::Null));
        let results = runtime.block_on(join_all(clicks));
        let answered = results.iter().flatten().filter(|click| is_card(&click.outcome)).count();
        assert_eq!(answered, PEOPLE);
    });
}

/// 64 updates at once, each of another message.
#[divan::bench]
fn updates(bencher: divan::Bencher<'_, '_>) {
    let (runtime, scene) = scene();
    let base = scene.teams.environment().service_url;
    bencher.counter(PEOPLE).bench(|| {
        let updates = scene.people.iter().map(|(person, id)| {
            let url = format!("{base}v3/conversations/{}/activities/{id}", person.chat());
            scene.http.put(url).bearer_auth(&scene.token).json(&message()).send()
        });
        let answers = runtime.block_on(join_all(updates));
        let accepted = answers.iter().flatten().filter(|answer| answer.status() == 200).count();
        assert_eq!(accepted, PEOPLE);
    });
}
