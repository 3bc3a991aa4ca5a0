//! The Bot Framework protocol for Rust, as Microsoft Teams speaks it.
//!
//! | Module | What it gives |
//! |---|---|
//! | [`activity`] | the Activity schema: what a channel posts to a bot and what a bot sends back |
//! | [`auth`] | the inbound verifier: who may post to the messaging endpoint |
//! | [`service_url`] | service URLs, their equality, and the list of hosts a bot may talk to |
//! | [`cloud`] | the constants of every Microsoft cloud |
//! | [`clock`], [`http`] | the two seams to the world: time and HTTP clients |
//!
//! Two rules run through all of it. Nothing that came over the wire is
//! trusted before [`auth`] has accepted it, and no bearer token leaves for a
//! host that [`service_url::AllowedHosts`] does not name.

pub mod activity;
pub mod auth;
pub mod clock;
pub mod cloud;
pub mod http;
pub mod service_url;

// The outbound half (token provider, connector client, limiter, turns) adds
// its modules below this line.
pub mod connector;
pub mod jitter;
pub mod limiter;
pub mod token;
pub mod turn;

mod retry_after;
mod text;
