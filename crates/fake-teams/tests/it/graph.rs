//! Rooms through Microsoft Graph. Facts: Graph docs, `chat-post.md`, `chat-patch.md`,
//! `chat-post-members.md`, `chat-post-installedapps.md`.

use fake_teams::{FakeTeamsConfig, Person};
use serde_json::{Value, json};

use crate::bot::{Answer, Bot};

/// A bot with a Graph token.
struct Graph {
    bot: Bot,
    token: String,
}

impl Graph {
    async fn start() -> Self {
        Self::start_with(FakeTeamsConfig::default()).await
    }

    async fn start_with(config: FakeTeamsConfig) -> Self {
        let bot = Bot::start_with(config).await;
        let token = bot.graph_token().await;
        Self { bot, token }
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let url = format!("{}/v1.0{path}", self.bot.teams.environment().graph_url);
        self.bot.call_url(method, &url, &self.token, body).await.unwrap()
    }

    async fn room(&self, topic: &str, people: &[&Person]) -> Answer {
        let members: Vec<Value> = people.iter().map(|person| member(person, "owner")).collect();
        let body = json!({"chatType": "group", "topic": topic, "members": members});
        self.call("POST", "/chats", Some(body)).await
    }

    /// The body that installs the bot with all the consent its manifest declares.
    async fn installation(&self) -> Value {
        let filter = "$filter=externalId%20eq%20%27b1a6f0d2-0c3e-4a57-9d68-5e2f7c8b9a01%27";
        let path = format!(
            "/appCatalogs/teamsApps?{filter}&$expand=appDefinitions($expand=authorization)"
        );
        let found = self.call("GET", &path, None).await.body;
        let app = &found["value"][0];
        let declared = &app["appDefinitions"][0]["authorization"]["requiredPermissionSet"];
        let consent: Vec<Value> = declared["resourceSpecificPermissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                json!({"permissionValue": it["permissionValue"], "permissionType": "Application"})
            })
            .collect();
        json!({
            "teamsApp@odata.bind": format!(
                "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{}",
                app["id"].as_str().unwrap()
            ),
            "consentedPermissionSet": {"resourceSpecificPermissions": consent},
        })
    }
}

fn member(person: &Person, role: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": [role],
        "user@odata.bind": format!("https://graph.microsoft.com/v1.0/users('{}')", person.id()),
    })
}

fn error_code(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["error"]["code"].as_str().unwrap_or("none"))
}

#[tokio::test]
async fn a_room_is_made_the_bot_installed_and_only_then_may_it_post() {
    let graph = Graph::start().await;
    let (ada, companion) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Companion"));
    let people = [&ada, &companion];
    let (found, made) = tokio::join!(
        ada.wait_for_chat(|chat| chat.topic.as_deref() == Some("Sales ¦ Grace")),
        graph.room("Sales ¦ Grace", &people),
    );
    let found = found.unwrap();
    assert_eq!((&json!(found.id), found.installed), (&made.body["id"], false));
    assert_eq!(found.members, [ada.id(), companion.id()]);
    assert_eq!((made.status, &made.body["topic"]), (201, &json!("Sales ¦ Grace")));
    let chat = made.body["id"].as_str().unwrap();
    assert!(chat.starts_with("19:") && chat.ends_with("@thread.v2"), "{chat}");

    let text = json!({"type": "message", "text": "hello"});
    let early = graph.bot.send(chat, text.clone()).await;
    assert_eq!(error_code(&early), (403, "BotNotInConversationRoster"));

    let path = format!("/chats/{chat}/installedApps");
    let body = graph.installation().await;
    assert_eq!(graph.call("POST", &path, Some(body.clone())).await.status, 201);
    assert_eq!(error_code(&graph.call("POST", &path, Some(body)).await), (409, "Conflict"));
    assert_eq!(graph.bot.send(chat, text).await.status, 201);
    assert_eq!(ada.messages().pop().unwrap().text, "hello");

    let wait = std::time::Duration::from_secs(10);
    let told = graph.bot.teams.wait_for("the bot to be told", wait, |_| {
        let received = graph.bot.received();
        (received.len() == 2).then_some(received)
    });
    let told = told.await.unwrap();
    assert_eq!(told[0]["type"], "installationUpdate");
    assert_eq!(told[1]["membersAdded"][0]["id"], told[1]["recipient"]["id"]);
    assert_eq!(told[1]["conversation"]["conversationType"], "groupChat");
}

