//! Delays, in tokio's paused time: an hour passes at once, and exactly an hour.

use std::time::Duration;

use fake_teams::{FakeTeamsConfig, Service};
use serde_json::json;
use tokio::time::Instant;

use crate::bot::Bot;

const HOUR: Duration = Duration::from_hours(1);

/// Timers round up to the next millisecond.
fn is_about(elapsed: Duration, wanted: Duration) -> bool {
    (wanted..wanted + Duration::from_secs(1)).contains(&elapsed)
}

async fn patient_bot() -> Bot {
    Bot::start_with(FakeTeamsConfig { delivery_timeout: 4 * HOUR, ..FakeTeamsConfig::default() })
        .await
}

#[tokio::test(start_paused = true)]
async fn a_delivery_is_held_back_for_the_delay() {
    let bot = patient_bot().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    bot.teams.faults().delay_deliveries(HOUR);
    let before = Instant::now();
    ada.say("late").await.unwrap();
    assert!(is_about(before.elapsed(), HOUR), "{:?}", before.elapsed());
    bot.teams.faults().delay_deliveries(Duration::ZERO);
    let before = Instant::now();
    ada.say("at once").await.unwrap();
    assert!(is_about(before.elapsed(), Duration::ZERO), "{:?}", before.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_call_is_held_back_for_the_delay_of_its_service_only() {
    let bot = patient_bot().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    bot.teams.faults().delay(Service::Connector, HOUR);
    let before = Instant::now();
    bot.send(ada.chat(), json!({"type": "message", "text": "hi"})).await;
    assert!(is_about(before.elapsed(), HOUR), "{:?}", before.elapsed());
    let before = Instant::now();
    bot.graph_token().await;
    assert!(is_about(before.elapsed(), Duration::ZERO), "{:?}", before.elapsed());
}
