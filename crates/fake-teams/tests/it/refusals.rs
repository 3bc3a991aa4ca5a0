//! What Teams refuses on the connector. Each test names the source of the fact.

use fake_teams::FakeTeamsConfig;
use serde_json::{Value, json};

use crate::bot::{Answer, Bot, activities, card, card_message};

fn error_code(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["error"]["code"].as_str().unwrap_or("none"))
}

fn create(bot: &Bot, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"id": id})).collect();
    json!({"isGroup": false, "members": members, "tenantId": bot.teams.environment().tenant_id})
}

/// teams.net `docs/CreateConversation-API-Behavior.md`.
#[tokio::test]
async fn creating_a_group_is_answered_400() {
    let bot = Bot::start().await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    ada.install_bot().await.unwrap();
    let two = create(&bot, &[ada.mri(), grace.mri()]);
    let answer = bot.call("POST", "v3/conversations", Some(two)).await;
    assert_eq!(error_code(&answer), (400, "BadSyntax"));
    let mut group = create(&bot, &[ada.mri()]);
    group["isGroup"] = json!(true);
    let answer = bot.call("POST", "v3/conversations", Some(group)).await;
    assert_eq!(error_code(&answer), (400, "BadSyntax"));
}

/// teams.net `docs/CreateConversation-API-Behavior.md`.
#[tokio::test]
async fn creating_a_personal_chat_is_idempotent_and_names_no_activity() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let mut body = create(&bot, &[ada.mri()]);
    let first = bot.call("POST", "v3/conversations", Some(body.clone())).await;
    assert_eq!((first.status, &first.body["id"]), (201, &json!(ada.chat())));
    body["activity"] = card_message(&card("ring"));
    let second = bot.call("POST", "v3/conversations", Some(body)).await;
    assert_eq!((second.status, &second.body["id"]), (201, &json!(ada.chat())));
    assert_eq!(second.body.get("activityId"), None);
    assert_eq!(ada.messages().len(), 1, "the initial activity was sent all the same");
}

/// teams.net `docs/CreateConversation-API-Behavior.md`; msteams-docs#7424.
#[tokio::test]
async fn creating_needs_the_tenant_and_an_id_of_this_bot() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let mut body = create(&bot, &[ada.mri()]);
    body.as_object_mut().unwrap().shift_remove("tenantId");
    let answer = bot.call("POST", "v3/conversations", Some(body)).await;
    assert_eq!(answer.status, 401);
    for id in ["29:1of-another-bot", ada.upn(), ada.name()] {
        let answer = bot.call("POST", "v3/conversations", Some(create(&bot, &[id]))).await;
        assert_eq!(error_code(&answer), (400, "BadArgument"), "{id}");
    }
}

/// Teams docs, proactive bots and messages; status codes from bot conversational APIs.
#[tokio::test]
async fn a_post_before_installation_or_after_removal_is_answered_403() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    let text = json!({"type": "message", "text": "hi"});
    assert!(ada.say("anyone?").await.unwrap().deliveries.is_empty(), "nobody hears it");
    let before = bot.send(ada.chat(), text.clone()).await;
    assert_eq!(error_code(&before), (403, "BotNotInConversationRoster"));
    let created = bot.call("POST", "v3/conversations", Some(create(&bot, &[ada.mri()]))).await;
    assert_eq!(error_code(&created), (403, "BotNotInConversationRoster"));
    ada.install_bot().await.unwrap();
    assert_eq!(bot.send(ada.chat(), text.clone()).await.status, 201);
    ada.uninstall_bot().await.unwrap();
    assert_eq!(bot.received().pop().unwrap()["action"], "remove");
    let after = bot.send(ada.chat(), text).await;
    assert_eq!(error_code(&after), (403, "BotNotInConversationRoster"));
}

/// Teams docs, `send-proactive-messages.md`: the details hide in a JSON text.
#[tokio::test]
async fn a_blocked_bot_is_answered_in_the_shape_of_the_message_backend() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let told_before = bot.received().len();
    ada.block_bot();
    let answer = bot.send(ada.chat(), json!({"type": "message", "text": "hi"})).await;
    assert_eq!((answer.status, &answer.body["errorCode"]), (403, &json!(209)));
    let inner: Value = serde_json::from_str(answer.body["message"].as_str().unwrap()).unwrap();
    assert_eq!(inner["subCode"], "MessageWritesBlocked");
    assert_eq!(bot.received().len(), told_before, "a block is not announced");
    ada.unblock_bot();
    let text = json!({"type": "message", "text": "hi"});
    assert_eq!(bot.send(ada.chat(), text.clone()).await.status, 201);
    ada.block_bot();
    ada.install_bot().await.unwrap();
    assert_eq!(bot.send(ada.chat(), text).await.status, 201, "installing anew lifts a block");
}

