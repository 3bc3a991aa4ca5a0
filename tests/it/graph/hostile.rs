//! Answers that would lead a token astray, and answers that are not what they should be.

use beckon::teams::graph::{GraphError, Sender};
use beckon_domain::ids::TenantId;
use fake_teams::FakeTeamsConfig;
use serde_json::{Value, json};

use super::stand_in::StandIn;

fn tenant() -> TenantId {
    FakeTeamsConfig::default().tenant.parse().unwrap()
}

/// The catalog with an app that declares these permissions.
fn catalog(permissions: &[&str]) -> Value {
    let list: Vec<Value> = permissions
        .iter()
        .map(|name| json!({ "permissionValue": name, "permissionType": "application" }))
        .collect();
    let authorization = json!({ "requiredPermissionSet": { "resourceSpecificPermissions": list } });
    let definition = json!({ "publishingState": "published", "authorization": authorization });
    json!({ "value": [{ "id": "catalog-id", "appDefinitions": [definition] }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let (graph_host, thief) = (StandIn::start().await, StandIn::start().await);
    let (_teams, graph) = graph_host.client().await;
    let elsewhere = format!("{}/v1.0/chats", thief.url);
    for status in [302, 307, 308] {
        graph_host.answer(status, &[("location", &elsewhere)], &Value::Null);
        let error = graph.create_chat(tenant(), "Room", &[]).await.unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
        assert!(!error.may_have_happened() && !error.is_retryable());
    }
    assert_eq!(graph_host.seen().len(), 3);
    assert_eq!(thief.seen().len(), 0, "no token leaves for another host");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_another_place_is_not_followed() {
    let (graph_host, thief) = (StandIn::start().await, StandIn::start().await);
    let (_teams, graph) = graph_host.client().await;
    let port = graph_host.url.rsplit(':').next().unwrap();
    for next in [
        format!("{}/v1.0/chats/x/messages", thief.url),
        format!("{}/beta/chats/x/messages", graph_host.url),
        format!("http://localhost:{port}/v1.0/chats/x/messages"),
        "chats/x/messages".to_owned(),
    ] {
        graph_host.answer(200, &[], &json!({ "value": [], "@odata.nextLink": next }));
        let error = graph.members(tenant(), "19:x@thread.v2").await.unwrap_err();
        assert!(matches!(error, GraphError::NotSent { .. }), "{error}");
    }
    assert_eq!(graph_host.seen().len(), 4);
    assert_eq!(thief.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_in_a_circle_come_to_an_end() {
    let host = StandIn::start().await;
    let (_teams, graph) = host.client().await;
    let here = format!("{}/v1.0/chats/x/messages?$skiptoken=1", host.url);
    // A page without messages is the last one, whatever it says.
    host.answer(200, &[], &json!({ "value": [], "@odata.nextLink": here }));
    assert_eq!(graph.messages(tenant(), "x", None, 10).await.unwrap(), []);
    assert_eq!(host.seen().len(), 1);
    // A page whose messages are all too old, too.
    let old = json!({ "id": "1", "createdDateTime": "2026-11-22T10:00:00Z" });
    host.answer(200, &[], &json!({ "value": [old], "@odata.nextLink": here }));
    let since = "2026-11-22T11:00:00Z".parse().unwrap();
    assert_eq!(graph.messages(tenant(), "x", Some(since), 10).await.unwrap(), []);
    assert_eq!(host.seen().len(), 2);
    // And a Graph that never ends is left after a hundred pages.
    let endless = json!({ "value": [{ "id": "1" }], "@odata.nextLink": here });
    for _ in 0..101 {
        host.answer(200, &[], &endless);
    }
    assert_eq!(graph.members(tenant(), "x").await.unwrap().len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_without_an_id_may_have_been_made() {
    let host = StandIn::start().await;
    let (_teams, graph) = host.client().await;
    for body in [Value::Null, json!({}), json!({ "id": "" })] {
        host.answer(201, &[], &body);
        let error = graph.create_chat(tenant(), "Room", &[]).await.unwrap_err();
        assert!(error.may_have_happened(), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_can_be_traced_and_is_of_this_version() {
    let host = StandIn::start().await;
    let (_teams, graph) = host.client().await;
    let error = json!({ "error": { "code": "Forbidden", "message": "No." } });
    host.answer(403, &[("request-id", "r-17")], &error);
    let error = graph.members(tenant(), "19:a/b@thread.v2").await.unwrap_err();
    assert!(error.to_string().contains("request-id r-17"), "{error}");
    let (path, headers, _) = host.seen().remove(0);
    assert_eq!(path, "/v1.0/chats/19%3Aa%2Fb%40thread.v2/members");
    let id = headers["client-request-id"].to_str().unwrap();
    assert!(id.parse::<uuid::Uuid>().is_ok(), "{id}");
    assert!(headers["authorization"].to_str().unwrap().starts_with("Bearer "));
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_follows_the_catalog_when_a_newer_version_is_in_it() {
    let host = StandIn::start().await;
    let (_teams, graph) = host.client().await;
    let mismatch = json!({ "error": { "code": "BadRequest", "message": "No match." } });
    host.answer(200, &[], &catalog(&["Old.Chat"]));
    host.answer(201, &[], &Value::Null);
    graph.install_app(tenant(), "one").await.unwrap();

    host.answer(400, &[], &mismatch);
    host.answer(200, &[], &catalog(&["Old.Chat", "New.Chat"]));
    host.answer(201, &[], &Value::Null);
    graph.install_app(tenant(), "two").await.unwrap();
    let seen = host.seen();
    let consented = seen.last().unwrap().2["consentedPermissionSet"].clone();
    let list = consented["resourceSpecificPermissions"].as_array().unwrap();
    assert_eq!(list.len(), 2, "{consented}");

    // The same set again is refused for another reason.
    host.answer(400, &[], &mismatch);
    host.answer(200, &[], &catalog(&["Old.Chat", "New.Chat"]));
    let error = graph.install_app(tenant(), "three").await.unwrap_err();
    assert_eq!((error.status(), host.seen().len()), (Some(400), 7), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_every_kind_are_read() {
    let host = StandIn::start().await;
    let (_teams, graph) = host.client().await;
    let person = "33333333-3333-4333-8333-333333333333";
    let message = |id: &str, at: &str| {
        json!({
            "id": id, "messageType": "message", "createdDateTime": at,
            "body": { "contentType": "html", "content": format!("<p>{id}</p>") },
        })
    };
    let mut typed = message("1", "2026-11-22T10:00:00.123Z");
    typed["from"] = json!({ "application": null, "user": { "id": person } });
    typed["lastEditedDateTime"] = json!("2026-11-22T10:05:00Z");
    typed["lastModifiedDateTime"] = json!("2026-11-22T10:05:00Z");
    typed["attachments"] = json!([{ "id": "a", "contentType": "reference", "name": "a.pdf",
        "contentUrl": "https://files.example/a.pdf", "content": null }]);
    let mut posted = message("2", "2026-11-22T10:00:01Z");
    posted["from"] = json!({ "application": { "id": "the-bot" }, "user": null });
    let mut joined = message("3", "2026-11-22T10:00:02Z");
    joined["messageType"] = json!("systemEventMessage");
    joined["deletedDateTime"] = json!("2026-11-22T10:00:03Z");
    host.answer(200, &[], &json!({ "value": [typed, joined, posted] }));
    let read = graph.messages(tenant(), "x", None, 10).await.unwrap();
    let ids: Vec<&str> = read.iter().map(|message| message.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3"], "in the order they were written");
    assert_eq!(read[0].from, Sender::Person(person.parse().unwrap()));
    assert_eq!(read[0].edited, Some(read[0].modified));
    assert_eq!(read[0].attachments[0].name.as_deref(), Some("a.pdf"));
    assert_eq!(read[1].from, Sender::App("the-bot".to_owned()));
    assert_eq!((&read[2].from, read[2].deleted.is_some()), (&Sender::Other, true));
}
