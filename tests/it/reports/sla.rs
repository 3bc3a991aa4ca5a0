//! The agreed time of waiting, from the configuration to lists and reports.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::csv;
use crate::outcomes::desk::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_judged_by_its_service_and_a_report_by_what_is_asked() {
    let desk = Desk::with("sla_seconds = 60").await;
    let answered = desk.connected().await;
    desk.terminate(0, &answered).await;
    let hasty = desk.write("website", "ada", "m1").await;
    desk.leave("website", &hasty).await;
    let patient = desk.write("website", "ben", "m1").await;
    desk.pass(SignedDuration::from_secs(90));
    desk.leave("website", &patient).await;
    // Another program has her, so she leaves before any queue.
    let never = desk.write("hotline", "cleo", "m1").await;
    desk.leave("hotline", &never).await;

    let rows = [
        (&answered, json!([60, true]), "60,true"),
        (&hasty, json!([60, true]), "60,true"),
        (&patient, json!([60, false]), "60,false"),
        (&never, json!([20, null]), "20,"),
    ];
    let client = desk.client();
    let admin = &client.world.keys.admin;
    let lines = csv(&client, "/api/v1/sessions?state=ended", admin).await;
    let place = lines[0].split(',').position(|header| header == "sla_seconds").expect("a header");
    for (session, judged, written) in rows {
        let row = desk.ended(session).await;
        assert_eq!(json!([row["sla_seconds"], row["within_sla"]]), judged, "{row}");
        let line = lines.iter().find(|line| line.starts_with(session)).expect("a line");
        let fields: Vec<_> = line.split(',').skip(place).take(2).collect();
        assert_eq!(fields.join(","), written, "{line}");
    }
    let open = desk.write("hotline", "dan", "m1").await;
    let (_, answer) = client.get("/api/v1/sessions?state=open", admin).await;
    let row = &answer["sessions"][0];
    assert_eq!(row["session"], *open);
    assert_eq!((&row["sla_seconds"], &row["within_sla"]), (&Value::Null, &Value::Null));

    for (query, asked, accepted, hung_up) in [
        // Three hung up; she who was never queued is neither in time nor late.
        ("", Value::Null, json!(1.0), json!(0.5)),
        ("&service=support", Value::Null, json!(1.0), json!(0.5)),
        ("&service=guided", Value::Null, Value::Null, Value::Null),
        ("&sla_seconds=3600", json!(3600), json!(1.0), json!(1.0)),
    ] {
        let (status, answer) = client.get(&format!("/api/v1/reports?by={query}"), admin).await;
        assert_eq!((status, &answer["sla_seconds"]), (StatusCode::OK, &asked), "{answer}");
        let row = &answer["rows"][0];
        assert_eq!((&row["acceptance_sla"], &row["hang_up_sla"]), (&accepted, &hung_up), "{query}");
    }
    let (_, answer) = client.get("/api/v1/reports?by=", admin).await;
    assert_eq!(answer["rows"][0]["hang_ups"], 3);
    for seconds in [0, 3601] {
        let path = format!("/api/v1/reports?sla_seconds={seconds}");
        assert_eq!(client.get(&path, admin).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    desk.stop().await;
}
