//! What a failure means, and whether it is made again.

use std::time::Duration;

use beckon::teams::graph::{Chat, GraphError, GraphRoot};
use fake_teams::{Budgets, FakeTeamsConfig, Refuse, Service};
use futures_util::future::join_all;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::{Office, calls, graph_client, id};

const CREATE: &str = "POST /chats";

impl Office {
    async fn create(&self) -> Result<Chat, GraphError> {
        let members = [id(&self.ada), id(&self.companion)];
        self.graph.create_chat(self.tenant, "Room", &members).await
    }

    /// How many rooms Ada is in.
    fn rooms(&self) -> usize {
        self.ada.chats().iter().filter(|chat| chat.id.starts_with("19:")).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_after_the_chat_was_made_is_unclear_and_not_repeated() {
    let office = Office::open().await;
    let faults = office.teams.faults();
    faults.drop_reply_after_effect(Service::Graph, Some(CREATE));
    let error = office.create().await.unwrap_err();
    assert!(error.may_have_happened() && !error.is_retryable() && error.is_outage(), "{error:?}");
    assert_eq!((office.rooms(), office.calls(CREATE)), (1, 1));

    // Nobody can tell this from the other.
    faults.drop_request(Service::Graph, Some(CREATE));
    let error = office.create().await.unwrap_err();
    assert!(error.may_have_happened(), "{error:?}");
    assert_eq!((office.rooms(), office.calls(CREATE)), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_nothing_was_sent() {
    let office = Office::open().await;
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let root = GraphRoot::stand_in(&format!("http://127.0.0.1:{port}")).unwrap();
    let graph = graph_client(&office.teams, root);
    let error = graph.create_chat(office.tenant, "Room", &[]).await.unwrap_err();
    assert!(matches!(error, GraphError::NotSent { .. }), "{error}");
    assert!(error.is_retryable() && error.is_outage() && !error.may_have_happened());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_server_is_unclear_where_a_second_time_would_count() {
    let office = Office::open().await;
    let (faults, chat) = (office.teams.faults(), office.room().await);
    office.graph.install_app(office.tenant, &chat).await.unwrap();
    for status in [500, 502, 504, 408] {
        faults.refuse_next(Service::Graph, Some(CREATE), Refuse::with(status).body("<html>"));
        let error = office.create().await.unwrap_err();
        assert!(error.may_have_happened() && !error.is_retryable(), "{status}: {error}");
        let rename = Some("PATCH /chats/{id}");
        faults.refuse_next(Service::Graph, rename, Refuse::with(status).body("<html>"));
        let error = office.graph.rename_chat(office.tenant, &chat, "Other").await.unwrap_err();
        assert!(!error.may_have_happened() && error.is_retryable(), "{status}: {error}");
    }
    // Turned away at the door.
    faults.refuse_next(Service::Graph, Some(CREATE), Refuse::with(503).retry_after(7));
    let error = office.create().await.unwrap_err();
    assert!(matches!(error, GraphError::Unavailable { .. }), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_retryable() && !error.may_have_happened());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_to_wait_waits_and_calls_no_more() {
    let office = Office::open().await;
    let refuse = Refuse::with(429).retry_after(30);
    office.teams.faults().refuse_next(Service::Graph, Some(CREATE), refuse);
    let error = office.create().await.unwrap_err();
    assert!(matches!(error, GraphError::Throttled { .. }), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(error.is_retryable() && !error.is_outage() && !error.may_have_happened());

    let error = office.create().await.unwrap_err();
    assert!(matches!(error, GraphError::Throttled { after, .. } if after.as_secs() >= 25));
    assert_eq!(office.calls(CREATE), 1, "calls while throttled would keep counting");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_the_tenants_limit_waits_for_the_next_second() {
    // On a busy machine calls arrive closer together than they left: what counts is when they left.
    let budgets = Budgets { enforce: false, ..Budgets::default() };
    let office = Office::with(FakeTeamsConfig { budgets, ..FakeTeamsConfig::default() }).await;
    let started = Instant::now();
    let chat = office.room().await;
    let calls = (0..30).map(|_| office.graph.members(office.tenant, &chat));
    for members in join_all(calls).await {
        assert_eq!(members.unwrap().len(), 2);
    }
    assert!(started.elapsed() >= Duration::from_secs(1), "31 calls do not leave in one second");
    assert_eq!(office.calls("GET /chats/{id}/members"), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_granted_is_named() {
    let create = Office::without("Chat.Create").await;
    let error = create.create().await.unwrap_err();
    assert_eq!(error.missing_permission(), Some("Chat.Create"), "{error}");
    let GraphError::Refused { status: 403, request_id: Some(_), .. } = &error else {
        panic!("{error:?}")
    };

    let office = Office::without("ChatMember.ReadWrite.All").await;
    let chat = office.room().await;
    let error = office.graph.remove_member(office.tenant, &chat, id(&office.ada)).await;
    assert_eq!(error.unwrap_err().missing_permission(), Some("ChatMember.ReadWrite.All"));

    let office = Office::without("AppCatalog.Read.All").await;
    let error = office.graph.install_for_user(office.tenant, id(&office.ada)).await;
    assert_eq!(error.unwrap_err().missing_permission(), Some("AppCatalog.Read.All"));

    // What the manifest asks for holds only where the app is installed.
    let office = Office::open().await;
    let chat = office.room().await;
    let error = office.graph.rename_chat(office.tenant, &chat, "Other").await.unwrap_err();
    assert_eq!(error.missing_permission(), Some("ChatSettings.ReadWrite.Chat"), "{error}");
    let error = office.graph.messages(office.tenant, &chat, None, 1).await.unwrap_err();
    assert_eq!(error.missing_permission(), Some("ChatMessage.Read.Chat"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_serves_all_and_a_refused_one_is_replaced_once_a_minute() {
    let office = Office::open().await;
    let (one, other) = tokio::join!(office.create(), office.create());
    let chat = one.unwrap().id;
    other.unwrap();
    assert_eq!(calls(&office.teams, "token"), 1, "single flight");

    office.teams.faults().revoke_tokens();
    office.graph.members(office.tenant, &chat).await.unwrap();
    assert_eq!(calls(&office.teams, "token"), 2);

    office.teams.faults().revoke_tokens();
    let error = office.graph.members(office.tenant, &chat).await.unwrap_err();
    assert_eq!(error.status(), Some(401), "{error}");
    assert_eq!(calls(&office.teams, "token"), 2, "a Graph that refuses everything costs nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_was_granted_meanwhile_is_in_the_next_token() {
    let office = Office::open().await;
    let chat = office.room().await;
    office.graph.rename_chat(office.tenant, &chat, "Other").await.unwrap_err();
    assert_eq!(calls(&office.teams, "token"), 1, "a refusal is no reason to try again");
    office.graph.install_app(office.tenant, &chat).await.unwrap();
    office.graph.rename_chat(office.tenant, &chat, "Other").await.unwrap();
    assert_eq!(calls(&office.teams, "token"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_no_outage_and_nothing_is_sent() {
    let office = Office::open().await;
    let faults = office.teams.faults();
    let invalid = Refuse::with(401).code("invalid_client");
    faults.refuse_next(Service::Login, None, invalid);
    let error = office.create().await.unwrap_err();
    assert!(matches!(error, GraphError::NotSent { .. }), "{error}");
    assert!(!error.is_retryable() && !error.is_outage(), "{error}");
    assert!(error.to_string().contains("invalid_client"), "{error}");
    assert_eq!(office.calls(CREATE), 0);
}
