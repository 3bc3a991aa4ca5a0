//! The Bot Framework protocol for Rust, as Microsoft Teams speaks it.
//!
//! | Module | What it gives |
//! |---|---|
//! | [`activity`] | the Activity schema: what a channel posts to a bot and what a bot sends back |
//! | [`auth`] | the inbound verifier: who may post to the messaging endpoint |
//! | [`service_url`] | service URLs, their equality, and the list of hosts a bot may talk to |
//! | [`cloud`] | the constants of every Microsoft cloud |
//! | [`turn`] | a bot from handlers: axum router, turn context, answers to invokes |
//! | [`connector`] | the connector client: send, reply, update, delete, react, create, rosters, attachments |
//! | [`limiter`] | keeps the bot below the rate limits of Teams |
//! | [`token`] | the bot's own tokens: secret, certificate, federated credential, managed identity |
//! | [`clock`], [`jitter`], [`http`] | the seams to the world: time, randomness, HTTP clients |
//!
//! A whole bot is in `examples/echo.rs`. In short: an
//! [`Authenticator`](auth::Authenticator) guards a [`Bot`](turn::Bot), whose
//! handlers answer through a [`ConnectorClient`](connector::ConnectorClient):
//!
//! ```
//! use botframework::activity::OutgoingActivity;
//! use botframework::auth::Authenticator;
//! use botframework::connector::{ConnectorClient, ConnectorError};
//! use botframework::turn::{Bot, BuildError, InvokeResponse, TurnContext};
//! use serde_json::json;
//!
//! fn bot(guard: Authenticator, connector: ConnectorClient) -> Result<Bot, BuildError> {
//!     Bot::builder(guard, connector)
//!         .on_message(|turn: TurnContext| async move {
//!             let card = json!({ "type": "AdaptiveCard", "version": "1.5", "body": [
//!                 { "type": "TextBlock", "text": turn.text() }
//!             ]});
//!             turn.reply(OutgoingActivity::adaptive_card(card).summary("Echo")).await?;
//!             Ok::<_, ConnectorError>(())
//!         })
//!         .on_card_action("thanks", |_, _| async {
//!             Ok::<_, ConnectorError>(InvokeResponse::message("You are welcome."))
//!         })
//!         .build()
//! }
//! ```
//!
//! Two rules run through all of it. Nothing that came over the wire is
//! trusted before [`auth`] has accepted it, and no bearer token leaves for a
//! host that [`service_url::AllowedHosts`] does not name.

pub mod activity;
pub mod auth;
pub mod clock;
pub mod cloud;
pub mod connector;
pub mod http;
pub mod jitter;
pub mod limiter;
pub mod service_url;
pub mod token;
pub mod turn;

mod retry_after;
mod text;

/// Compiles the code in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
