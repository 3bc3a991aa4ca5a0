//! Reading a room.

use beckon::teams::graph::{ContentType, Sender};
use fake_teams::{Entry, Refuse, Service};

use super::{Office, id};

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_read_in_order_since_an_instant_and_page_by_page() {
    let office = Office::open().await;
    let (graph, tenant, chat) = (&office.graph, office.tenant, office.room().await);
    graph.install_app(tenant, &chat).await.unwrap();
    for number in 0..60 {
        // The bot listens nowhere here: what is typed is stored all the same.
        let _undelivered = office.ada.say_in(&chat, &format!("Line {number}")).await;
    }
    let all = graph.messages(tenant, &chat, None, 100).await.unwrap();
    let texts: Vec<&str> = all.iter().map(|message| message.content.as_str()).collect();
    let expected: Vec<String> = (0..60).map(|number| format!("Line {number}")).collect();
    assert_eq!(texts, expected);
    assert!(all.iter().all(|message| message.from == Sender::Person(id(&office.ada))));
    assert!(all.iter().all(|message| message.content_type == ContentType::Text));
    assert!(all.iter().all(|message| message.edited.is_none() && message.deleted.is_none()));

    let since = all[55].created;
    let latest = graph.messages(tenant, &chat, Some(since), 100).await.unwrap();
    assert!(latest.iter().all(|message| message.created >= since));
    assert!(latest.len() < 60 && latest.ends_with(&all[55..]), "{latest:?}");
    let two = graph.messages(tenant, &chat, None, 2).await.unwrap();
    assert_eq!(two, all[58..], "the latest, in order");
    assert_eq!(graph.messages(tenant, &chat, None, 0).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn graph_is_asked_for_no_more_than_is_wanted() {
    let office = Office::open().await;
    let (graph, tenant, chat) = (&office.graph, office.tenant, office.room().await);
    graph.install_app(tenant, &chat).await.unwrap();
    let since = "2026-11-22T10:00:00.500Z".parse().unwrap();
    graph.messages(tenant, &chat, Some(since), 500).await.unwrap();
    let record = office.teams.record();
    let Some(Entry::Call(call)) = record.last() else { panic!("{record:?}") };
    // The filter takes out what is older or as old; the instant itself is wanted.
    let expected = "?$top=50&$orderby=lastModifiedDateTime%20desc\
                    &$filter=lastModifiedDateTime%20gt%202026-11-22T10%3A00%3A00.499Z";
    assert!(call.path.ends_with(expected), "{}", call.path);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_is_repeated_at_will() {
    let office = Office::open().await;
    let (graph, tenant, chat) = (&office.graph, office.tenant, office.room().await);
    graph.install_app(tenant, &chat).await.unwrap();
    let faults = office.teams.faults();
    let operation = Some("GET /chats/{id}/messages");
    faults.refuse_next(Service::Graph, operation, Refuse::with(502));
    assert!(graph.messages(tenant, &chat, None, 1).await.unwrap_err().is_retryable());
    faults.drop_reply_after_effect(Service::Graph, operation);
    assert!(graph.messages(tenant, &chat, None, 1).await.unwrap_err().is_retryable());
    graph.messages(tenant, &chat, None, 1).await.unwrap();
}
