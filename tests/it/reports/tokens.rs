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
