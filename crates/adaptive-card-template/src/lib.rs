//! Adaptive Cards Templating and Adaptive Expressions over
//! [`serde_json::Value`].
//!
//! A card template is JSON whose strings hold bindings such as `${name}`, and
//! whose objects may say what they are repeated over (`$data`) and when they
//! are shown (`$when`). [`Template::compile`] reads it once,
//! [`Template::expand`] makes a card of it as often as there is data:
//!
//! ```
//! use adaptive_card_template::{Context, Template};
//! use serde_json::json;
//!
//! let template = Template::compile(&json!({
//!     "type": "AdaptiveCard",
//!     "body": [
//!         { "type": "TextBlock", "text": "Hello ${name}, ${count(guests)} guests:" },
//!         { "type": "TextBlock", "$data": "${guests}", "text": "${$index + 1}. ${name}" }
//!     ]
//! }))?;
//! let data = json!({ "name": "Ann", "guests": [{ "name": "Bob" }, { "name": "Cy" }] });
//! let card = template.expand(&Context::new(&data))?;
//! assert_eq!(card["body"][2]["text"], "2. Cy");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The reference is Microsoft's JavaScript engine (`adaptivecards-templating`
//! 2.3.1 with `adaptive-expressions` 4.23.3), odd rules included. The README
//! lists what differs.

mod card;
mod context;
mod date;
mod error;
mod expr;
mod functions;
mod hooks;
mod options;
mod syntax;
mod template;
mod value;
mod warning;

pub use context::Context;
pub use error::{CompileError, CompileErrorKind, ExpandError, ExpandErrorKind};
pub use hooks::{Clock, Randomness, SystemClock, SystemRandomness};
pub use options::{Limit, Limits, Options};
pub use template::{Expansion, Template};
pub use warning::{Warning, WarningKind};

/// The README's example is compiled and run, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
