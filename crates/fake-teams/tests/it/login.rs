//! The `OpenID` document, the keys and the tokens.

use fake_teams::FakeTeams;
use serde_json::Value;

use crate::bot::{Bot, http};

async fn get(url: &str) -> Value {
    http().get(url).send().await.unwrap().json().await.unwrap()
}

async fn kids(teams: &FakeTeams) -> Vec<Value> {
    let document = get(&teams.environment().openid_metadata_url).await;
    assert_eq!(document["issuer"], "https://api.botframework.com");
    let keys = get(document["jwks_uri"].as_str().unwrap()).await;
    let keys = keys["keys"].as_array().unwrap();
    assert!(keys.iter().all(|key| key["endorsements"][0] == "msteams"));
    keys.iter().map(|key| key["kid"].clone()).collect()
}

#[tokio::test]
async fn rotated_keys_stand_beside_the_old_ones_until_withdrawn() {
    let teams = Bot::start().await.teams;
    let before = kids(&teams).await;
    assert_eq!(before.len(), 1);
    teams.faults().rotate_keys().unwrap();
    let both = kids(&teams).await;
    assert_eq!(both.len(), 2);
    assert_eq!(both[0], before[0]);
    teams.faults().rotate_keys_hidden().unwrap();
    assert_eq!(kids(&teams).await, both);
    teams.faults().publish_keys();
    teams.faults().withdraw_old_keys();
    let last = kids(&teams).await;
    assert_eq!(last.len(), 1);
    assert!(!both.contains(&last[0]));
}

#[tokio::test]
async fn a_graph_token_on_the_connector_is_answered_401() {
    // Two audiences, never interchangeable; the gateway's shape (msteams-docs#11153).
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let url =
        format!("{}v3/conversations/{}/members", bot.teams.environment().service_url, ada.chat());
    let allowed = bot.call_url("GET", &url, bot.token(), None).await.unwrap();
    assert_eq!(allowed.status, 200);
    let graph = bot.graph_token().await;
    let refused = bot.call_url("GET", &url, &graph, None).await.unwrap();
    assert_eq!(refused.status, 401);
    assert_eq!(refused.body["message"], "Authorization has been denied for this request.");
    bot.teams.faults().revoke_tokens();
    let revoked = bot.call_url("GET", &url, bot.token(), None).await.unwrap();
    assert_eq!(revoked.status, 401);
}
