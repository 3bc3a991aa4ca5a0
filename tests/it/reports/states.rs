//! What agents did when, and for how long.

use beckon::clock::{Clock, SystemClock};
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{csv, field, talk};
use crate::stage::{Client, Settings, Stage, World};

/// All of a list, `limit` rows at a time.
async fn pages(client: &Client<'_>, path: &str, list: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{path}limit={limit}{cursor}");
        let (status, answer) = client.get(&path, &client.world.keys.admin).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let page = answer[list].as_array().expect("a list");
        assert!(page.len() <= limit);
        rows.extend(page.iter().cloned());
        let Some(next) = answer["next"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

fn at(row: &Value, field: &str) -> Timestamp {
    row[field].as_str().expect("an instant").parse().expect("an instant")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_agent_did_is_told_without_a_gap_and_adds_up() {
    let stage = Stage::new().await;
    let client = stage.client();
    talk(&stage, "ada").await;
    let keys = &client.world.keys;
    let who = stage.person(0).id();
    let path = format!("/api/v1/agents/{who}/states?");
    let states = pages(&client, &path, "states", 200).await;
    let names: Vec<_> = states.iter().map(|row| row["state"].as_str().expect("a state")).collect();
    assert_eq!(names, ["available", "ringing", "connected", "acw", "available"]);
    for pair in states.windows(2) {
        assert_eq!(pair[0]["to"], pair[1]["from"], "{states:?}");
    }
    assert_eq!(states[4]["to"], Value::Null, "it lasts");
    for limit in [1, 2, 4] {
        assert_eq!(pages(&client, &path, "states", limit).await, states, "{limit}");
    }

    // A span that begins and ends within a state.
    let (from, to) = (at(&states[1], "from"), at(&states[2], "to"));
    let path = format!("{path}from={from}&to={to}&");
    assert_eq!(pages(&client, &path, "states", 200).await, states[1..3]);
    let (_, report) =
        client.get(&format!("/api/v1/reports/agents?from={from}&to={to}"), &keys.admin).await;
    let of = |name: &str| {
        let mut rows = report["rows"].as_array().expect("rows").iter();
        rows.find(|row| row["agent"] == *who).expect("a row")[name].as_i64().expect("a number")
    };
    // Its ends are cut to milliseconds, so everything adds up to the last one.
    let lasted = to.as_millisecond() - from.as_millisecond();
    assert_eq!(of("ringing_ms") + of("connected_ms"), lasted, "{report}");
    assert_eq!((of("shift_ms"), of("total_ms")), (lasted, lasted), "{report}");

    let (_, whole) = client.get("/api/v1/reports/agents?by=day", &keys.admin).await;
    let days = whole["rows"].as_array().expect("rows");
    for row in days {
        let fields = row.as_object().expect("a row").iter();
        let sum: i64 = fields
            .filter(|(name, _)| {
                name.ends_with("_ms") && !["shift_ms", "total_ms"].contains(&&***name)
            })
            .map(|(_, ms)| ms.as_i64().expect("a number"))
            .sum();
        let total = row["total_ms"].as_i64().expect("a number");
        assert_eq!(sum, total, "{row}");
    }
    let lines = csv(&client, "/api/v1/reports/agents?by=day", &keys.admin).await;
    assert_eq!(lines.len(), days.len() + 1);
    assert!(lines[0].starts_with("day,agent,name,connected_ms,"), "{}", lines[0]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_see_themselves_and_supervisors_the_members_of_their_services() {
    let stage = Stage::new().await;
    let client = stage.client();
    let keys = &client.world.keys;
    let (own, other) = (stage.person(0).id().to_owned(), stage.person(1).id().to_owned());
    let report = "/api/v1/reports/agents";
    let (_, all) = client.get(report, &keys.admin).await;
    let named = field(&all, "rows", "agent");
    assert!(named.contains(&own) && named.contains(&other), "{all}");
    let by_one = pages(&client, "/api/v1/reports/agents?", "rows", 1).await;
    let by_one: Vec<_> = by_one.iter().map(|row| row["agent"].clone()).collect();
    assert_eq!(json!(by_one), json!(named), "a page holds whole agents");

    let (status, mine) = client.get(report, &keys.agents[0]).await;
    assert_eq!((status, field(&mine, "rows", "agent")), (StatusCode::OK, vec![own.clone()]));
    for (agent, expected) in [(&own, StatusCode::OK), (&other, StatusCode::NOT_FOUND)] {
        let path = format!("/api/v1/agents/{agent}/states");
        assert_eq!(client.get(&path, &keys.agents[0]).await.0, expected);
        let path = format!("{report}?agent={agent}");
        assert_eq!(client.get(&path, &keys.agents[0]).await.0, expected);
    }
    refuses(&client, report).await;
    stage.stop().await;
}

/// Asks for what the report has not.
async fn refuses(client: &Client<'_>, report: &str) {
    for (query, status) in [
        ("by=week", StatusCode::UNPROCESSABLE_ENTITY),
        ("from=2020-01-01&to=2020-04-03", StatusCode::UNPROCESSABLE_ENTITY),
        ("from=2020-01-01&to=2020-04-01", StatusCode::OK),
        ("service=sales", StatusCode::NOT_FOUND),
        ("cursor=abc", StatusCode::UNPROCESSABLE_ENTITY),
        ("channel=api", StatusCode::BAD_REQUEST),
    ] {
        let (found, answer) =
            client.get(&format!("{report}?{query}"), &client.world.keys.admin).await;
        assert_eq!(found, status, "{query} {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_of_a_report_are_about_one_span_that_is_over() {
    let stage = Stage::new().await;
    let client = stage.client();
    let admin = &client.world.keys.admin;
    let yesterday = SystemClock.now() - SignedDuration::from_hours(24);
    let soon = SystemClock.now() + SignedDuration::from_hours(24);
    for query in
        [String::new(), format!("from={yesterday}&"), format!("from={yesterday}&to={soon}&")]
    {
        let path = format!("/api/v1/reports/agents?{query}limit=1");
        let (_, first) = client.get(&path, admin).await;
        let cursor = first["next"].as_str().expect("another page");
        let (_, second) = client.get(&format!("{path}&cursor={cursor}"), admin).await;
        assert_ne!(first["rows"][0]["agent"], second["rows"][0]["agent"]);
        for end in ["from", "to"] {
            assert_eq!(first[end], second[end], "{query} {end}");
        }
        assert!(at(&first, "from") < at(&first, "to"), "{first}");
        assert!(at(&first, "to") <= SystemClock.now(), "{first}");
    }
    let of_ada = format!("/api/v1/agents/{}/states", stage.person(0).id());
    for (path, query, field) in [
        ("/api/v1/reports/agents", "from=2100-01-01", "from"),
        ("/api/v1/reports/agents", "from=2100-01-01&to=2100-02-01", "from"),
        ("/api/v1/reports/agents", "from=2020-01-01", "from"),
        ("/api/v1/reports/agents", "from=2020-01-01&to=2020-06-01", "to"),
        (&of_ada, "from=2100-01-01", "from"),
    ] {
        let (status, answer) = client.get(&format!("{path}?{query}"), admin).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {query} {answer}");
        assert_eq!(answer["errors"][0]["field"], field, "{path} {query} {answer}");
    }
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_another_service_is_no_more_to_be_seen_than_nobody() {
    let mut world = World::new(&Settings::default()).await;
    let (ada, ben) = (world.people[0].id().to_owned(), world.people[1].id().to_owned());
    let members = world.config.lines().find(|line| line.trim().starts_with("members = "));
    let members = members.expect("the members").to_owned();
    world.config = world.config.replacen(&members, &format!("members = [{ada:?}]"), 1);
    let sales = format!("members = [{ben:?}]");
    world.config += "[[tenant.service]]\nid = \"sales\"\nname = \"Sales\"\n";
    world.config += &sales;
    let stage = Stage::in_world(world).await;
    let client = stage.client();
    let keys = &client.world.keys;
    let nobody = "5b1d3a52-7c3e-4b6e-9f5e-2d8c6a1f0e47";
    for (agent, key, expected) in [
        (&*ada, &keys.supervisor, StatusCode::OK),
        (&ben, &keys.supervisor, StatusCode::NOT_FOUND),
        (nobody, &keys.supervisor, StatusCode::NOT_FOUND),
        (&ben, &keys.admin, StatusCode::OK),
        (nobody, &keys.admin, StatusCode::NOT_FOUND),
    ] {
        for path in [
            format!("/api/v1/reports/agents?agent={agent}"),
            format!("/api/v1/agents/{agent}/states"),
        ] {
            let (status, answer) = client.get(&path, key).await;
            assert_eq!(status, expected, "{path} {answer}");
        }
    }
    stage.stop().await;
}
