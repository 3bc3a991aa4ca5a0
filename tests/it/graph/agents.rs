//! `beckon agents` and `beckon check --live`: the binary.

use std::process::Output;

use fake_teams::Person;

use crate::crash::Process;
use crate::stage::{Settings, World};

/// A world with rooms in Teams.
async fn world() -> World {
    let mut world = World::new(&Settings::default()).await;
    let companion = world.teams.person("Companion");
    let environment = world.teams.environment();
    let manifest = fake_teams::FakeTeamsConfig::default().manifest_id;
    let (root, companion) = (environment.graph_url, companion.id().to_owned());
    let sections = format!(
        "[tenant.graph]\nteams_app_id = {manifest:?}\ncompanions = [{companion:?}]\n\
         [graph]\nroot = {root:?}\n"
    );
    world.config.push_str(&sections);
    world
}

/// Runs a command to its end: its code, and what it said.
async fn beckon(world: &World, arguments: &[&str]) -> (i32, String) {
    let output = Process::command(world).args(arguments).output().await.unwrap();
    let Output { status, stdout, stderr } = output;
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// The line about a person.
fn line<'s>(said: &'s str, person: &Person) -> &'s str {
    said.lines().find(|line| line.contains(person.name())).unwrap_or_else(|| panic!("{said}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_are_installed_for_and_listed_without_a_server() {
    let world = world().await;
    let (ada, ben) = (&world.people[0], &world.people[1]);
    // The database is made by the first start.
    Process::start(&world).await.kill().await;
    let (code, said) = beckon(&world, &["agents", "list"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(line(&said, ada).contains("no chat known"), "{said}");
    assert!(said.contains("2 listed, 2 can be invited in Teams, 0 cannot"), "{said}");

    let (code, said) = beckon(&world, &["agents", "install", ada.name(), ben.id()]).await;
    assert_eq!(code, 0, "{said}");
    assert!(line(&said, ada).contains("installed; the chat is open"), "{said}");
    let (code, said) = beckon(&world, &["agents", "list", "--live"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(line(&said, ada).contains("chat known       installed  invites on   Teams "), "{said}");

    let (code, said) = beckon(&world, &["agents", "install", "--all"]).await;
    assert_eq!(code, 0, "{said}");
    assert!(line(&said, ben).contains("was installed before; the chat is known"), "{said}");
    assert!(ada.messages().is_empty(), "nobody is written to");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_was_only_installed_for_can_be_invited() {
    let world = world().await;
    let ada = &world.people[0];
    let process = Process::start(&world).await;
    let (code, said) = beckon(&world, &["agents", "install", ada.name()]).await;
    assert_eq!(code, 0, "{said}");
    let client = process.client(&world);
    client.write("grace", "m1", "Hello?").await;
    crate::stage::card_with(ada, "accept").await;
    let (_, said) = beckon(&world, &["agents", "list"]).await;
    assert!(line(&said, ada).contains("invited 20"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_unknown_or_refused_is_named_and_counts() {
    let world = world().await;
    Process::start(&world).await.kill().await;
    let (code, said) = beckon(&world, &["agents", "install", "Nobody"]).await;
    assert!(code == 1 && said.contains("no agent \"Nobody\""), "{said}");

    let ada = &world.people[0];
    let refuse = fake_teams::Refuse::with(403);
    let operation = Some("POST /users/{id}/teamwork/installedApps");
    world.teams.faults().refuse_next(fake_teams::Service::Graph, operation, refuse);
    let (code, said) = beckon(&world, &["agents", "install", "--all"]).await;
    assert_eq!(code, 1, "{said}");
    let permission = "TeamsAppInstallation.ReadWriteSelfForUser.All";
    assert!(line(&said, ada).contains(permission), "{said}");
    assert!(said.contains("2 agents, 1 failed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_check_ends_with_the_code_of_the_first_step_that_failed() {
    let world = world().await;
    let (code, said) = beckon(&world, &["check", "--live", "--agent", "Ada Lovelace"]).await;
    assert_eq!(code, 0, "{said}");
    for step in ["room     ok", "install  ok", "post     ok", "read     ok", "remove   ok"] {
        assert!(said.contains(step), "{said}");
    }
    assert!(said.contains("in Teams, with one companion"), "{said}");

    let refuse = fake_teams::Refuse::with(403);
    let operation = Some("POST /chats/{id}/installedApps");
    world.teams.faults().refuse_next(fake_teams::Service::Graph, operation, refuse);
    let arguments = ["check", "--live", "--agent", "Ada Lovelace"];
    let (code, said) = beckon(&world, &arguments).await;
    assert_eq!(code, 11, "{said}");
    assert!(said.contains("install  failed: ") && said.contains("mend: grant"), "{said}");
    assert!(said.contains("remove   ok") && !said.contains("post "), "{said}");

    let (code, said) = beckon(&world, &["check", "--live", "--agent", "Nobody"]).await;
    assert!(code == 1 && said.contains("Nobody"), "{said}");
    let (code, said) = beckon(&world, &["check", "--live"]).await;
    assert!(code == 2 && said.contains("--agent"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_companions_check_says_where_conversations_take_place() {
    let world = World::new(&Settings::default()).await;
    let (code, said) = beckon(&world, &["check"]).await;
    assert!(code == 0 && said.contains("in My Sessions, for there is no [tenant.graph]"), "{said}");
    let (code, said) = beckon(&world, &["check", "--live", "--agent", "Ada Lovelace"]).await;
    assert!(code == 1 && said.contains("[tenant.graph]"), "{said}");
    let (code, said) = beckon(&world, &["agents", "install", "--all"]).await;
    assert!(code == 1, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_is_not_on_this_machine_is_refused_by_its_key() {
    let mut world = world().await;
    let root = world.teams.environment().graph_url;
    world.config = world.config.replace(&root, "https://graph.example.com");
    let (code, said) = beckon(&world, &["check"]).await;
    assert!(code == 1 && said.contains("graph.root") && said.contains("token"), "{said}");
}
