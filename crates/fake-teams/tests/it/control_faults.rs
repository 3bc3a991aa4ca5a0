//! Arming failures and reading reports through the control API.

use serde_json::{Value, json};

use crate::bot::{Bot, http};

async fn call(bot: &Bot, method: &str, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}{path}", bot.teams.environment().control_url);
    let request = http().request(method.parse().unwrap(), url).json(&body);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn every_fault_can_be_armed_by_name_and_cleared() {
    let bot = Bot::start().await;
    let faults = [
        ("duplicate", json!({"kind": "newId", "copies": 1})),
        ("refuse", json!({"service": "connector", "status": 429, "retryAfter": 3})),
        ("lose-reply", json!({"service": "graph", "operation": "POST /chats"})),
        ("lose-request", json!({"service": "login"})),
        ("delay", json!({"service": "connector", "ms": 5})),
        ("delay-deliveries", json!({"ms": 5})),
        ("outage", json!({"service": "keys", "status": 500})),
        ("rotate-keys", json!({"hidden": true})),
        ("publish-keys", json!({})),
        ("withdraw-old-keys", json!({})),
        ("endorsements", json!({"channels": []})),
        ("revoke-tokens", json!({})),
    ];
    for (name, details) in faults {
        let (status, body) = call(&bot, "POST", &format!("/faults/{name}"), details).await;
        assert_eq!(status, 204, "{name}: {body}");
    }
    let metadata = bot.teams.environment().openid_metadata_url;
    assert_eq!(http().get(&metadata).send().await.unwrap().status(), 500);
    assert_eq!(call(&bot, "DELETE", "/faults", json!({})).await.0, 204);
    assert_eq!(http().get(&metadata).send().await.unwrap().status(), 200);
    let (status, body) = call(&bot, "POST", "/faults/earthquake", json!({})).await;
    assert_eq!(status, 400);
    assert!(body["error"].as_str().unwrap().contains("earthquake"), "{body}");
}

/// Otherwise a slip of the pen would arm something else.
#[tokio::test]
async fn a_status_that_refuses_nothing_is_not_armed() {
    let bot = Bot::start().await;
    for status in [0, 50, 99, 101, 204, 299, 600, 9999] {
        for fault in ["refuse", "outage"] {
            let details = json!({"service": "keys", "status": status});
            let (answered, body) = call(&bot, "POST", &format!("/faults/{fault}"), details).await;
            assert_eq!(answered, 400, "{fault} {status}");
            assert!(body["error"].as_str().unwrap().contains("300 to 599"), "{body}");
        }
    }
    let metadata = bot.teams.environment().openid_metadata_url;
    assert_eq!(http().get(&metadata).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_refusal_armed_from_outside_meets_the_next_call() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let refuse = json!({"service": "connector", "operation": "sendToConversation",
                        "status": 403, "code": "BotDisabledByAdmin"});
    call(&bot, "POST", "/faults/refuse", refuse).await;
    let answer = bot.send(ada.chat(), json!({"type": "message", "text": "hi"})).await;
    assert_eq!((answer.status, &answer.body["error"]["code"]), (403, &json!("BotDisabledByAdmin")));

    let (_, record) = call(&bot, "GET", "/record?since=2", json!({})).await;
    let entries = record["entries"].as_array().unwrap();
    assert!(entries.iter().all(|entry| entry["number"].as_u64() > Some(2)));
    assert_eq!(entries.last().unwrap()["operation"], "sendToConversation");
    let (_, limits) = call(&bot, "GET", "/limits", json!({})).await;
    assert_eq!(limits["overruns"], json!([]));
}

#[tokio::test]
async fn a_room_lives_through_the_control_api() {
    let bot = Bot::start().await;
    for name in ["Ada", "Grace"] {
        call(&bot, "POST", "/people", json!({"name": name})).await;
    }
    let (status, group) =
        call(&bot, "POST", "/groups", json!({"topic": "room", "people": ["Ada", "Grace"]})).await;
    assert_eq!(status, 201);
    let chat = &group["id"];
    call(&bot, "POST", "/people/Ada/install", json!({"conversation": chat})).await;
    let said = json!({"conversation": chat, "text": "helo"});
    let (_, said) = call(&bot, "POST", "/people/Grace/messages", said).await;
    let message = format!("/people/Grace/messages/{}", said["messageId"].as_str().unwrap());
    let told = |(status, deliveries): (u16, Value)| {
        assert_eq!(status, 200, "{deliveries}");
        deliveries[0]["activity"]["type"].as_str().map(str::to_owned)
    };
    let edited = call(&bot, "PUT", &message, json!({"text": "hello"})).await;
    assert_eq!(told(edited).as_deref(), Some("messageUpdate"));
    let deleted = call(&bot, "DELETE", &message, json!({})).await;
    assert_eq!(told(deleted).as_deref(), Some("messageDelete"));
    let left = call(&bot, "POST", "/people/Grace/leave", json!({"conversation": chat})).await;
    assert_eq!(told(left).as_deref(), Some("conversationUpdate"));
}
