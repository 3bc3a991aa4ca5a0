//! Tokens of the page of results.

use reqwest::StatusCode;

use crate::stage::{Settings, Stage, World};

/// Takes a key out of the configuration.
fn without(config: &str, name: &str) -> String {
    let name = config.find(&format!("name = \"{name}\"")).expect("the key");
    let begin = config[..name].rfind("[[tenant.key]]").expect("its section");
    let end = config[name..].find("[[").map_or(config.len(), |end| name + end);
    [&config[..begin], &config[end..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_ends_with_the_key_that_it_was_issued_for() {
    let stage = Stage::in_world(World::new(&Settings::default()).await).await;
    let client = stage.client();
    let owner = client.sign_in_to_results(&client.world.keys.owner).await;
    let supervisor = client.sign_in_to_results(&client.world.keys.supervisor).await;
    for token in [&owner, &supervisor] {
        assert_eq!(client.get("/api/v1/reports", token).await.0, StatusCode::OK);
    }
    let mut world = stage.stop().await;
    world.config = without(&world.config, "supervisor");

    let stage = Stage::in_world(world).await;
    let client = stage.client();
    let asked = async |token: &str| client.get("/api/v1/reports", token).await.0;
    assert_eq!(asked(&owner).await, StatusCode::OK, "a restart signs nobody out");
    assert_eq!(asked(&supervisor).await, StatusCode::UNAUTHORIZED, "its key is gone");
    assert_eq!(asked(&client.world.keys.supervisor).await, StatusCode::UNAUTHORIZED);
    stage.stop().await;
}

/// Gives a key another role; it names no services then.
fn as_role(config: &str, name: &str, role: &str) -> String {
    let at = config.find(&format!("name = \"{name}\"")).expect("the key");
    let (before, section) = config.split_at(at);
    let known = format!("role = \"{name}\"\n            services = [\"support\"]");
    assert!(section.contains(&known), "{section}");
    [before, &section.replacen(&known, &format!("role = {role}"), 1)].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_reads_no_more_than_its_key_does_now() {
    let stage = Stage::in_world(World::new(&Settings::default()).await).await;
    let client = stage.client();
    let owner = client.sign_in_to_results(&client.world.keys.owner).await;
    let supervisor = client.sign_in_to_results(&client.world.keys.supervisor).await;
    let mut world = stage.stop().await;
    world.config = as_role(&world.config, "owner", "\"integration\"");
    let agent = format!("\"agent\"\nagent = {:?}", world.people[0].id());
    world.config = as_role(&world.config, "supervisor", &agent);

    let stage = Stage::in_world(world).await;
    let client = stage.client();
    assert_eq!(client.get("/api/v1/reports", &owner).await.0, StatusCode::UNAUTHORIZED);
    let of = |number: usize| format!("/api/v1/sessions?agent={}", stage.person(number).id());
    assert_eq!(client.get(&of(0), &supervisor).await.0, StatusCode::OK);
    assert_eq!(client.get(&of(1), &supervisor).await.0, StatusCode::NOT_FOUND, "not their own");
    stage.stop().await;
}
