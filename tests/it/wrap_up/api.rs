//! Codes and tags over the API: who may say them, and where they are read.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{connected, row, stage, terminated, values};
use crate::stage::{Stage, card_with, result_card};

async fn put(stage: &Stage, invitation: &str, key: &str, body: Value) -> (StatusCode, Value) {
    let path = format!("/api/v1/invitations/{invitation}/codes");
    let response = stage.client().call(Method::PUT, &path, key, HeaderMap::new(), Some(body)).await;
    (response.status(), response.json().await.expect("JSON"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_over_the_api_is_in_rows_in_csv_and_on_the_result() {
    let stage = stage().await;
    let (client, ada) = (stage.client(), stage.person(0));
    let keys = &client.world.keys;
    let talk = connected(&stage, "grace").await;
    terminated(&stage, &talk).await;
    let said = json!({ "codes": "billing", "codes2": "no", "tags": ["vip", "=late"] });
    let (status, kept) = put(&stage, &talk.invitation, &keys.supervisor, said).await;
    assert_eq!(status, StatusCode::OK, "{kept}");
    assert_eq!((&kept["codes"], &kept["tags"]), (&json!("billing"), &json!(["vip", "=late"])));

    let answer = row(&stage, &talk.session).await;
    assert_eq!((&answer["codes"], &answer["codes2"]), (&json!("billing"), &json!("no")));
    assert_eq!((&answer["tags"], &answer["codes_missing"]), (&json!("vip, =late"), &json!(false)));
    let path = format!("/api/v1/invitations?session={}", talk.session);
    let (_, list) = client.get(&path, &keys.admin).await;
    assert_eq!(list["invitations"][0]["codes"], "billing");
    for list in ["sessions", "invitations"] {
        let path = format!("/api/v1/{list}?format=csv");
        let csv = client.call(Method::GET, &path, &keys.admin, HeaderMap::new(), None).await;
        let csv = csv.text().await.unwrap();
        assert!(csv.contains("billing,no,\"vip, =late\""), "{csv}");
    }

    // What is not said is gone: it takes the place of all that was.
    let (_, kept) =
        put(&stage, &talk.invitation, &keys.admin, json!({ "codes": "delivery" })).await;
    assert_eq!((&kept["codes2"], &kept["tags"]), (&Value::Null, &json!([])));
    let click = ada.click(&talk.card, "finish", json!({})).await;
    assert!(click.is_err(), "the card that she sees knows no code yet");
    let token = client.sign_in(0).await;
    let finish = format!("/api/v1/console/invitations/{}/finish", talk.invitation);
    assert_eq!(client.post(&finish, &token, json!({})).await.0, StatusCode::OK);
    let result = result_card(ada).await;
    assert_eq!(values(result.card.as_ref().unwrap()), ["delivery", "", ""]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_say_it_and_what_cannot_be_said_change_nothing() {
    let stage = stage().await;
    let client = stage.client();
    let keys = &client.world.keys;
    let talk = connected(&stage, "grace").await;
    let code = json!({ "codes": "billing" });
    let (status, early) = put(&stage, &talk.invitation, &keys.admin, code.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT, "{early}");
    terminated(&stage, &talk).await;
    let (status, _) = put(&stage, &talk.invitation, &keys.integration, code.clone()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for id in ["nobody", "00000000-0000-7000-8000-000000000000"] {
        assert_eq!(put(&stage, id, &keys.admin, code.clone()).await.0, StatusCode::NOT_FOUND);
    }
    for (body, words) in [
        (json!({ "codes": "weather" }), "no code \"weather\" in codes"),
        (json!({ "codes2": "billing" }), "no code \"billing\" in codes2"),
        (json!({ "tags": ["a,b"] }), "has a comma"),
        (json!({ "tags": ["x".repeat(65)] }), "the limit is 64"),
        (json!({ "tags": (0..21).map(|n| n.to_string()).collect::<Vec<_>>() }), "limit is 20"),
    ] {
        let (status, problem) = put(&stage, &talk.invitation, &keys.admin, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
    let token = client.sign_in(0).await;
    let finish = format!("/api/v1/console/invitations/{}/finish", talk.invitation);
    let (status, problem) = client.post(&finish, &token, json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("have to be chosen"), "{problem}");
    let answer = row(&stage, &talk.session).await;
    assert_eq!((&answer["codes"], &answer["tags"]), (&Value::Null, &json!("")));
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_what_can_be_said_and_done_and_agents_reach_their_own_work_only() {
    use crate::stage::Settings;
    let service = super::CODES;
    let stage = Stage::with(&Settings { service, ..Settings::default() }).await;
    let client = stage.client();
    let written = client.write("grace", "m1", "Hello?").await;
    let (ada, ben) = (client.sign_in(0).await, client.sign_in(1).await);
    let card = card_with(stage.person(0), "accept").await;
    stage.person(0).click(&card.id, "accept", json!({})).await.unwrap();
    let own = async || client.get("/api/v1/console/inbox", &ada).await.1["sessions"][0].clone();
    let invitation = own().await["invitation"].as_str().unwrap().to_owned();
    let act = async |action: &str| {
        let path = format!("/api/v1/console/invitations/{invitation}/{action}");
        let (status, answer) = client.post(&path, &ada, json!({})).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["result"].clone()
    };
    assert_eq!(act("park").await, "parked");
    let (_, inbox) = client.get("/api/v1/console/inbox", &ada).await;
    assert_eq!(
        (&inbox["agent"]["state"], &inbox["sessions"][0]["phase"]),
        (&json!("parked"), &json!("parked"))
    );
    let path =
        format!("/api/v1/console/sessions/{}/messages", written["session"].as_str().unwrap());
    let reply = json!({ "client_message_id": "a1", "text": "Yes." });
    let (status, problem) = client.post(&path, &ada, reply).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("is parked"), "{problem}");
    assert_eq!(act("unpark").await, "unparked");
    assert_eq!(act("terminate").await, "terminated");

    let session = own().await;
    let may = json!({ "can_finish": true, "extensions_left": 1, "held": false });
    assert_eq!(session["wrap_up"], may, "{session}");
    let codes = &session["codes"]["codes"];
    assert_eq!((&codes["name"], &codes["required"]), (&json!("Topic"), &json!(true)));
    let (_, inbox) = client.get("/api/v1/console/inbox", &ada).await;
    let offered = &inbox["choices"][session["codes"]["service"].as_str().unwrap()]["codes"];
    assert_eq!(offered[1], json!({ "id": "delivery", "label": "Delivery" }), "once for all");
    assert_eq!(codes["choices"], Value::Null);
    assert_eq!((&session["codes"]["open"], &session["codes"]["tags"]), (&json!(true), &json!([])));
    assert_eq!(act("extend").await, "extended");
    assert_eq!(act("extend").await, "unchanged");
    assert_eq!(own().await["wrap_up"]["extensions_left"], 0);

    let said = json!({ "codes": "delivery", "tags": ["vip"] });
    assert_eq!(put(&stage, &invitation, &ben, said.clone()).await.0, StatusCode::NOT_FOUND);
    assert_eq!(put(&stage, &invitation, &ada, said).await.0, StatusCode::OK);
    let session = own().await;
    assert_eq!(session["codes"]["codes"]["chosen"], "delivery");
    assert_eq!(session["codes"]["tags"], json!(["vip"]));
    let timeline = client.admin_session(written["session"].as_str().unwrap()).await;
    let events = timeline["events"].as_array().unwrap();
    let set = events.iter().find(|event| event["event"] == "codes_set").unwrap();
    assert_eq!(set["by"], json!({ "as": "agent", "agent": stage.person(0).id() }));
    stage.stop().await;
}
