//! Every route denies by default.

use beckon::app::App;
use beckon::clock::SystemClock;
use beckon::config::Config;
use beckon::http::auth::{Access, Role, Scope, new_key};
use beckon::http::routes;
use beckon_domain::ids::AgentId;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use uuid::Uuid;

use crate::stage::{Client, Settings, Stage, World};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

fn example(path: &str) -> String {
    path.replace("{account}", "website")
        .replace("{id}", NOBODY)
        .replace("{action}", "accept")
        .replace("{*file}", "nothing.js")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_asks_for_its_scope() {
    let stage = Stage::new().await;
    let client = stage.client();
    let keys = &client.world.keys;
    let signed_in = client.sign_in(0).await;
    let reader = client.sign_in_to_results(&keys.admin).await;
    let roles = [
        (Role::Integration, keys.integration.as_str()),
        (Role::Admin, keys.admin.as_str()),
        (Role::Owner, keys.owner.as_str()),
        (Role::Supervisor, keys.supervisor.as_str()),
        (Role::Agent(AgentId(Uuid::nil())), signed_in.as_str()),
        (Role::Reader(None), reader.as_str()),
    ];
    let mut asked = 0;
    for route in routes() {
        let path = example(route.path);
        let call = |key| client.call(route.method.clone(), &path, key, HeaderMap::new(), None);
        let Access::Scope(scope) = route.access else {
            let public =
                ["/health", "/console", "/console/", "/console/{*file}", "/assets/{*file}"];
            let of_api = ["/api/v1/sign-in", "/api/v1/openapi.json"];
            assert!(public.contains(&route.path) || of_api.contains(&route.path), "{path}");
            continue;
        };
        for key in ["", "bk_wrong", "a.b"] {
            assert_eq!(call(key).await.status(), StatusCode::UNAUTHORIZED, "{path} with {key:?}");
        }
        for (role, key) in roles {
            let status = call(key).await.status();
            if role.may(scope) {
                assert_ne!(status, StatusCode::UNAUTHORIZED, "{path} as {role:?}");
                assert_ne!(status, StatusCode::FORBIDDEN, "{path} as {role:?}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{path} as {role:?}");
                asked += 1;
            }
        }
    }
    assert!(asked > 10, "the walk saw the routes");
    // Who may what, once more in words of its own.
    let [integration, admin, owner, supervisor, agent, reader] = roles.map(|(role, _)| role);
    for (scope, allowed) in [
        (Scope::Channel, &[integration][..]),
        (Scope::Console, &[agent]),
        (Scope::Flow, &[integration]),
        (Scope::TakeOver, &[admin, owner, supervisor]),
        (Scope::Reports, &[admin, owner, supervisor, agent, reader]),
        (Scope::Sessions, &[admin, owner, supervisor]),
        (Scope::EndSessions, &[admin, owner]),
        (Scope::Agents, &[admin, owner, supervisor]),
        (Scope::Feed, &[integration, admin]),
        (Scope::Metrics, &[admin]),
    ] {
        for (role, _) in roles {
            assert_eq!(role.may(scope), allowed.contains(&role), "{role:?} {scope:?}");
        }
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agents_key_signs_in_and_another_key_does_not() {
    let stage = Stage::new().await;
    let client = stage.client();
    let refused = async |key: &str| {
        let body = serde_json::json!({ "key": key });
        client.post("/api/v1/sign-in", "", body).await
    };
    for key in ["", "bk_wrong"] {
        assert_eq!(refused(key).await.0, StatusCode::UNAUTHORIZED);
    }
    // Who has a key, and tries the wrong page, is not sent for another key.
    let keys = &client.world.keys;
    for key in [&keys.integration, &keys.admin, &keys.owner, &keys.supervisor] {
        let (status, problem) = refused(key).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains("/console/results"), "{detail}");
    }
    // A key opens the console by itself too; another agent's session is not there.
    let (status, _) = client.get("/api/v1/console/inbox", &client.world.keys.agents[0]).await;
    assert_eq!(status, StatusCode::OK);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sees_reports_signs_in_to_results_and_may_do_nothing_else() {
    let stage = Stage::new().await;
    let client = stage.client();
    let keys = &client.world.keys;
    for key in [&keys.admin, &keys.owner, &keys.supervisor, &keys.agents[0]] {
        let token = client.sign_in_to_results(key).await;
        assert_eq!(client.get("/api/v1/reports", &token).await.0, StatusCode::OK);
        let end = format!("/api/v1/sessions/{NOBODY}/end");
        let (status, _) = client.post(&end, &token, serde_json::json!({})).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _) = client.get("/api/v1/sessions?address=ada", &token).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "only the key itself searches by address");
        let (status, _) = client.get("/api/v1/console/inbox", &token).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "not even for an agent");
    }
    // Those of some services see no other one, with the token as with the key.
    let token = client.sign_in_to_results(&keys.supervisor).await;
    let (_, report) = client.get("/api/v1/reports", &token).await;
    assert_eq!(report["services"], serde_json::json!([{ "id": "support", "name": "Support" }]));
    // Nor an agent the work of another one.
    let token = client.sign_in_to_results(&keys.agents[0]).await;
    let of = |number: usize| format!("/api/v1/reports?agent={}", stage.person(number).id());
    assert_eq!(client.get(&of(0), &token).await.0, StatusCode::OK);
    assert_eq!(client.get(&of(1), &token).await.0, StatusCode::NOT_FOUND);
    let of = |number: usize| format!("/api/v1/agents/{}/states", stage.person(number).id());
    assert_eq!(client.get(&of(0), &token).await.0, StatusCode::OK);
    assert_eq!(client.get(&of(1), &token).await.0, StatusCode::NOT_FOUND);
    for (key, refused) in [
        (&*keys.integration, StatusCode::FORBIDDEN),
        ("", StatusCode::UNAUTHORIZED),
        ("bk_wrong", StatusCode::UNAUTHORIZED),
        (&*token, StatusCode::UNAUTHORIZED),
    ] {
        let body = serde_json::json!({ "key": key, "page": "results" });
        let (status, _) = client.post("/api/v1/sign-in", "", body).await;
        assert_eq!(status, refused);
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_agents_session_is_not_there() {
    let stage = Stage::new().await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    let session = written["session"].as_str().unwrap();
    let card = crate::stage::card_with(stage.person(0), "accept").await;
    let path = format!("/api/v1/console/sessions/{session}/messages");
    let own = client.sign_in(0).await;
    assert_eq!(client.get(&path, &own).await.0, StatusCode::NOT_FOUND, "not before the accept");
    stage.person(0).click(&card.id, "accept", serde_json::json!({})).await.unwrap();
    assert_eq!(client.get(&path, &own).await.0, StatusCode::OK);
    let other = client.sign_in(1).await;
    assert_eq!(client.get(&path, &other).await.0, StatusCode::NOT_FOUND);
    let body = serde_json::json!({ "client_message_id": "x", "text": "psst" });
    assert_eq!(client.post(&path, &other, body).await.0, StatusCode::NOT_FOUND);
    let end = format!("/api/v1/console/sessions/{session}/terminate");
    assert_eq!(client.post(&end, &other, serde_json::json!({})).await.0, StatusCode::NOT_FOUND);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_session_is_not_there() {
    let mut world = World::new(&Settings::default()).await;
    let (admin, admin_hash) = new_key(&SystemClock);
    let (integration, integration_hash) = new_key(&SystemClock);
    let second = format!(
        r#"
        [[tenant]]
        id = "{NOBODY}"
        service = [{{ id = "support", name = "Support", members = [] }}]
        account = [{{ id = "website", channel = "api", service = "support" }}]
        key = [
            {{ name = "admin", role = "admin", sha256 = "{admin_hash}" }},
            {{ name = "website", role = "integration", sha256 = "{integration_hash}" }},
        ]
        "#
    );
    world.config.push_str(&second);
    let config = Config::parse(&world.config, &World::secret).unwrap();
    let app = App::start(config).await.unwrap();
    let url = format!("http://{}", app.address());
    let client = Client { world: &world, url: &url };
    let written = client.write("grace", "m1", "Hello?").await;
    let session = written["session"].as_str().unwrap();

    let path = format!("/api/v1/sessions/{session}");
    assert_eq!(client.get(&path, &admin).await.0, StatusCode::NOT_FOUND);
    let end = format!("{path}/end");
    let why = serde_json::json!({ "reason": "A test." });
    assert_eq!(client.post(&end, &admin, why).await.0, StatusCode::NOT_FOUND);
    let leave = "/api/v1/channels/website/leave";
    let body = serde_json::json!({ "session": session });
    assert_eq!(client.post(leave, &integration, body).await.0, StatusCode::NOT_FOUND);
    // The same account name and address are a conversation of that tenant's own.
    let messages = "/api/v1/channels/website/messages";
    let body = serde_json::json!({ "address": "grace", "client_message_id": "m1", "text": "Hi" });
    let (status, theirs) = client.post(messages, &integration, body).await;
    assert_eq!(status, StatusCode::CREATED, "the id is the tenant's own too");
    assert_ne!(theirs["session"], written["session"]);
    let timeline = client.admin_session(session).await;
    let phase = timeline["session"]["phase"]["phase"].as_str().unwrap();
    assert!(["waiting", "ringing"].contains(&phase), "it was changed: {timeline}");
    assert_eq!(timeline["session"]["messages_in"], 1, "it was changed: {timeline}");
    app.stop().await;
}
