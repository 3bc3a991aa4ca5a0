//! The document says what the server does: every route with its scope, and the shape of real
//! answers.

use std::collections::BTreeSet;

use beckon::http::api::openapi::DOCUMENT;
use beckon::http::auth::Access;
use beckon::http::{Route, routes};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{left, talk};
use crate::stage::{Stage, card_with};

fn document() -> Value {
    serde_json::from_str(DOCUMENT).expect("the document is JSON")
}

#[test]
fn it_is_an_openapi_document_and_its_schemas_are_schemas() {
    let document = document();
    let official = serde_json::from_str(include_str!("schema/openapi-3.1.json")).expect("JSON");
    let validator = jsonschema::validator_for(&official).expect("the official schema is one");
    let errors: Vec<_> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let mut broken = document.clone();
    broken["paths"]["/api/v1/reports"]["get"]["parameters"][0]["in"] = json!("nowhere");
    assert!(!validator.is_valid(&broken), "it sees what is wrong");

    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in schemas {
        let mut whole = schema.clone();
        whole["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        assert!(jsonschema::meta::is_valid(&whole), "{name} is no schema");
    }
}

/// Pages for people are no part of the API.
fn described(route: &Route) -> bool {
    !route.path.starts_with("/console") && !route.path.starts_with("/assets")
}

#[test]
fn every_route_is_described_with_its_scope_and_nothing_else_is() {
    let document = document();
    let mut routed = BTreeSet::new();
    for route in routes().iter().filter(|route| described(route)) {
        let method = route.method.as_str().to_lowercase();
        let operation = &document["paths"][route.path][&method];
        assert!(operation["responses"].is_object(), "{method} {} is missing", route.path);
        match route.access {
            Access::Public => assert_eq!(operation["security"], json!([]), "{}", route.path),
            Access::Scope(scope) => {
                assert_eq!(operation["x-scope"], format!("{scope:?}"), "{}", route.path);
                assert!(operation["security"].is_null(), "{} asks for a key", route.path);
            }
        }
        let named: BTreeSet<_> = route.path.split(['{', '}']).skip(1).step_by(2).collect();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let in_path: BTreeSet<_> =
            in_path.map(|parameter| parameter["name"].as_str().expect("a name")).collect();
        assert_eq!(in_path, named, "{}", route.path);
        routed.insert((route.path.to_owned(), method));
    }
    let paths = document["paths"].as_object().expect("paths");
    let written = paths.iter().flat_map(|(path, item)| {
        item.as_object().expect("an item").keys().map(|method| (path.clone(), method.clone()))
    });
    assert_eq!(written.collect::<BTreeSet<_>>(), routed);
}

/// Every value under a key, at any depth.
fn all<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if let Some(text) = value.as_str().filter(|_| name == key) {
                    found.push(text);
                }
                all(value, key, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| all(value, key, found)),
        _ => {}
    }
}

#[test]
fn references_lead_somewhere_and_everything_is_used() {
    let document = document();
    let mut references = Vec::new();
    all(&document, "$ref", &mut references);
    let used: BTreeSet<_> = references.into_iter().collect();
    for reference in &used {
        let target = document.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference} leads nowhere");
    }
    for kind in ["schemas", "responses"] {
        for name in document["components"][kind].as_object().expect("components").keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(used.contains(&*reference), "{reference} is not used");
        }
    }
    let mut operations = Vec::new();
    all(&document["paths"], "operationId", &mut operations);
    let unique: BTreeSet<_> = operations.iter().collect();
    assert_eq!(unique.len(), operations.len(), "an operation's id stands twice");
}

#[test]
fn outcomes_and_states_are_those_of_the_rules() {
    use beckon_domain::agent::AgentState;
    use beckon_domain::invitation::InvitationState;
    use beckon_domain::outcome::Outcome;
    let document = document();
    let schemas = &document["components"]["schemas"];
    let outcomes: Vec<_> = Outcome::ALL.iter().map(|outcome| outcome.name()).collect();
    assert_eq!(schemas["Outcome"]["enum"], json!(outcomes));
    let states: Vec<_> = AgentState::ALL.iter().map(|state| state.name()).collect();
    assert_eq!(schemas["AgentState"]["enum"], json!(states));
    let written = schemas["InvitationState"]["enum"].as_array().expect("a list");
    let written: BTreeSet<_> = written.iter().filter_map(Value::as_str).collect();
    assert_eq!(written, BTreeSet::from(InvitationState::NAMES));
    // The error names every state that can be stored, and what it was given.
    let none = serde_json::from_value::<InvitationState>(json!({ "state": "?" }));
    let error = none.expect_err("there is no such state").to_string();
    let stored: BTreeSet<_> = error.split('`').skip(3).step_by(2).collect();
    assert_eq!(stored, BTreeSet::from(InvitationState::NAMES), "{error}");
}

