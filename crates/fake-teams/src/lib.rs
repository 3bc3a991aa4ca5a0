//! An in-memory Microsoft Teams for tests and demos of a bot.
//!
//! One server on loopback plays every part a bot meets: the Bot Framework's `OpenID` document and
//! signing keys, Entra's token endpoint, the connector, Graph chats. People are actors who install
//! the bot, type, and click on cards; each of their clients shows what a Teams client would show.
//! The crate knows nothing of any bot library: it signs, counts and refuses on its own, so a bot and
//! its test cannot share a mistake.
//!
//! ```
//! # async fn example() -> Result<(), fake_teams::Error> {
//! use fake_teams::{FakeTeams, FakeTeamsConfig};
//! use serde_json::json;
//!
//! let teams = FakeTeams::start(FakeTeamsConfig::default()).await?;
//! let environment = teams.environment(); // tell the bot where everything is, start it, then:
//! teams.set_bot_endpoint("http://127.0.0.1:3978/api/messages");
//!
//! let ada = teams.person("Ada Lovelace");
//! ada.install_bot().await?;
//! let invitation = ada.wait_for_card(|card| card.has_action("accept")).await?;
//!
//! // The answer to a click repaints the clicking client only; a PUT repaints them all.
//! let mobile = ada.client("mobile");
//! mobile.click(&invitation.id, "accept", json!({})).await?;
//! assert_ne!(mobile.shown(&invitation.id)?, ada.desktop().shown(&invitation.id)?);
//! # Ok(())
//! # }
//! ```
//!
//! The binary `fake-teams` serves the same to other processes, which drive it through the control
//! API under `/control`.

mod accounts;
mod activity;
mod card;
mod chats;
mod click;
mod client;
mod clock;
mod config;
mod connector;
mod control;
mod conversation;
mod delivery;
mod directory;
mod environment;
mod error;
mod faults;
mod forge;
mod gate;
mod graph;
mod held;
mod ids;
mod in_flight;
mod inputs;
mod install;
mod key_ring;
mod keys;
mod limits;
mod listener;
mod login;
mod message;
mod people;
mod pictures;
mod record;
mod refresh;
mod refuse;
mod second_thoughts;
mod server;
mod service;
mod size;
mod state;
mod teams;
mod tokens;
mod wait;
mod world;

pub use click::{ClickOutcome, ClickResult};
pub use client::Client;
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::FakeTeamsConfig;
pub use conversation::{Chat, ConversationKind};
pub use environment::Environment;
pub use error::Error;
pub use faults::{DuplicateKind, Faults};
pub use forge::{Forgery, Signer};
pub use held::Held;
pub use limits::{Budgets, LimitReport, Overrun, Peak, Scope, Window};
pub use message::{Author, Message};
pub use people::{Person, Said};
pub use record::{Call, Delivery, Entry};
pub use refuse::Refuse;
pub use service::Service;
pub use teams::FakeTeams;

/// Compiles the code in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
