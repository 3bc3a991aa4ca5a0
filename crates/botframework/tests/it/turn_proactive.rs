//! Messages nobody asked for.

use botframework::activity::{Activity, ConversationReference, ConversationType, OutgoingActivity};
use botframework::connector::ErrorKind;
use botframework::limiter::Priority::{Background, Interactive};
use serde_json::json;

use crate::world::{APP_ID, Reply, Role, TENANT, World};

#[tokio::test]
async fn a_stored_reference_is_enough_to_send_and_to_update() {
    let world = World::start().await;
    let inbound = world.message("1", "hi").to_string();
    let reference = Activity::parse(inbound.as_bytes()).unwrap().conversation_reference();
    let stored = serde_json::to_string(&reference).unwrap();
    let reference: ConversationReference = serde_json::from_str(&stored).unwrap();
    let proactive = world.bot().build().unwrap().proactive();
    let hello = OutgoingActivity::text("hello");
    let id = proactive.send(&reference, hello.clone(), Background).await.unwrap().unwrap();
    proactive.update(&reference, &id, hello, Background).await.unwrap();
    let seen = world.seen(Role::Connector);
    let base = format!("/amer/{TENANT}/v3/conversations/a%3Aconv%2F1/activities");
    assert_eq!((seen[0].method.as_str(), &seen[0].target), ("POST", &base));
    assert_eq!((seen[1].method.as_str(), &seen[1].target), ("PUT", &format!("{base}/activity-1")));
    for seen in seen {
        let body = seen.json();
        assert_eq!(body["conversation"]["tenantId"], TENANT);
        assert_eq!(body["channelData"]["tenant"]["id"], TENANT);
        assert_eq!(body["recipient"], json!({ "id": "29:user", "aadObjectId": "ad-oid" }));
        assert_eq!(body["from"]["id"], format!("28:{APP_ID}"));
    }
}

#[tokio::test]
async fn a_personal_message_is_created_empty_and_sent_so_that_its_id_is_known() {
    let world = World::start().await;
    world.then(Role::Connector, Reply::new(201, json!({ "id": "a:new" })));
    let proactive = world.bot().build().unwrap().proactive();
    let (at, hello) = (world.service_url(), OutgoingActivity::text("hello"));
    let sent = proactive.send_personal(&at, TENANT, "29:user", hello, Interactive).await.unwrap();
    assert_eq!(sent.activity_id.as_deref(), Some("activity-2"));
    let conversation = &sent.conversation;
    assert_eq!(conversation.conversation_id, "a:new");
    assert_eq!(conversation.conversation_type, Some(ConversationType::Personal));
    assert_eq!(conversation.tenant_id.as_deref(), Some(TENANT));
    assert_eq!(conversation.service_url, at);
    let seen = world.seen(Role::Connector);
    assert_eq!(seen[0].json().get("activity"), None);
    assert!(seen[1].target.ends_with("/v3/conversations/a%3Anew/activities"));
    assert_eq!(seen[1].json()["text"], "hello");
}

/// A person may be named by the Entra object id as well, which is no id of a recipient.
#[tokio::test]
async fn an_entra_object_id_is_kept_as_one() {
    const OBJECT_ID: &str = "1c3cf8a3-90c1-4b1c-8a5e-2f6f0d1e7a55";
    let world = World::start().await;
    world.then(Role::Connector, Reply::new(201, json!({ "id": "a:new" })));
    let proactive = world.bot().build().unwrap().proactive();
    let (at, hello) = (world.service_url(), OutgoingActivity::text("hello"));
    let sent = proactive.send_personal(&at, TENANT, OBJECT_ID, hello, Interactive).await.unwrap();
    assert_eq!(sent.conversation.user_id, None);
    assert_eq!(sent.conversation.user_aad_object_id.as_deref(), Some(OBJECT_ID));
    let seen = world.seen(Role::Connector);
    assert_eq!(seen[0].json()["members"], json!([{ "id": OBJECT_ID }]));
    assert_eq!(seen[1].json().get("recipient"), None);
}

#[tokio::test]
async fn where_the_app_is_not_installed_nothing_is_sent() {
    let world = World::start().await;
    let refusal = json!({ "error": { "code": "BotNotInConversationRoster", "message": "m" } });
    world.then(Role::Connector, Reply::new(403, refusal));
    let proactive = world.bot().build().unwrap().proactive();
    let (at, hello) = (world.service_url(), OutgoingActivity::text("hello"));
    let sent = proactive.send_personal(&at, TENANT, "29:user", hello, Interactive).await;
    assert_eq!(sent.unwrap_err().kind(), ErrorKind::BotNotInRoster);
    assert_eq!(world.seen(Role::Connector).len(), 1);
}
