//! Calls recorded from Microsoft's own clients, sent again: see `tests/recorded/README.md`.

use std::{collections::BTreeMap, sync::Arc};

use fake_teams::{Entry, FakeTeamsConfig, ManualClock, Service};
use serde_json::Value;

use crate::bot::Bot;

const RECORDED: &str = include_str!("../recorded/connector.json");

fn text<'entry>(entry: &'entry Value, name: &str) -> &'entry str {
    entry[name].as_str().unwrap()
}

#[tokio::test]
async fn every_recorded_call_is_understood_and_answered_as_before() {
    let clock = Arc::new(ManualClock::new(1_776_390_257_000));
    let config = FakeTeamsConfig { clock: clock.clone(), ..FakeTeamsConfig::default() };
    let bot = Bot::start_with(config).await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let entries: Vec<Value> = serde_json::from_str(RECORDED).unwrap();
    assert_eq!(entries.len(), 16);
    let mut calls = BTreeMap::<&str, usize>::new();
    for entry in &entries {
        // Counting has its own tests: here no call shall meet another in a window.
        clock.advance(2_000);
        let own = match text(entry, "method") {
            "PUT" | "DELETE" => bot.send_card(ada.chat(), "own").await,
            _ => "1776390257332".to_owned(),
        };
        let path = text(entry, "path")
            .replace("{chat}", ada.chat())
            .replace("{escapedChat}", &ada.chat().replace(':', "%3A"))
            .replace("{person}", ada.id())
            .replace("{message}", &own);
        let body = Some(entry["body"].clone()).filter(|body| !body.is_null());
        let answer = bot.call(text(entry, "method"), &path, body).await;
        assert_eq!(u64::from(answer.status), entry["status"], "{entry} {answer:?}");
        let Some(Entry::Call(call)) = bot.teams.record().pop() else { panic!("no call") };
        assert_eq!(call.service, Service::Connector);
        assert_eq!(call.operation, text(entry, "operation"), "{entry}");
        assert_eq!(call.body, entry["body"]);
        *calls.entry(text(entry, "sdk")).or_default() += 1;
    }
    let clients: Vec<_> = calls.into_iter().collect();
    assert_eq!(clients, [("@microsoft/agents-hosting 1.8.1", 7), ("botbuilder 4.23.3", 9)]);
    let shown = ada.messages();
    assert!(shown.iter().any(|message| message.text == "hello from agents"));
    assert!(shown.iter().any(|message| message.words().contains("客户 ¦ Zoë 👩‍💻")));
}

/// The two clients write the same conversation id differently; both are counted as one thread.
#[tokio::test]
async fn escaped_and_plain_ids_are_counted_as_one_thread() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada Lovelace");
    ada.install_bot().await.unwrap();
    let body = serde_json::json!({"type": "message", "text": "hi"});
    for chat in [ada.chat().to_owned(), ada.chat().replace(':', "%3A")] {
        let path = format!("v3/conversations/{chat}/activities");
        assert_eq!(bot.call("POST", &path, Some(body.clone())).await.status, 201);
    }
    let peaks = bot.teams.limits().peaks;
    let sends: Vec<_> = peaks.iter().filter(|peak| peak.scope.family == "send").collect();
    assert!(
        sends.iter().all(|peak| peak.scope.thread == ada.chat() && peak.seen == 2),
        "{sends:?}"
    );
}

/// What Microsoft's Graph client sent for the life of a room.
#[tokio::test]
async fn every_recorded_graph_call_is_answered_as_before() {
    // What the recorded app declared.
    let declared = ["ChatMessage.Read.Chat", "ChatMember.Read.Chat", "ChatSettings.ReadWrite.Chat"];
    let declared_rsc = declared.map(str::to_owned).to_vec();
    let bot = Bot::start_with(FakeTeamsConfig { declared_rsc, ..FakeTeamsConfig::default() }).await;
    for name in ["Ada Lovelace", "Companion", "Bob"] {
        bot.teams.person(name);
    }
    let token = bot.graph_token().await;
    let recorded = include_str!("../recorded/graph.json");
    let entries: Vec<Value> = serde_json::from_str(recorded).unwrap();
    assert_eq!(entries.len(), 10);
    let (mut chat, mut membership) = (String::new(), String::new());
    for entry in &entries {
        let path =
            text(entry, "path").replace("{chat}", &chat).replace("{membership}", &membership);
        let url = format!("{}/v1.0{path}", bot.teams.environment().graph_url);
        let body = Some(entry["body"].clone()).filter(|body| !body.is_null());
        let answer = bot.call_url(text(entry, "method"), &url, &token, body).await.unwrap();
        assert_eq!(u64::from(answer.status), entry["status"], "{entry} {answer:?}");
        match text(entry, "operation") {
            "POST /chats" => chat = answer.body["id"].as_str().unwrap().replace('@', "%40"),
            "GET /chats/{id}/members" => {
                let members = answer.body["value"].as_array().unwrap();
                membership = members.last().unwrap()["id"].as_str().unwrap().to_owned();
            }
            _ => {}
        }
    }
}
