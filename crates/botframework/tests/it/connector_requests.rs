//! What each call of the connector client puts on the wire.

use botframework::activity::{ChannelAccount, ConversationParameters, OutgoingActivity};
use botframework::connector::Endpoint;
use botframework::limiter::Priority::{Background, Interactive};
use serde_json::json;

use crate::world::{APP_ID, Reply, Role, TENANT, World};

const THREAD: &str = "19:abc+/=@thread.tacv2;messageid=17";
const THREAD_ENCODED: &str = "19%3Aabc%2B%2F%3D%40thread.tacv2%3Bmessageid%3D17";

fn hello() -> OutgoingActivity {
    OutgoingActivity::text("hello")
}

#[tokio::test]
async fn the_five_calls_on_activities() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    let sent = client.send(&at, THREAD, &hello(), Interactive).await.unwrap();
    assert_eq!(sent.as_deref(), Some("activity-1"));
    client.reply(&at, THREAD, "1/2", &hello(), Interactive).await.unwrap();
    client.update(&at, THREAD, "f:1", &hello(), Background).await.unwrap();
    client.delete(&at, THREAD, "1776390257332", Background).await.unwrap();
    client.typing(&at, THREAD, Interactive).await.unwrap();
    let seen = world.seen(Role::Connector);
    let calls: Vec<_> =
        seen.iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect();
    let base = format!("/amer/{TENANT}/v3/conversations/{THREAD_ENCODED}/activities");
    assert_eq!(
        calls,
        [
            format!("POST {base}"),
            format!("POST {base}/1%2F2"),
            format!("PUT {base}/f%3A1"),
            format!("DELETE {base}/1776390257332"),
            format!("POST {base}"),
        ]
    );
    assert!(seen.iter().all(|seen| seen.header("authorization") == Some("Bearer token-1")));
    assert_eq!(seen[0].header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(seen[0].json(), json!({ "type": "message", "text": "hello" }));
    assert_eq!(seen[3].body, "");
    assert_eq!(seen[4].json(), json!({ "type": "typing" }));
}

#[tokio::test]
async fn a_send_without_a_readable_id_has_succeeded_all_the_same() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    for body in ["", "{", "{}", "[]", r#"{"id":null}"#, "not json"] {
        world.then(Role::Connector, Reply::new(201, body));
        let sent = client.send(&at, "c", &hello(), Interactive).await.unwrap();
        assert_eq!(sent, None, "{body}");
    }
    world.then(Role::Connector, Reply::new(202, r#"{"id":1776390257332}"#));
    let sent = client.send(&at, "c", &hello(), Interactive).await.unwrap();
    assert_eq!(sent.as_deref(), Some("1776390257332"), "ids may come as numbers");
}

#[tokio::test]
async fn a_personal_chat_is_created_with_one_member_and_the_tenant() {
    let world = World::start().await;
    world.then(Role::Connector, Reply::new(201, json!({ "id": "a:1" })));
    let at = world.service_url();
    let created =
        world.connector().create_personal(&at, TENANT, "29:user", Interactive).await.unwrap();
    assert_eq!((created.id.as_str(), created.activity_id), ("a:1", None));
    let seen = world.seen(Role::Connector).remove(0);
    assert_eq!(seen.target, format!("/amer/{TENANT}/v3/conversations"));
    assert_eq!(
        seen.json(),
        json!({
            "isGroup": false,
            "bot": { "id": format!("28:{APP_ID}") },
            "members": [{ "id": "29:user" }],
            "tenantId": TENANT,
            "channelData": { "tenant": { "id": TENANT } },
        })
    );
}

#[tokio::test]
async fn a_channel_thread_returns_both_ids() {
    let world = World::start().await;
    let answer = json!({ "id": THREAD, "activityId": "17", "serviceUrl": "https://x.example/y" });
    world.then(Role::Connector, Reply::new(201, answer));
    let parameters = ConversationParameters::channel_thread("19:abc", TENANT, hello());
    let at = world.service_url();
    let created =
        world.connector().create_conversation(&at, &parameters, Interactive).await.unwrap();
    assert_eq!((created.id.as_str(), created.activity_id.as_deref()), (THREAD, Some("17")));
    assert_eq!(created.service_url.unwrap().as_str(), "https://x.example/y");
}

#[tokio::test]
async fn rosters_are_read_in_pages_of_allowed_size() {
    let world = World::start().await;
    let page = json!({
        "continuationToken": "next&page",
        "members": [{ "id": "29:1", "objectId": "oid-1", "userRole": "user" }],
    });
    world.then(Role::Connector, Reply::new(200, page));
    world.then(Role::Connector, Reply::new(200, json!({ "members": [], "continuationToken": "" })));
    let (client, url) = (world.connector(), world.service_url());
    let at = Endpoint::from(&url).in_tenant(TENANT);
    let first = client.members(at, "c", 1, None, Background).await.unwrap();
    assert_eq!(first.members[0].entra_object_id(), Some("oid-1"));
    let token = first.continuation_token.as_deref();
    assert_eq!(token, Some("next&page"));
    let last = client.members(at, "c", 9999, token, Background).await.unwrap();
    assert_eq!((last.members.len(), last.continuation_token), (0, None));
    let seen = world.seen(Role::Connector);
    assert!(seen[0].target.ends_with("/v3/conversations/c/pagedmembers?pageSize=50"));
    assert!(seen[1].target.ends_with("?pageSize=500&continuationToken=next%26page"));
}

#[tokio::test]
async fn members_teams_and_channels_are_looked_up() {
    let world = World::start().await;
    for answer in [
        json!({ "id": "29:1", "objectId": "oid", "email": "ada@example.com" }),
        json!({ "id": "19:team", "name": "Team", "aadGroupId": "group" }),
        json!({ "conversations": [{ "id": "19:team" }, { "id": "19:b", "name": "B" }] }),
    ] {
        world.then(Role::Connector, Reply::new(200, answer));
    }
    let (client, at) = (world.connector(), world.service_url());
    let member = client.member(&at, "c", "ada@example.com", Background).await.unwrap();
    assert_eq!(member.extra["email"], "ada@example.com");
    let team = client.team(&at, "19:team", Background).await.unwrap();
    assert_eq!(team.aad_group_id.as_deref(), Some("group"));
    let channels = client.team_channels(&at, "19:team", Background).await.unwrap();
    assert_eq!((channels[0].name.as_deref(), channels[1].name.as_deref()), (None, Some("B")));
    let targets: Vec<_> = world.seen(Role::Connector).into_iter().map(|s| s.target).collect();
    assert!(targets[0].ends_with("/v3/conversations/c/members/ada%40example.com"));
    assert!(targets[1].ends_with("/v3/teams/19%3Ateam"));
    assert!(targets[2].ends_with("/v3/teams/19%3Ateam/conversations"));
}

#[tokio::test]
async fn parameters_of_the_callers_own_are_sent_as_they_are() {
    let world = World::start().await;
    let mut parameters = ConversationParameters::personal(ChannelAccount::new("29:u"), TENANT);
    let at = world.service_url();
    let client = world.connector();
    client.create_conversation(&at, &parameters, Interactive).await.unwrap();
    parameters.topic_name = Some("Topic".to_owned());
    client.create_conversation(&at, &parameters, Interactive).await.unwrap();
    let [plain, titled] = [0, 1].map(|index| world.seen(Role::Connector)[index].json());
    assert_eq!((plain.get("bot"), plain.get("topicName")), (None, None));
    assert_eq!(titled["topicName"], "Topic");
}
