//! A whole bot: answers a message with an Adaptive Card, and a click on it with an updated card.
//!
//! ```text
//! BOT_APP_ID=… BOT_APP_SECRET=… BOT_TENANT_ID=… cargo run --example echo
//! cargo run --example echo -- --dev      # no authentication, loopback only
//! ```
//!
//! It listens at `PORT` of 127.0.0.1, 3978 by default. The other variables are those of
//! [`Bot::from_settings`]: with `BOT_ALLOWED_HOSTS`, `BOT_OPENID_METADATA_URL` and `BOT_TOKEN_URL`
//! it talks to a stand-in for Teams, with `BOT_LIMITS=off` it can be measured. Where that serves
//! the home tenant alone, this serves all if `BOT_ALLOWED_TENANTS` names none.

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use botframework::activity::OutgoingActivity;
use botframework::auth::{Authenticator, DevelopmentMode, OutboundCredentials};
use botframework::clock::SystemClock;
use botframework::connector::{ConnectorClient, ConnectorError};
use botframework::http::{ClientOptions, client};
use botframework::token::{TokenConfig, TokenProvider};
use botframework::turn::{
    Bot, BotBuilder, BuildError, CardAction, InvokeResponse, SettingsError, TurnContext,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A turn makes many allocations of a few KiB, for which most systems' own allocator is slow.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_env_filter("info").init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: &(dyn Error + 'static) = &*error; // with its causes
            tracing::error!(error, "the bot cannot run");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let development_mode = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => false,
        [only] if only == "--dev" => true,
        _ => return Err("the only argument is --dev".into()),
    };
    let port = variable("PORT").map_or(Ok(3978), |port| port.parse());
    let port: u16 = port.map_err(|error| format!("PORT: {error}"))?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let builder = if development_mode { development(&listener)? } else { verified(variable)? };
    let bot = handlers(builder)?;
    let warm = bot.clone();
    tokio::spawn(async move { warm.keep_warm().await });
    tracing::info!(address = %listener.local_addr()?, "listening");
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    // Development mode looks at who calls.
    let service = bot.router().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(interrupted).await?;
    bot.shutdown().await;
    Ok(())
}

/// The handlers: all there is to this bot.
pub(crate) fn handlers(bot: BotBuilder) -> Result<Bot, BuildError> {
    bot.on_message(on_message).on_card_action("again", on_again).build()
}

/// People may write more than a bot may send. The text goes out three times: to be read, as the
/// button's data, and as the summary.
const LONGEST_ECHO: usize = 2_000;

async fn on_message(turn: TurnContext) -> Result<(), ConnectorError> {
    let text: String = turn.text().chars().take(LONGEST_ECHO).collect();
    let card = OutgoingActivity::adaptive_card(card(&text, 0)).summary(format!("Echo: {text}"));
    turn.reply(card).await?;
    Ok(())
}

async fn on_again(_: TurnContext, action: CardAction) -> Result<InvokeResponse, ConnectorError> {
    let text = action.data("text").and_then(Value::as_str).unwrap_or_default();
    let count = action.data("count").and_then(Value::as_u64).unwrap_or_default();
    Ok(InvokeResponse::card(card(text, count.saturating_add(1))))
}

fn card(text: &str, count: u64) -> Value {
    let times = match count {
        0 => "not clicked yet".to_owned(),
        1 => "clicked once".to_owned(),
        _ => format!("clicked {count} times"),
    };
    json!({
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": [
            { "type": "TextBlock", "text": text, "wrap": true, "size": "Large" },
            { "type": "TextBlock", "text": times, "isSubtle": true }
        ],
        "actions": [{
            "type": "Action.Execute",
            "title": "Again",
            "verb": "again",
            "data": { "text": text, "count": count }
        }]
    })
}

/// A bot that verifies its callers and has credentials of its own.
///
/// An echo has nothing to keep from one organisation's users for another's. A bot with data of its
/// own lists whom it serves: the library's default is the home tenant.
pub(crate) fn verified(
    setting: impl Fn(&str) -> Option<String>,
) -> Result<BotBuilder, SettingsError> {
    Bot::from_settings(|name| {
        let everybody = || (name == "BOT_ALLOWED_TENANTS").then(|| "*".to_owned());
        setting(name).or_else(everybody)
    })
}

/// A bot for a local tool: it believes everything, knows nobody outside this machine, and has
/// no credentials that could leak.
fn development(listener: &TcpListener) -> Result<BotBuilder, Failure> {
    let credentials = match variable("BOT_APP_SECRET") {
        Some(_) => OutboundCredentials::Present,
        None => OutboundCredentials::Absent,
    };
    let mode = DevelopmentMode::new(listener.local_addr()?, credentials)?;
    let (clock, http) = (Arc::new(SystemClock), client(&ClientOptions::default())?);
    let tokens = TokenProvider::new(TokenConfig::anonymous(), clock, http.clone())?;
    let hosts = mode.allowed_hosts().clone();
    let connector = ConnectorClient::new(tokens, hosts, None, http);
    Ok(Bot::builder(Authenticator::Development(mode), connector))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
