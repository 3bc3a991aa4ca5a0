//! The calls that only Teams has, or that only people make necessary: reactions, messages for one
//! member, and what was pasted into a message.

use botframework::activity::{Attachment, ChannelAccount, OutgoingActivity};
use botframework::connector::{AttachmentView, ErrorKind};
use botframework::limiter::Priority::Interactive;
use serde_json::json;

use crate::world::{Reply, Role, World};

const GROUP: &str = "19:abc@thread.v2";

fn whisper() -> OutgoingActivity {
    OutgoingActivity::text("only you").only_for(&ChannelAccount::new("29:ada"))
}

#[tokio::test]
async fn reactions_are_put_and_deleted_without_a_body() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    for _ in 0..2 {
        world.then(Role::Connector, Reply::new(200, ""));
    }
    client.add_reaction(&at, GROUP, "17/1", "1f440_eyes", Interactive).await.unwrap();
    client.delete_reaction(&at, GROUP, "17/1", "like", Interactive).await.unwrap();
    let seen = world.seen(Role::Connector);
    let tails: Vec<_> = seen
        .iter()
        .map(|seen| (seen.method.as_str(), seen.target.split_once("/v3/").unwrap().1))
        .collect();
    let base = "conversations/19%3Aabc%40thread.v2/activities/17%2F1/reactions";
    let (put, delete) = (format!("{base}/1f440_eyes"), format!("{base}/like"));
    assert_eq!(tails, [("PUT", put.as_str()), ("DELETE", delete.as_str())]);
    assert_eq!(seen[0].body, "");
    assert_eq!(seen[0].header("content-length"), Some("0"));
}

#[tokio::test]
async fn a_reaction_that_is_no_segment_is_not_sent() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    let error = client.add_reaction(&at, GROUP, "17", "..", Interactive).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidId);
    assert_eq!(world.seen(Role::Connector).len(), 0);
}

#[tokio::test]
async fn a_message_for_one_member_says_so_in_query_and_recipient() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    world.then(Role::Connector, Reply::new(202, json!({ "id": "17" })));
    let id = client.send(&at, GROUP, &whisper(), Interactive).await.unwrap();
    assert_eq!(id.as_deref(), Some("17"));
    client.reply(&at, GROUP, "16", &whisper(), Interactive).await.unwrap();
    client.update(&at, GROUP, "17", &whisper(), Interactive).await.unwrap();
    client.delete_targeted(&at, GROUP, "17", Interactive).await.unwrap();
    let seen = world.seen(Role::Connector);
    for seen in &seen {
        assert!(seen.target.ends_with("?isTargetedActivity=true"), "{}", seen.target);
    }
    for seen in &seen[..3] {
        let recipient = &seen.json()["recipient"];
        assert_eq!(*recipient, json!({ "id": "29:ada", "isTargeted": true }));
    }
    assert_eq!((seen[3].method.as_str(), seen[3].body.as_str()), ("DELETE", ""));
}

#[tokio::test]
async fn what_everybody_may_see_carries_no_such_query() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    client.send(&at, GROUP, &OutgoingActivity::text("all"), Interactive).await.unwrap();
    client.delete(&at, GROUP, "17", Interactive).await.unwrap();
    assert!(world.seen(Role::Connector).iter().all(|seen| !seen.target.contains('?')));
}

#[tokio::test]
async fn a_pasted_picture_is_fetched_with_the_bots_token() {
    let world = World::start().await;
    let client = world.connector();
    let url = format!("{}/v3/attachments/0-wus-d7/views/original", world.service_url().as_str());
    let pasted = Attachment { content_url: Some(url.clone()), ..Attachment::default() };
    let hosted = pasted.hosted().unwrap();
    let (at, id) = (&hosted.service_url, hosted.attachment_id.as_str());
    let info = json!({ "name": "p.png", "type": "image/png",
        "views": [{ "viewId": "original", "size": 3 }] });
    world.then(Role::Connector, Reply::new(200, info));
    world.then(Role::Connector, Reply::new(200, "PNG").header("content-type", "image/png"));
    let info = client.attachment_info(at, id, Interactive).await.unwrap();
    let original = AttachmentView { view_id: "original".to_owned(), size: Some(3) };
    assert_eq!((info.content_type.as_deref(), info.views), (Some("image/png"), vec![original]));
    let content = client.attachment(at, id, &hosted.view_id, Interactive).await.unwrap();
    assert_eq!(
        (content.content_type.as_deref(), &content.bytes[..]),
        (Some("image/png"), &b"PNG"[..])
    );
    let seen = world.seen(Role::Connector);
    assert!(url.ends_with(&seen[1].target), "{}", seen[1].target);
    assert_eq!(seen[1].header("authorization"), Some("Bearer token-1"));
}

#[tokio::test]
async fn a_picture_elsewhere_gets_no_token() {
    let world = World::start().await;
    let url = "https://evil.example/v3/attachments/a/views/original".to_owned();
    let pasted = Attachment { content_url: Some(url), ..Attachment::default() };
    let hosted = pasted.hosted().unwrap();
    let at = &hosted.service_url;
    let client = world.connector();
    let error = client.attachment(at, "a", "original", Interactive).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotAllowed);
    assert_eq!(world.seen(Role::Tokens).len(), 0, "nor was one asked for");
}

#[tokio::test]
async fn a_picture_is_read_up_to_a_bound() {
    let world = World::start().await;
    let (client, at) = (world.connector(), world.service_url());
    let most = 16 * 1024 * 1024;
    world.then(Role::Connector, Reply::new(200, "x".repeat(most)));
    world.then(Role::Connector, Reply::new(200, "x".repeat(most + 1)));
    let content = client.attachment(&at, "a", "original", Interactive).await.unwrap();
    assert_eq!(content.bytes.len(), most);
    let error = client.attachment(&at, "a", "original", Interactive).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}
