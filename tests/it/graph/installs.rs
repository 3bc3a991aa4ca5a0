//! Installing the app.

use beckon::teams::graph::UserInstall;
use fake_teams::{FakeTeamsConfig, Refuse, Service};

use super::{Office, id};

const INSTALL: &str = "POST /chats/{id}/installedApps";
const LIST: &str = "GET /chats/{id}/installedApps";
const FIND: &str = "GET /appCatalogs/teamsApps";

#[tokio::test(flavor = "multi_thread")]
async fn installing_consents_to_what_the_manifest_declares() {
    let office = Office::open().await;
    let chat = office.room().await;
    let (graph, tenant) = (&office.graph, office.tenant);
    assert!(graph.messages(tenant, &chat, None, 10).await.is_err(), "nothing is allowed yet");
    graph.install_app(tenant, &chat).await.unwrap();
    assert_eq!(graph.messages(tenant, &chat, None, 10).await.unwrap(), []);

    // Another time it is there already; that is looked up, not believed.
    assert_eq!(office.calls(LIST), 0);
    graph.install_app(tenant, &chat).await.unwrap();
    assert_eq!((office.calls(INSTALL), office.calls(LIST)), (2, 1));
    let elsewhere = office.room().await;
    let faults = office.teams.faults();
    faults.refuse_next(Service::Graph, Some(INSTALL), Refuse::with(409));
    let error = graph.install_app(tenant, &elsewhere).await.unwrap_err();
    assert_eq!(error.status(), Some(409), "{error}");

    // The answer was lost: once more comes to the same.
    faults.drop_reply_after_effect(Service::Graph, Some(INSTALL));
    let error = graph.install_app(tenant, &elsewhere).await.unwrap_err();
    assert!(error.is_retryable() && !error.may_have_happened(), "{error}");
    graph.install_app(tenant, &elsewhere).await.unwrap();
    assert_eq!(office.calls(FIND), 1, "the catalog is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_declares_nothing_needs_no_consent() {
    let config = FakeTeamsConfig { declared_rsc: Vec::new(), ..FakeTeamsConfig::default() };
    let office = Office::with(config).await;
    let chat = office.room().await;
    office.graph.install_app(office.tenant, &chat).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_is_not_granted_is_named() {
    let permission = "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All";
    let office = Office::without(permission).await;
    let chat = office.room().await;
    let error = office.graph.install_app(office.tenant, &chat).await.unwrap_err();
    assert_eq!(error.missing_permission(), Some(permission), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_not_in_the_catalog_is_said_so() {
    let manifest_id = "99999999-9999-4999-8999-999999999999".to_owned();
    let office = Office::with(FakeTeamsConfig { manifest_id, ..FakeTeamsConfig::default() }).await;
    let error = office.graph.install_for_user(office.tenant, id(&office.ada)).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("teams_app_id") && text.contains("catalog"), "{text}");
    assert!(!error.is_retryable() && error.missing_permission().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_installed_for_people() {
    let office = Office::open().await;
    let (graph, tenant, ada) = (&office.graph, office.tenant, id(&office.ada));
    assert_eq!(graph.chat_with_user(tenant, ada).await.unwrap(), None);
    assert_eq!(graph.install_for_user(tenant, ada).await.unwrap(), UserInstall::Installed);
    assert_eq!(graph.install_for_user(tenant, ada).await.unwrap(), UserInstall::AlreadyInstalled);
    let chat = graph.chat_with_user(tenant, ada).await.unwrap();
    assert_eq!(chat.as_deref(), Some(office.ada.chat()));

    let stranger = "99999999-9999-4999-8999-999999999999".parse().unwrap();
    let error = graph.install_for_user(tenant, stranger).await.unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
}