/// Fails unless an answer has the shape that the document gives it.
fn fits(document: &Value, path: &str, method: &str, status: StatusCode, kind: &str, body: &Value) {
    let code = status.as_str();
    let mut response = &document["paths"][path][method]["responses"][code];
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(reference.trim_start_matches('#')).expect("it is there");
    }
    let schema = &response["content"][kind]["schema"];
    assert!(schema.is_object(), "{method} {path} may not answer {code} as {kind}");
    // The schema of the answer, with the components in their place for its references.
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema],
        "components": document["components"],
    });
    let validator = jsonschema::validator_for(&whole).expect("the schema is one");
    let errors: Vec<_> = validator.iter_errors(body).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new(), "{method} {path} {code}: {body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_described() {
    let stage = Stage::new().await;
    let client = stage.client();
    let document = document();
    let keys = &client.world.keys;
    let session = talk(&stage, "ada").await;
    left(&client, "grace", "m1").await;
    let open = client.write("linus", "m1", "Hello?").await;
    let open = open["session"].as_str().expect("an id").to_owned();
    let (admin, integration, agent) = (&*keys.admin, &*keys.integration, &*keys.agents[0]);
    let write = json!({ "address": "ada", "client_message_id": "m2", "text": "Hi" });
    let leave = json!({ "session": open });
    let sign_in = json!({ "key": agent });
    let get = |path: &'static str, real: String, key| (Method::GET, path, real, key, Value::Null);
    let post = |path: &'static str, real: String, key, body| (Method::POST, path, real, key, body);
    let same = |path: &'static str, key| get(path, path.to_owned(), key);
    let of_id = |path: &'static str, id: &str| path.replace("{id}", id);
    let messages = "/api/v1/channels/{account}/messages";
    let of_session = "/api/v1/console/sessions/{id}/messages";
    let outbound = "/api/v1/channels/{account}/outbound";
    let first = json!({ "address": "bo", "client_message_id": "o1", "text": "Your parcel." });
    let (flow, moved) = ("/api/v1/sessions/{id}/flow", "/api/v1/sessions/{id}/transfer-result");
    let fail = "/api/v1/sessions/{id}/fail";
    let prefer = "/api/v1/console/preferences";
    let seen = "/api/v1/console/invitations/{id}/seen";
    let (show, end) = ("/api/v1/sessions/{id}", "/api/v1/sessions/{id}/end");
    let did = "/api/v1/agents/{id}/states";
    let calls = [
        same("/health", ""),
        same("/api/v1/sessions", admin),
        same("/api/v1/sessions", ""),
        same("/api/v1/sessions", integration),
        get("/api/v1/sessions", "/api/v1/sessions?limit=0".to_owned(), admin),
        get("/api/v1/sessions", "/api/v1/sessions?limit=x".to_owned(), admin),
        get("/api/v1/sessions", "/api/v1/sessions?service=x".to_owned(), admin),
        same("/api/v1/invitations", admin),
        same("/api/v1/reports", admin),
        get("/api/v1/reports", "/api/v1/reports?by=day,service,channel,agent".to_owned(), admin),
        same("/api/v1/reports/agents", admin),
        get("/api/v1/reports/agents", "/api/v1/reports/agents?by=day".to_owned(), admin),
        get("/api/v1/reports/agents", "/api/v1/reports/agents?by=week".to_owned(), admin),
        get(did, of_id(did, stage.person(0).id()), admin),
        get(did, of_id(did, "nobody"), admin),
        same("/api/v1/events", admin),
        get(show, of_id(show, &session), admin),
        get(show, of_id(show, &open), admin),
        get(show, of_id(show, "nobody"), admin),
        same("/api/v1/console/inbox", agent),
        same("/api/v1/console/transfer-targets", agent),
        post(outbound, outbound.replace("{account}", "website"), integration, first.clone()),
        post(outbound, outbound.replace("{account}", "website"), integration, first),
        post(flow, of_id(flow, &open), integration, json!({ "step": "handled" })),
        post(moved, of_id(moved, &open), integration, json!({ "result": "delivered" })),
        (Method::PUT, prefer, prefer.to_owned(), agent, json!({ "invite_in_teams": null })),
        (Method::PUT, prefer, prefer.to_owned(), agent, json!({})),
        post(seen, of_id(seen, "nobody"), agent, Value::Null),
        get(of_session, of_id(of_session, &session), agent),
        get(messages, "/api/v1/channels/website/messages?address=ada".to_owned(), integration),
        post(messages, messages.replace("{account}", "website"), integration, write.clone()),
        post(messages, messages.replace("{account}", "website"), integration, write),
        post(messages, messages.replace("{account}", "website"), integration, json!({})),
        post("/api/v1/sign-in", "/api/v1/sign-in".to_owned(), "", sign_in),
        post("/api/v1/sign-in", "/api/v1/sign-in".to_owned(), "", json!({ "key": "x" })),
        post(fail, of_id(fail, &open), admin, json!({ "reason": "A test." })),
        post(fail, of_id(fail, &open), admin, json!({ "reason": "" })),
        post(end, of_id(end, &open), admin, leave),
        post(end, of_id(end, &open), admin, json!({ "reason": "A test." })),
    ];
    let (_, listed) = client.get(&format!("/api/v1/invitations?session={session}"), admin).await;
    let invitation = listed["invitations"][0]["invitation"].as_str().expect("an id").to_owned();
    let codes = "/api/v1/invitations/{id}/codes";
    let put = |body| (Method::PUT, codes, of_id(codes, &invitation), admin, body);
    let calls = calls.into_iter().chain([put(json!({})), put(json!({ "tags": ["vip"] }))]);
    let mut statuses = BTreeSet::new();
    for (method, path, real, key, body) in calls {
        let body = Some(body).filter(|body| !body.is_null());
        let response = client.call(method.clone(), &real, key, HeaderMap::new(), body).await;
        let status = response.status();
        let kind = response.headers()["content-type"].to_str().expect("a kind").to_owned();
        let answer = response.json().await.expect("JSON");
        fits(&document, path, &method.as_str().to_lowercase(), status, &kind, &answer);
        statuses.insert(status.as_u16());
    }
    assert_eq!(statuses, [200, 201, 400, 401, 403, 404, 409, 422].into());

    let none = HeaderMap::new();
    let served = client.call(Method::GET, "/api/v1/openapi.json", "", none, None).await;
    assert_eq!(served.text().await.expect("a text"), DOCUMENT);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_an_open_session_is_what_the_document_says() {
    let document = document();
    let words = document["components"]["schemas"]["SessionRow"]["description"].as_str();
    let (told, _) = words.and_then(|words| words.split_once("everything else")).expect("a list");
    let told: BTreeSet<_> = told.split('`').skip(1).step_by(2).collect();
    let stage = Stage::new().await;
    let client = stage.client();
    let key = &client.world.keys.agents[0];
    client.write("ada", "m1", "Hello?").await;
    card_with(stage.person(0), "accept").await;
    let (_, inbox) = client.get("/api/v1/console/inbox", key).await;
    let invitation = inbox["incoming"][0]["invitation"].as_str().expect("an id").to_owned();
    let (_, list) = client.get("/api/v1/sessions", &client.world.keys.admin).await;
    let row = list["sessions"][0].as_object().expect("a row");
    let known = row.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str());
    // Nobody has it, and nobody answered yet.
    let mut expected = told.clone();
    assert!(expected.remove("agent") && expected.remove("first_reply_at"), "{told:?}");
    assert_eq!(known.collect::<BTreeSet<_>>(), expected);

    let accept = format!("/api/v1/console/invitations/{invitation}/accept");
    assert_eq!(client.post(&accept, key, json!({})).await.0, StatusCode::OK);
    let (_, list) = client.get("/api/v1/sessions", &client.world.keys.admin).await;
    let row = &list["sessions"][0];
    assert_eq!((row["state"].as_str(), row["agent"].is_null()), (Some("connected"), false));
    for rung in ["first_offer_at", "first_connect_at", "queue_ms", "offers", "messages_out"] {
        assert_eq!(row[rung], Value::Null, "{rung} {row}");
    }
    let session = row["session"].as_str().expect("an id");
    let terminate = format!("/api/v1/console/sessions/{session}/terminate");
    assert_eq!(client.post(&terminate, key, json!({})).await.0, StatusCode::OK);
    let (_, list) = client.get("/api/v1/sessions", &client.world.keys.admin).await;
    let row = &list["sessions"][0];
    assert_eq!((&row["state"], &row["offers"]), (&json!("ended"), &json!(1)), "{row}");
    assert_eq!((&row["acw_ms"], &row["acw_ended_at"]), (&json!(0), &Value::Null), "it runs");
    stage.stop().await;
}
