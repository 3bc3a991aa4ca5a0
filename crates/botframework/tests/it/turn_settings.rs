//! A bot from named settings.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use botframework::activity::OutgoingActivity;
use botframework::clock::{Clock, SystemClock};
use botframework::limiter::Priority;
use botframework::turn::{Bot, BotBuilder, SettingsError, TurnContext};
use http::StatusCode;

use crate::world::channel::Channel;
use crate::world::{APP_ID, Role, TENANT, World};

fn from(settings: &HashMap<&str, String>) -> Result<BotBuilder, SettingsError> {
    Bot::from_settings(|name| settings.get(name).cloned())
}

fn settings(world: &World) -> HashMap<&'static str, String> {
    HashMap::from([
        ("BOT_APP_ID", APP_ID.to_owned()),
        ("BOT_APP_SECRET", "s3cret".to_owned()),
        ("BOT_TENANT_ID", TENANT.to_owned()),
        ("BOT_ALLOWED_HOSTS", world.addr.to_string()),
        ("BOT_OPENID_METADATA_URL", world.url("/v1/.well-known/openidconfiguration").to_string()),
        ("BOT_TOKEN_URL", world.url("/token").to_string()),
    ])
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named() {
    let world = World::start().await;
    for name in ["BOT_APP_ID", "BOT_APP_SECRET", "BOT_TENANT_ID"] {
        for value in [None, Some(" ")] {
            let mut settings = settings(&world);
            settings.remove(name);
            settings.extend(value.map(|value| (name, value.to_owned())));
            assert_eq!(from(&settings).unwrap_err().to_string(), format!("{name} is not set"));
        }
    }
    for name in ["BOT_ALLOWED_HOSTS", "BOT_OPENID_METADATA_URL", "BOT_TOKEN_URL", "BOT_LIMITS"] {
        let mut settings = settings(&world);
        settings.insert(name, "no such thing/".to_owned());
        let text = from(&settings).unwrap_err().to_string();
        assert!(text.starts_with(&format!("{name}: ")), "{text}");
    }
}

#[tokio::test]
async fn settings_make_a_bot_that_is_warm_and_guarded() {
    let world = World::start().await;
    let builder = from(&settings(&world)).unwrap();
    let bot = builder.on_message(|_: TurnContext| async { Ok::<_, Infallible>(()) });
    let bot = bot.build().unwrap();
    let warm = tokio::spawn({
        let bot = bot.clone();
        async move { bot.keep_warm().await }
    });
    world.saw(Role::Tokens, 1).await;
    warm.abort();
    let mut channel = Channel::of(&world, &bot).await;
    channel.token = world.channel_token(SystemClock.now());
    let answered = channel.post(&world.message("1", "hi")).await;
    assert_eq!(answered.status, StatusCode::OK);
    let mut stranger = world.message("2", "hi");
    stranger["conversation"]["tenantId"] = "another-tenant".into();
    stranger["channelData"]["tenant"]["id"] = "another-tenant".into();
    assert_eq!(channel.post(&stranger).await.status, StatusCode::FORBIDDEN);
    channel.token.clear();
    let answered = channel.post(&world.message("3", "hi")).await;
    assert_eq!(answered.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn limits_are_kept_unless_they_are_switched_off() {
    let world = World::start().await;
    let (at, hello) = (world.service_url(), OutgoingActivity::text("hello"));
    for (value, expected) in [(None, false), (Some("on"), false), (Some("off"), true)] {
        let mut settings = settings(&world);
        settings.extend(value.map(|value| ("BOT_LIMITS", value.to_owned())));
        let bot = from(&settings).unwrap().build().unwrap();
        let client = bot.connector().clone().with_longest_wait(Duration::ZERO);
        let mut all_sent = true;
        for _ in 0..8 {
            all_sent &= client.send(&at, "c", &hello, Priority::Interactive).await.is_ok();
        }
        // Seven a second is what Teams allows in one conversation.
        assert_eq!(all_sent, expected, "{value:?}");
    }
}
