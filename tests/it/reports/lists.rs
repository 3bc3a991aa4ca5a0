use reqwest::StatusCode;
use serde_json::Value;

use super::{channel, csv, field, left, talk};
use crate::stage::{Client, Settings, Stage};

/// All pages of a list of sessions; no page is larger than asked for.
async fn pages(client: &Client<'_>, query: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/sessions?limit={limit}{query}{cursor}");
        let (status, answer) = client.get(&path, &client.world.keys.admin).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let page = answer["sessions"].as_array().expect("a list");
        assert!(page.len() <= limit);
        rows.extend(page.iter().cloned());
        let Some(next) = answer["next"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["session"].as_str().expect("an id")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_open_ones_first_and_in_pages() {
    let stage = Stage::new().await;
    let client = stage.client();
    let talked = talk(&stage, "ada").await;
    let gone = left(&client, "grace", "m1").await;
    let again = left(&client, "grace", "m2").await;
    let mut open = Vec::new();
    for customer in ["linus", "dennis", "ken"] {
        let written = client.write(customer, "m1", "Hello?").await;
        open.push(written["session"].as_str().expect("an id").to_owned());
    }
    open.reverse();
    let all: Vec<_> = open.iter().chain([&again, &gone, &talked]).map(String::as_str).collect();
    for limit in [1, 2, 3, 4, 200] {
        assert_eq!(ids(&pages(&client, "", limit).await), all, "{limit}");
        assert_eq!(ids(&pages(&client, "&state=open", limit).await), all[..3]);
        assert_eq!(ids(&pages(&client, "&state=ended&service=support", limit).await), all[3..]);
        let query = "&outcome=user_accepted&channel=api&account=website&direct=false&stale=false";
        assert_eq!(ids(&pages(&client, query, limit).await), [&*talked]);
        assert_eq!(ids(&pages(&client, "&address=grace", limit).await), [&*again, &*gone]);
    }
    let who = stage.person(0).id();
    let theirs = pages(&client, &format!("&state=ended&agent={who}"), 10).await;
    assert_eq!(ids(&theirs), [&*talked]);
    assert_eq!((&theirs[0]["outcome"], &theirs[0]["offers"]), (&"user_accepted".into(), &1.into()));
    assert_eq!(theirs[0]["channel"], channel());
    assert_eq!(pages(&client, "&to=2020-01-01", 10).await, Vec::<Value>::new());
    assert_eq!(pages(&client, "&from=2020-01-01&to=2020-02-01T00:00:00Z", 1).await.len(), 0);

    let keys = &client.world.keys;
    let lines = csv(&client, "/api/v1/sessions?address=ada", &keys.admin).await;
    let fields: Vec<_> = theirs[0].as_object().expect("a row").keys().cloned().collect();
    assert_eq!(lines[0], fields.join(","), "the headers are the fields");
    assert!(lines.len() == 2 && lines[1].starts_with(&format!("{talked},ended,support,")));

    for (query, status) in [
        ("limit=0", StatusCode::UNPROCESSABLE_ENTITY),
        ("limit=201", StatusCode::UNPROCESSABLE_ENTITY),
        ("cursor=abc", StatusCode::UNPROCESSABLE_ENTITY),
        ("from=tomorrow", StatusCode::UNPROCESSABLE_ENTITY),
        ("to=2026-11-22T08:00", StatusCode::UNPROCESSABLE_ENTITY),
        ("from=2026-11-22T08:00:00+02:00", StatusCode::UNPROCESSABLE_ENTITY),
        ("format=xml", StatusCode::UNPROCESSABLE_ENTITY),
        ("outcome=won", StatusCode::BAD_REQUEST),
        ("unknown=1", StatusCode::BAD_REQUEST),
        ("service=sales", StatusCode::NOT_FOUND),
        ("account=sales", StatusCode::NOT_FOUND),
        ("agent=00000000-0000-0000-0000-000000000000", StatusCode::NOT_FOUND),
    ] {
        let (found, problem) = client.get(&format!("/api/v1/sessions?{query}"), &keys.admin).await;
        assert_eq!(found, status, "{query} {problem}");
        assert_eq!(problem["status"], status.as_u16());
        if status != StatusCode::NOT_FOUND {
            let (field, _) = query.split_once('=').expect("a field and its value");
            let detail = problem["detail"].as_str().expect("a detail");
            let named = detail.strip_prefix("The query is not as expected: ").unwrap_or(detail);
            assert!(named.starts_with(&format!("{field}: ")), "{detail}");
        }
    }
    let unknown = "/api/v1/invitations?state=accpted";
    let (status, problem) = client.get(unknown, &keys.admin).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert!(problem["detail"].as_str().expect("a detail").contains("accepted, declined"));
    let known = "/api/v1/invitations?state=concluded";
    let (_, answer) = client.get(known, &keys.admin).await;
    assert_eq!(field(&answer, "invitations", "session"), [talked]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_is_theirs() {
    let world = crate::stage::World::new(&Settings::default()).await;
    let mut world = world;
    // A service that neither the owner nor the supervisor has.
    world.config.push_str(
        "[[tenant.service]]\nid = \"sales\"\nname = \"Sales\"\nmembers = []\n\
         [[tenant.account]]\nid = \"shop\"\nchannel = \"api\"\nservice = \"sales\"\n",
    );
    let stage = Stage::in_world(world).await;
    let client = stage.client();
    let keys = &client.world.keys;
    let talked = talk(&stage, "ada").await;
    let body = serde_json::json!({ "address": "eve", "client_message_id": "m1", "text": "Hi" });
    let shop = "/api/v1/channels/shop/messages";
    let (_, written) = client.post(shop, &keys.integration, body).await;
    let elsewhere = written["session"].as_str().expect("an id");

    let seen = async |path: &str, key: &str| {
        let (status, answer) = client.get(path, key).await;
        assert_eq!(status, StatusCode::OK, "{path} {answer}");
        let list = if path.contains("sessions") { "sessions" } else { "invitations" };
        field(&answer, list, "session")
    };
    assert_eq!(seen("/api/v1/sessions", &keys.admin).await, [elsewhere, &talked]);
    for key in [&keys.owner, &keys.supervisor, &keys.agents[0]] {
        assert_eq!(seen("/api/v1/sessions", key).await, [&*talked]);
        assert_eq!(seen("/api/v1/invitations", key).await, [&*talked]);
        let (status, answer) = client.get("/api/v1/reports?by=", key).await;
        assert_eq!((status, &answer["rows"][0]["sessions"]), (StatusCode::OK, &1.into()));
        let (status, _) = client.get("/api/v1/sessions?address=ada", key).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "only administrators search by address");
    }
    let nobody: [&str; 0] = [];
    assert_eq!(seen("/api/v1/sessions", &keys.agents[1]).await, nobody);
    assert_eq!(seen("/api/v1/invitations", &keys.agents[1]).await, nobody);
    let (_, answer) = client.get("/api/v1/reports", &keys.agents[1]).await;
    assert_eq!(answer["rows"], serde_json::json!([]));
    let (status, _) = client
        .get(&format!("/api/v1/sessions?agent={}", stage.person(0).id()), &keys.agents[1])
        .await;
    assert_eq!(status, StatusCode::NOT_FOUND, "another agent's work is not there");

    for key in [&keys.owner, &keys.supervisor] {
        for path in ["sessions?service=sales", "invitations?service=sales", "reports?service=sales"]
        {
            let (status, _) = client.get(&format!("/api/v1/{path}"), key).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
        let path = format!("/api/v1/sessions/{talked}");
        assert_eq!(client.get(&path, key).await.0, StatusCode::OK);
        let path = format!("/api/v1/sessions/{elsewhere}");
        assert_eq!(client.get(&path, key).await.0, StatusCode::NOT_FOUND);
        let path = format!("/api/v1/invitations?session={elsewhere}");
        assert_eq!(client.get(&path, key).await.0, StatusCode::NOT_FOUND);
        let member = format!("/api/v1/agents/{}/reset-rona", stage.person(0).id());
        let nothing = serde_json::json!({});
        assert_eq!(client.post(&member, key, nothing.clone()).await.0, StatusCode::NO_CONTENT);
        let stranger = "/api/v1/agents/00000000-0000-0000-0000-000000000000/reset-rona";
        assert_eq!(client.post(stranger, key, nothing).await.0, StatusCode::NOT_FOUND);
    }
    let why = serde_json::json!({ "reason": "A test." });
    let end = format!("/api/v1/sessions/{elsewhere}/end");
    assert_eq!(client.post(&end, &keys.owner, why.clone()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(client.post(&end, &keys.supervisor, why.clone()).await.0, StatusCode::FORBIDDEN);
    assert_eq!(client.post(&end, &keys.admin, why).await.0, StatusCode::OK);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_counts_what_happened() {
    let stage = Stage::new().await;
    let client = stage.client();
    let admin = &client.world.keys.admin;
    talk(&stage, "ada").await;
    left(&client, "grace", "m1").await;
    client.write("open", "m1", "Hello?").await;

    let (status, answer) = client.get("/api/v1/reports?by=service,channel", admin).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let rows = answer["rows"].as_array().expect("a list");
    assert_eq!(rows.len(), 1, "one service, one channel");
    let row = &rows[0];
    for (name, value) in [
        ("sessions", 2.into()),
        ("service", "support".into()),
        ("channel", "api".into()),
        ("day", Value::Null),
        ("handled", 1.into()),
        ("by_user", 1.into()),
        ("hang_ups", 1.into()),
        ("queued", 2.into()),
        ("connected", 1.into()),
        ("acw", 1.into()),
        ("reachability", 0.5.into()),
        ("acceptance_sla", 1.0.into()),
        ("stale_rate", 0.0.into()),
        ("first_reply_mean_ms", Value::Null),
    ] {
        assert_eq!(row[name], value, "{name} of {row}");
    }
    assert_eq!(row["outcomes"]["user_accepted"], 1);
    assert_eq!(row["outcomes"]["customer_left_in_queue"], 1);

    let (_, by_agent) = client.get("/api/v1/reports?by=agent", admin).await;
    let agents = by_agent["rows"].as_array().expect("a list");
    // Who was only rung has a line, too, with no sessions in it.
    let had = agents.iter().filter(|row| row["sessions"] != 0);
    assert_eq!(
        had.map(|row| &row["agent"]).collect::<Vec<_>>(),
        [&Value::Null, &stage.person(0).id().into()]
    );
    let rung = |row: &Value| row["offers"].as_u64().expect("a count");
    assert_eq!(agents.iter().map(rung).sum::<u64>(), rung(row), "each ring is somebody's");
    assert_eq!(rung(&agents[0]), 0, "and nobody's is none");

    let lines = csv(&client, "/api/v1/reports?by=service,channel", admin).await;
    let headers: Vec<_> = lines[0].split(',').collect();
    let values: Vec<_> = lines[1].split(',').collect();
    assert_eq!((lines.len(), headers.len()), (2, values.len()));
    for (header, value) in headers.iter().zip(values) {
        let found = match header.strip_prefix("outcome_") {
            Some(outcome) => &row["outcomes"][outcome],
            None => &row[*header],
        };
        let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        let text = if found.is_null() { String::new() } else { text };
        assert_eq!(value, text, "{header}");
    }
    for query in ["by=mood", "sla_seconds=0", "from=2020-01-01&to=2027-01-01"] {
        let (status, _) = client.get(&format!("/api/v1/reports?{query}"), admin).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    stage.stop().await;
}
