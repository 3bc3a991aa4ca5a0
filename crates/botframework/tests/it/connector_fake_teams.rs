//! Every operation of the client against a stand-in for Teams that shares no code with it, refuses
//! what Teams refuses, and counts.

use std::collections::HashMap;

use botframework::activity::{
    Activity, Attachment, ChannelAccount, ConversationParameters, OutgoingActivity,
};
use botframework::connector::{ConnectorClient, Endpoint, ErrorKind};
use botframework::limiter::Priority::Interactive;
use botframework::service_url::ServiceUrl;
use botframework::turn::Bot;
use fake_teams::{FakeTeams, FakeTeamsConfig};

/// A client, and the Teams it is a client of.
struct Pair {
    teams: FakeTeams,
    client: ConnectorClient,
    service_url: ServiceUrl,
    tenant: String,
}

impl Pair {
    async fn start() -> Self {
        let teams = FakeTeams::start(FakeTeamsConfig::default()).await.unwrap();
        let ear = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        teams.set_bot_endpoint(format!("http://{}/", ear.local_addr().unwrap()));
        let deaf = axum::Router::new().fallback(|| async {});
        tokio::spawn(async move { axum::serve(ear, deaf).await });
        let environment = teams.environment();
        let settings: HashMap<_, _> = environment.variables().into_iter().collect();
        let bot = Bot::from_settings(|name| settings.get(name).cloned()).unwrap().build().unwrap();
        let service_url = ServiceUrl::parse(&environment.service_url).unwrap();
        let client = bot.connector().clone();
        Self { teams, client, service_url, tenant: environment.tenant_id }
    }

    fn at(&self) -> Endpoint<'_> {
        Endpoint::from(&self.service_url).in_tenant(&self.tenant)
    }
}

#[tokio::test]
async fn a_chat_is_opened_written_in_read_and_cleared() {
    let world = Pair::start().await;
    let (client, at) = (&world.client, world.at());
    let ada = world.teams.person("Ada Lovelace");
    let refused = client.create_personal(at, &world.tenant, ada.mri(), Interactive).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::BotNotInRoster);
    ada.install_bot().await.unwrap();
    for id in [ada.mri(), ada.id()] {
        let made = client.create_personal(at, &world.tenant, id, Interactive).await.unwrap();
        assert_eq!((made.id.as_str(), made.activity_id), (ada.chat(), None));
    }
    let chat = ada.chat();
    let hello = OutgoingActivity::text("hello");
    let id = client.send(at, chat, &hello, Interactive).await.unwrap().unwrap();
    let new = OutgoingActivity::text("new");
    client.update(at, chat, &id, &new, Interactive).await.unwrap();
    assert_eq!(ada.desktop().message(&id).unwrap().text, "new");
    client.typing(at, chat, Interactive).await.unwrap();
    let said = ada.say("hi").await.unwrap().message_id;
    client.reply(at, chat, &said, &hello, Interactive).await.unwrap().unwrap();
    client.delete(at, chat, &id, Interactive).await.unwrap();
    let gone = client.update(at, chat, &id, &new, Interactive).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::ActivityNotFound);
    let theirs = client.update(at, chat, &said, &new, Interactive).await.unwrap_err();
    assert_eq!(theirs.kind(), ErrorKind::NotEnoughPermissions);

    let members = client.members(at, chat, 50, None, Interactive).await.unwrap().members;
    assert_eq!(members[0].entra_object_id(), Some(ada.id()));
    let member = client.member(at, chat, ada.upn(), Interactive).await.unwrap();
    assert_eq!(member.id, ada.mri());
    world.teams.check_limits().unwrap();
}

#[tokio::test]
async fn groups_are_not_created_and_a_stranger_is_no_member() {
    let world = Pair::start().await;
    let (client, at) = (&world.client, world.at());
    let (ada, grace) = (world.teams.person("Ada"), world.teams.person("Grace"));
    ada.install_bot().await.unwrap();
    let mut group =
        ConversationParameters::personal(ChannelAccount::new(ada.mri()), &*world.tenant);
    group.members.push(ChannelAccount::new(grace.mri()));
    let refused = client.create_conversation(at, &group, Interactive).await.unwrap_err();
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::BadRequest, Some("BadSyntax")));
    let stranger = client.member(at, ada.chat(), grace.mri(), Interactive).await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::MemberNotFound);
    ada.block_bot();
    let hello = OutgoingActivity::text("hello");
    let blocked = client.send(at, ada.chat(), &hello, Interactive).await.unwrap_err();
    assert_eq!(blocked.kind(), ErrorKind::Blocked);
}

#[tokio::test]
async fn one_member_alone_sees_what_is_only_for_them() {
    let world = Pair::start().await;
    let (client, at) = (&world.client, world.at());
    let (ada, grace) = (world.teams.person("Ada"), world.teams.person("Grace"));
    let group = world.teams.group("both", &[&ada, &grace]);
    ada.install_bot_in(&group).await.unwrap();
    let member = ChannelAccount::new(grace.mri());
    let whisper = |text: &str| OutgoingActivity::text(text).only_for(&member);
    let id = client.send(at, &group, &whisper("a"), Interactive).await.unwrap().unwrap();
    client.update(at, &group, &id, &whisper("b"), Interactive).await.unwrap();
    assert_eq!(grace.desktop().message(&id).unwrap().text, "b");
    assert_eq!(ada.messages().len(), 0);
    client.delete_targeted(at, &group, &id, Interactive).await.unwrap();
    assert!(grace.messages()[0].deleted);
}

#[tokio::test]
async fn a_picture_is_fetched_and_thanked_for() {
    let world = Pair::start().await;
    let client = &world.client;
    let ada = world.teams.person("Ada");
    ada.install_bot().await.unwrap();
    let said = ada.paste("image/png", b"PNG".to_vec()).await.unwrap();
    let delivered = said.deliveries[0].activity.to_string();
    let activity = Activity::parse(delivered.as_bytes()).unwrap();
    let hosted = activity.own_attachments().find_map(Attachment::hosted).unwrap();
    let (at, id) = (Endpoint::from(&activity), hosted.attachment_id.as_str());
    let info = client.attachment_info(at, id, Interactive).await.unwrap();
    assert_eq!(info.views[0].view_id, hosted.view_id);
    let picture = client.attachment(at, id, &hosted.view_id, Interactive).await.unwrap();
    assert_eq!(
        (picture.content_type.as_deref(), &*picture.bytes),
        (Some("image/png"), &b"PNG"[..])
    );

    let reactions = || ada.desktop().message(&said.message_id).unwrap().bot_reactions;
    let (chat, message) = (ada.chat(), said.message_id.as_str());
    client.add_reaction(at, chat, message, "heart", Interactive).await.unwrap();
    assert!(reactions().contains("heart"));
    client.delete_reaction(at, chat, message, "heart", Interactive).await.unwrap();
    assert!(reactions().is_empty());
}
