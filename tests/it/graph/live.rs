//! The live check: what it sees where all is well, and each step's failure.

use std::time::Duration;

use beckon::teams::live::{Finding, LiveCheck, Patience, Step};
use beckon_domain::ids::AgentId;
use botframework::connector::ConnectorClient;
use botframework::http::{ClientOptions, client};
use botframework::service_url::{AllowedHosts, ServiceUrl};
use botframework::turn::Proactive;
use fake_teams::{FakeTeamsConfig, Refuse, Service};

use super::{Office, id, tokens};

impl Office {
    /// The check of this office, which waits for nothing.
    fn check(&self, companions: Vec<AgentId>) -> LiveCheck {
        let http = client(&ClientOptions::default()).unwrap();
        let hosts = AllowedHosts::none().allow_any_loopback();
        let connector = ConnectorClient::new(tokens(&self.teams), hosts, None, http);
        LiveCheck {
            graph: self.graph.clone(),
            proactive: Proactive::new(connector),
            service_url: ServiceUrl::parse(&self.teams.environment().service_url).unwrap(),
            tenant: self.tenant,
            agent: id(&self.ada),
            companions,
            mark: "4711".to_owned(),
            patience: Patience { tries: 3, pause: Duration::ZERO },
        }
    }

    /// What each step found, and the first that failed.
    async fn findings(&self) -> (Vec<(Step, Finding)>, Option<Step>) {
        walk(&self.check(vec![id(&self.companion)])).await
    }

    /// What the one step that fails says; it is the first that does.
    async fn failure(&self, step: Step) -> String {
        let (findings, failed) = self.findings().await;
        assert_eq!(failed, Some(step), "{findings:?}");
        let (_, finding) = findings.into_iter().find(|(at, _)| *at == step).unwrap();
        let failure = finding.unwrap_err();
        format!("{}; {}", failure.what, failure.mend)
    }
}

async fn walk(check: &LiveCheck) -> (Vec<(Step, Finding)>, Option<Step>) {
    let mut all = Vec::new();
    let failed = check.run(|step, finding| all.push((step, finding.clone()))).await;
    (all, failed)
}

