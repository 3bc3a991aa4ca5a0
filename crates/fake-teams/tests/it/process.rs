//! The printed variables, as a bot in another process uses them.

use std::collections::HashMap;

use fake_teams::FakeTeamsConfig;
use serde_json::json;

use crate::bot::{Bot, http};

#[tokio::test]
async fn the_variables_of_the_echo_example_lead_to_the_fake() {
    let bot = Bot::start().await;
    let environment = bot.teams.environment();
    let variables: HashMap<_, _> = environment.variables().into_iter().collect();

    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &variables["BOT_APP_ID"]),
        ("client_secret", &variables["BOT_APP_SECRET"]),
        ("scope", "https://api.botframework.com/.default"),
    ];
    let answer = http().post(&variables["BOT_TOKEN_URL"]).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(variables["BOT_TOKEN_URL"].contains(&variables["BOT_TENANT_ID"]));

    let metadata = http().get(&variables["BOT_OPENID_METADATA_URL"]).send().await.unwrap();
    let metadata: serde_json::Value = metadata.json().await.unwrap();
    assert_eq!(metadata["issuer"], json!("https://api.botframework.com"));

    let service: reqwest::Url = environment.service_url.parse().unwrap();
    let host = format!("{}:{}", service.host_str().unwrap(), service.port().unwrap());
    assert_eq!(variables["BOT_ALLOWED_HOSTS"], host);
    assert_eq!(variables["TEAMS_APP_ID"], FakeTeamsConfig::default().manifest_id);
}
