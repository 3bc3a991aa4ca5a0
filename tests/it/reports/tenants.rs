//! Nothing of one tenant is found with another one's key.

use beckon::app::App;
use beckon::clock::SystemClock;
use beckon::config::Config;
use beckon::http::auth::new_key;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::stage::{Client, Settings, World, card_with};

const SECOND: &str = "00000000-0000-7000-8000-000000000002";
const THEIRS: &str = "00000000-0000-7000-8000-000000000003";

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
    let agent = world.people[0].id();

    let gets = [
        format!("/api/v1/sessions/{session}"),
        format!("/api/v1/console/sessions/{session}/messages"),
        format!("/api/v1/invitations?session={session}"),
        format!("/api/v1/invitations?agent={agent}"),
        "/api/v1/invitations?service=support".to_owned(),
        format!("/api/v1/sessions?agent={agent}"),
        "/api/v1/sessions?service=support".to_owned(),
        "/api/v1/sessions?account=website".to_owned(),
        format!("/api/v1/reports?agent={agent}"),
        "/api/v1/reports?service=support".to_owned(),
        "/api/v1/channels/website/messages?address=grace".to_owned(),
    ];
    let text = json!({ "client_message_id": "x", "text": "psst" });
    let from_grace = json!({ "client_message_id": "x", "text": "psst", "address": "grace" });
    let posts = [
        (format!("/api/v1/sessions/{session}/end"), json!({ "reason": "A test." })),
        (format!("/api/v1/agents/{agent}/reset-rona"), json!({})),
        (format!("/api/v1/console/sessions/{session}/messages"), text),
        (format!("/api/v1/console/sessions/{session}/terminate"), json!({})),
        (format!("/api/v1/console/invitations/{invitation}/accept"), json!({})),
        (format!("/api/v1/console/invitations/{invitation}/decline"), json!({})),
        ("/api/v1/channels/website/messages".to_owned(), from_grace),
        ("/api/v1/channels/website/leave".to_owned(), json!({ "session": session })),
        ("/api/v1/channels/shop/leave".to_owned(), json!({ "session": session })),
    ];
    let calls = gets.map(|path| (Method::GET, path, Value::Null)).into_iter();
    let calls = calls.chain(posts.map(|(path, body)| (Method::POST, path, body)));
    let mut unknown = 0;
    for (method, path, body) in calls {
        let body = Some(body).filter(|body| !body.is_null());
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
