//! Beckon's rules, as pure functions.
//!
//! Everything that decides is here: [`step`](step::step) takes the rows that a command concerns,
//! the command and the time, and returns the rows as they should be, the events that tell why, and
//! what has to happen outside. No clock, no I/O, no async: the caller loads and locks the rows,
//! writes the result in one transaction, and only then lets anything leave.
//!
//! ```text
//!  View (locked rows) ─┐
//!  Command ────────────┼─► step ─► Step { rows, messages, events, timers, effects, follow-ups, reply }
//!  Env (now, settings) ┘     └──► NeedRows: lock these as well, and ask again
//! ```
//!
//! Where to look: the phases in [`session`], the life of an offer in [`invitation`], who is rung
//! in [`queue`], what a card shows in [`face`], the name of a room in [`room_name`](fn@room_name),
//! what reports say in [`report`]. What every command does in every phase stands in `src/table/`,
//! and for readers in `docs/states.md`.

pub mod agent;
pub mod card;
pub mod command;
pub mod effect;
pub mod event;
pub mod face;
pub mod ids;
pub mod intake;
pub mod invitation;
pub mod outcome;
pub mod queue;
pub mod report;
pub mod room;
mod room_name;
pub mod schedule;
pub mod session;
pub mod settings;
pub mod step;
#[cfg(test)]
mod table;
pub mod text;
pub mod timer;
pub mod transfer;
pub mod wrap_up;

pub use room_name::{MAX_SERVICE_UNITS, MAX_UNITS, room_name};