/// Graph docs, `chat-post.md`: exactly one role for each member.
#[tokio::test]
async fn a_missing_or_unknown_role_is_answered_400() {
    let graph = Graph::start().await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    for roles in [json!([]), json!(["member"]), json!(["owner", "guest"]), Value::Null] {
        let mut without = member(&grace, "owner");
        without["roles"] = roles;
        let body = json!({"chatType": "group", "members": [member(&ada, "owner"), without]});
        assert_eq!(
            error_code(&graph.call("POST", "/chats", Some(body)).await),
            (400, "BadRequest")
        );
    }
}

/// Graph docs, `chat-patch.md`: 250 characters at most, and no colon.
#[tokio::test]
async fn a_colon_or_more_than_250_in_a_topic_is_answered_400() {
    let graph = Graph::start().await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    let chat = graph.bot.teams.group("", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    let path = format!("/chats/{chat}");
    for topic in ["Sales: Grace".to_owned(), "x".repeat(251)] {
        assert_eq!(error_code(&graph.room(&topic, &[&ada, &grace]).await), (400, "BadRequest"));
        let renamed = graph.call("PATCH", &path, Some(json!({"topic": topic}))).await;
        assert_eq!(error_code(&renamed), (400, "BadRequest"));
    }
    let longest = "x".repeat(250);
    let renamed = graph.call("PATCH", &path, Some(json!({"topic": longest}))).await;
    assert_eq!((renamed.status, &renamed.body["topic"]), (200, &json!(longest)));
}

/// Graph docs, `chat-post.md`: two members at least.
#[tokio::test]
async fn one_person_alone_makes_no_group_and_nobody_comes_twice() {
    let graph = Graph::start().await;
    let ada = graph.bot.teams.person("Ada");
    assert_eq!(graph.room("r", &[&ada]).await.status, 400);
    assert_eq!(graph.room("r", &[&ada, &ada]).await.status, 400);
}

/// Graph docs, `chat-post.md` and `chat-list.md`: an app alone may not list chats.
#[tokio::test]
async fn group_chats_are_made_anew_each_time_and_cannot_be_listed() {
    let graph = Graph::start().await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    let first = graph.room("r", &[&ada, &grace]).await.body["id"].clone();
    let second = graph.room("r", &[&ada, &grace]).await.body["id"].clone();
    assert_ne!(first, second);
    let list = graph.call("GET", "/chats", None).await;
    assert_eq!(error_code(&list), (412, "PreconditionFailed"));
    assert_eq!(graph.call("POST", "/me/chats", Some(json!({}))).await.status, 405);
}

/// Graph docs, `chat-post-installedapps.md`.
#[tokio::test]
async fn consent_must_be_exactly_what_the_manifest_declares() {
    let graph = Graph::start().await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    let chat = graph.bot.teams.group("", &[&ada, &grace]);
    let path = format!("/chats/{chat}/installedApps");
    let mut body = graph.installation().await;
    let list = &mut body["consentedPermissionSet"]["resourceSpecificPermissions"];
    list.as_array_mut().unwrap().pop();
    assert_eq!(error_code(&graph.call("POST", &path, Some(body)).await), (400, "BadRequest"));
}

/// Graph docs, `chat-post-members.md`; Teams docs, subscribe to conversation events.
#[tokio::test]
async fn members_come_and_go_by_membership_and_the_bot_is_told() {
    let graph = Graph::start().await;
    let teams = &graph.bot.teams;
    let [ada, grace, alan] = ["Ada", "Grace", "Alan"].map(|name| teams.person(name));
    let chat = teams.group("", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    let path = format!("/chats/{chat}/members");
    let mut with_history = member(&alan, "owner");
    with_history["visibleHistoryStartDateTime"] = json!("0001-01-01T00:00:00Z");
    assert_eq!(graph.call("POST", &path, Some(with_history)).await.status, 201);
    let twice = graph.call("POST", &path, Some(member(&alan, "owner"))).await;
    assert_eq!(error_code(&twice), (409, "Conflict"));
    let list = graph.call("GET", &path, None).await.body;
    let alans = list["value"].as_array().unwrap().iter().find(|it| it["userId"] == alan.id());
    let membership = alans.unwrap()["id"].as_str().unwrap().to_owned();
    assert_ne!(membership, alan.id());
    let by_user = graph.call("DELETE", &format!("{path}/{}", alan.id()), None).await;
    assert_eq!(by_user.status, 404);
    let gone = graph.call("DELETE", &format!("{path}/{membership}"), None).await;
    assert_eq!(gone.status, 204);
    assert!(alan.messages().is_empty());
    let wait = std::time::Duration::from_secs(10);
    let changed =
        |name: &str| graph.bot.received().iter().any(|it| it[name][0]["aadObjectId"] == alan.id());
    let both = || changed("membersAdded") && changed("membersRemoved");
    teams.wait_for("both updates", wait, |_| both().then_some(())).await.unwrap();
}

#[tokio::test]
async fn a_missing_permission_is_answered_403_and_names_it() {
    let config = FakeTeamsConfig { graph_permissions: vec![], ..FakeTeamsConfig::default() };
    let graph = Graph::start_with(config).await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    let refused = graph.room("r", &[&ada, &grace]).await;
    assert_eq!(error_code(&refused), (403, "Forbidden"));
    assert!(refused.body["error"]["message"].as_str().unwrap().contains("Chat.Create"));
}

/// Two audiences, never interchangeable.
#[tokio::test]
async fn a_connector_token_on_graph_is_answered_401() {
    let graph = Graph::start().await;
    let url = format!("{}/v1.0/chats", graph.bot.teams.environment().graph_url);
    let token = graph.bot.token();
    let answer = graph.bot.call_url("POST", &url, token, Some(json!({}))).await.unwrap();
    assert_eq!(error_code(&answer), (401, "InvalidAuthenticationToken"));
}

/// After an unclear post the chat is read: newest first, with who wrote what.
#[tokio::test]
async fn the_messages_of_a_room_can_be_read_back() {
    let graph = Graph::start().await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    let chat = graph.bot.teams.group("", &[&ada, &grace]);
    let path = format!("/chats/{chat}/messages");
    assert_eq!(graph.call("GET", &path, None).await.status, 403, "consent comes with the bot");
    ada.install_bot_in(&chat).await.unwrap();
    ada.say_in(&chat, "one").await.unwrap();
    graph.bot.send(&chat, json!({"type": "message", "text": "two"})).await;
    grace.say_in(&chat, "three").await.unwrap();
    let page = graph.call("GET", &format!("{path}?$top=2"), None).await.body;
    let texts: Vec<&str> = page["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["body"]["content"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["three", "two"]);
    assert_eq!(page["value"][0]["from"]["user"]["id"], grace.id());
    assert_eq!(page["value"][1]["from"]["application"]["applicationIdentityType"], "bot");
    let next = page["@odata.nextLink"].as_str().unwrap();
    let rest = graph.bot.call_url("GET", next, &graph.token, None).await.unwrap().body;
    assert_eq!(rest["value"][0]["body"]["content"], "one");
    ada.uninstall_bot_from(&chat).await.unwrap();
    let after = graph.call("GET", &path, None).await;
    assert_eq!(error_code(&after), (403, "Forbidden"), "consent goes with the bot");
    let post = graph.call("POST", &path, Some(json!({"body": {"content": "x"}}))).await;
    assert_eq!(error_code(&post), (403, "Forbidden"));
}

/// Teams docs, proactive bots and messages: installing for a user, then finding the chat.
#[tokio::test]
async fn the_bot_can_be_installed_for_a_user() {
    let graph = Graph::start().await;
    let ada = graph.bot.teams.person("Ada");
    let path = format!("/users/{}/teamwork/installedApps", ada.id());
    let mut body = graph.installation().await;
    body.as_object_mut().unwrap().shift_remove("consentedPermissionSet");
    assert_eq!(graph.call("POST", &path, Some(body)).await.status, 201);
    let list = graph.call("GET", &path, None).await.body;
    let installation = list["value"][0]["id"].as_str().unwrap();
    let found = graph.call("GET", &format!("{path}/{installation}/chat"), None).await;
    assert_eq!((found.status, &found.body["id"]), (200, &json!(ada.chat())));
}

/// Graph docs, `chatMessageMention`: the body refers to each mention by its number.
#[tokio::test]
async fn a_mention_is_read_back_with_its_number_and_the_app() {
    let graph = Graph::start().await;
    let (ada, grace) = (graph.bot.teams.person("Ada"), graph.bot.teams.person("Grace"));
    let chat = graph.bot.teams.group("", &[&ada, &grace]);
    ada.install_bot_in(&chat).await.unwrap();
    ada.say_in(&chat, "<at>Beckon</at> a < b, <at>Beckon</at>").await.unwrap();
    let path = format!("/chats/{chat}/messages");
    let page = graph.call("GET", &path, None).await.body;
    let message = &page["value"][0];
    assert_eq!(
        message["body"],
        json!({
            "contentType": "html",
            "content": "<p><at id=\"0\">Beckon</at> a &lt; b, <at id=\"1\">Beckon</at></p>",
        })
    );
    let app = &graph.bot.teams.environment().app_id;
    for number in 0..2 {
        let mention = &message["mentions"][number];
        assert_eq!(mention["id"], number);
        assert_eq!(mention["mentioned"]["application"]["id"], app.as_str());
    }
    assert_eq!(message["mentions"].as_array().unwrap().len(), 2);
}
