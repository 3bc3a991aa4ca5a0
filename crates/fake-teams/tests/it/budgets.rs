//! Rate limits over HTTP, with a clock that moves only when told.

use std::sync::Arc;

use fake_teams::{FakeTeamsConfig, ManualClock, Refuse, Service, Window};
use serde_json::json;

use crate::bot::{Bot, card, card_message};

fn at(clock: &Arc<ManualClock>) -> FakeTeamsConfig {
    FakeTeamsConfig { clock: clock.clone(), ..FakeTeamsConfig::default() }
}

/// Teams docs, `rate-limit.md`: seven sends a second in one thread.
#[tokio::test]
async fn over_budget_is_answered_429_with_retry_after() {
    let clock = Arc::new(ManualClock::new(1_776_390_257_000));
    let bot = Bot::start_with(at(&clock)).await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let id = bot.send_card(ada.chat(), "ring").await;
    for _ in 0..6 {
        let answer = bot.update(ada.chat(), &id, card_message(&card("again"))).await;
        assert_eq!(answer.status, 200);
    }
    bot.teams.check_limits().unwrap();

    let refused = bot.send(ada.chat(), json!({"type": "message", "text": "one more"})).await;
    assert_eq!((refused.status, refused.retry_after), (429, Some(1)));
    assert_eq!(refused.body["error"]["code"], "Throttled");
    assert_eq!(ada.messages().len(), 1);
    let report = bot.teams.limits();
    assert_eq!(report.overruns.len(), 1);
    assert_eq!(report.overruns[0].window, Window { ms: 1_000, calls: 7 });
    assert_eq!(report.overruns[0].scope.thread, ada.chat());
    assert!(bot.teams.check_limits().unwrap_err().to_string().starts_with("1 calls over"));

    clock.advance(1_000);
    let accepted = bot.send(ada.chat(), json!({"type": "message", "text": "one more"})).await;
    assert_eq!(accepted.status, 201);
}

/// Graph docs, `throttling-limits.md`: one deleted chat a second.
#[tokio::test]
async fn deleting_a_second_chat_within_a_second_is_answered_429() {
    let clock = Arc::new(ManualClock::new(1_776_390_257_000));
    let bot = Bot::start_with(at(&clock)).await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let token = bot.graph_token().await;
    let delete = async |chat: String| {
        let url = format!("{}/v1.0/chats/{chat}", bot.teams.environment().graph_url);
        bot.call_url("DELETE", &url, &token, None).await.unwrap()
    };
    let chats = [(); 2].map(|()| bot.teams.group("g", &[&ada, &grace]));
    assert_eq!(delete(chats[0].clone()).await.status, 204);
    let refused = delete(chats[1].clone()).await;
    assert_eq!((refused.status, refused.retry_after), (429, Some(1)));
    assert_eq!(refused.body["error"]["code"], "TooManyRequests");
    clock.advance(1_000);
    assert_eq!(delete(chats[1].clone()).await.status, 204);
}

/// An access token ends with its lifetime.
#[tokio::test]
async fn an_expired_token_is_answered_401() {
    let clock = Arc::new(ManualClock::new(1_776_390_257_000));
    let bot = Bot::start_with(at(&clock)).await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let text = json!({"type": "message", "text": "hi"});
    clock.advance(3_599_999);
    assert_eq!(bot.send(ada.chat(), text.clone()).await.status, 201);
    clock.advance(1);
    assert_eq!(bot.send(ada.chat(), text).await.status, 401);
}

/// A refusal on command carries what the test asks for.
#[tokio::test]
async fn a_refusal_on_command_has_its_status_and_retry_after_once() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let operation = Some("sendToConversation");
    bot.teams.faults().refuse_next(
        Service::Connector,
        operation,
        Refuse::with(429).retry_after(17),
    );
    let text = json!({"type": "message", "text": "hi"});
    let refused = bot.send(ada.chat(), text.clone()).await;
    assert_eq!((refused.status, refused.retry_after), (429, Some(17)));
    assert_eq!(bot.send(ada.chat(), text).await.status, 201);
    bot.teams.check_limits().unwrap();
}
