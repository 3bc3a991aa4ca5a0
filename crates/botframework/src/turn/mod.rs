//! Turns: from an HTTP request to a handler and back.
//!
//! A [`Bot`] is built from handlers by activity type, invoke name and card verb; overlapping
//! ones are refused when it is built. Its [router](Bot::router) is an ordinary axum `Router`.
//!
//! What a turn guarantees:
//!
//! - **Authentic.** A handler runs only for activities that the
//!   [`Authenticator`](crate::auth::Authenticator) let through.
//! - **Once at a time.** A delivery that is repeated while the first is still being handled
//!   joins it and gets the same answer; the handler runs once.
//! - **In time.** An invoke is answered within 4.5 s, by the handler or by the fall-back, with
//!   HTTP 200 and a body that Teams understands. Other activities are answered 200 when their
//!   handler is done, so what is acknowledged has been handled.
//! - **To the end.** A handler is a task of its own: it goes on when the caller disconnects or
//!   the deadline passes, and [`Bot::shutdown`] waits for it.
//!
//! Deliveries repeated *after* the answer, and clicks sent again under a new id, have to be
//! recognised by the application, from an idempotency key in the card's data.
//!
//! ```
//! use std::convert::Infallible;
//!
//! use botframework::turn::{Bot, BotBuilder, BuildError, CardAction, InvokeResponse, TurnContext};
//! use serde_json::json;
//!
//! fn handlers(bot: BotBuilder) -> Result<Bot, BuildError> {
//!     bot.on_card_action("accept", |turn: TurnContext, action: CardAction| async move {
//!         // Everything that names the user was authenticated; the card's data was not.
//!         let who = turn.activity().from.as_ref().and_then(|from| from.entra_object_id());
//!         Ok::<_, Infallible>(match (who, action.data("task")) {
//!             (Some(_), Some(task)) => InvokeResponse::card(json!({
//!                 "type": "AdaptiveCard", "version": "1.5",
//!                 "body": [{ "type": "TextBlock", "text": format!("Yours: {task}") }]
//!             })),
//!             _ => InvokeResponse::message("This card is out of date."),
//!         })
//!     })
//!     .build()
//! }
//! ```

mod answer;
mod bot;
mod builder;
mod context;
mod endpoint;
mod handler;
mod inflight;
mod invoke;
mod proactive;
mod routes;
mod settings;

pub use bot::Bot;
pub use builder::{BotBuilder, BuildError};
pub use context::TurnContext;
pub use handler::{CardAction, HandlerError};
pub use invoke::InvokeResponse;
pub use proactive::{Proactive, Sent};
pub use settings::SettingsError;