fn steps(findings: &[(Step, Finding)]) -> Vec<Step> {
    findings.iter().map(|(step, _)| *step).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_is_well_every_step_says_what_it_saw_and_nothing_is_left() {
    let office = Office::open().await;
    let second = office.teams.person("Second companion");
    let check = office.check(vec![id(&office.companion), id(&second)]);
    let (findings, failed) = walk(&check).await;
    assert_eq!(failed, None, "{findings:?}");
    let all = [Step::Room, Step::Install, Step::Post, Step::Read, Step::Remove];
    assert_eq!(steps(&findings), all);
    let (_, made) = &findings[0];
    assert!(made.as_ref().unwrap().contains("two companions: 19:"), "{made:?}");
    for person in [&office.ada, &office.companion, &second] {
        assert!(person.chats().iter().all(|chat| !chat.id.starts_with("19:")), "{person:?}");
    }
    assert_eq!(office.calls("DELETE /chats/{id}/installedApps/{id}"), 1);
    office.teams.check_limits().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_cannot_be_made_ends_it() {
    let office = Office::without("Chat.Create").await;
    let (findings, _) = office.findings().await;
    assert_eq!(steps(&findings), [Step::Room], "there is nothing to remove");
    let words = office.failure(Step::Room).await;
    assert!(words.contains("Chat.Create") && words.contains("admin consent"), "{words}");

    let office = Office::open().await;
    let stranger = "99999999-9999-4999-8999-999999999999".parse().unwrap();
    let (findings, failed) = walk(&office.check(vec![stranger])).await;
    assert_eq!((steps(&findings), failed), (vec![Step::Room], Some(Step::Room)));
    let failure = findings[0].1.clone().unwrap_err();
    assert!(failure.mend.contains("companions"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_companion_who_cannot_join_is_named_and_the_room_is_emptied() {
    let office = Office::open().await;
    let stranger: AgentId = "99999999-9999-4999-8999-999999999999".parse().unwrap();
    let (findings, failed) = walk(&office.check(vec![id(&office.companion), stranger])).await;
    assert_eq!((steps(&findings), failed), (vec![Step::Room, Step::Remove], Some(Step::Room)));
    let failure = findings[0].1.clone().unwrap_err();
    assert!(failure.what.contains(&stranger.to_string()), "{failure:?}");
    assert!(findings[1].1.is_ok() && office.ada.chats().len() == 1, "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_companion_it_says_where_conversations_take_place() {
    let office = Office::open().await;
    let (findings, failed) = walk(&office.check(Vec::new())).await;
    assert_eq!(failed, Some(Step::Room));
    assert!(findings[0].1.clone().unwrap_err().what.contains("My Sessions"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_a_room_to_look_for() {
    let office = Office::open().await;
    office.teams.faults().drop_reply_after_effect(Service::Graph, Some("POST /chats"));
    let words = office.failure(Step::Room).await;
    assert!(words.contains("unclear") && words.contains("by hand"), "{words}");
    assert_eq!(office.calls("POST /chats"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_not_there_or_not_consented_to_fails_the_install() {
    let consent = "TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All";
    let words = Office::without(consent).await.failure(Step::Install).await;
    assert!(words.contains(consent), "{words}");
    let words = Office::without("AppCatalog.Read.All").await.failure(Step::Install).await;
    assert!(words.contains("AppCatalog.Read.All"), "{words}");
    let manifest_id = "99999999-9999-4999-8999-999999999999".to_owned();
    let office = Office::with(FakeTeamsConfig { manifest_id, ..FakeTeamsConfig::default() }).await;
    let words = office.failure(Step::Install).await;
    assert!(words.contains("teams_app_id"), "{words}");
    // What cannot have been installed need not be taken out: only the room has to be emptied.
    let (findings, _) = office.findings().await;
    let all = [Step::Room, Step::Install, Step::Remove];
    assert_eq!((steps(&findings), findings[2].1.is_ok()), (all.to_vec(), true), "{findings:?}");
    assert!(office.ada.chats().iter().all(|chat| !chat.id.starts_with("19:")), "emptied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_young_room_is_waited_for_and_an_old_one_is_not() {
    let office = Office::open().await;
    let faults = office.teams.faults();
    let young = || {
        let refuse = Refuse::with(403).code("BotNotInConversationRoster");
        faults.refuse_next(Service::Connector, Some("sendToConversation"), refuse);
    };
    young();
    young();
    let (findings, failed) = office.findings().await;
    assert_eq!(failed, None, "{findings:?}");
    assert!(findings[2].1.clone().unwrap().contains("at try 3"), "{findings:?}");

    young();
    young();
    young();
    let words = office.failure(Step::Post).await;
    assert!(words.contains("groupChat"), "{words}");
    faults.outage(Service::Connector, 401);
    let words = office.failure(Step::Post).await;
    assert!(words.contains("Azure Bot"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_allowed_gets_no_post() {
    let office = Office::open().await;
    let elsewhere = ServiceUrl::parse("https://elsewhere.example/").unwrap();
    let check = LiveCheck { service_url: elsewhere, ..office.check(vec![id(&office.companion)]) };
    let (findings, failed) = walk(&check).await;
    assert_eq!(failed, Some(Step::Post), "{findings:?}");
    let failure = findings[2].1.clone().unwrap_err();
    assert!(failure.mend.contains("bot.allowed_hosts"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_does_not_ask_to_read_fails_the_reading() {
    let mut config = FakeTeamsConfig::default();
    config.declared_rsc.retain(|permission| permission != "ChatMessage.Read.Chat");
    let office = Office::with(config).await;
    let words = office.failure(Step::Read).await;
    assert!(words.contains("ChatMessage.Read.Chat") && words.contains("manifest"), "{words}");
    assert!(office.ada.chats().iter().all(|chat| !chat.id.starts_with("19:")), "emptied");

    // What passes by itself is waited for.
    let office = Office::open().await;
    let refuse = Refuse::with(502);
    office.teams.faults().refuse_next(Service::Graph, Some("GET /chats/{id}/messages"), refuse);
    let (findings, failed) = office.findings().await;
    assert_eq!(failed, None, "{findings:?}");
    assert!(findings[3].1.clone().unwrap().contains("at try 2"), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_removed_is_named() {
    let mut config = FakeTeamsConfig::default();
    config.graph_permissions.retain(|permission| permission != "ChatMember.ReadWrite.All");
    // An older manifest: its consent lets members of the room be read, but not taken out.
    config.declared_rsc.retain(|permission| permission != "Chat.Manage.Chat");
    let office = Office::with(config).await;
    let (findings, failed) = office.findings().await;
    assert_eq!(failed, Some(Step::Remove), "{findings:?}");
    let failure = findings[4].1.clone().unwrap_err();
    assert!(failure.mend.contains("ChatMember.ReadWrite.All"), "{failure:?}");
    assert!(failure.mend.contains("remove by hand"), "{failure:?}");
    assert_eq!(office.calls("DELETE /chats/{id}/installedApps/{id}"), 1, "the rest is done");
}
