//! Tests over real HTTP on loopback, against a small bot.

mod actors;
mod bot;
mod control;
mod login;
