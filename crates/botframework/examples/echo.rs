//! A whole bot: answers a message with an Adaptive Card, and a click on it with an updated card.
//!
//! ```text
//! BOT_APP_ID=… BOT_APP_SECRET=… BOT_TENANT_ID=… cargo run --example echo
//! cargo run --example echo -- --dev      # no authentication, loopback only
//! ```
//!
//! | Variable | Meaning |
//! |---|---|
//! | `BOT_APP_ID`, `BOT_APP_SECRET`, `BOT_TENANT_ID` | the bot's registration (single tenant) |
//! | `BOT_OPENID_METADATA_URL`, `BOT_TOKEN_URL` | other endpoints than the public cloud's |
//! | `BOT_ALLOWED_HOSTS` | more service hosts: `host` or `host:port`, separated by commas |
//! | `BOT_ALLOWED_TENANTS` | tenants served, separated by commas; all by default, an echo keeps no data |
//! | `BOT_LIMITS=off` | no rate limits: for measuring only |
//! | `PORT` | port on 127.0.0.1, 3978 by default |

use std::error::Error;
use std::fmt::Display;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;

use botframework::activity::OutgoingActivity;
use botframework::auth::{
    Authenticator, DevelopmentMode, OutboundCredentials, TenantPolicy, Verifier, VerifierConfig,
};
use botframework::clock::SystemClock;
use botframework::cloud::Cloud;
use botframework::connector::{ConnectorClient, ConnectorError};
use botframework::http::{ClientOptions, client};
use botframework::limiter::{Limiter, LimiterConfig};
use botframework::service_url::AllowedHosts;
use botframework::token::{Credentials, TokenConfig, TokenProvider};
use botframework::turn::{Bot, CardAction, InvokeResponse, TurnContext};
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
            tracing::error!(%error, "the bot cannot run");
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
    let port = parsed("PORT")?.unwrap_or(3978);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let bot = if development_mode { development(&listener)? } else { verified().await? };
    tracing::info!(address = %listener.local_addr()?, "listening");
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    // Development mode looks at who calls.
    let service = bot.router().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(interrupted).await?;
    bot.shutdown().await;
    Ok(())
}

/// The handlers: all there is to this bot.
pub(crate) fn handlers(
    authenticator: Authenticator,
    connector: ConnectorClient,
) -> Result<Bot, Failure> {
    let bot = Bot::builder(authenticator, connector)
        .on_message(on_message)
        .on_card_action("again", on_again)
        .build()?;
    Ok(bot)
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
async fn verified() -> Result<Bot, Failure> {
    let (Some(app_id), Some(secret), Some(tenant)) =
        (variable("BOT_APP_ID"), variable("BOT_APP_SECRET"), variable("BOT_TENANT_ID"))
    else {
        return Err("set BOT_APP_ID, BOT_APP_SECRET and BOT_TENANT_ID, or start with --dev".into());
    };
    let (clock, http) = (Arc::new(SystemClock), client(&ClientOptions::default())?);
    let mut hosts = AllowedHosts::for_cloud(Cloud::Public);
    for host in variable("BOT_ALLOWED_HOSTS").iter().flat_map(|hosts| hosts.split(',')) {
        let allowed = hosts.allow(host.trim());
        hosts = allowed.map_err(|error| format!("BOT_ALLOWED_HOSTS: {host:?}: {error}"))?;
    }

    let mut inbound = VerifierConfig::new(&app_id, Cloud::Public);
    inbound.allowed_hosts = hosts.clone();
    // An echo has nothing to keep from one organisation's users for another's. A bot with data
    // of its own lists whom it serves: the library's default is nobody.
    inbound.tenants = match variable("BOT_ALLOWED_TENANTS").as_deref() {
        None | Some("*") => TenantPolicy::Any,
        Some(list) => TenantPolicy::Only(list.split(',').map(|id| id.trim().to_owned()).collect()),
    };
    inbound.openid_metadata_url = parsed("BOT_OPENID_METADATA_URL")?;
    let verifier = Verifier::new(inbound, clock.clone(), http.clone())?;
    // Not fatal: keys are fetched again with the first request.
    if let Err(error) = verifier.warm().await {
        tracing::warn!(%error, "the signing keys could not be fetched yet");
    }
    let keys = verifier.clone();
    tokio::spawn(async move { keys.keep_keys_fresh().await });

    let mut outbound =
        TokenConfig::single_tenant(app_id, tenant, Credentials::client_secret(secret));
    outbound.token_url = parsed("BOT_TOKEN_URL")?;
    let tokens = TokenProvider::new(outbound, clock, http.clone())?;
    // A wrong secret or tenant shows here, and not when the first user waits for an answer.
    if let Err(error) = tokens.token().await {
        tracing::warn!(%error, "there is no token for the connector yet");
    }
    let limiter = match variable("BOT_LIMITS").as_deref() {
        Some("off") => None,
        None | Some("on") => Some(Limiter::new(LimiterConfig::default())?),
        Some(_) => return Err("BOT_LIMITS: on (the default) or off".into()),
    };
    let connector = ConnectorClient::new(tokens, hosts, limiter, http);
    handlers(Authenticator::Channel(verifier), connector)
}

/// A bot for a local tool: it believes everything, knows nobody outside this machine, and has
/// no credentials that could leak.
fn development(listener: &TcpListener) -> Result<Bot, Failure> {
    let credentials = match variable("BOT_APP_SECRET") {
        Some(_) => OutboundCredentials::Present,
        None => OutboundCredentials::Absent,
    };
    let mode = DevelopmentMode::new(listener.local_addr()?, credentials)?;
    let (clock, http) = (Arc::new(SystemClock), client(&ClientOptions::default())?);
    let tokens = TokenProvider::new(TokenConfig::anonymous(), clock, http.clone())?;
    let hosts = mode.allowed_hosts().clone();
    let connector = ConnectorClient::new(tokens, hosts, None, http);
    handlers(Authenticator::Development(mode), connector)
}

/// A variable's value; the error names the variable.
fn parsed<T: FromStr<Err: Display>>(name: &str) -> Result<Option<T>, Failure> {
    let parse = |value: String| value.parse().map_err(|error| format!("{name}: {error}").into());
    variable(name).map(parse).transpose()
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
