//! Messages for one member, reactions, pasted pictures, and what Teams does not have. Each test names
//! the source of the fact.

use fake_teams::FakeTeamsConfig;
use serde_json::{Value, json};

use crate::bot::{Bot, activities, card, card_message, http};

const TARGETED: &str = "isTargetedActivity=true";

fn whisper(to: &str, text: &str) -> Value {
    json!({"type": "message", "text": text, "recipient": {"id": to, "isTargeted": true}})
}

/// Teams docs, `targeted-messages.md`; 202 as in teams.net's trace of 2026-04.
#[tokio::test]
async fn a_targeted_message_is_seen_by_its_member_alone() {
    let bot = Bot::start().await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let chat = bot.teams.group("both", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    let path = format!("{}?{TARGETED}", activities(&chat));
    let answer = bot.call("POST", &path, Some(whisper(ada.mri(), "only Ada"))).await;
    assert_eq!(answer.status, 202);
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(ada.desktop().message(id).unwrap().only_for.as_deref(), Some(ada.id()));
    assert!(grace.desktop().message(id).is_err());
    assert_eq!((ada.messages().len(), grace.messages().len()), (1, 0));

    // A change must say again what it is a change of.
    let open = format!("{}/{id}", activities(&chat));
    let closed = format!("{open}?{TARGETED}");
    let new = whisper(ada.mri(), "new");
    let text = json!({"type": "message", "text": "to all"});
    assert_eq!(bot.call("PUT", &open, Some(text)).await.status, 404);
    assert_eq!(bot.call("DELETE", &open, None).await.status, 404);
    assert_eq!(bot.call("PUT", &closed, Some(new)).await.status, 200);
    assert_eq!(ada.messages()[0].text, "new");
    assert_eq!(bot.call("DELETE", &closed, None).await.status, 200);
    assert!(ada.messages()[0].deleted);
}

/// Teams docs, `targeted-messages.md`: groups only, members only.
#[tokio::test]
async fn a_targeted_message_needs_a_group_and_a_member() {
    let bot = Bot::start().await;
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let group = bot.teams.group("one", &[&ada]);
    ada.install_bot().await.unwrap();
    ada.install_bot_in(&group).await.unwrap();
    for (chat, to, query, code) in [
        (ada.chat(), ada.mri(), TARGETED, "BadSyntax"),
        (&group, grace.mri(), TARGETED, "MemberNotFoundInConversation"),
        (&group, "", TARGETED, "MemberNotFoundInConversation"),
        (&group, ada.mri(), "", "BadSyntax"),
    ] {
        let path = format!("{}?{query}", activities(chat));
        let answer = bot.call("POST", &path, Some(whisper(to, "x"))).await;
        assert_eq!((answer.status, &answer.body["error"]["code"]), (400, &json!(code)), "{to}");
    }
    assert_eq!(ada.messages().len(), 0);
}

/// teams.net `ConversationClient.cs`.
#[tokio::test]
async fn the_bot_reacts_to_anybodys_message_and_takes_it_back() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let id = ada.say("done").await.unwrap().message_id;
    let reaction =
        |id: &str, name: &str| format!("{}/{id}/reactions/{name}", activities(ada.chat()));
    for name in ["like", "like", "1f440_eyes"] {
        assert_eq!(bot.call("PUT", &reaction(&id, name), None).await.status, 200);
    }
    let shown = |id: &str| Vec::from_iter(ada.desktop().message(id).unwrap().bot_reactions);
    assert_eq!(shown(&id), ["1f440_eyes", "like"]);
    assert_eq!(bot.call("DELETE", &reaction(&id, "like"), None).await.status, 200);
    assert_eq!(shown(&id), ["1f440_eyes"]);
    let unknown = bot.call("PUT", &reaction("17", "like"), None).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.body["error"]["code"], "ActivityNotFoundInConversation");
    ada.uninstall_bot().await.unwrap();
    assert_eq!(bot.call("PUT", &reaction(&id, "like"), None).await.status, 403);
}

