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

/// Two audiences, never interchangeable; the gateway's shape (msteams-docs#11153).
#[tokio::test]
async fn a_graph_token_on_the_connector_is_answered_401() {
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

/// Entra's refusals; botframework-sdk#6382 for the tenant.
#[tokio::test]
async fn wrong_secrets_and_tenants_are_refused_in_entras_terms() {
    let teams = Bot::start().await.teams;
    let environment = teams.environment();
    let ask = async |tenant: &str, secret: &str| {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", environment.login_url);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", environment.app_id.as_str()),
            ("client_secret", secret),
            ("scope", "https://api.botframework.com/.default"),
        ];
        let response = http().post(url).form(&form).send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        (
            status,
            body["error"].as_str().unwrap_or("none").to_owned(),
            body["error_codes"][0].as_u64(),
        )
    };
    let home = environment.tenant_id.as_str();
    let wrong = ask(home, "wrong").await;
    assert_eq!(wrong, (401, "invalid_client".to_owned(), Some(7_000_215)));
    let foreign = ask("botframework.com", &environment.app_secret).await;
    assert_eq!(foreign, (400, "unauthorized_client".to_owned(), Some(700_016)));
    assert_eq!(ask(home, &environment.app_secret).await.0, 200);
}

#[tokio::test]
async fn the_fake_stops_with_its_last_handle() {
    let teams = FakeTeams::start(fake_teams::FakeTeamsConfig::default()).await.unwrap();
    let url = teams.environment().openid_metadata_url;
    let other = teams.clone();
    drop(teams);
    assert_eq!(http().get(&url).send().await.unwrap().status(), 200);
    drop(other);
    // The server ends in a task of its own; a connection kept alive is cut with it.
    while http().get(&url).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}
