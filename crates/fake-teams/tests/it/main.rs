//! Tests over real HTTP on loopback, against a small bot.

mod actors;
mod bot;
mod budgets;
mod control;
mod faults;
mod forgeries;
mod graph;
mod groups;
mod login;
mod refreshes;
mod refusals;
