//! Nothing of one tenant is found with another one's key.

use beckon::app::App;
use beckon::clock::SystemClock;
use beckon::config::Config;
use beckon::http::api::openapi::DOCUMENT;
use beckon::http::auth::{Access, new_key};
use beckon::http::routes;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Client, Settings, World, card_with};

const SECOND: &str = "00000000-0000-7000-8000-000000000002";
const THEIRS: &str = "00000000-0000-7000-8000-000000000003";

/// What the first tenant has.
struct Ids<'a> {
    session: &'a str,
    invitation: &'a str,
    agent: &'a str,
}

impl Ids<'_> {
    /// Every route and every filter that takes an id, with an id of the first tenant in it. A route
    /// or a filter that is new is found here: whoever adds it says which id it takes.
    fn calls(&self) -> Vec<(Method, String)> {
        let scoped = routes().into_iter().filter(|route| matches!(route.access, Access::Scope(_)));
        let scoped: Vec<_> = scoped.collect();
        let mut calls = Vec::new();
        for route in scoped.iter().filter(|route| route.path.contains('{')) {
            let path = self.filled(route.path);
            let query = match route.path {
                "/api/v1/channels/{account}/messages" => "?address=grace",
                _ => "",
            };
            for action in ["accept", "decline"] {
                let path = path.replace("{action}", action);
                calls.push((route.method.clone(), format!("{path}{query}")));
            }
        }
        // The account is theirs, the session is not.
        calls.push((Method::POST, "/api/v1/channels/shop/leave".to_owned()));
        let document: Value = serde_json::from_str(DOCUMENT).expect("the document is JSON");
        for (path, item) in document["paths"].as_object().expect("paths") {
            let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
            let names = parameters
                .filter(|parameter| parameter["in"] == "query" && !path.contains('{'))
                .filter_map(|parameter| parameter["name"].as_str());
            for (name, id) in names.filter_map(|name| Some((name, self.filter(name)?))) {
                calls.push((Method::GET, format!("{path}?{name}={id}")));
            }
        }
        calls.sort_by(|one, two| (&one.1, one.0.as_str()).cmp(&(&two.1, two.0.as_str())));
        calls.dedup();
        calls
    }

    /// A path with its ids: what `{id}` is, the part before it says.
    fn filled(&self, path: &str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            parts.push(match (parts.last().copied(), part) {
                (_, "{account}") => "website",
                (Some("sessions"), "{id}") => self.session,
                (Some("invitations"), "{id}") => self.invitation,
                (Some("agents"), "{id}") => self.agent,
                (_, "{action}") => part,
                (_, part) if part.contains('{') => panic!("{path}: which id is {part}?"),
                _ => part,
            });
        }
        parts.join("/")
    }

    /// What a filter of that name is asked with; `None`: it takes no id.
    fn filter(&self, name: &str) -> Option<&str> {
        match name {
            "service" => Some("support"),
            "account" => Some("website"),
            "agent" => Some(self.agent),
            "session" => Some(self.session),
            "from" | "to" | "limit" | "cursor" | "format" | "by" | "sla_seconds" | "channel"
            | "outcome" | "state" | "direct" | "stale" | "address" | "after" => None,
            other => panic!("is {other} a filter by an id?"),
        }
    }

    /// A body that would be accepted if the id were known.
    fn body(&self, path: &str) -> Value {
        if path.contains("/channels/") && path.contains("/messages") {
            return json!({ "client_message_id": "x", "text": "psst", "address": "grace" });
        }
        if path.ends_with("/outbound") {
            return json!({ "client_message_id": "x", "text": "psst", "address": "nobody" });
        }
        if path.ends_with("/messages") {
            return json!({ "client_message_id": "x", "text": "psst" });
        }
        let of_route = [
            ("/flow", json!({ "step": "handled" })),
            ("/transfer-result", json!({ "result": "delivered" })),
            ("/transfer", json!({ "to": { "service": "other" } })),
            ("/fail", json!({ "reason": "A test." })),
            ("/take-over", json!({ "agent": self.agent })),
        ];
        if let Some((_, body)) = of_route.into_iter().find(|(end, _)| path.ends_with(end)) {
            return body;
        }
        if path.ends_with("/leave") {
            return json!({ "session": self.session });
        }
        if path.ends_with("/end") {
            return json!({ "reason": "A test." });
        }
        if path.ends_with("/codes") {
            return json!({ "codes": "billing" });
        }
        json!({})
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_id_of_one_tenant_is_unknown_to_the_other() {
    let mut world = World::new(&Settings::default()).await;
    let keys: Vec<_> = (0..5).map(|_| new_key(&SystemClock)).collect();
    let hash = |number: usize| &keys[number].1;
    let second = format!(
        r#"
        [[tenant]]
        id = "{SECOND}"
        agent = [{{ id = "{THEIRS}", name = "Eve" }}]
        service = [{{ id = "other", name = "Other", members = ["{THEIRS}"] }}]
        account = [{{ id = "shop", channel = "api", service = "other" }}]
        key = [
            {{ name = "admin", role = "admin", sha256 = "{}" }},
            {{ name = "shop", role = "integration", sha256 = "{}" }},
            {{ name = "owner", role = "owner", services = ["other"], sha256 = "{}" }},
            {{ name = "supervisor", role = "supervisor", services = ["other"], sha256 = "{}" }},
            {{ name = "agent", role = "agent", agent = "{THEIRS}", sha256 = "{}" }},
        ]
        "#,
        hash(0),
        hash(1),
        hash(2),
        hash(3),
        hash(4),
    );
    world.config.push_str(&second);
    let config = Config::parse(&world.config, &World::secret).expect("the config is valid");
    let app = App::start(config).await.expect("Beckon starts");
    let url = format!("http://{}", app.address());
    world.teams.set_bot_endpoint(format!("{url}/api/messages"));
    world.install_all().await;
    let client = Client { world: &world, url: &url };

    let written = client.write("grace", "m1", "Hello?").await;
    let session = written["session"].as_str().expect("an id").to_owned();
    card_with(&world.people[0], "accept").await;
    let admin = &world.keys.admin;
    let (_, list) = client.get("/api/v1/invitations", admin).await;
    let invitation = list["invitations"][0]["invitation"].as_str().expect("an id").to_owned();

    let theirs = Ids { session: &session, invitation: &invitation, agent: world.people[0].id() };
    let mut unknown = 0;
    for (method, path) in theirs.calls() {
        let body = (method != Method::GET).then(|| theirs.body(&path));
        let mut found = Vec::new();
        for (key, _) in &keys {
            let response =
                client.call(method.clone(), &path, key, HeaderMap::new(), body.clone()).await;
            found.push(response.status());
        }
        let hidden =
            |status: &StatusCode| [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(status);
        assert!(found.iter().all(hidden), "{method} {path}: {found:?}");
        assert!(found.contains(&StatusCode::NOT_FOUND), "{path} was asked by nobody who may");
        unknown += found.iter().filter(|status| **status == StatusCode::NOT_FOUND).count();
    }
    assert!(unknown > 40, "{unknown}");
    for path in ["/api/v1/sessions", "/api/v1/sessions?address=grace", "/api/v1/invitations"] {
        let (status, answer) = client.get(path, &keys[0].0).await;
        assert_eq!(status, StatusCode::OK);
        let rows = answer.as_object().and_then(|answer| answer.values().next());
        assert_eq!(rows, Some(&json!([])), "{path}");
    }
    let (_, feed) = client.get("/api/v1/events", &keys[1].0).await;
    assert_eq!(feed["events"], json!([]));
    let timeline = client.admin_session(&session).await;
    assert_eq!(timeline["session"]["phase"]["phase"], "ringing", "nothing was changed");
    // A cursor of one tenant's list shows the other one nothing.
    let (_, page) = client.get("/api/v1/sessions?limit=1", admin).await;
    let cursor = page["next"].as_str().expect("a full page has a next one");
    let path = format!("/api/v1/sessions?limit=1&cursor={cursor}");
    let (status, answer) = client.get(&path, &keys[0].0).await;
    assert_eq!((status, &answer["sessions"]), (StatusCode::OK, &json!([])));
    app.stop().await;
}
