//! Beckon invites the right person into a chat.
//!
//! This crate is the product: adapters and wiring around the rules in
//! [`beckon_domain`]. Read `ARCHITECTURE.md` first; it tells how data flows and where to put a
//! change. In code, start at [`engine`]: everything that happens is a command carried out there.

pub mod admin;
pub mod app;
pub mod budget;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod directory;
pub mod engine;
pub mod http;
pub mod manifest;
pub mod store;
pub mod teams;
pub mod telemetry;
#[cfg(test)]
mod testing;
