//! A day of the whole demo: what was played stands in the reports, and the sweep finds what nobody
//! ended.

use clap::Parser as _;
use reqwest::Client;
use serde_json::{Value, json};

use super::Demo;
use crate::args::Args;
use crate::http_client;
use crate::script::{ACCOUNTS, Plot, day};

async fn state(http: &Client, demo: &Demo) -> Value {
    let url = format!("{}/demo/state", demo.addresses().demo);
    http.get(url).send().await.unwrap().json().await.unwrap()
}

/// Begins something with the time, and waits until it is done.
async fn let_day(http: &Client, demo: &Demo, what: &str) -> Value {
    let base = &demo.addresses().demo;
    let begun = http.post(format!("{base}/demo/day/{what}")).send().await.unwrap();
    assert_eq!(begun.status(), 202);
    let mut tag: Option<String> = None;
    loop {
        let mut request = http.get(format!("{base}/demo/state")).header("Prefer", "wait=20");
        if let Some(tag) = &tag {
            request = request.header("If-None-Match", tag);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "nothing went on for twenty seconds");
        tag = Some(answer.headers()["etag"].to_str().unwrap().to_owned());
        let state: Value = answer.json().await.unwrap();
        if state["day"]["doing"].is_null() {
            assert_eq!(state["day"]["failed"], Value::Null);
            return state;
        }
    }
}

/// The figures, told apart as said, by whoever the demo's link signs in.
async fn report(http: &Client, demo: &Demo, by: &str) -> Vec<Value> {
    let state = state(http, demo).await;
    let (_, token) = state["results_url"].as_str().unwrap().split_once("#token=").unwrap();
    let url = format!("{}/api/v1/reports?by={by}", demo.addresses().beckon);
    let answer = http.get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 200, "the link is fresh");
    let report: Value = answer.json().await.unwrap();
    report["rows"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_played_is_reported_and_what_nobody_ended_is_swept() {
    let args = ["beckon-demo", "--port", "0", "--beckon-port", "0", "--teams-port", "0"];
    let demo = Demo::start(&Args::parse_from(args)).await.unwrap();
    let http = http_client::build().unwrap();
    let played = let_day(&http, &demo, "play").await;
    let scenes = day();
    assert_eq!(
        (&played["day"]["played"], &played["day"]["of"]),
        (&json!(scenes.len()), &json!(24))
    );

    let many = |like: fn(&Plot) -> bool| scenes.iter().filter(|scene| like(&scene.plot)).count();
    let forgotten = many(|plot| matches!(plot, Plot::Forgotten(_)));
    let rows = report(&http, &demo, "").await;
    assert_eq!(rows[0]["sessions"], scenes.len() - forgotten, "those are still open");
    assert_eq!(rows[0]["stale"], 0);
    assert_eq!(rows[0]["hang_ups"], many(|plot| matches!(plot, Plot::Left(_))));
    assert_eq!(rows[0]["outcomes"]["queue_timeout"], 1);
    assert!(rows[0]["declines"].as_u64() >= Some(1) && rows[0]["misses"].as_u64() >= Some(1));
    assert_eq!(rows[0]["errors"], 0);

    let passed = let_day(&http, &demo, "pass").await;
    assert!(passed["day"]["ahead_ms"].as_i64() > played["day"]["ahead_ms"].as_i64());
    let rows = report(&http, &demo, "").await;
    assert_eq!(rows[0]["sessions"], scenes.len());
    assert_eq!(
        (&rows[0]["stale"], rows[0]["outcomes"]["stale_after_user"].as_u64()),
        (&json!(2), Some(2))
    );

    let by_channel = report(&http, &demo, "channel").await;
    for row in &by_channel {
        let played =
            scenes.iter().filter(|scene| row["channel"] == scene.account.channel.name()).count();
        assert_eq!(row["sessions"], played, "{}", row["channel"]);
    }
    assert_eq!(by_channel.len(), ACCOUNTS.len());
    let by_hour = report(&http, &demo, "hour").await;
    let hours: Vec<_> = by_hour.iter().filter_map(|row| row["hour"].as_i64()).collect();
    assert_eq!(hours, (9..18).collect::<Vec<_>>());
    demo.stop().await.unwrap();
}