/// Teams docs, `conversation-messages.md`.
#[tokio::test]
async fn text_beside_a_card_is_split_and_gives_no_usable_id() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let mut both = card_message(&card("ring"));
    both["text"] = json!("look");
    let answer = bot.send(ada.chat(), both.clone()).await;
    assert_eq!((answer.status, answer.body.get("id")), (201, None));
    let shown = ada.messages();
    assert_eq!(shown.len(), 2);
    assert_eq!((shown[0].text.as_str(), &shown[0].card), ("look", &None));
    assert_eq!((shown[1].text.as_str(), &shown[1].card), ("", &Some(card("ring"))));
    // BotBuilder-MicrosoftTeams#126: nor may an update split a message.
    let id = bot.send_card(ada.chat(), "one").await;
    assert_eq!(error_code(&bot.update(ada.chat(), &id, both).await), (400, "BadSyntax"));
}

/// Teams docs, update messages; botbuilder-dotnet#6273.
#[tokio::test]
async fn an_update_of_someone_elses_message_is_answered_403() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let theirs = ada.say("mine").await.unwrap().message_id;
    let answer = bot.update(ada.chat(), &theirs, json!({"type": "message", "text": "x"})).await;
    assert_eq!(error_code(&answer), (403, "NotEnoughPermissions"));
    assert_eq!(ada.messages()[0].text, "mine");
}

/// Teams docs, status codes from bot conversational APIs; bot-docs#2142.
#[tokio::test]
async fn unknown_conversations_and_messages_are_404_and_a_missing_id_405() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let text = json!({"type": "message", "text": "x"});
    let answer = bot.send("a:1unknown", text.clone()).await;
    assert_eq!(error_code(&answer), (404, "ConversationNotFound"));
    let answer = bot.update(ada.chat(), "17", text.clone()).await;
    assert_eq!(error_code(&answer), (404, "ActivityNotFoundInConversation"));
    let path = format!("{}/", activities(ada.chat()));
    assert_eq!(bot.call("PUT", &path, Some(text.clone())).await.status, 405);
    let id = bot.send_card(ada.chat(), "ring").await;
    bot.call("DELETE", &format!("{}/{id}", activities(ada.chat())), None).await;
    let answer = bot.update(ada.chat(), &id, text).await;
    assert_eq!(error_code(&answer), (404, "ActivityNotFoundInConversation"));
}

/// Teams docs, `format-your-bot-messages.md`: the size is that of UTF-16.
#[tokio::test]
async fn a_message_over_the_size_in_utf_16_is_answered_413() {
    let config = FakeTeamsConfig { max_message_bytes: 1_000, ..FakeTeamsConfig::default() };
    let bot = Bot::start_with(config).await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let message = |text: &str| json!({"type": "message", "text": text});
    let frame = message("").to_string().len();
    let most = "a".repeat(500 - frame);
    assert_eq!(bot.send(ada.chat(), message(&most)).await.status, 201);
    let one_more = format!("{most}a");
    let answer = bot.send(ada.chat(), message(&one_more)).await;
    assert_eq!(error_code(&answer), (413, "MessageSizeTooBig"));
    // As many characters of another script are as many units, though three times the UTF-8.
    let cjk = "中".repeat(most.len());
    assert_eq!(bot.send(ada.chat(), message(&cjk)).await.status, 201);
}

/// Swagger of the Connector API; Teams knows messages and typing.
#[tokio::test]
async fn unknown_activity_types_and_broken_json_are_answered_400() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    for body in [json!({"type": "trace"}), json!({"text": "no type"}), json!([1])] {
        assert_eq!(error_code(&bot.send(ada.chat(), body).await), (400, "BadSyntax"));
    }
    let typing = bot.send(ada.chat(), json!({"type": "typing"})).await;
    assert_eq!(typing.status, 201);
    assert_eq!(ada.messages().len(), 0, "typing is no message");
}

/// Teams docs, roster paging: 50 to 500 a page.
#[tokio::test]
async fn pages_of_a_roster_hold_at_least_fifty() {
    let bot = Bot::start().await;
    let people: Vec<_> = (0..60).map(|n| bot.teams.person(&format!("Person {n}"))).collect();
    let chat = bot.teams.group("crowd", &people.iter().collect::<Vec<_>>());
    people[0].install_bot_in(&chat).await.unwrap();
    let path = format!("{}?pageSize=5", activities(&chat).replace("activities", "pagedmembers"));
    let first = bot.call("GET", &path, None).await.body;
    assert_eq!(first["members"].as_array().unwrap().len(), 50);
    assert_eq!(first["members"][0]["objectId"], people[0].id());
    let next = first["continuationToken"].as_str().unwrap();
    let rest = bot.call("GET", &format!("{path}&continuationToken={next}"), None).await.body;
    assert_eq!(rest["members"].as_array().unwrap().len(), 10);
    assert_eq!(rest.get("continuationToken"), None);
}

/// Teams docs, roster: a member is found by chat id, Entra id or principal name.
#[tokio::test]
async fn one_member_is_found_by_any_id_and_a_stranger_is_answered_400() {
    let bot = Bot::start().await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    ada.install_bot().await.unwrap();
    let members = activities(ada.chat()).replace("activities", "members");
    for id in [ada.mri(), ada.id(), ada.upn()] {
        let answer = bot.call("GET", &format!("{members}/{id}"), None).await;
        assert_eq!((answer.status, &answer.body["objectId"]), (200, &json!(ada.id())));
    }
    let answer = bot.call("GET", &format!("{members}/{}", grace.mri()), None).await;
    assert_eq!(error_code(&answer), (400, "MemberNotFoundInConversation"));
}
