//! The process dies and comes back. What counts is what the outside sees: what the agents' clients
//! display and what the channel's program received.

mod cards;
mod consumer;
mod judge;
mod kills;
mod load;
mod points;
mod restarts;
pub(crate) mod server;
mod stop;
mod sync;

pub(crate) use server::Process;
