//! Chats and their members.

use std::collections::HashSet;

use beckon::teams::graph::{GraphError, GraphRoot, History};
use fake_teams::{Chat, Person};

use super::{Office, client_that_knows, id};

/// The chat as the person's client shows it.
fn seen(person: &Person, chat: &str) -> Option<Chat> {
    person.chats().into_iter().find(|seen| seen.id == chat)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_of_the_tenant_comes_in_as_one() {
    let office = Office::open().await;
    let Office { tenant, ada, companion, teams, graph } = &office;
    let guest = teams.person("Grace from elsewhere");
    guest.make_guest();
    let root = GraphRoot::stand_in(&teams.environment().graph_url).unwrap();
    let knowing = client_that_knows(teams, root, HashSet::from([id(&guest)]));
    let members = [id(&guest), id(companion)];
    let refused = graph.create_chat(*tenant, "Support", &members).await.unwrap_err();
    assert!(refused.to_string().contains("Invalid role"), "{refused}");
    let chat = knowing.create_chat(*tenant, "Support", &members).await.unwrap();
    assert!(seen(&guest, &chat.id).is_some());
    knowing.install_app(*tenant, &chat.id).await.unwrap();
    knowing.add_member(*tenant, &chat.id, id(ada), History::All).await.unwrap();
    knowing.remove_member(*tenant, &chat.id, id(&guest)).await.unwrap();
    knowing.add_member(*tenant, &chat.id, id(&guest), History::All).await.unwrap();
    assert!(seen(&guest, &chat.id).is_some() && seen(ada, &chat.id).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_made_named_filled_and_emptied() {
    let office = Office::open().await;
    let Office { graph, tenant, ada, companion, teams } = &office;
    let tenant = *tenant;
    let members = [id(ada), id(companion)];
    let chat = graph.create_chat(tenant, "Support ¦ Grace", &members).await.unwrap();
    assert!(chat.id.starts_with("19:"), "{chat:?}");
    let link = chat.web_url.as_deref().unwrap();
    assert!(link.starts_with("https://teams.microsoft.com/l/chat/19%3A"), "{link}");
    assert_eq!(seen(ada, &chat.id).unwrap().topic.as_deref(), Some("Support ¦ Grace"));

    graph.install_app(tenant, &chat.id).await.unwrap();
    graph.rename_chat(tenant, &chat.id, "Support ¦ Grace Hopper").await.unwrap();
    assert_eq!(seen(ada, &chat.id).unwrap().topic.as_deref(), Some("Support ¦ Grace Hopper"));

    let ben = teams.person("Ben Franklin");
    graph.add_member(tenant, &chat.id, id(&ben), History::All).await.unwrap();
    assert!(seen(&ben, &chat.id).is_some());
    graph.add_member(tenant, &chat.id, id(&ben), History::None).await.unwrap();
    assert_eq!(graph.members(tenant, &chat.id).await.unwrap().len(), 3, "once is enough");

    for person in [&ben, ada] {
        graph.remove_member(tenant, &chat.id, id(person)).await.unwrap();
        assert!(seen(person, &chat.id).is_none(), "{}", person.name());
        graph.remove_member(tenant, &chat.id, id(person)).await.unwrap();
    }
    let left = graph.members(tenant, &chat.id).await.unwrap();
    assert!(left.len() == 1 && left[0].is(id(companion)), "{left:?}");
    graph.uninstall_app(tenant, &chat.id).await.unwrap();
    graph.uninstall_app(tenant, &chat.id).await.unwrap();
    teams.check_limits().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_sees_what_was_decided() {
    let office = Office::open().await;
    let chat = office.room().await;
    let sees = |name: &'static str, history| {
        let (office, chat, person) = (&office, chat.clone(), office.teams.person(name));
        async move {
            office.graph.add_member(office.tenant, &chat, id(&person), history).await.unwrap();
            let record = office.teams.record();
            let call = record.iter().rev().find_map(|entry| match entry {
                fake_teams::Entry::Call(call) if call.operation == "POST /chats/{id}/members" => {
                    Some(call.clone())
                }
                _ => None,
            });
            call.unwrap().body["visibleHistoryStartDateTime"].clone()
        }
    };
    assert_eq!(sees("Ben", History::All).await, "0001-01-01T00:00:00Z");
    assert!(sees("Cleo", History::None).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_companion_who_does_not_exist_is_refused_and_nothing_is_made() {
    let office = Office::open().await;
    let stranger = "99999999-9999-4999-8999-999999999999".parse().unwrap();
    let members = [id(&office.ada), stranger];
    let error = office.graph.create_chat(office.tenant, "Room", &members).await.unwrap_err();
    assert_eq!(error.status(), Some(400), "{error}");
    assert!(!error.may_have_happened() && !error.is_retryable() && !error.is_outage());
    assert!(office.ada.chats().iter().all(|chat| !chat.id.starts_with("19:")));

    let chat = office.room().await;
    let joined = office.graph.add_member(office.tenant, &chat, stranger, History::All).await;
    assert_eq!(joined.unwrap_err().status(), Some(400), "not taken for a member");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_without_a_section_is_refused_before_anything_is_sent() {
    let office = Office::open().await;
    let other = "99999999-9999-4999-8999-999999999999".parse().unwrap();
    let members = [id(&office.ada), id(&office.companion)];
    let error = office.graph.create_chat(other, "Room", &members).await.unwrap_err();
    assert!(matches!(error, GraphError::NotSent { .. }) && !error.is_retryable(), "{error}");
    let error = office.graph.install_for_user(other, id(&office.ada)).await.unwrap_err();
    assert!(matches!(error, GraphError::NotSent { .. }), "{error}");
    assert_eq!(office.teams.record().len(), 0, "not even a token was asked for");
    assert!(office.graph.serves(office.tenant) && !office.graph.serves(other));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_would_climb_never_leave() {
    let office = Office::open().await;
    for chat in ["", ".", ".."] {
        let error = office.graph.rename_chat(office.tenant, chat, "Room").await.unwrap_err();
        assert!(matches!(error, GraphError::NotSent { .. }), "{error}");
    }
    // Anything else is one segment: another chat's, which does not exist.
    let chat = office.room().await;
    let error = office.graph.members(office.tenant, &format!("{chat}/members/../..")).await;
    assert_eq!(error.unwrap_err().status(), Some(404));
}