/// botbuilder-js#4666: `image/*`, and a URL that takes the bot's token.
#[tokio::test]
async fn a_pasted_picture_is_fetched_from_the_connector() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    ada.paste("image/png", b"PNG".to_vec()).await.unwrap();
    let activity = bot.received().pop().unwrap();
    let [picture, copy] = [0, 1].map(|index| &activity["attachments"][index]);
    assert_eq!(
        (&picture["contentType"], &copy["contentType"]),
        (&json!("image/*"), &json!("text/html"))
    );
    let url = picture["contentUrl"].as_str().unwrap();
    assert!(url.starts_with(&bot.teams.environment().service_url));
    let fetched = http().get(url).bearer_auth(bot.token()).send().await.unwrap();
    assert_eq!(fetched.status(), 200);
    assert_eq!(fetched.headers()["content-type"], "image/png");
    assert_eq!(fetched.bytes().await.unwrap(), "PNG");
    assert_eq!(http().get(url).send().await.unwrap().status(), 401);

    let (info, view) = (url.strip_suffix("/views/original").unwrap(), "views/other");
    let info = bot.call_url("GET", info, bot.token(), None).await.unwrap();
    assert_eq!(info.body["views"], json!([{"viewId": "original", "size": 3}]));
    let other = url.replace("views/original", view);
    assert_eq!(bot.call_url("GET", &other, bot.token(), None).await.unwrap().status, 404);
}

/// botbuilder-python#190, bot-docs#1357, botbuilder-js#4316, BotBuilder-Samples#2061.
#[tokio::test]
async fn what_the_reference_knows_and_teams_does_not() {
    let bot = Bot::start().await;
    let ada = bot.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let chat = activities(ada.chat()).replace("/activities", "");
    let no = |method| json!({"message": format!("The requested resource does not support http method '{method}'.")});
    let listed = bot.call("GET", "v3/conversations", None).await;
    assert_eq!((listed.status, listed.body), (405, no("GET")));
    let removed = bot.call("DELETE", &format!("{chat}/members/{}", ada.mri()), None).await;
    assert_eq!((removed.status, removed.body), (405, no("DELETE")));
    let data = json!({"type": "image/png", "name": "a.png", "originalBase64": "QQ=="});
    let uploaded = bot.call("POST", &format!("{chat}/attachments"), Some(data)).await;
    assert_eq!(uploaded.status, 404);
    let id = bot.send_card(ada.chat(), "ring").await;
    let members = format!("{}/{id}/members", activities(ada.chat()));
    assert_eq!(bot.call("GET", &members, None).await.status, 404);
}

/// What one member sees is kept from the clients of others when it refreshes itself as well.
#[tokio::test]
async fn a_targeted_card_asks_only_its_member_for_a_view() {
    let config = FakeTeamsConfig { auto_refresh: true, ..FakeTeamsConfig::default() };
    let bot = Bot::start_with(config).await;
    bot.answers(|_| (200, crate::bot::card_answer(&card("own"))));
    let (ada, grace) = (bot.teams.person("Ada"), bot.teams.person("Grace"));
    let chat = bot.teams.group("both", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    let mut shared = card("base");
    shared["refresh"] = json!({"action": {"type": "Action.Execute", "verb": "refresh"}});
    let mut message = card_message(&shared);
    message["recipient"] = json!({"id": grace.mri(), "isTargeted": true});
    let path = format!("{}?{TARGETED}", activities(&chat));
    let id = bot.call("POST", &path, Some(message)).await.body["id"].as_str().unwrap().to_owned();
    assert!(ada.desktop().open(&id).await.unwrap().is_none());
    let own = |message: &fake_teams::Message| message.own_view;
    grace.wait_for_message("her view", own).await.unwrap();
    let invokes = bot.received().into_iter().filter(|activity| activity["type"] == "invoke");
    assert!(invokes.into_iter().all(|invoke| invoke["from"]["id"] == grace.mri()));
}
